"""Passage: whether what the pages show stays at this node or may leave it, and to whom, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consilience.model.claim import Claim
from consilience.model.form import listed
from consilience.model.marking import Label
from consilience.release.custody import Custody
from consilience.web.words import plural

_NAMED = 3  # claims that are named as the reason why a whole stays; more are counted
OURS = "stays here: it rests on a decision of our analysts, and no release gives that"
_KEPT = 64  # days whose whole picture is remembered


@dataclass(frozen=True, slots=True)
class Passage:
    """`stays here, as A3 does`, with the glyph it goes with: `leaves`, `stays`, or `parted` where no joint product is."""

    key: str
    words: str

    @property
    def sentence(self) -> str:
        """The words, as a sentence begins."""
        return self.words[:1].upper() + self.words[1:]

    def of(self, thing: str) -> Passage:
        """The words with what they are about: `The picture as a whole stays here: 2 of its 5 claims do`."""
        return Passage(self.key, f"{thing} {'is ' if self.key == 'parted' else ''}{self.words}")


class Passages:
    """The words for all that one desk shows; labels are few, so each is asked once."""

    def __init__(self, custody: Custody) -> None:
        """Ask the custody of a desk."""
        self._custody = custody
        self._own: dict[Label, str] = {}
        self._whole: dict[str, Passage | None] = {}

    def one(self, claim: Claim) -> Passage:
        """Of one claim. Where cells are marked apart, the claim as a whole may stay while a part of it goes."""
        words = self._words(claim)
        if not _stays(words):
            return Passage("leaves", words)
        if dict(claim.extras).get("portions"):
            return Passage("stays", f"{words} as a whole; its cells are marked apart, and a part of them may leave")
        return Passage("stays", words)

    def joint(self, claims: Iterable[Claim]) -> Passage | None:
        """Of what rests on several claims: it carries the join of their labels. None where it rests on nothing."""
        rested = list(claims)
        if not rested:
            return None
        if len(rested) == 1:
            return self.one(rested[0])
        distinct = {self._custody.label([claim]): claim for claim in rested}
        words = self._custody.words(distinct.values())
        if not _stays(words):
            return Passage("leaves", words)
        held = [claim for claim in rested if _stays(self._words(claim))]
        if not held:
            which = "both claims" if len(rested) == 2 else f"each of its {len(rested):,} claims"
            may, them = ("may leave this node", "both" if len(rested) == 2 else "all of them")
            return Passage("parted", f"no joint product: {which} {may}, but nobody may have {them}")
        return Passage("stays", f"stays here{_because(held, len(rested))}")

    def whole(self, key: str, claims: Sequence[Claim]) -> Passage | None:
        """As `joint`, for the picture of a day, remembered under a key."""
        if key not in self._whole:
            if len(self._whole) >= _KEPT:
                self._whole.clear()
            self._whole[key] = self.joint(claims)
        return self._whole[key]

    def _words(self, claim: Claim) -> str:
        label = self._custody.label([claim])
        if label not in self._own:
            self._own[label] = self._custody.words([claim])
        return self._own[label]


def _stays(words: str) -> bool:
    return words.startswith("stays here")


def _because(held: Sequence[Claim], of: int) -> str:
    """`, as A3 and A8 do`: which of the claims keep the whole here."""
    if len(held) > _NAMED:
        return f": {len(held):,} of its {plural(of, 'claim')} do"
    return f", as {listed([str(claim.id) for claim in held])} {'does' if len(held) == 1 else 'do'}"
