"""Weighing: what several opened answers amount to together, in numbers that every machine reckons and rounds alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from consilience.conclusions.ach import Matrix, matrix
from consilience.conclusions.concurrence import Concurrence, concurrence
from consilience.conclusions.exact import OPINIONS, Points, by_evidence, rounded
from consilience.conclusions.rules import BY_EVIDENCE, DEFAULT, effective
from consilience.conclusions.stand import Stand
from consilience.conclusions.typed import rounded as to_two
from consilience.conclusions.typed import typed
from consilience.model import form
from consilience.model.assessment import Assessment
from consilience.model.form import WHOLE
from consilience.model.identity import PartnerId
from consilience.model.question import Question


def weighed(question: Question, answers: tuple[Assessment, ...]) -> dict[str, object]:
    """Whether two answers or more are the same, of what kind and on what; and their pool by every rule.

    Probabilities are percent with two decimals, all else has two decimals. Beside the pool stand the lowest and the
    highest answer on each hypothesis: the minority is always there. The order of the answers changes nothing.
    """
    ordered = sorted(answers, key=lambda each: each.partner)
    roots = _roots(ordered)
    rules, shown = _pooled(ordered, roots)
    columns = list(zip(*(_points(each) for each in ordered), strict=True))
    return {
        "concurrence": typed(concurred(question, answers)),
        "rule": shown,
        "pool": {name: _percents(question, row) for name, row in sorted(rules.items())},
        "lowest": _percents(question, [min(column) for column in columns]),
        "highest": _percents(question, [max(column) for column in columns]),
        "independent": to_two(effective(roots)) if any(roots) else None,
    }


def concurred(question: Question, answers: tuple[Assessment, ...]) -> Concurrence:
    """Whether two answers or more are the same, with the reasons in words.

    A basis of which a part is not disclosed, or has no root, counts as not known: what it rests on besides might be
    what others rest on.
    """
    held = zip(answers, _roots(answers), strict=True)
    return concurrence([_stand(question, each, roots) for each, roots in held])


class Furthest(NamedTuple):
    """Who is furthest from a pool, and by how many points of total variation; several where they are equally far."""

    partners: tuple[PartnerId, ...]
    points: float


def furthest(answers: Sequence[Assessment], pool: Mapping[str, float]) -> Furthest:
    """Who is furthest from a pool in percent: a pool never stands without the minority."""
    far = {
        each.partner: sum(abs(points - pool[name] * WHOLE / 100) for name, points in each.probabilities.items()) / 2
        for each in answers
    }
    most = max(far.values())
    return Furthest(tuple(name for name, distance in sorted(far.items()) if most - distance < 1), most / 100)


def evidence(question: Question, answers: Sequence[Assessment]) -> Matrix:
    """The evidence as those weighed it who said what it is worth to them: a display, of which nothing enters a pool."""
    return matrix([Stand.of(each, question, each.basis.evidence) for each in answers])


def _roots(answers: Sequence[Assessment]) -> list[frozenset[str]]:
    """What each answer rests on; nothing where that is not known.

    An item has every root that any of the answers names for it: who rests on one claim rests on one thing, although
    one of them had heard less of where it began.
    """
    known: dict[str, frozenset[str]] = {}
    for each in answers:
        for item, roots in each.basis.roots:
            name = _item(each, item)
            known[name] = known.get(name, frozenset()).union(roots)
    return [_known(each, known) for each in answers]


def _known(answer: Assessment, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The roots of one basis, if each of its items has some and nothing is held back."""
    basis = answer.basis
    roots = [known.get(_item(answer, item), frozenset()) for item in (*basis.claims, *basis.facts)]
    return frozenset[str]().union(*roots) if all(roots) and not basis.undisclosed else frozenset()


def _item(answer: Assessment, item: str) -> str:
    """A fact, or a claim with its issuer in front, whoever names it."""
    return item if "/" in item or item in answer.basis.facts else f"{answer.partner}/{item}"


def _stand(question: Question, answer: Assessment, roots: frozenset[str]) -> Stand:
    worth = tuple(each for each in answer.bearings if each.root in roots)
    return Stand(question, answer.position, roots, worth)


def _pooled(answers: Sequence[Assessment], roots: Sequence[frozenset[str]]) -> tuple[dict[str, Points], str]:
    """The pool by every rule that applies, and the name of the one that is shown first (`pooling.pooled`)."""
    rows = [_points(each) for each in answers]
    if not any(roots):
        return {name: rounded(rule(rows)) for name, rule in OPINIONS.items()}, DEFAULT
    worth = [_worth(each, held) for each, held in zip(answers, roots, strict=True)]
    told = {
        (row, held, tuple(sorted(said.items()))): at
        for at, (row, held, said) in reversed(list(enumerate(zip(rows, roots, worth, strict=True))))
    }
    once = sorted(told.values())  # a copy of an answer on the same roots is no second answer
    chosen = [rows[at] for at in once]
    rules = {name: rounded(rule(chosen)) for name, rule in OPINIONS.items()}
    rules[BY_EVIDENCE] = rounded(by_evidence(chosen, [roots[at] for at in once], [worth[at] for at in once]))
    return rules, BY_EVIDENCE


def _points(answer: Assessment) -> Points:
    """Basis points in order of hypothesis."""
    return tuple(answer.probabilities.values())


def _worth(answer: Assessment, roots: frozenset[str]) -> dict[str, Points]:
    """What each root of its basis is worth to a partner, where it says so."""
    return {
        each.root: tuple(points for _, points in each.likelihoods) for each in answer.bearings if each.root in roots
    }


def _percents(question: Question, row: Sequence[int]) -> dict[str, object]:
    """Basis points in order of hypothesis as percent."""
    return {name: form.percent(part) for name, part in zip(question.ids, row, strict=True)}
