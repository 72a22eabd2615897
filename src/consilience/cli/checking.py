"""Checking: a statement read, held against what is at hand, and answered as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from consilience.cli.terminal import block, many, strong, wrapped
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.accord import read_accords
from consilience.intake.scenario import is_scenario, read_scenario, shipped
from consilience.model.accord import Accord
from consilience.model.check import Evidence, Side
from consilience.model.claim import Count
from consilience.model.identity import canonical_json
from consilience.model.period import Moment
from consilience.response.ceasefire import CeasefireCheck, Gap, Tally, check_ceasefire
from consilience.response.role import RoleCheck, RoleFinding, check_role
from consilience.response.statement import CeasefireStatement, understand

SCHEMA = "consilience.check/1"
RECORD = "winter-2021-22"
_SIDES = {Side.FOR: "For it", Side.AGAINST: "Against it", Side.BEARS: "Bears on it"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks: the sentence, the tables to check against, and up to when."""

    text: str
    files: tuple[Path, ...]
    as_of: str | None
    accords: Path | None
    since: str | None

    @property
    def source(self) -> Path:
        """Where the accords are."""
        return self.accords or shipped() / RECORD

    @property
    def folder(self) -> Path:
        """The folder that they are in."""
        return self.source if self.source.is_dir() else self.source.parent


def answer(asked: Asked, *, json: bool) -> str:
    """The answer in full.

    Raises:
        UsageError: for a statement that is not understood, with the forms that are.
        IntakeError: for accords or tables that cannot be read.
    """
    accords = read_accords(asked.source)
    names = {partner.name: str(partner.code) for partner in read_scenario(asked.folder).partners} if is_scenario(
        asked.folder) else {}  # fmt: skip
    statement = understand(asked.text, accords, names)
    if isinstance(statement, CeasefireStatement):
        held = _ceasefire(asked, accords)
        return canonical_json(_ceasefire_json(held)) + "\n" if json else block(_ceasefire_lines(held))
    if asked.files or asked.since:
        raise UsageError("check", "tables or --since with a statement on a role", "them with ceasefire alone")
    cut = moment(asked.as_of)
    checked = check_role(statement, accords, (cut.end - timedelta(microseconds=1)).date() if cut else None)
    return canonical_json(_role_json(checked)) + "\n" if json else block(_role_lines(checked))


def _ceasefire(asked: Asked, accords: Sequence[Accord]) -> CeasefireCheck:
    """The clause against the tables that are named, or the holdings of the scenario that the accords are in."""
    if not asked.files and not is_scenario(asked.folder):
        raise UsageError(
            "check ceasefire", f"no holdings beside {asked.source}", "tables of counts after the word ceasefire"
        )
    desk = Desk.read(asked.files or [asked.folder])
    default = read_scenario(asked.folder).default_as_of if is_scenario(asked.folder) else ""
    cut = moment(asked.as_of or default or None) or _last(desk)
    try:
        since = date.fromisoformat(asked.since) if asked.since else None
    except ValueError as error:
        raise UsageError("--since", repr(asked.since), "a day such as 2022-02-01") from error
    held = check_ceasefire(accords, desk.holdings.claims, cut, since)
    if held is None:
        raise UsageError(
            "check ceasefire",
            "no clause on a ceasefire with a clause that has it watched",
            "both, in one accord of that time",
        )
    return held


def _last(desk: Desk) -> Moment:
    """The last day on which anything was reported."""
    days = desk.reported_days
    found = moment(days[-1]) if days else None
    if found is None:
        raise UsageError("check ceasefire", "tables without a claim", "tables of counts")
    return found


def _role_lines(checked: RoleCheck) -> Iterator[str]:
    """Understood, the result, and for each accord all that there is."""
    as_of = f", as of {checked.as_of.isoformat()}" if checked.as_of else ""
    yield from wrapped(f"Understood: {checked.statement}{as_of}.", "  ", "")
    yield strong(f"{checked.result.value}")
    for finding in checked.findings:
        yield ""
        yield strong(f"{finding.accord.name}, {finding.accord.day.isoformat()}: {finding.result.value}")
        yield from wrapped(finding.because, "  ")
        yield from _finding_lines(finding)
    yield from _pages(_all(checked))


def _finding_lines(finding: RoleFinding) -> Iterator[str]:
    """Evidence by side, signatures, clauses and notes."""
    for side, title in _SIDES.items():
        yield from _listed(title, [each for each in finding.evidence if each.side is side])
    shown = {each.id for each in finding.evidence}
    yield from _listed("Others' signatures", [each for each in finding.signatures if each.id not in shown])
    yield from _listed("Clauses that name the actor", finding.naming)
    yield from _listed("Clauses that name nobody", finding.unnamed)
    for note in finding.notes:
        yield from wrapped(note, "    ", "  ! ")


def _listed(title: str, evidence: Sequence[Evidence]) -> Iterator[str]:
    """Lines under a title."""
    if evidence:
        yield f"  {title}"
    for each in evidence:
        yield from wrapped(str(each), "      ", "    - ")


def _all(checked: RoleCheck) -> Iterator[Evidence]:
    for finding in checked.findings:
        yield from (*finding.evidence, *finding.signatures, *finding.naming, *finding.unnamed)


def _pages(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The page of each piece, once."""
    pages = {each.id: each.url or "unconfirmed: no source at hand" for each in evidence}
    if pages:
        yield ""
        yield strong("Sources")
    for name, url in sorted(pages.items()):
        yield f"  {name}  {url}"


def _role_json(checked: RoleCheck) -> dict[str, object]:
    statement = checked.statement
    return {
        "schema": SCHEMA,
        "understood": {
            "words": str(statement), "actor": statement.actor, "role": statement.role.value, "negated": statement.is_negated,
            "accords": [accord.name for accord in statement.accords],
        },
        "as_of": checked.as_of.isoformat() if checked.as_of else None,
        "result": checked.result.value,
        "accords": [
            {
                "accord": each.accord.name, "date": each.accord.day.isoformat(), "result": each.result.value,
                "because": each.because, "evidence": list(map(_evidence, each.evidence)),
                "signatures": list(map(_evidence, each.signatures)), "clauses_naming": list(map(_evidence, each.naming)),
                "clauses_unnamed": list(map(_evidence, each.unnamed)), "notes": list(each.notes),
            }
            for each in checked.findings
        ],
    }  # fmt: skip


def _evidence(each: Evidence) -> dict[str, object]:
    return {"side": each.side.value, "says": each.says, "id": each.id, "url": each.url, "confirmed": each.is_confirmed}


def _ceasefire_lines(held: CeasefireCheck) -> Iterator[str]:
    """The clause, and each count by period and region, with what nobody counted."""
    mark = "" if held.clause.cited.is_confirmed else ", unconfirmed: no source at hand"
    clause = f"{held.accord.name}, clause {held.clause.article} ({held.clause.cited.id}{mark})"
    yield from wrapped(f"Understood: {CeasefireStatement()}: {held.clause.obligation}, {clause}.", "  ", "")
    yield strong(held.result.value)
    yield from wrapped(f"{held.because}.", "  ")
    yield ""
    yield strong(f"Counted by {', '.join(held.monitors)}, {_minute(held.start)} to {_minute(held.end)} UTC")
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
    yield strong("Sources")
    yield f"  {held.clause.cited.id}  {held.clause.cited.url or 'unconfirmed: no source at hand'}"


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
