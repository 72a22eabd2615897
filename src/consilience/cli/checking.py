"""Checking: a statement read, held against what is at hand, and answered as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from consilience.cli import looking, polling, telling
from consilience.cli.reviewing import Out, of_role, of_survey, reviewed
from consilience.cli.terminal import heading, plain, wrapped, written
from consilience.desk import moment
from consilience.errors import UsageError
from consilience.intake.accord import read_accords
from consilience.intake.scenario import is_scenario, read_scenario, shipped
from consilience.intake.survey import read_surveys
from consilience.model.check import Evidence, Side
from consilience.model.identity import canonical_json
from consilience.response.polled import understand_survey
from consilience.response.role import RoleCheck, RoleFinding, check_role
from consilience.response.statement import CeasefireStatement, ExpectationStatement, ToldStatement, understand
from consilience.response.survey import check_survey

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
    out: Out
    home: Path | None = None

    @property
    def source(self) -> Path:
        """Where the accords are."""
        return self.accords or shipped() / RECORD

    @property
    def folder(self) -> Path:
        """The folder that they are in."""
        return self.source if self.source.is_dir() else self.source.parent

    @property
    def day(self) -> date | None:
        """The last day of which anything is used; None for all.

        Raises:
            UsageError: for a time that cannot be read.
        """
        cut = moment(self.as_of)
        return (cut.end - timedelta(microseconds=1)).date() if cut else None

    def table(self) -> looking.Table:
        """The claims to hold it against: a node's, those of the tables, or those beside the accords.

        Raises:
            UsageError: for a node and tables, or for none of them.
        """
        if self.home is None:
            return looking.table(self.text, self.files, self.folder, self.as_of)
        if self.files:
            raise UsageError("check", "--home and tables", "one of them")
        return looking.in_node(self.home, self.as_of)


def answer(asked: Asked, *, json: bool) -> str:
    """The answer in full.

    Raises:
        UsageError: for a statement that is not understood, with the forms that are.
        IntakeError: for accords or tables that cannot be read.
    """
    answers = read_surveys(asked.folder)
    polled = understand_survey(asked.text, answers)
    if polled is not None:
        if asked.since or asked.files or asked.out.stix or asked.home:
            found = "tables, --home, --since or --stix with a statement on a survey"
            raise UsageError("check", found, "the statement alone")
        held = check_survey(polled, answers, asked.day)
        reviewed(asked.out, [of_survey(held)], asked.day)
        return canonical_json(polling.document(held)) + "\n" if json else written(polling.lines(held))
    accords = read_accords(asked.source)
    names = {partner.name: str(partner.code) for partner in read_scenario(asked.folder).partners} if is_scenario(
        asked.folder) else {}  # fmt: skip
    statement = understand(asked.text, accords, names)
    if asked.out.stix and not (isinstance(statement, ToldStatement) and statement.what == "narratives"):
        raise UsageError("check", "--stix with another statement", "it with narratives")
    if isinstance(statement, CeasefireStatement):
        if asked.out.reviews:
            raise UsageError("check", "--reviews with ceasefire", "it with a statement that somebody makes")
        return looking.ceasefire(asked.table(), accords, asked.since, json=json)
    if asked.since:
        raise UsageError("check", "--since with another statement", "it with ceasefire alone")
    if isinstance(statement, ExpectationStatement):
        on = asked.table()
        return looking.announced(on, statement, asked.out, json=json)
    if isinstance(statement, ToldStatement):
        on = asked.table()
        return telling.told(on, statement, asked.folder, asked.out, json=json)
    if asked.files or asked.home:
        found = "tables or --home with a statement on a role"
        raise UsageError("check", found, "them with ceasefire, expectations or a claim")
    checked = check_role(statement, accords, asked.day)
    reviewed(asked.out, [of_role(checked)], asked.day)
    return canonical_json(_role_json(checked)) + "\n" if json else written(_role_lines(checked))


def _role_lines(checked: RoleCheck) -> Iterator[str]:
    """Understood, the result, and for each accord all that there is."""
    as_of = f", as of {checked.as_of.isoformat()}" if checked.as_of else ""
    yield from wrapped(f"Understood: {checked.statement}{as_of}.", "  ", "")
    yield heading(f"{checked.result.value}")
    for finding in checked.findings:
        yield ""
        yield heading(f"{finding.accord.name}, {finding.accord.day.isoformat()}: {finding.result.value}")
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
        yield plain(f"  {title}")
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
        yield heading("Sources")
    for name, url in sorted(pages.items()):
        yield plain(f"  {name}  {url}")


def _role_json(checked: RoleCheck) -> dict[str, object]:
    statement = checked.statement
    return {
        "schema": looking.SCHEMA,
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
