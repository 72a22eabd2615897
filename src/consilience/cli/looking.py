"""Looking: statements that are held against what was counted or seen, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from consilience.cli.reviewing import Out, of_scored, reviewed
from consilience.cli.terminal import heading, many, plain, wrapped, written
from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.scenario import is_scenario, read_scenario
from consilience.model.accord import Accord
from consilience.model.claim import Count
from consilience.model.identity import canonical_json
from consilience.model.period import Moment
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.response.ceasefire import CeasefireCheck, Gap, Tally, check_ceasefire
from consilience.response.expectation import Scored, expect, expectations, score
from consilience.response.statement import CeasefireStatement, ExpectationStatement

SCHEMA = "consilience.check/1"


@dataclass(frozen=True, slots=True)
class Table:
    """The claims on the table, and up to when they are used."""

    desk: Desk
    as_of: Moment


def table(what: str, files: Sequence[Path], folder: Path, as_of: str | None) -> Table:
    """The tables that are named, or the holdings of the scenario that the accords are in.

    Raises:
        UsageError: for neither, or for a time that cannot be read.
    """
    if not files and not is_scenario(folder):
        raise UsageError(f"check {what}", f"no holdings in {folder}", f"tables of claims after {what}")
    given = moment(as_of)
    desk = Desk.read(files or [folder])
    default = read_scenario(folder).default_as_of if is_scenario(folder) else ""
    days = desk.reported_days
    cut = given or moment(default or None) or (moment(days[-1]) if days else None)
    if cut is None:
        raise UsageError(f"check {what}", "tables without a claim", "tables of claims")
    return Table(desk, cut)


def in_node(folder: Path, as_of: str | None) -> Table:
    """All that a node holds, as of now when no time is named.

    Raises:
        HomeError: where there is no node.
    """
    with open_node(homes.find(folder)) as node:
        return Table(node.desk(), moment(as_of) or Moment(node.clock(), is_day=False))


def ceasefire(on: Table, accords: Sequence[Accord], since: str | None, *, json: bool) -> str:
    """The clause held against the counts.

    Raises:
        UsageError: for a day that is none, or accords without such a clause.
    """
    try:
        first = date.fromisoformat(since) if since else None
    except ValueError as error:
        raise UsageError("--since", repr(since), "a day such as 2022-02-01") from error
    held = check_ceasefire(accords, on.desk.holdings.claims, on.as_of, first)
    if held is None:
        found = "no clause on a ceasefire with a clause that has it watched"
        raise UsageError("check ceasefire", found, "both, in one accord of that time")
    return canonical_json(_ceasefire_json(held)) + "\n" if json else written(_ceasefire_lines(held))


def announced(on: Table, statement: ExpectationStatement, out: Out, *, json: bool) -> str:
    """What was announced, held against where others looked.

    Raises:
        UnknownClaimError: for an id that the tables do not hold.
        UsageError: for a claim that announces nothing that can be looked at.
    """
    desk = on.desk
    standing = [claim for claim in desk.holdings.claims if claim.stands(on.as_of)]
    bench = Bench(desk.settings, desk.geography, Lineage(standing), desk.decisions)
    if statement.claim:
        claim = desk.claim(statement.claim)
        found = expect(claim, desk.settings.horizon_days)
        if found is None:
            said = f"{claim.modality.value} {claim.phenomenon.path}"
            wanted = "a claim that announces a withdrawal, the end of an exercise, or that none will stay"
            raise UsageError(f"check {claim.id}", said, wanted, "All that do: consilience check expectations")
        if not claim.stands(on.as_of):
            raise UsageError(
                f"check {claim.id}", f"nothing of it by {on.as_of}", f"--as-of {claim.reported_at} or later"
            )
        scored: tuple[Scored, ...] = (score(found, standing, bench, on.as_of),)
    else:
        scored = expectations(standing, bench, on.as_of)
    reviewed(out, map(of_scored, scored), on.as_of.at.date())
    if json:
        return canonical_json(_announced_json(statement, scored, on.as_of)) + "\n"
    return written(_announced_lines(statement, scored, on.as_of))


def _announced_lines(statement: ExpectationStatement, scored: Sequence[Scored], as_of: Moment) -> Iterator[str]:
    """Each announcement with its result and the looks."""
    yield from wrapped(f"Understood: {statement}, as of {as_of}.", "  ", "")
    for each in scored:
        claim = each.expectation.claim
        yield ""
        yield heading(f"{claim.id}: {each.result.value}")
        yield from wrapped(f"{claim.speaker.name}, {claim.reported_at}: {claim.text}", "  ")
        yield from wrapped(f"Expected: {each.expectation.says}. {each.because[0].upper()}{each.because[1:]}.", "  ")
        for piece in each.evidence:
            yield from wrapped(f"{piece.side.value}: {piece}", "      ", "    - ")
    if not scored:
        yield "nothing was announced by then that can be looked at"
    pages = {str(each.expectation.claim.id): each.expectation.claim.url for each in scored}
    pages |= {piece.id: piece.url for each in scored for piece in each.evidence}
    if pages:
        yield ""
        yield heading("Sources")
    for name, url in sorted(pages.items()):
        yield plain(f"  {name}  {url or 'unconfirmed: no source at hand'}")


def _announced_json(statement: ExpectationStatement, scored: Sequence[Scored], as_of: Moment) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "understood": {"words": str(statement), "claim": statement.claim or None},
        "as_of": str(as_of),
        "expectations": [
            {
                "claim": str(each.expectation.claim.id), "speaker": each.expectation.claim.speaker.name,
                "expected": each.expectation.says, "by": str(each.expectation.by), "result": each.result.value,
                "because": each.because, "url": each.expectation.claim.url,
                "evidence": [
                    {"side": piece.side.value, "says": piece.says, "id": piece.id, "url": piece.url,
                     "confirmed": piece.is_confirmed}
                    for piece in each.evidence
                ],
            }
            for each in scored
        ],
    }  # fmt: skip


def _ceasefire_lines(held: CeasefireCheck) -> Iterator[str]:
    """The clause, and each count by period and region, with what nobody counted."""
    mark = "" if held.clause.cited.is_confirmed else ", unconfirmed: no source at hand"
    clause = f"{held.accord.name}, clause {held.clause.article} ({held.clause.cited.id}{mark})"
    yield from wrapped(f"Understood: {CeasefireStatement()}: {held.clause.obligation}, {clause}.", "  ", "")
    yield heading(held.result.value)
    yield from wrapped(f"{held.because}.", "  ")
    yield ""
    yield heading(f"Counted by {', '.join(held.monitors)}, {_minute(held.start)} to {_minute(held.end)} UTC")
    lines = [(tally.period.start, tally.region, _tally(tally)) for tally in held.tallies]
    lines += [(gap.start, gap.region, _gap(gap)) for gap in held.gaps]
    for _, _, line in sorted(lines):
        yield from wrapped(line, "    ", "  ")
    yield ""
    yield from wrapped(
        f"{many(sum(tally.is_seen for tally in held.tallies), 'count')} above zero, none of them attributed. Counts of periods"
        " that overlap are not added up, and a time without a report is no calm.", "  ",
    )  # fmt: skip
    yield ""
    yield heading("Sources")
    yield plain(f"  {held.clause.cited.id}  {held.clause.cited.url or 'unconfirmed: no source at hand'}")


def _tally(tally: Tally) -> str:
    """`2022-02-17 17:30 to 2022-02-18 17:30  Donetsk region  591 (OSCE-39-2022-D), of which explosions 553`."""
    values: dict[str, list[str]] = {}
    for name, count in tally.counts:
        values.setdefault(str(count), []).append(name)
    told = " or ".join(f"{value} ({', '.join(names)})" for value, names in values.items()) or "no total"
    part = f", of which explosions {' or '.join(dict.fromkeys(str(count) for _, count in tally.explosions))}"
    differ = "; the reports differ" if tally.differs else ""
    end = tally.period.end
    until = _minute(end) if end else "open"
    return f"{_minute(tally.period.start)} to {until}  {tally.region}  {told}{part if tally.explosions else ''}{differ}"


def _gap(gap: Gap) -> str:
    return f"{_minute(gap.start)} to {_minute(gap.end)}  {gap.region}  no report"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _ceasefire_json(held: CeasefireCheck) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "understood": {"words": str(CeasefireStatement()), "accord": held.accord.name, "clause": held.clause.cited.id},
        "as_of": held.end.isoformat(), "since": held.start.isoformat(), "result": held.result.value, "because": held.because,
        "monitors": list(held.monitors), "attributed": False,
        "clause": {"id": held.clause.cited.id, "obligation": held.clause.obligation, "url": held.clause.cited.url,
                   "confirmed": held.clause.cited.is_confirmed},
        "tallies": [
            {
                "region": each.region, "from": each.period.start.isoformat(),
                "to": each.period.end.isoformat() if each.period.end else None, "violations": list(map(_count, each.counts)),
                "explosions": list(map(_count, each.explosions)), "differs": each.differs,
            }
            for each in held.tallies
        ],
        "no_report": [{"region": each.region, "from": each.start.isoformat(), "to": each.end.isoformat()} for each in held.gaps],
    }  # fmt: skip


def _count(pair: tuple[str, Count]) -> dict[str, object]:
    name, count = pair
    return {"claim": name, "low": count.low, "best": count.best, "high": count.high}
