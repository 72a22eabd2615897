"""Judged: what was announced, how many there are, what is concluded, and what of it the figures do not support."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from consilience.comparison.words import place_words
from consilience.conclusions.concurrence import Kind
from consilience.conclusions.inquiry import Answer, Course, Inquiry
from consilience.errors import UsageError
from consilience.linkage.levels import proposition
from consilience.model.claim import Claim, Tense
from consilience.model.fact import Fact, Verdict
from consilience.release.public.compose import RECENT_DAYS, Known, about, ahead, figures_of, root
from consilience.release.public.sentence import Grounds, Sentence, grounds
from consilience.release.public.wording import day, listed, many, outward, says
from consilience.warning.filter import Days
from consilience.warning.report import Says
from consilience.warning.series import Matter, Series, series

_CONCLUSIONS = "concurrence/conclusions"
_MEASURE = "personnel"
_WIDEST = 10.0  # an interval whose end is more than so many times its beginning says nothing
_SEVERAL = 2
_LISTED = 12  # figures that are told one by one
_NEAR = {
    Kind.INDEPENDENT: "The probabilities are the same, on evidence without a common root.",
    Kind.SHARED_EVIDENCE: "The probabilities are the same, on evidence with common roots: one witness, heard twice.",
    Kind.WORDS_ONLY: "The words are the same, for probabilities more than 15 points apart.",
    Kind.HIDDEN: "The probabilities are the same, under different words.",
    Kind.DIVERGENT: "The probabilities lie more than 15 points apart.",
    Kind.NOT_COMPARABLE: "They answer different questions.",
    Kind.CANNOT_TELL: "How near to each other the probabilities are cannot be told from what was said.",
}
_AHEAD = "; that lies ahead, and is no count of what is there"


def announced(known: Known) -> Iterator[Sentence]:
    """That partners compared what they hold, as somebody said in public, and from how many origins that is known."""
    for fact in _announcements(known):
        told = [held.claim for held in fact.holdings if held.is_current]
        for claim in _by_word(told):
            services = (
                f"{claim.count} services" if claim.count and claim.count.unit == "service" else "services of partners"
            )
            same = "the conclusions are the same" if claim.phenomenon.path == _CONCLUSIONS else "the data coincide"
            when = day(claim.reported_at.at.date())
            text = f"{known.names.speaker(claim)} announced that {services} compared what they hold and that {same} ({when})."
            yield Sentence(text, grounds([fact], [claim]))
        if fact.finding.independent_sources == 1:
            text = "All that is known of this announcement comes from one origin: the announcement itself."
            yield Sentence(text, grounds([fact]))


def figures(known: Known) -> Iterator[Sentence]:
    """How many, as those who compare say it, and what all reports together come to."""
    told = [(fact, claim) for fact in known.recent for claim in _counts(known, fact)]
    told.sort(key=lambda pair: (ahead(pair[0]), -pair[1].reported_at.at.timestamp(), pair[1].id))
    lines: dict[str, list[tuple[Fact, Claim]]] = {}
    for fact, claim in told:
        text = f"On {about(known, fact)}: {known.names.speaker(claim)} {says(claim)}"
        lines.setdefault(f"{text}{_AHEAD if ahead(fact) else ''}.", []).append((fact, claim))
    for text, pairs in list(lines.items())[:_LISTED]:  # who says the same twice is told once
        yield Sentence(text, grounds((fact for fact, _ in pairs), (claim for _, claim in pairs)))
    if len(lines) > _LISTED:
        more = len(lines) - _LISTED
        rest = [pair for pairs in list(lines.values())[_LISTED:] for pair in pairs]
        text = (
            f"{many(more, 'more figure')} of those who compare {'is' if more == 1 else 'are'} not told one by one here."
        )
        yield Sentence(text, grounds((fact for fact, _ in rest), (claim for _, claim in rest)))
    for actor in sorted({fact.actor for fact in known.recent if _is_count(fact)}):
        try:
            found = series(known.picture, Matter(actor), known.geography)
        except UsageError:  # nobody counts it
            continue
        yield from _strengths(known, found)


def concluded(known: Known) -> Iterator[Sentence]:
    """Of each question, who said how probable what is, and whether it is the same; never without who stands apart."""
    for found in known.inquiries:
        if found.course is not Course.NONE:
            yield Sentence(f"On the question “{found.question.text}” {_course(known, found)}", _basis(found.answers))


def unsupported(known: Known) -> Iterator[Sentence]:
    """What was announced and is not borne out by what was published."""
    for fact in _announcements(known):
        yield _against_figures(known, fact)
    yield from _refuted(known)
    silent = [found for found in known.inquiries if found.course in (Course.NONE, Course.ALONE)]
    if silent and _announcements(known):
        some = (
            f"On {len(silent)} of {len(known.inquiries)} questions"
            if len(silent) < len(known.inquiries)
            else "On no question"
        )
        text = (
            f"{some} {'no' if len(silent) < len(known.inquiries) else 'had any'} two of those who compare had said in public how "
            "probable an answer is"
        ).replace("had any two of those who compare had said", "had two of those who compare said")
        answers = [answer for found in silent for answer in found.answers]
        yield Sentence(
            f"{text}: whether they conclude the same cannot be told from their public words.", _basis(answers)
        )


def _refuted(known: Known) -> Iterator[Sentence]:
    """Statements that data coincide which the figures that they speak of do not bear out, with these."""
    for fact in known.picture.facts:
        for said in fact.statements:
            if said.borne_out is False:
                who, when = known.names.speaker(said.claim), day(said.claim.reported_at.at.date())
                text = f"That the data coincide, as {who} said on {when}, is not borne out{figures_of(known, fact, said.claim)}."
                yield Sentence(text, grounds([fact], [said.claim]))


def _against_figures(known: Known, fact: Fact) -> Sentence:
    """An announcement beside the figures that those who compare published for the same thing, each its own."""
    claims = [held.claim for held in fact.holdings if held.is_current]
    shared = [other for other in known.recent if _is_shared(known, other)]
    when = f"by the end of {day(known.day)}"
    if not shared:
        who = known.who(known.names.focus) or "those who spoke"
        counting = {claim.partner for other in known.recent if not ahead(other) for claim in _counts(known, other)}
        alone = known.who([code for code in known.focus if code in counting])
        text = (
            f"The published figures do not show that the conclusions are the same: {when} no two of {who} had "
            f"published figures of their own for the same thing. "
            + (
                f"How many are there was said by {alone} alone."
                if alone
                else "Nobody of them had said how many are there."
            )
        )
    else:
        apart = [other for other in shared if other.finding.verdict is Verdict.CONFLICTING]
        things = listed(about(known, other) for other in (apart or shared)[:3])
        held = f"They conflict on {things}." if apart else f"They do not conflict: {things}."
        text = f"{when[:1].upper()}{when[1:]} those who compare had published figures of their own for {many(len(shared), 'thing')} in common. {held}"
    return Sentence(text, grounds([fact, *shared], claims))


def _announcements(known: Known) -> list[Fact]:
    return [fact for fact in known.recent if root(fact) == "concurrence"]


def _by_word(claims: list[Claim]) -> list[Claim]:
    """One claim of each speaker, the speaker's own before a page that carries it."""
    first: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda each: (each.speaker.name.partition("/")[0] != each.partner, each.id)):
        first.setdefault(claim.speaker.name, claim)
    return list(first.values())


def _is_count(fact: Fact) -> bool:
    return fact.phenomenon == _MEASURE and fact.tense == Tense.PRESENT.value and fact.finding.value is not None


def _counts(known: Known, fact: Fact) -> list[Claim]:
    """Figures of those who compare, on people and formations."""
    if root(fact) not in ("personnel", "formation"):
        return []
    return [
        held.claim
        for held in fact.holdings
        if held.is_current and held.claim.count and held.claim.partner in known.focus
    ]


def _is_shared(known: Known, fact: Fact) -> bool:
    """Whether two of those who compare give figures for it, from roots of their own."""
    roots = {held.claim.partner: held.roots for held in fact.holdings if held.claim in _counts(known, fact)}
    return not ahead(fact) and len(roots) >= _SEVERAL and len(set(roots.values())) >= _SEVERAL


def _strengths(known: Known, found: Series) -> Iterator[Sentence]:
    """What the reports of each scope come to on the day, where they say something."""
    for scope in found.scopes:
        reports = found.of(scope)
        counted = [each for each in reports if each.says is Says.COUNT]
        last = max(each.day for each in reports)
        if len(counted) < _SEVERAL or last < known.day.toordinal() - RECENT_DAYS:
            continue
        band = found.on(scope, min(known.day, _end(found.days)))
        if band.low <= 0 or band.high / band.low > _WIDEST:
            continue
        claims = [found.claims[each.id] for each in reports]
        holders = many(len({claim.partner for claim in claims}), "holder")
        chief = claims[0]
        area = known.names.at(place_words(tuple(claims), chief.place.scope_key))
        of = f"{_MEASURE}{known.names.counted(proposition(chief).counted)} of {known.names.said(found.matter.actor)}{area}"
        text = (
            f"Taken together, {many(len(reports), 'report')} by {holders} on {of} put the number on {day(known.day)} at "
            f"{outward(band.low, band.high)} with nine chances in ten, and at {outward(band.lower, band.upper)} with one "
            "in two. This is reckoned from the reports, and was said by nobody."
        )
        if len({claim.place.parts for claim in claims}) > 1:
            text += " The reports do not all count the same area."
        roots = {root for each in reports for root in each.roots or {each.id}}
        yield Sentence(text, Grounds((), grounds([], claims).claims, tuple(sorted(roots))))


def _end(days: Days) -> date:
    return date.fromordinal(days.last)


def _course(known: Known, found: Inquiry) -> str:
    """How the conclusions lie to each other."""
    names = known.who(found.concluding)
    sides = listed(
        f"{known.who(who)} hold{'s' if len(who) == 1 else ''} “{found.text(name)}” foremost"
        for name, who in found.sides
    )
    kind = found.concurrence.kind if found.concurrence else None
    near = f" {_NEAR[kind]}" if kind else ""
    if found.course is Course.ALONE:
        return f"only {names} had said how probable an answer is{': ' + sides if sides else ''}; there is nothing to compare it with."
    if found.course is Course.OPPOSED:
        return f"the conclusions are opposed: {sides}.{near}"
    if found.course is Course.OPEN:
        return f"what {names} said leaves open whether they conclude the same.{near if kind is not Kind.CANNOT_TELL else ''}"
    return f"the conclusions point the same way: {sides}.{near}"


def _basis(answers: Sequence[Answer]) -> Grounds:
    """The words that were coded, what they rest on, and the roots of that."""
    names = {name for each in answers for name in (*each.stated.claims, *each.stated.basis)}
    roots = {root for each in answers for root in each.roots}
    return Grounds((), tuple(sorted(names)), tuple(sorted(roots)))
