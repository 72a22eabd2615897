"""Role: what is at hand on an actor's role in an accord: who states it, who denies it, who signed in what capacity, what binds.

The answer is never a bare false. A role is a claim with a source: where one page states it and another denies it, both stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consilience.model.accord import Accord, Clause, Dispute, Participation, Role, kin
from consilience.model.check import Evidence, Result, Side
from consilience.response.statement import RoleStatement


@dataclass(frozen=True, slots=True)
class RoleFinding:
    """What one accord has on a role: the result for the statement as put, its evidence, and what should be known beside it.

    `signatures` are all, of whomever; `naming` are clauses that name the actor, `unnamed` those that bind "both sides" or
    "all" and leave open who that is; `notes` are sentences on what is disputed.
    """

    accord: Accord
    result: Result
    because: str
    evidence: tuple[Evidence, ...]
    signatures: tuple[Evidence, ...]
    naming: tuple[Evidence, ...]
    unnamed: tuple[Evidence, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleCheck:
    """The statement as understood, the result over all accords that it names, and the finding of each."""

    statement: RoleStatement
    result: Result
    as_of: date | None
    findings: tuple[RoleFinding, ...]


def check_role(statement: RoleStatement, accords: Sequence[Accord], as_of: date | None = None) -> RoleCheck:
    """Hold a statement on a role against accords, using what stood by the end of a day (all, when None)."""
    known = tuple(found for accord in accords if (found := accord.known_by(as_of)))
    by_name = {accord.name: accord for accord in known}
    findings = tuple(
        _finding(statement, by_name[accord.name], known) if accord.name in by_name else _too_early(accord)
        for accord in statement.accords
    )
    results = {finding.result for finding in findings}
    return RoleCheck(statement, results.pop() if len(results) == 1 else Result.PARTLY, as_of, findings)


def _too_early(accord: Accord) -> RoleFinding:
    """The finding on an accord of later."""
    why = f"the accord is of {accord.day.isoformat()}, later than the time that is asked about"
    return RoleFinding(accord, Result.UNVERIFIABLE, why, (), (), (), (), ())


def _finding(statement: RoleStatement, accord: Accord, known: Sequence[Accord]) -> RoleFinding:
    """What one accord has on it."""
    own = [each for each in accord.participations if statement.actor in each.actors]
    stated = [each for each in own if each.role is statement.role]
    others = [each for each in own if each.role is not statement.role]
    denied = [(accord, each) for each in _denials(statement, accord)]
    denied += [(other, each) for other in kin(accord, tuple(known)) for each in _denials(statement, other)]
    result, because = _weigh(statement, stated, others, [dispute for _, dispute in denied])
    if result is Result.SUPPORTED and set(stated) <= set(_capacities(accord)[1]):
        result = Result.PARTLY
        because = f"a page states that {statement.actor} is a {statement.role.value}, and another names persons without office"
    with_it, against = (Side.AGAINST, Side.FOR) if statement.is_negated else (Side.FOR, Side.AGAINST)
    evidence = (
        *(_took_part(each, with_it) for each in stated),
        *(_denies(each, accord, where, against) for where, each in denied),
        *(_took_part(each, Side.BEARS) for each in others),
    )
    naming = [each for each in accord.clauses if statement.actor in each.codes]
    unnamed = [each for each in accord.clauses if not each.codes]
    return RoleFinding(
        accord,
        result.negated if statement.is_negated else result,
        because,
        evidence,
        tuple(_took_part(each, Side.BEARS) for each in accord.participations if each.role is Role.SIGNATORY),
        tuple(map(_binds, naming)),
        tuple(map(_binds, unnamed)),
        tuple(_notes(statement, accord, unnamed, bool(denied))),
    )


def _denials(statement: RoleStatement, accord: Accord) -> list[Dispute]:
    """The actor's words against that role, in an accord."""
    return [each for each in accord.disputes if statement.actor in each.actors and each.over is statement.role]


def _weigh(
    statement: RoleStatement,
    stated: Sequence[Participation],
    others: Sequence[Participation],
    denied: Sequence[Dispute],
) -> tuple[Result, str]:
    """What the statement without its negation comes to, and why."""
    actor, role = statement.actor, statement.role.value
    signed = statement.role is Role.PARTY and any(each.role is Role.SIGNATORY for each in others)
    if stated and denied:
        return (
            Result.PARTLY,
            f"a page states that {actor} is a {role}, and another page tells that it is denied; both stand",
        )
    if stated:
        return Result.SUPPORTED, f"a page states that {actor} is a {role}, and nothing at hand denies it"
    if denied and signed:
        hand = "; ".join(each.capacity for each in others if each.role is Role.SIGNATORY and each.capacity)
        by = f" (by: {hand})" if hand else ""
        return (
            Result.PARTLY,
            f"signed: yes, as a page states{by}; that it is a {role} is denied by its own word; both stand",
        )
    if denied:
        return (
            Result.CONTRADICTED,
            f"by its own word alone: {actor} denies being a {role}, and nothing at hand states it",
        )
    if signed:
        return (
            Result.PARTLY,
            f"a page states that {actor} signed; none at hand says in so many words that it is a {role}",
        )
    if others:
        roles = " and ".join(dict.fromkeys(each.role.value for each in others))
        return Result.UNVERIFIABLE, f"pages state that {actor} is a {roles}; none at hand speaks of the role of {role}"
    return Result.UNVERIFIABLE, f"no page at hand says in what role {actor} took part, if it did"


def _took_part(each: Participation, side: Side) -> Evidence:
    """`RUS: signatory, ambassador in Kyiv; stated by …`."""
    who = ", ".join(each.actors) or "no actor named"
    capacity = f", {each.capacity}" if each.capacity else ""
    return Evidence(
        side, f"{who}: {each.role.value}{capacity}; stated by {each.cited.stated_by}", each.cited.id, each.cited.url
    )


def _denies(each: Dispute, accord: Accord, where: Accord, side: Side) -> Evidence:
    """A denial, with the accord it was told of where that is another."""
    shared = [name for name in accord.also_called if name in where.also_called]
    of = "" if where is accord else f", told of the {where.name}, which is one of the {shared[0]} too"
    who, day = ", ".join(each.actors), each.cited.day.isoformat()
    says = f"{who} disputes being a {each.over.value}{of}: {each.says}; {day}, stated by {each.cited.stated_by}"
    return Evidence(side, says, each.cited.id, each.cited.url)


def _binds(each: Clause) -> Evidence:
    """`clause 4, both sides: …, 15 km, 24 hours`."""
    unit = "" if each.unit in ("date", "datetime") else f" {each.unit}"
    figure = f", {each.value}{unit}" if each.value else ""
    due = f", {each.deadline}" if each.deadline and each.deadline != f"{each.value} {each.unit}" else ""
    due = "" if each.deadline == each.value else due
    article = f"clause {each.article}" if each.article.isdigit() else each.article or "a clause"
    return Evidence(
        Side.BEARS, f"{article}, {each.bound}: {each.obligation}{figure}{due}", each.cited.id, each.cited.url
    )


def _capacities(accord: Accord) -> tuple[list[Participation], list[Participation]]:
    """Persons whom a page names without office, and whom other pages name for an actor that the first does not have."""
    without = [each for each in accord.participations if not each.actors]
    pages = {each.cited.stated_by for each in without}
    named_there = {code for each in accord.participations if each.cited.stated_by in pages for code in each.actors}
    other = [
        each for each in accord.participations if each.cited.stated_by not in pages and set(each.actors) - named_there
    ]
    return without, other if without else []


def _notes(statement: RoleStatement, accord: Accord, unnamed: Sequence[Clause], is_denied: bool) -> Iterator[str]:
    """What is disputed, in sentences."""
    if is_denied:
        yield f"The role of {statement.actor} as a {statement.role.value} is disputed."
    without, elsewhere = _capacities(accord)
    if without and elsewhere:
        one = "; ".join(f"{each.capacity} ({each.cited.id}, {each.cited.stated_by})" for each in without)
        other = "; ".join(
            f"{', '.join(each.actors)}, {each.capacity} ({each.cited.id}, {each.cited.stated_by})" for each in elsewhere
        )
        yield f"Pages differ on the capacity in which some signed: {one}. Against: {other}."
    words = " and ".join(f'"{word}"' for word in dict.fromkeys(each.bound for each in unnamed))
    if words:
        yield f"The text binds {words} and does not name them: whether {statement.actor} is meant is not said by it."
