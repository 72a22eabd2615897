"""Reading: one marking, segment by segment, with what a person should mend or know. Behind `release.marking`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from consilience.intake.setaside import shown
from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Pap, Tlp
from consilience.model.period import parse_moment
from consilience.release.policy import instant, listed
from consilience.release.vocabulary import CLOSED, Vocabulary, blanks_squeezed, folded, odd_sign

LONGEST = 10_000
"""A text of more signs is not read: it is for the owner only."""

_MOST_PROBLEMS = 8
_SEPARATOR = re.compile(r"//|;")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?")
_TLP = {tlp.name.replace("_", "+"): tlp for tlp in Tlp} | {"WHITE": Tlp.CLEAR}  # WHITE: as TLP 1.0 called it
_PAP = {pap.name: pap for pap in Pap} | {"WHITE": Pap.CLEAR}


@dataclass(frozen=True, slots=True)
class Read:
    """A marking as it was read: the label, and each thing that a person should mend or know."""

    label: Label
    problems: tuple[str, ...] = ()


class Reading:
    """One marking while it is being read. What a segment says is collected; the label is made at the end."""

    def __init__(self, owner: PartnerId, words: Vocabulary, originator: PartnerId | None = None) -> None:
        """Read for an owner with the words of one roster; a bare ORCON is of the originator, else of the owner."""
        self.owner = owner
        self._originator = originator or owner
        self._own_word = owner.upper() if owner.isascii() else ""
        self._words = words
        self._rel: list[frozenset[PartnerId]] = []
        self._levels: list[tuple[str, int]] = []
        self._controls: set[str] = set()
        self._orig: set[PartnerId] = set()
        self._tlp: list[Tlp] = []
        self._pap: list[Pap] = []
        self._embargo: list[datetime] = []
        self._expiry: list[datetime] = []
        self._closed = False
        self._problems: list[str] = []
        self._forms: tuple[tuple[str, Callable[[str], None]], ...] = (
            (r"TLP ?: ?(.*)", self._take_tlp),
            (r"PAP ?: ?(.*)", self._take_pap),
            (r"REL TO(?: (.*))?", self._take_rel),
            (r"ORCON(?: (.*))?", self._take_orcon),
            (r"CTL(?: (.*))?", self._take_controls),
            (r"EMBARGO(?: UNTIL)?(?: (.*))?", self._take_embargo),
            (r"EXPIRES(?: (.*))?", self._take_expiry),
            ("(" + "|".join(CLOSED) + ")", self._take_closed),
        )

    def read(self, text: str) -> Read:
        """The label and the problems."""
        if len(text) > LONGEST:
            self._deny(f"{len(text)} signs", f"at most {LONGEST}")
        elif blanks_squeezed(text):
            for segment in _SEPARATOR.split(text):
                self._segment(blanks_squeezed(segment))
        self._settle()
        label = Label(
            levels=tuple(sorted(dict(sorted(self._levels)).items())),  # the highest rank of each policy comes last
            rel=self._recipients(),
            controls=frozenset(self._controls),
            tlp=max(self._tlp, default=Tlp.CLEAR),
            pap=max(self._pap, default=Pap.CLEAR),
            orig=frozenset(self._orig),
            embargo=max(self._embargo, default=None),
            expiry=min(self._expiry, default=None),
        )
        return Read(label, bounded(self._problems))

    def _segment(self, segment: str) -> None:
        """One segment. A level word that is also a keyword says both."""
        if not segment:
            self._deny("an empty segment", "something on both sides of each separator (has the marking been cut off?)")
            return
        levels = self._words.levels.get(folded(segment), ())
        self._levels += levels
        if len(levels) > 1:
            policies = " and ".join(sorted({policy for policy, _ in levels}))
            self._note(f"found {shown(segment)}, expected the policy beside it: levels of {policies} are all meant")
        for form, take in self._forms if segment.isascii() else ():
            said = re.fullmatch(form, segment.upper())
            if said:
                take(said[1] or "")
                return
        if not levels:
            odd = odd_sign(segment)
            expected = "a form of docs/release.md or a level of the roster"
            found = shown(segment) + (f" with {odd}, which no word of a marking has" if odd else "")
            self._deny(found, expected, lambda: self._words.near_segment(segment))

    def _take_rel(self, said: str) -> None:
        named: set[PartnerId] = {self.owner}
        known = self._words.partners | self._words.groups.keys()
        for code in self._codes("REL TO", said):
            meant = self._meant(code)
            if meant is None:
                self._unknown(code, "a code of a partner or a group of the roster", known)
            elif not meant:
                self._note(f"found {code} in REL TO, which is nobody in this roster, expected a partner or some")
            else:
                named |= meant
        self._rel.append(frozenset(named))

    def _meant(self, code: str) -> frozenset[PartnerId] | None:
        """Whom a code stands for; None when the roster does not know it.

        A code of a partner and of a group at once could mean either, so it means whom both readings have.
        """
        group = self._words.groups.get(code)
        one = self.owner if code == self._own_word else PartnerId(code) if code in self._words.partners else None
        if one is None or group is None:
            return group if one is None else frozenset({one})
        self._note(f"found {code}, which is a partner and a group, expected one of them: only whom both mean")
        return group & {one}

    def _take_orcon(self, said: str) -> None:
        if not said:
            self._orig.add(self._originator)
            return
        for code in self._codes("ORCON", said):
            if code == self._own_word:
                self._orig.add(self.owner)
            elif code in self._words.partners:
                self._orig.add(PartnerId(code))
            else:
                self._unknown(code, "the code of one partner of the roster", self._words.partners)

    def _take_controls(self, said: str) -> None:
        for code in self._codes("CTL", said):
            if code in self._words.controls:
                self._controls.add(code)
            else:
                self._unknown(code, "a control that some partner is accredited for", self._words.controls)

    def _take_tlp(self, said: str) -> None:
        tlp = _TLP.get(re.sub(r" ?\+ ?", "+", said))
        if tlp is None:
            self._unknown("TLP:" + said, "CLEAR, GREEN, AMBER, AMBER+STRICT or RED", {f"TLP:{name}" for name in _TLP})
        else:
            self._tlp.append(tlp)

    def _take_pap(self, said: str) -> None:
        if said in _PAP:
            self._pap.append(_PAP[said])
        else:
            self._unknown("PAP:" + said, "CLEAR, GREEN, AMBER or RED", {f"PAP:{name}" for name in _PAP})

    def _take_closed(self, _said: str) -> None:
        self._rel.append(frozenset({self.owner}))

    def _take_embargo(self, said: str) -> None:
        self._embargo += self._time("EMBARGO", said)

    def _take_expiry(self, said: str) -> None:
        self._expiry += self._time("EXPIRES", said)

    def _time(self, word: str, said: str) -> list[datetime]:
        """The instant, if it is one. A date alone is 00:00 UTC of that day: an embargo's first, an end's first without."""
        expected = "a date such as 2022-01-24, or a time with its offset such as 2022-01-24T18:00Z"
        try:
            if _DATE.fullmatch(said):
                return [parse_moment(said).at]
        except ValueError as error:
            expected += f" ({error})"
        self._deny(f"{word} {shown(said)}", expected)
        return []

    def _codes(self, word: str, said: str) -> list[str]:
        """The codes of a list, separated by commas or blanks. A gap may be a lost code, so it denies."""
        parts = [[code for code in part.split(" ") if code] for part in said.split(",")]
        if not all(parts):
            self._deny(f"{word} {shown(said)} with a gap", "codes with commas between them, and none left out")
        return [code for part in parts for code in part]

    def _recipients(self) -> frozenset[PartnerId] | None:
        """Who may have it: those whom every `REL TO` names, else as far as a TLP alone opens."""
        alone = frozenset({self.owner})
        if self._closed:
            return alone
        if self._rel:
            return frozenset.intersection(*self._rel)
        widest = max(self._tlp, default=Tlp.RED)
        if widest == Tlp.CLEAR:
            return None
        return self._words.community | alone if widest == Tlp.GREEN else alone

    def _settle(self) -> None:
        """Say where segments contradict each other. The strictest holds, as in a join of labels."""
        self._once("one TLP", [tlp.text for tlp in self._tlp], "the strictest holds")
        self._once("one PAP", [f"PAP:{pap.name}" for pap in self._pap], "the strictest holds")
        self._once("one REL TO", [f"REL TO {listed(named)}" for named in self._rel], "only whom all of them name")
        self._once("one EMBARGO", [instant(when) for when in self._embargo], "the latest holds")
        self._once("one EXPIRES", [instant(when) for when in self._expiry], "the earliest holds")
        for policy in sorted({policy for policy, _ in self._levels}):
            ranks = [f"{policy} rank {rank}" for other, rank in self._levels if other == policy]
            self._once(f"one level of {policy}", ranks, "the highest holds")
        if self._embargo and self._expiry and min(self._expiry) <= max(self._embargo):
            self._note("found an end that is not after the embargo, expected a time in between: nobody, at any time")

    def _once(self, expected: str, found: Iterable[str], outcome: str) -> None:
        different = list(dict.fromkeys(found))
        if len(different) > 1:
            self._note(f"found {' and '.join(different)}, expected {expected}: {outcome}")

    def _unknown(self, code: str, expected: str, known: Iterable[str]) -> None:
        self._deny(shown(code), expected, lambda: self._words.near(code, frozenset(known)))

    def _deny(self, found: str, expected: str, near: Callable[[], str] = str) -> None:
        """Close the marking: what was meant is not known. A likeness is only told, never taken."""
        self._closed = True
        if len(self._problems) <= _MOST_PROBLEMS:  # a likeness costs time, and no more will be told
            like = near()
            hint = f"; did you mean {like}?" if like else ":"
            self._note(f"found {found}, expected {expected}{hint} owner only")
        else:
            self._note(f"found {found}")

    def _note(self, problem: str) -> None:
        self._problems.append(problem)


def bounded(problems: list[str]) -> tuple[str, ...]:
    """The first problems, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    return (*problems[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else []))
