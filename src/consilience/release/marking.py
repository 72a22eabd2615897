"""Marking: what an owner wrote about who may have a thing becomes a label, and a label becomes words again.

What cannot be read surely is for the owner only, and said to be so. No text raises, and none that is damaged opens more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time

from consilience.intake.row import COLUMNS
from consilience.intake.setaside import shown
from consilience.model.entry import Portion
from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Pap, Tlp
from consilience.model.roster import Roster
from consilience.release.policy import listed
from consilience.release.reading import LONGEST, Read, Reading, bounded
from consilience.release.vocabulary import CLOSED, PLAIN_CODE, Vocabulary, blanks_squeezed


def read_marking(text: str, owner: PartnerId, roster: Roster, originator: PartnerId | None = None) -> Read:
    """The label of a marking text, by the words that `roster` knows at this moment. `docs/release.md` has the grammar.

    Never raises for content. A segment, code, group, control or level that is not known makes the whole marking
    owner only, and the problem names it. Whatever is written, the owner is among the recipients.

    The owner is the partner at whose node it is marked. The originator, whose consent a bare `ORCON` asks for, is
    another where a node keeps what a partner told it.
    """
    return Reading(owner, Vocabulary(roster), originator).read(text)


def read_portions(
    text: str, owner: PartnerId, roster: Roster, originator: PartnerId | None = None
) -> tuple[tuple[Portion, ...], tuple[str, ...]]:
    """The portions of `source, url = REL TO GBR | text = TLP:RED`, and the problems.

    A portion of which it cannot be told what cells it means (an unknown column, no `=` or two, an empty part) is
    read as one that keeps every cell for the owner: what its author wished to protect is not known.
    """
    if not blanks_squeezed(text):
        return (), ()
    if len(text) > LONGEST:
        return (_all_cells(owner),), (f"found {len(text)} signs, expected at most {LONGEST}: every cell is owner only",)
    words = Vocabulary(roster)
    portions: list[Portion] = []
    problems: list[str] = []
    named: set[str] = set()
    for part in text.split("|"):
        portion, said = _portion(part, Reading(owner, words, originator), words)
        portions.append(portion)
        problems += said
        if portion.columns == COLUMNS:
            break  # nothing can be stricter
        if named.intersection(portion.columns):
            again = listed(named.intersection(portion.columns))
            problems.append(f"found {again} in two portions, expected one: both hold")
        named.update(portion.columns)
    return tuple(portions), bounded(problems)


def describe(label: Label, roster: Roster) -> str:
    """A marking text that the owner reads back to the same label under this roster.

    It holds for every label that `read_marking` gives; for others (a code that the roster does not know, a join that
    leaves nobody) the text reads back to a label that is at least as strict, but for the owner itself.
    """
    said = [_level_text(policy, rank, roster) for policy, rank in label.levels]
    if label.controls:
        said.append("CTL " + _codes_text(label.controls))
    if label.orig:
        said.append("ORCON " + _codes_text(label.orig))
    if label.tlp > Tlp.CLEAR or label.rel is None:
        said.append(Tlp(label.tlp).text)
    if label.pap > Pap.CLEAR:
        said.append(f"PAP:{Pap(label.pap).name}")
    if label.rel is not None:
        said.append("REL TO " + _codes_text(label.rel) if label.rel else CLOSED[0])
    if label.embargo:
        said.append("EMBARGO " + _time_text(label.embargo))
    if label.expiry:
        said.append("EXPIRES " + _time_text(label.expiry))
    return "//".join(said)


def _portion(part: str, reading: Reading, words: Vocabulary) -> tuple[Portion, tuple[str, ...]]:
    """One portion and its problems."""
    names, equals, marking = part.partition("=")
    columns = [blanks_squeezed(name).lower() for name in names.split(",")]
    strange = [name for name in columns if name not in COLUMNS]
    read = reading.read(marking)
    # `source = REL TO GBR; url RED`: a column within what cannot be read shows that a separator was lost.
    swallowed = set(COLUMNS).intersection(re.split(r"\W+", marking.lower())) if read.problems else ()
    if not equals or "=" in marking or strange or swallowed:
        expected = "native columns, one =, and a marking, with | between portions"
        near = words.near(strange[0], frozenset(map(str.upper, COLUMNS))).lower() if strange else ""
        hint = f"; did you mean {near}?" if near else ":"
        return _all_cells(reading.owner), (f"found {shown(part)}, expected {expected}{hint} every cell is owner only",)
    said = tuple(f"{', '.join(columns)}: {problem}" for problem in read.problems)
    return Portion(tuple(dict.fromkeys(columns)), read.label, blanks_squeezed(marking)), said


def _all_cells(owner: PartnerId) -> Portion:
    return Portion(COLUMNS, Label(rel=frozenset({owner})), CLOSED[0])


def _level_text(policy: str, rank: int, roster: Roster) -> str:
    known = roster.policy(policy)
    if known is None or not 0 <= rank < len(known.levels):
        return f"{_safe(policy)} rank {rank}?"
    return f"{policy} {known.levels[rank]}"


def _codes_text(codes: Iterable[str]) -> str:
    return ", ".join(_safe(code) for code in sorted(codes))


def _safe(code: str) -> str:
    """A code that can be written; any other is damaged on purpose, so that it never reads back as something else."""
    return code if PLAIN_CODE.fullmatch(code) else re.sub(r"[^A-Za-z0-9._-]", "?", code) + "?"


def _time_text(when: datetime) -> str:
    utc = when.astimezone(UTC).replace(tzinfo=None)
    return utc.date().isoformat() if utc.time() == time.min else utc.isoformat() + "Z"
