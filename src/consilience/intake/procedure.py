"""Procedure: definitions in TOML and the table of what happened become procedures and occurrences, strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consilience.errors import IntakeError
from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.model.period import Moment, parse_moment
from consilience.model.procedure import Clock, Occurrence, Paragraph, Procedure, Step, StepKind, Threshold, Word
from consilience.model.window import Window, hull, parse_window

SCHEMA = "consilience.procedure/1"
FILE = "procedures.csv"
COLUMNS = (
    "id", "case", "procedure", "step", "word", "actor", "target", "when", "until", "zone", "reported_at", "stated_by", "quantity",
    "unit", "text", "url",
)  # fmt: skip
_SHIPPED = Path(__file__).parent / "procedures"
_KEYS = {"schema", "id", "title", "accord", "source", "notes", "steps", "thresholds"}
_STEP_KEYS = {
    "name", "kind", "who", "says", "after", "within_hours", "before", "days", "paragraph", "paragraph_source",
}  # fmt: skip
_THRESHOLD_KEYS = {"amount", "unit", "near_percent", "source"}
_WHOLE_CASE = (Word.SUSPENDED, Word.RESUMED)


class Who(Enum):
    """Who takes a step."""

    ASKING = "asking"
    ASKED = "asked"
    EITHER = "either"
    BOTH = "both"
    ALL = "all"


def shipped_procedures() -> tuple[Procedure, ...]:
    """The definitions that ship, in order of id."""
    return tuple(read_procedure(file) for file in sorted(_SHIPPED.glob("*.toml")))


def read_procedure(file: Path) -> Procedure:
    """One definition.

    Raises:
        IntakeError: naming the key that is wrong.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(str(file), str(error), "a TOML file that defines a procedure") from error
    if table.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {table.get('schema')!r}", f"schema = {SCHEMA!r}")
    try:
        _known(table, _KEYS)
        steps = tuple(_step(each) for each in table["steps"])
        _ordered(steps)
        thresholds = tuple(_threshold(each) for each in table.get("thresholds", []))
        notes = tuple(str(note) for note in table.get("notes", []))
        name, title, accord, page = (str(table[key]) for key in ("id", "title", "accord", "source"))
    except KeyError as error:
        raise IntakeError(str(file), f"no {error.args[0]}", f"the key {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise IntakeError(str(file), str(error), "[[steps]] and [[thresholds]] as docs/response.md has them") from error
    return Procedure(name, title, accord, page, steps, thresholds, notes)


def read_occurrences(source: Path, procedures: Sequence[Procedure]) -> tuple[Occurrence, ...]:
    """What happened in which case, by whose word, from a table or from the `procedures.csv` of a folder.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    known = {procedure.id: procedure for procedure in procedures}
    return tuple(_occurrence(line, known) for line in read_lines(file, COLUMNS))


def _known(table: dict[str, object], keys: set[str]) -> None:
    """Refuse keys that nothing reads: a misspelt clock would be no clock."""
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ValueError(f"the key {', '.join(unknown)}")


def _step(table: dict[str, object]) -> Step:
    """One step with its clock."""
    _known(table, _STEP_KEYS)
    name = str(table["name"])
    paragraph = Paragraph(str(table.get("paragraph", "")), str(table.get("paragraph_source", "")))
    who = Who(str(table["who"])).value
    return Step(name, StepKind(str(table["kind"])), who, str(table["says"]), _clock(name, table), paragraph)


def _clock(name: str, table: dict[str, object]) -> Clock | None:
    """`after` with or without `within_hours`, or `before` with or without `days`."""
    hours, days = table.get("within_hours"), table.get("days")
    after, before = table.get("after"), table.get("before")
    if (after and before) or (hours is not None and not after) or (days is not None and not before):
        raise ValueError(f"step {name} with a clock that counts from nowhere or from two sides")
    if hours is not None and (not isinstance(hours, int | float) or hours <= 0):
        raise ValueError(f"within_hours = {hours!r} in step {name}")
    if days is not None and (not isinstance(days, int) or days <= 0):
        raise ValueError(f"days = {days!r} in step {name}")
    return Clock(str(after or before), hours, days) if after or before else None


def _ordered(steps: Sequence[Step]) -> None:
    """Refuse a clock that counts from a step that is not told before it."""
    told: set[str] = set()
    for step in steps:
        if step.clock and step.clock.counted_from not in told:
            raise ValueError(f"step {step.name} counted from {step.clock.counted_from}, which no earlier step is")
        if step.name in told:
            raise ValueError(f"the step {step.name} twice")
        told.add(step.name)


def _threshold(table: dict[str, object]) -> Threshold:
    """One threshold."""
    _known(table, _THRESHOLD_KEYS)
    amount, near = table["amount"], table.get("near_percent", 0)
    if not isinstance(amount, int | float) or not isinstance(near, int | float) or amount <= 0 or not 0 <= near < 100:
        raise ValueError(f"a threshold of {amount!r} with near_percent {near!r}")
    return Threshold(float(amount), str(table["unit"]), near / 100, str(table.get("source", "")))


def _occurrence(line: Line, known: dict[str, Procedure]) -> Occurrence:
    """One row, checked against the definition of its procedure."""
    procedure = known.get(line["procedure"])
    if procedure is None:
        raise line.wrong("procedure", shown(line["procedure"]), "one of " + ", ".join(known))
    word = line.choice("word", Word)
    steps = [step.name for step in procedure.steps]
    if line["step"] not in steps and not (word in _WHOLE_CASE and not line["step"]):
        raise line.wrong("step", shown(line["step"]), "one of " + ", ".join(steps))
    when = _window(line)
    reported = _reported(line, when)
    if word is not Word.ANNOUNCED and when.earliest >= reported.end:
        raise line.wrong("reported_at", line["reported_at"], "no earlier than what it tells of")
    if word is Word.DECLARED:
        line.need("quantity", "the figure that is declared")
    if line["url"] and not line["url"].startswith(("https://", "http://")):
        raise line.wrong(
            "url", shown(line["url"]), "the address of a page, or an empty cell for what no source confirms"
        )
    return Occurrence(
        line["id"], line.need("case", "the name of a case"), procedure.id, line["step"], word,
        line.codes("actor"), line.codes("target"), when, reported, line["stated_by"],
        line.need("text", "a sentence that says what happened"), line["url"], _amount(line), line["unit"],
    )  # fmt: skip


def _window(line: Line) -> Window:
    """From `when` to `until`: days of the zone, or instants with their offset."""
    zone = line.need("zone", "an IANA zone such as Europe/Kyiv, whose days are meant")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise line.wrong("zone", shown(zone), "an IANA zone such as Europe/Kyiv") from error
    windows = []
    for column in ("when", "until") if line["until"] else ("when",):
        text = line.need(column, "a date, or a time with its offset")
        try:
            windows.append(parse_window(text, zone))
        except (ValueError, OverflowError) as error:
            raise line.wrong(column, shown(text), "a date, or a time with its offset") from error
    if windows[-1].latest < windows[0].earliest:
        raise line.wrong("until", line["until"], f"no earlier than {line['when']}")
    return hull(windows)


def _reported(line: Line, when: Window) -> Moment:
    """When it was said; empty for what those who take part knew as it happened."""
    if not line["reported_at"]:
        return Moment(when.latest, is_day=False)
    try:
        return parse_moment(line["reported_at"])
    except ValueError as error:
        raise line.wrong("reported_at", shown(line["reported_at"]), "a date, or a time with its offset") from error


def _amount(line: Line) -> float | None:
    """The figure of a declaration."""
    if not line["quantity"]:
        return None
    line.need("unit", "the unit of the quantity")
    try:
        found = float(line["quantity"])
    except ValueError as error:
        raise line.wrong("quantity", shown(line["quantity"]), "a number") from error
    if not 0 <= found < float("inf"):
        raise line.wrong("quantity", shown(line["quantity"]), "a number that is not negative")
    return found
