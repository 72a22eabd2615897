"""Acting: a plan of measures as of a time, as text and JSON, and words on it recorded in a node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from consilience.cli.terminal import heading, many, plain, wrapped, written
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.indicator import has_indicators, read_watch
from consilience.intake.measure import LEVELS, read_plan, read_words, state_of
from consilience.intake.procedure import FILE as PROCEDURES
from consilience.intake.procedure import read_occurrences, shipped_procedures
from consilience.intake.scenario import is_scenario, read_scenario, shipped
from consilience.model.entry import MeasureEntry
from consilience.model.identity import canonical_json
from consilience.model.measure import Measure, MeasureWord
from consilience.node import home as homes
from consilience.node import levels
from consilience.node import measure as node_measure
from consilience.node.node import Node, open_node
from consilience.node.watching import has_watch, watch_of
from consilience.response.measures import Progress, Situation, by_level, progress
from consilience.response.replay import Case, replay
from consilience.warning.history import history
from consilience.warning.level import Step

SCHEMA = "consilience.measures/1"
RECORD = "winter-2021-22"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks: the plan, as of when, at what warning level, and in which node (None: by the tables beside the plan)."""

    plan: Path | None
    as_of: str | None
    level: str
    home: Path | None

    @property
    def source(self) -> Path:
        """Where the plan is."""
        return self.plan or shipped() / RECORD

    @property
    def folder(self) -> Path:
        """The folder that it is in."""
        return self.source if self.source.is_dir() else self.source.parent

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The plan.

        Raises:
            UsageError: where there is none.
        """
        found = read_plan(self.source)
        if not found:
            raise UsageError(
                "measures", f"no plan in {self.source}", "a measures.toml with [[measures]]", "Name it: --plan F"
            )
        return found

    def step(self, desk: Desk | None, node: Node | None, day: date) -> Step | None:
        """The level: as the user says it stands, else as it is reckoned by the node's or the scenario's indicators.

        Raises:
            UsageError: for a level that is none.
        """
        if self.level:
            if self.level not in LEVELS:
                raise UsageError("--level", repr(self.level), "one of " + ", ".join(LEVELS))
            return Step(LEVELS.index(self.level) + 1)
        if desk is None or not (has_watch(node) if node else has_indicators(self.folder)):
            return None
        try:
            watch = watch_of(node) if node else read_watch(self.folder)
            said = levels.words(node, watch.hypothesis) if node else ()
            return history(desk.dossier(watch), day, said).last.step
        except UsageError:  # nothing was known by then
            return None


def shown(asked: Asked, *, json: bool) -> str:
    """The plan as of a time.

    Raises:
        IntakeError, UsageError: for a plan, a table or a time that cannot be read.
    """
    as_of, found = _laid(asked)
    return canonical_json(document(found, as_of)) + "\n" if json else written(_lines(found, as_of))


def recorded(asked: Asked, what: tuple[str, str, str], why: tuple[str, str, Sequence[str]]) -> str:
    """Record a word in a node, and say what was recorded."""
    measure, state, owner = what
    because, by, claims = why
    try:
        wanted = state_of(state)
    except ValueError as error:
        raise UsageError("state", repr(plain(state)), str(error).partition("expected ")[2]) from error
    with open_node(homes.find(asked.home)) as node:
        for name in claims:
            if not node.index.named(name):
                raise UsageError(
                    f"--claim {plain(name)}", "no such claim in this node", "the id of a claim that it holds"
                )
        entry = MeasureEntry(measure, wanted, owner or str(node.partner), because.strip(), by.strip(), tuple(claims))
        made = node_measure.say(node, asked.measures, entry)
        return plain(f"{made.measure}: {made.state.value} by {made.owner}, signed by {node.partner}") + "\n"


def proposed(asked: Asked) -> str:
    """Record what triggers propose, and say it."""
    with open_node(homes.find(asked.home)) as node:
        _, found = _progress(asked, node)
        made = node_measure.propose(node, found)
    lines = [f"{each.measure}: proposed to {each.owner}: {each.reason}" for each in made]
    return written(map(plain, lines)) if lines else "no trigger calls for a measure that is only planned\n"


def _laid(asked: Asked) -> tuple[str, tuple[Progress, ...]]:
    if asked.home is None:
        return _progress(asked, None)
    with open_node(homes.find(asked.home)) as node:
        return _progress(asked, node)


def _progress(asked: Asked, node: Node | None) -> tuple[str, tuple[Progress, ...]]:
    """The plan in a situation: a node's own, or that of the scenario beside the plan."""
    plan = asked.measures
    scenario = read_scenario(asked.folder) if is_scenario(asked.folder) else None
    given = asked.as_of or (scenario.default_as_of if scenario and node is None else "")
    cut = moment(given or datetime.now(UTC))
    assert cut is not None  # noqa: S101  one of the two is given
    now = cut.end if cut.is_day else cut.at
    desk = node.desk() if node else Desk.read([asked.folder]) if scenario else None
    facts = desk.picture(cut).facts if desk else ()
    words: Sequence[MeasureWord] = list(node_measure.said(node)) if node else read_words(asked.folder, plan)
    reaches = by_level(asked.step(desk, node, cut.at.date()))
    return given or str(cut), progress(plan, words, Situation(now, facts, _cases(asked.folder, now), reaches))


def _cases(folder: Path, now: datetime) -> tuple[Case, ...]:
    """The cases of procedures beside the plan."""
    if not (folder / PROCEDURES).is_file():
        return ()
    procedures = shipped_procedures()
    return replay(procedures, read_occurrences(folder, procedures), now)


def _lines(found: Sequence[Progress], as_of: str) -> Iterator[str]:
    """What waits for a decision first, then each measure."""
    called = [each for each in found if each.is_called_for]
    yield heading(f"Measures as of {as_of}: {many(len(found), 'measure')}, {len(called)} called for and not decided")
    for each in called:
        met = "; ".join(str(one.trigger) for one in each.triggers if one.is_met)
        yield from wrapped(f"to decide: {each.measure.title} ({', '.join(each.measure.owners)}): {met}", "    ", "  ")
    for each in found:
        yield ""
        yield heading(f"{each.measure.id}: {each.measure.title} ({each.measure.kind.value}): {each.state.value}")
        yield from wrapped(each.says, "  ")
        for word in each.words:
            mark = "" if word.url or len(word.id) > 40 else ", unconfirmed: no source at hand"
            rests = f"; {', '.join(word.claims)}" if word.claims else ""
            yield from wrapped(
                f"{word.at}, {word.owner}, {word.state.value}: {word.reason} ({word.id[:12]}{rests}{mark})",
                "      ",
                "    - ",
            )
        for one in each.triggers:
            state = {True: "met", False: "not met", None: "cannot be said"}[one.is_met]
            yield from wrapped(f"trigger: {one.trigger}: {state}, {one.because}", "      ", "    * ")
    pages = {word.id: word.url for each in found for word in each.words if word.url}
    if pages:
        yield ""
        yield heading("Sources")
    for name, url in sorted(pages.items()):
        yield plain(f"  {name}  {url}")


def document(found: Sequence[Progress], as_of: str) -> dict[str, object]:
    """All of it as JSON."""
    return {
        "schema": SCHEMA,
        "as_of": as_of,
        "measures": [
            {
                "id": each.measure.id, "title": each.measure.title, "kind": each.measure.kind.value, "state": each.state.value,
                "called_for": each.is_called_for,
                "owners": {owner: word.state.value if word else None for owner, word in each.owners},
                "words": [
                    {"id": word.id, "state": word.state.value, "owner": word.owner, "at": str(word.at), "by": word.by,
                     "reason": word.reason, "claims": list(word.claims), "url": word.url or None}
                    for word in each.words
                ],
                "triggers": [
                    {"kind": one.trigger.kind.value, "words": str(one.trigger), "met": one.is_met, "because": one.because}
                    for one in each.triggers
                ],
            }
            for each in found
        ],
    }  # fmt: skip
