"""Near: the level of warning that public reports come to, on how many hands it rests, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from consilience.intake.setaside import printable
from consilience.release.public.compose import Known
from consilience.release.public.sentence import Grounds, Sentence, grounds
from consilience.release.public.wording import day, listed, many
from consilience.warning.history import History
from consilience.warning.level import Cause, Step


def near(known: Known) -> Iterator[Sentence]:
    """The step, since when, whose word it is, and what a level is not; nothing where no public indicators are watched by."""
    found = known.warned
    if found is None:
        return
    level, risen = found.last, found.changes[-1].why if found.changes else ()
    why = _grounds(known, found.last.causes if found.last.rests_on else risen)
    hypothesis = printable(found.dossier.watch.hypothesis)
    said = f"By these reports, the level of warning of “{hypothesis}” is {level.step.word}, {level.step} of {len(Step)}"
    yield Sentence(f"{said}: {level.step.means}.", why)
    yield _since(known, found)
    if level.held:
        text = (
            f"What was seen lately would be {level.supported.word} by itself: neither silence nor disagreement lowers a level, "
            "and what raised it has aged without two who look having seen it gone."
        )
        yield Sentence(text, why)
    if level.rests_on:
        yield Sentence(_hands(known, level.rests_on), why)
    yield Sentence(
        "A level follows by rule from what was seen. It is no probability, it names no day, and it says nothing of what a "
        "holder keeps to itself."
    )


def _since(known: Known, found: History) -> Sentence:
    """Since when it stands there, and on what it changed."""
    if not found.changes:
        return Sentence(f"It has been so since the first of these reports, {day(found.levels[0].day)}.")
    change = found.changes[-1]
    way = "rose" if change.is_rise else "fell"
    return Sentence(
        f"It has been so since {day(change.day)}, when it {way} from {change.before.word}.", _grounds(known, change.why)
    )


def _hands(known: Known, hands: tuple[str, ...]) -> str:
    """Whose word it is: holders by name, other origins by number."""
    named = [code for code in known.picture.partners if str(code) in hands]
    told = [known.names.said(code) for code in named]
    more = len(hands) - len(named)
    if more:
        told.append(
            "one origin that several reports share" if more == 1 else f"{more} origins that several reports share"
        )
    without = "it" if len(hands) == 1 else "them"
    return f"It rests on {many(len(hands), 'hand')}: {listed(told)}. Without {without}, what was seen lately would be worth less."


def _grounds(known: Known, causes: tuple[Cause, ...]) -> Grounds:
    """The claims behind causes, as far as the picture holds them."""
    named = {str(name) for each in causes for name in chain.from_iterable(one.claims for one in each.sightings)}
    return grounds((), (claim for claim in known.picture.claims if str(claim.id) in named))
