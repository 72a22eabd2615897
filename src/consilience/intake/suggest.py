"""Suggest: a mapping for a table with other column names, proposed from its header and first rows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from consilience.intake import mapping
from consilience.intake.row import COLUMNS, REQUIRED
from consilience.intake.setaside import printable
from consilience.intake.table import RawRow, open_table
from consilience.model.period import parse_moment

_ROWS = 200
_LIKE = 0.8
# Names by which spreadsheets of this field call the native columns.
_SYNONYMS = {
    "claim_id": ("id", "claim", "report_id", "report_no", "report", "event_id", "event_id_cnty", "entry", "ref", "reference", "no", "number", "uid"),
    "partner": ("holder", "organisation", "organization", "agency", "country_reporting", "owner", "reporter", "dataset"),
    "speaker": ("claimant", "said_by", "official", "spokesperson", "author"),
    "source": ("via", "outlet", "publisher", "source_name", "medium"),
    "reliability": ("source_reliability", "admiralty_source"),
    "credibility": ("information_credibility", "admiralty_info"),
    "origins": ("based_on", "derived_from", "origin"),
    "modality": ("status", "certainty", "kind_of_claim", "assertion"),
    "actor": ("subject", "who", "side", "force", "actor1", "perpetrator"),
    "phenomenon": ("type", "kind", "event_type", "sub_event_type", "activity", "category", "what", "claim_type"),
    "place": ("location", "where", "town", "site", "area", "town/city", "admin1", "region"),
    "lat": ("latitude", "y"),
    "lon": ("longitude", "long", "lng", "x"),
    "radius_km": ("precision_km", "accuracy_km", "uncertainty_km"),
    "counted": ("includes", "scope", "counting"),
    "period_from": ("date", "event_date", "date_from", "start", "date_start", "info_from", "observed", "from", "day"),
    "period_to": ("date_to", "end", "date_end", "info_to", "enddate", "until", "to"),
    "reported_at": ("published", "date_published", "report_date", "reported", "issued", "date_reported", "timestamp", "date"),
    "low": ("min", "value_min", "minimum", "lower"),
    "best": ("value", "count", "quantity", "strength", "total", "estimate", "fatalities", "figure"),
    "high": ("max", "value_max", "maximum", "upper"),
    "unit": ("units", "measure"),
    "text": ("notes", "description", "summary", "remarks", "details", "brief description", "quote"),
    "url": ("link", "source_url", "web", "address", "href"),
    "marking": ("classification", "tlp", "caveat"),
    "about": ("about_claim",),
}  # fmt: skip
_SIGNS = frozenset("{}|")
_DAY_FIRST = re.compile(r"^(\d{1,2})([/.])(\d{1,2})\2(\d{4})$")


def suggest_mapping(file: Path, encoding: str | None = None) -> str:
    """A TOML mapping for a table, with a comment on every line that needs a decision.

    Raises:
        IntakeError: when the table cannot be read at all.
    """
    table = open_table(file, encoding)
    rows = list(islice(table.rows, _ROWS))
    fitting = mapping.for_columns(table.columns)
    if fitting:
        return f"# {file.name} is a {fitting.title}: it is read as it is, no mapping is needed.\n"
    if {name.lower() for name in table.columns} >= set(REQUIRED):
        return f"# {file.name} has the native columns: it is read as it is, no mapping is needed.\n"
    usable = [name for name in table.columns if not _SIGNS.intersection(name)]
    found = {native: _best(native, usable) for native in COLUMNS}
    found["period_to"] = found["period_to"] or found["period_from"]  # an empty end would be open for ever
    lines = [
        f'# A mapping for {file.name}: native column = "{{column|filter}}". Check every line, then:',
        f"#   consilience compare {printable(file.name)} --mapping THIS_FILE",
        f'schema = "{mapping.SCHEMA}"',
        f"name = {_quoted(file.stem)}",
        "",
        "[[claim]]",
    ]
    for native in COLUMNS:
        line = _line(native, found[native], rows)
        if line:
            lines.append(line)
    used = {column for column in found.values() if column}
    kept = [printable(name) for name in usable if name not in used]
    barred = [printable(name) for name in table.columns if name not in usable]
    if kept:
        lines += ["", "# Kept as extras and shown: " + ", ".join(kept)]
    if barred:
        lines += ["", "# Rename these to use them in a template, which gives { } | a meaning: " + ", ".join(barred)]
    return "\n".join(lines) + "\n"


def _best(native: str, columns: Sequence[str]) -> str:
    """The column that most likely holds a native column's content; empty when none does."""
    bare = {re.sub(r"[\s_-]+", "_", name.strip().lower()): name for name in columns}
    for wanted in (native, *_SYNONYMS[native]):
        if wanted in bare or wanted.replace(" ", "_") in bare:
            return bare.get(wanted) or bare[wanted.replace(" ", "_")]
    near = max(bare, key=lambda name: SequenceMatcher(None, name, native).ratio(), default="")
    return bare[near] if near and SequenceMatcher(None, near, native).ratio() >= _LIKE else ""


def _line(native: str, column: str, rows: Sequence[RawRow]) -> str:
    """One line of the mapping; a required column that was not found becomes a line to fill in."""
    if not column:
        todo = {
            "partner": 'partner = "OURS"  # TODO the code of the partner whose table this is',
            "modality": 'modality = "observed"  # TODO observed, estimated, forecast, intended, denied, not-observed, unverified',
            "phenomenon": 'phenomenon = "personnel"  # TODO what the rows are about: docs/formats.md has the taxonomy',
            "claim_id": 'claim_id = "TODO-{…}"  # TODO columns that together are unique',
            "reported_at": 'reported_at = "{…}"  # TODO when it was reported',
        }
        return todo.get(native, "")
    template, note = f"{{{column}}}", ""
    cells = [row.cells.get(column, "").strip() for row in rows if row.cells.get(column, "").strip()]
    if native in ("period_from", "period_to", "reported_at"):
        template, note = _dates(column, cells)
    elif native == "modality" and cells and not all(cell.lower() in _KNOWN_MODALITIES for cell in cells):
        template, note = (
            "observed",
            f"TODO the column {column} holds {', '.join(sorted(set(cells))[:4])}: map them, or state one",
        )
    elif native == "phenomenon" and cells:
        template = f"{{{column}|slug}}"
        note = "check against the taxonomy; a [map.NAME] table can translate: {" + column + "|map:NAME}"
    return f"{native} = {_quoted(template)}" + (f"  # {printable(note)}" if note else "")


_KNOWN_MODALITIES = frozenset({"observed", "estimated", "forecast", "intended", "denied", "not-observed", "unverified"})


def _dates(column: str, cells: Sequence[str]) -> tuple[str, str]:
    """The template of a date column, with the form that its cells have."""
    slashed = [match for cell in cells if (match := _DAY_FIRST.match(cell))]
    if slashed:
        sign = slashed[0][2]
        firsts, seconds = [int(match[1]) for match in slashed], [int(match[3]) for match in slashed]
        if max(seconds) > 12:
            return f"{{{column}|date:%m{sign}%d{sign}%Y}}", "month first: a second number above 12 was seen"
        sure = (
            "day first: a first number above 12 was seen"
            if max(firsts) > 12
            else "TODO day first or month first? the cells do not tell"
        )
        return f"{{{column}|date:%d{sign}%m{sign}%Y}}", sure
    for cell in cells:
        try:
            parse_moment(cell)
        except ValueError as error:
            if "offset" in str(error):
                return f"{{{column}|local:UTC}}", "TODO the zone of these local times, such as Europe/Kyiv"
            return f"{{{column}|date:%Y-%m-%d}}", f"TODO the form of {cell!r} (strptime)"
    return f"{{{column}}}", ""


def _quoted(text: str) -> str:
    """A TOML basic string, whose escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False)
