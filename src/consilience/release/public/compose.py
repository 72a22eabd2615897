"""Compose: from a picture, its strengths and its conclusions, what can be said to the public, and what cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from consilience.comparison.picture import Picture
from consilience.conclusions.inquiry import Inquiry
from consilience.errors import UsageError
from consilience.intake.setaside import printable
from consilience.model.claim import Claim, Tense
from consilience.model.extent import Geography
from consilience.model.fact import Fact, Holding, Verdict
from consilience.model.identity import PartnerId
from consilience.release.public.sentence import Part, PublicStatement, Sentence, grounds
from consilience.release.public.wording import Names, day, listed, many, period, says
from consilience.warning.dossier import Dossier
from consilience.warning.history import History, history

RECENT_DAYS = 30
_LISTED = 10  # facts of one kind that are told one by one
_SAYINGS = 12  # what is said of one fact, in one sentence
_SEVERAL = 2
_MONITORED = "violation"  # tallies of monitors: told as one number of facts, not day by day


@dataclass(frozen=True)
class Known:
    """What a statement is made from, all of which the public may have: nothing else was in the room.

    `inquiries` are what partners concluded in public; `subject` is what the statement is about, in a line; `dossier`, where there
    is one, has indicators that are public themselves: by them these reports come to a level.
    """

    picture: Picture
    geography: Geography
    names: Names
    inquiries: Sequence[Inquiry] = ()
    subject: str = ""
    dossier: Dossier | None = None

    @cached_property
    def day(self) -> date:
        """The day by which it was known: the picture's, or that of the last report."""
        if self.picture.as_of:
            return self.picture.as_of.at.date()
        return max(claim.reported_at.at.date() for claim in self.picture.claims)

    @cached_property
    def warned(self) -> History | None:
        """The level of each day that these reports come to; None without indicators, or before anything was reported."""
        try:
            return history(self.dossier, self.day) if self.dossier else None
        except UsageError:  # nothing for ten years
            return None

    @cached_property
    def recent(self) -> tuple[Fact, ...]:
        """Facts that hold within the last thirty days or later, those on which most who compare spoke first."""
        since = self.day - timedelta(days=RECENT_DAYS)
        found = [fact for fact in self.picture.facts if datetime.fromisoformat(fact.period[1]).date() >= since]
        return tuple(sorted(found, key=lambda fact: (-len(self.comparing(fact)), -_last(fact), fact.id)))

    @cached_property
    def focus(self) -> tuple[PartnerId, ...]:
        """Who compares; where nobody is named, everybody that spoke."""
        return self.names.focus or self.picture.partners

    def comparing(self, fact: Fact) -> tuple[PartnerId, ...]:
        """Of those who compare, who holds something current on a fact."""
        holders = {held.claim.partner for held in fact.holdings if held.is_current}
        return tuple(code for code in self.focus if code in holders)

    def of(self, verdict: Verdict) -> list[Fact]:
        """Recent facts of a verdict; not what monitors tally day by day, nor what is said of other claims."""
        return [
            fact
            for fact in self.recent
            if fact.finding.verdict is verdict
            and root(fact) not in (_MONITORED, "concurrence", "provenance")
            and any(held.is_current for held in fact.holdings)
        ]

    def who(self, codes: Sequence[PartnerId]) -> str:
        """Partners in a sentence."""
        return listed(self.names.said(code) for code in codes)


def compose(known: Known, parts: Sequence[tuple[str, Callable[[Known], Iterator[Sentence]]]]) -> PublicStatement:
    """The statement: the parts that have something to say, in their order."""
    told = tuple(Part(title, found) for title, write in parts if (found := tuple(write(known))))
    return PublicStatement("Public statement", known.subject, day(known.day), known.day, told)


def coincide(known: Known) -> Iterator[Sentence]:
    """What several tell from origins of their own, and nobody contradicts."""
    found = known.of(Verdict.CORROBORATED)
    for fact in found[:_LISTED]:
        origins = many(fact.finding.independent_sources, "independent origin")
        yield Sentence(f"On {about(known, fact)}, reports agree from {origins}: {_told(known, fact)}.", grounds([fact]))
    yield from _rest(found, "report agrees", "reports agree", "from independent origins")
    if not found:
        yield Sentence("No two reports from origins of their own agree on any fact of the last thirty days.")


def differ(known: Known) -> Iterator[Sentence]:
    """What cannot all hold: each side is told."""
    found = known.of(Verdict.CONFLICTING)
    for fact in found[:_LISTED]:
        yield Sentence(f"On {about(known, fact)}, what is said cannot all hold: {_told(known, fact)}.", grounds([fact]))
    yield from _rest(found, "fact is", "facts are", "in conflict")


def unknown(known: Known) -> Iterator[Sentence]:
    """What one holder alone says, what comes from one origin, and who said nothing."""
    sole, circular = known.of(Verdict.SOLE), known.of(Verdict.CIRCULAR)
    if sole:
        text = (
            f"{many(len(sole), 'fact')} of the last thirty days {'is' if len(sole) == 1 else 'are'} told by one holder "
            "only, which makes them neither wrong nor confirmed."
        )
        yield Sentence(text.replace("makes them", "makes it") if len(sole) == 1 else text, grounds(sole))
    for fact in circular[:_LISTED]:
        holders = listed(known.names.said(code) for code in fact.partners)
        text = f"On {about(known, fact)}, {holders} rest on one origin, which counts once."
        if len(fact.partners) > 1:
            yield Sentence(text, grounds([fact]))
    tallies = [fact for fact in known.recent if root(fact) == _MONITORED]
    if tallies:
        text = (
            f"{many(len(tallies), 'tally')} of violations in these days "
            f"{'is' if len(tallies) == 1 else 'are'} not part of this statement; such a tally says how many, and not by whom."
        ).replace("tallys", "tallies")
        yield Sentence(text, grounds(tallies))
    silent = [code for code in known.names.focus if code not in known.picture.partners]
    if silent:
        has = "has" if len(silent) == 1 else "have"
        yield Sentence(
            f"What {known.who(silent)} {has} found is not known: the public reports used here hold nothing of it."
        )


def made(known: Known) -> Iterator[Sentence]:
    """From what, until when and how, and what reckons the same again."""
    picture = known.picture
    reports, holders = many(len(picture.claims), "public report"), many(len(picture.partners), "holder")
    yield Sentence(
        f"This statement rests on {reports} by {holders}, made by the end of {day(known.day)}; nothing later was used."
    )
    yield Sentence(
        "Reports count by their origin: what several repeat from one origin counts once. One figure that a holder gave "
        "is told as it was given, and a range as it was recorded, where “about” may have widened it; an interval that "
        "was reckoned is rounded outwards to two figures."
    )
    yield Sentence("Whoever is named is named for what was said in public. This statement takes no side.")
    yield Sentence(f"Whoever has the same reports can draw the same picture: {picture.digest}.")


def root(fact: Fact) -> str:
    """The first segment of what a fact is about."""
    return fact.phenomenon.partition("/")[0]


def ahead(fact: Fact) -> bool:
    """Whether a fact lies ahead: a plan or a forecast is no count of what is there."""
    return fact.tense == Tense.AHEAD.value


def about(known: Known, fact: Fact) -> str:
    """`personnel of the Russian Federation at the border of Ukraine, 21 November 2021`."""
    return f"{known.names.subject(fact)}, {period(fact)}"


def _told(known: Known, fact: Fact) -> str:
    """What each that counts says, those who compare first; who says the same twice is told once."""
    rank = {code: number for number, code in enumerate(known.focus)}
    current = [held for held in fact.holdings if held.is_current]
    current.sort(key=lambda held: (rank.get(held.claim.partner, len(rank)), held.claim.reported_at.at, held.claim.id))
    said: dict[str, int] = {}
    times: Counter[PartnerId] = Counter()
    for held in current:
        words = _one(known, held) + _of_what(fact, held.claim)
        if words not in said:
            said[words] = times[held.claim.partner]
            times[held.claim.partner] += 1
    kept = set(sorted(said, key=said.__getitem__)[:_SAYINGS])  # of each holder its first word before anybody's second
    more = f"; and {len(said) - _SAYINGS:,} more" if len(said) > _SAYINGS else ""
    return "; ".join(words for words in said if words in kept) + more


def _of_what(fact: Fact, claim: Claim) -> str:
    """What a claim is of, where a fact holds several things to each other: ` (withdrawal)`, that it does not read as build-up."""
    several = len({held.claim.phenomenon.path for held in fact.holdings if held.is_current}) > 1
    return f" ({printable(claim.phenomenon.words)})" if several else ""


def _one(known: Known, held: Holding) -> str:
    return f"{known.names.speaker(held.claim)} {says(held.claim)}"


def figures_of(known: Known, fact: Fact, said: Claim) -> str:
    """The figures that a statement speaks of: `: Ukraine (Reznikov) says 94,300; …`."""
    named = [held for held in fact.holdings if held.claim.id in said.about and held.claim.count]
    told = dict.fromkeys(_one(known, held) for held in named)
    return f": {'; '.join(told)}" if told else ""


def _rest(found: Sequence[Fact], one: str, several: str, what: str) -> Iterator[Sentence]:
    """How many more there are than were told."""
    more = list(found[_LISTED:])
    if more:
        yield Sentence(f"{len(more):,} more {one if len(more) == 1 else several} {what}.", grounds(more))


def _last(fact: Fact) -> float:
    """When something on it was last reported."""
    return max(held.claim.reported_at.at.timestamp() for held in fact.holdings)
