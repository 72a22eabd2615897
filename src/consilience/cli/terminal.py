"""Terminal: a picture as text that an analyst would paste into a mail."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from consilience.comparison.picture import Picture
from consilience.comparison.words import span
from consilience.intake.setaside import printable
from consilience.model.fact import Fact, Holding, Relation, Stance, Verdict

NARROWEST, WIDEST = 60, 100  # columns that text is set in
WORDS = {
    Verdict.CORROBORATED: "corroborated",
    Verdict.CONFLICTING: "conflicting",
    Verdict.CIRCULAR: "circular",
    Verdict.SOLE: "held by one partner",
}
_STANCES = {
    Stance.OPPOSES: "against",
    Stance.SUPERSEDED: "superseded",
    Stance.COPY: "a changed copy, no evidence",
    Stance.UNVERIFIED: "could not confirm",
    Stance.DEFECTIVE: "the gazetteer contradicts it, no evidence",
    Stance.SPEAKS_ABOUT: "speaks about it",
}
_CONFLICTS, _CIRCLES, _QUESTIONS, _ALONE = 5, 5, 5, 5


def plain(text: str) -> str:
    """Text that cannot steer a terminal."""
    return printable(text)


def block(lines: Iterable[str]) -> str:
    """Lines below each other, none of which can steer a terminal, whoever wrote what they tell."""
    return "".join(f"{plain(line)}\n" for line in lines)


def heading(text: str) -> str:
    """A line in bold, where the terminal shows it, that cannot steer the terminal itself."""
    return strong(plain(text))


def written(lines: Iterable[str]) -> str:
    """Lines below each other, each of them made plain, or a heading, where it was made."""
    return "".join(f"{line}\n" for line in lines)


def paragraphs(sentences: Iterable[str]) -> str:
    """Sentences below each other, each in lines as wide as `width` says."""
    return "".join(f"{line}\n" for each in sentences for line in wrapped(each, "") or [""])


def many(number: int, noun: str, plural: str = "") -> str:
    """`1 claim`, `10,000 claims`, `2 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def width() -> int:
    """The columns of the terminal, within what is read with ease; of a file or a pipe the most, whatever wrote to it."""
    if not sys.stdout.isatty():
        return WIDEST
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns - 1))


def strong(text: str) -> str:
    """Bold on a terminal that shows it; NO_COLOR is honoured."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\033[1m{text}\033[0m"
    return text


def picture_text(picture: Picture, title: str, beside: str = "") -> str:
    """The summary: facts by verdict, the sharpest conflicts, circular chains, what would settle most; then what stands beside it."""
    return "\n".join(_lines(picture, title)) + f"\n{beside}\ndigest {picture.digest}\n"


def _lines(picture: Picture, title: str) -> Iterator[str]:
    as_of = f", as of {picture.as_of}" if picture.as_of else ""
    yield strong(f"{plain(title)}{as_of}")
    yield f"{many(len(picture.claims), 'claim')} of {many(len(picture.partners), 'partner')}: {_some(picture.partners)}"
    yield ""
    yield strong(f"{many(len(picture.facts), 'fact')}: ") + ", ".join(
        f"{picture.count(verdict):,} {WORDS[verdict]}" for verdict in
        (Verdict.CORROBORATED, Verdict.CONFLICTING, Verdict.CIRCULAR, Verdict.SOLE)
    )  # fmt: skip
    yield from _section("Sharpest conflicts", sharpest(picture, Verdict.CONFLICTING)[:_CONFLICTS])
    yield from _section("Circular: several hold it, one said it", sharpest(picture, Verdict.CIRCULAR)[:_CIRCLES])
    yield from _section("Corroborated", sharpest(picture, Verdict.CORROBORATED)[:_CIRCLES])
    yield from _alone(sharpest(picture, Verdict.SOLE)[:_ALONE])
    yield from _questions(sharpest(picture, Verdict.CONFLICTING)[:_QUESTIONS])
    if picture.defects:
        yield ""
        yield strong("Defects of single claims")
        for defect in picture.defects[:_QUESTIONS]:
            yield from wrapped(f"{defect.claim}: {defect.found}; expected {defect.expected}", "  ")
    if picture.decisions:
        yield ""
        yield strong("Decided by analysts")
        for decision in picture.decisions[:_QUESTIONS]:
            yield from wrapped(decision.words, "  ")
        if len(picture.decisions) > _QUESTIONS:
            yield f"  and {len(picture.decisions) - _QUESTIONS} more"
    if picture.set_aside:
        yield f"\n{many(picture.set_aside, 'row')} could not be read and set aside."


def sharpest(picture: Picture, verdict: Verdict) -> list[Fact]:
    """Facts of a verdict, most telling first: those that most partners speak of, then the newest."""
    found = [fact for fact in picture.facts if fact.finding.verdict is verdict]
    return sorted(found, key=lambda fact: (-min(3, _voices(fact)), _backwards(fact.period[1]), fact.id))


def _voices(fact: Fact) -> int:
    """Partners whose current claims bear on the fact."""
    return len({holding.claim.partner for holding in fact.holdings if holding.is_current})


def _backwards(day: str) -> int:
    """A key that puts later days first."""
    return -datetime.fromisoformat(day).toordinal()


def _section(title: str, facts: Sequence[Fact]) -> Iterator[str]:
    if not facts:
        return
    yield ""
    yield strong(title)
    for number, fact in enumerate(facts, start=1):
        yield from _fact(number, fact)


def _fact(number: int, fact: Fact) -> Iterator[str]:
    """One fact: its heading, who says what, what statements are worth, and why."""
    finding = fact.finding
    yield from wrapped(f"{number}. {fact.title}, {_when(fact)}: {finding.headline}  [{fact.id}]", "   ", "")
    width = max((len(holding.claim.partner) for holding in fact.holdings), default=3)
    for holding in sorted(
        fact.holdings, key=lambda held: (held.side < 0, held.side, held.claim.partner, held.claim.id)
    ):
        yield f"   {plain(_holding(holding, width))}"
    for said in fact.statements:
        yield from wrapped(
            f"{said.claim.speaker.name}, {said.claim.reported_at}: says that they coincide; {said.said}", "   ! "
        )
    if finding.verdict is not Verdict.CORROBORATED:
        yield from wrapped("why: " + finding.reasons[0], "   ")
    for decision in fact.decisions:
        yield from wrapped(decision.words, "   * ")


def _holding(holding: Holding, width: int) -> str:
    """`UKR  94,000   Reznikov, reported 2021-12-05 (C049)`."""
    claim = holding.claim
    who = claim.speaker.name if claim.speaker.is_identity else claim.source or claim.partner
    stance = _STANCES.get(holding.stance, "")
    stance = "" if stance == claim.value else stance
    value = f"{claim.value}{f' ({stance})' if stance else ''}"
    return f"{claim.partner:<{width}}  {value:<22}  {who}, {claim.reported_at}  {claim.id}"


def _alone(facts: Sequence[Fact]) -> Iterator[str]:
    """What one partner alone holds, a line each."""
    if not facts:
        return
    yield ""
    yield strong("Held by one partner, newest")
    for number, fact in enumerate(facts, start=1):
        claim = fact.holdings[0].claim
        text = f"{number}. {claim.partner}: {fact.title}, {_when(fact)}: {claim.value}  {claim.id}"
        yield from wrapped(text, "   ", "")


def _when(fact: Fact) -> str:
    """The days of a fact."""
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in fact.period)
    return span(first, last)


def _questions(facts: Sequence[Fact]) -> Iterator[str]:
    """What would settle most."""
    if not facts:
        return
    yield ""
    yield strong("What would settle most")
    for number, fact in enumerate(facts, start=1):
        yield from wrapped(f"{number}. {fact.finding.settles}", "   ", "")


def relation_text(relation: Relation) -> str:
    """A relation with its reasons, one a line."""
    order = {"repeats": "rests on", "supersedes": "is superseded by", "refines": "is a part of"}.get(
        relation.kind.value
    )
    head = f"{relation.a} {order} {relation.b}" if order else f"{relation.a} and {relation.b}"
    lines = [strong(f"{relation.kind.value}: ") + plain(head)]
    for reason in relation.reasons:
        lines.extend(wrapped("- " + reason, "    ", "  "))
    return "\n".join(lines)


def _some(names: Iterable[str], most: int = 12) -> str:
    """The first names, and how many more there are."""
    listed = [plain(name) for name in names]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Lines as wide as `width` says."""
    start = indent if first is None else first
    rest = " " * len(indent)
    return textwrap.wrap(plain(text), width(), initial_indent=start, subsequent_indent=rest, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip
