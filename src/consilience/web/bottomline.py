"""Bottom line: what the picture amounts to, in sentences computed from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from consilience.model.claim import Claim, Modality
from consilience.model.fact import Fact, Stance, Statement, Verdict
from consilience.model.form import listed
from consilience.model.identity import PartnerId
from consilience.web.dispute import Dispute
from consilience.web.view import View, last_report
from consilience.web.words import VERDICTS, day_words, period_words, plural


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the glyph it goes with and the fact that bears it out."""

    text: str
    mark: str = ""
    fact: Fact | None = None


def bottom_line(view: View, disputes: Sequence[Dispute]) -> list[Sentence]:
    """The count of facts by verdict, the sharpest conflict, a statement not borne out, and a telling circle."""
    found = [_counts(view)]
    if disputes:
        found.append(Sentence(_conflict(view, disputes[0]), "conflicting", disputes[0].fact))
    said = _refuted(view)
    if said:
        found.append(Sentence(_statement(view, said[1]), "speaks", said[0]))
    circle = _circle(view)
    if circle:
        found.append(Sentence(_chain(view, circle), "circular", circle))
    return found


def _counts(view: View) -> Sentence:
    """Of how many facts, how many are corroborated, in conflict, circular, or held by one."""
    picture = view.picture
    if not picture.facts:
        return Sentence(f"Nothing had been reported by {day_words(view.day)}.")
    partners = plural(len(picture.partners), "partner")
    counts = [f"{picture.count(words.verdict):,} {words.counted}" for words in reversed(VERDICTS[:3])]
    sole = picture.count(Verdict.SOLE)
    are = "is" if sole == 1 else "are"
    return Sentence(
        f"By {day_words(view.day)}, {partners} had reported on {plural(len(picture.facts), 'fact')}: "
        f"{listed(counts)}; {sole:,} {are} held by one partner only."
    )


def _conflict(view: View, dispute: Dispute) -> str:
    """`Ukraine says 94,000, the United States of America 70,000: …`, with the fact and its days."""
    one, two = dispute.pair
    about = f"{view.cast.spelt(dispute.fact.title)}, {period_words(dispute.fact)}"
    first, second = view.cast.said(one.partner), view.cast.said(two.partner)
    if one.count and two.count and not (one.modality.is_negation or two.modality.is_negation):
        told = f"{first} says {one.value}, {second} {two.value}"
    else:
        told = f"{first} {_verb(one)}, {second} {_verb(two)}"
    aside = _beside(view, dispute)
    return f"{told[0].upper()}{told[1:]}: {about}.{aside}"


def _verb(claim: Claim) -> str:
    """What a partner does with a proposition, in the words of its modality."""
    words = {
        Modality.DENIED: "denies it",
        Modality.NOT_OBSERVED: "looked and did not see it",
        Modality.FORECAST: "expects it",
        Modality.INTENDED: "reports a plan for it",
    }
    said = words.get(claim.modality)
    if said:
        return said
    return f"says {claim.value}" if claim.count else "reports it"


def _beside(view: View, dispute: Dispute) -> str:
    """Another figure of either side's own partner, which a single number would hide."""
    told = {claim.id for claim in dispute.pair}
    for claim in dispute.pair:
        for side in dispute.sides:
            other = side.claim
            if other.partner == claim.partner and other.id not in told and other.count and claim.count:
                who = view.cast.said(claim.partner)
                return f" Another speaker of {who} ({other.speaker.name}) says {other.value}."
    return ""


def _refuted(view: View) -> tuple[Fact, Statement] | None:
    """The newest statement that data coincide which the figures do not bear out."""
    found = [(fact, said) for fact in view.picture.facts for said in fact.statements if said.borne_out is False]
    return max(found, key=lambda pair: (pair[1].claim.reported_at.at, pair[1].claim.id), default=None)


def _statement(view: View, said: Statement) -> str:
    """Who says when that data coincide, and the figures."""
    subjects = [view.claims[name] for name in said.claim.about if name in view.claims]
    figures = ", ".join(f"{view.cast.said(claim.partner)} {claim.value}" for claim in subjects)
    day = day_words(said.claim.reported_at.at.date())
    return (
        f"A statement of {day} ({said.claim.speaker.name}) says that the data coincide; the figures do not bear it out: "
        f"{figures or said.said}."
    )


def _circle(view: View) -> Fact | None:
    """The most telling circular fact: recent, with partners in focus among its holders, and many of them."""
    circular = [fact for fact in view.picture.facts if fact.finding.verdict is Verdict.CIRCULAR]
    chains = {fact.id: _longest(view, fact)[1] for fact in circular}
    told = [fact for fact in circular if len(chains[fact.id]) > 1]
    recent = {fact.id for fact in view.recent}
    return max(
        told,
        key=lambda fact: (
            fact.id in recent,
            sum(holder in view.cast.focus for holder in chains[fact.id]),
            len(chains[fact.id]),
            last_report(fact),
            fact.id,
        ),
        default=None,
    )


def _longest(view: View, fact: Fact) -> tuple[str, list[str]]:
    """The root from which most partners hold a fact, and those partners with the one whose root it is.

    Who could not confirm it, or only speaks of it, is no link of the chain.
    """
    held: dict[str, set[PartnerId]] = defaultdict(set)
    for holding in fact.holdings:
        if holding.is_current or holding.stance is Stance.COPY:
            for root in holding.roots:
                held[root].add(holding.claim.partner)
                owner = view.owner(root)
                if _is_partner(view, owner):
                    held[root].add(PartnerId(owner))
    root = min(held, key=lambda name: (-len(held[name]), name), default="")
    return root, [str(code) for code in view.cast.ordered(held[root])] if root else []


def _is_partner(view: View, owner: str) -> bool:
    """Whether the owner of a root is a partner, and not a recording."""
    return owner in view.cast.names or owner in view.picture.partners


def _chain(view: View, fact: Fact) -> str:
    """Who holds it, and that it is one report."""
    root, partners = _longest(view, fact)
    holders = listed([view.cast.said(partner) for partner in partners])
    text = f"one report, not {len(partners)}: {holders} rest on one root, {root}. "
    return f"{text[0].upper()}{text[1:]}{view.cast.spelt(fact.title)}, {period_words(fact)}."
