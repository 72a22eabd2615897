"""One frozen object from one TOML file: flag > CONSILIENCE_* > consilience.toml > default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from consilience.errors import SettingsError

DEFAULT_YARDSTICK = "icd-203"
_TABLES = frozenset({"compare", "assess"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a node may tune. `docs/formats.md` says what each does."""

    horizon_days: float = 30.0
    """Levels whose periods lie further apart than this are not compared."""
    daily_rate: float = 0.04
    """Plausible change of a level, as a share a day: intervals are widened by it before they are compared."""
    open_ended_factor: float = 1.25
    """"More than X" is compared as X to X times this."""
    near_border_km: float = 300.0
    """How far from a border a stated place may lie and still count as near it."""
    slice_days: float = 7.0
    """A level's fact covers this many days from its earliest claim."""
    event_window_km: float = 10.0
    """Events this far apart, beyond what their precisions explain, may still be one."""
    event_window_days: float = 2.0
    """Events this many days apart, beyond what their precisions explain, may still be one."""
    dense_fact: int = 8
    """In a fact with more claims than this, only the newest of each partner and the extremes are paired."""

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not (0 < value < 1e6):
                raise SettingsError(f"setting {field.name}", repr(value), "a number above 0 and below a million")


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read `consilience.toml` (the `[compare]` table) and `CONSILIENCE_*` over the defaults.

    Raises:
        SettingsError: for an unreadable file, an unknown name or a value that is no number in range.
    """
    table, file = _table(path, "compare")
    values = {name: _number(f"{file}: {name}", value) for name, value in table.items()}
    known = {field.name: field.type for field in fields(Settings)}
    for name, text in (os.environ if environment is None else environment).items():
        short = name.removeprefix("CONSILIENCE_").lower()
        if name.startswith("CONSILIENCE_") and short in known:
            values[short] = _number(name, text)
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsError(f"setting {unknown[0]}", "a name that does not exist", "one of " + ", ".join(sorted(known)))
    if "dense_fact" in values:
        values["dense_fact"] = int(values["dense_fact"])
    return Settings(**values)  # type: ignore[arg-type]  # dense_fact was made whole just above


def load_yardstick(path: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """The name of the yardstick that a partner words likelihoods on: `yardstick` in the table [assess], or `icd-203`.

    CONSILIENCE_YARDSTICK goes before the file. That the name is known is for whoever uses it to see.

    Raises:
        SettingsError: for an unreadable file, or another key in the table.
    """
    table, file = _table(path, "assess")
    stray = sorted(set(table) - {"yardstick"})
    if stray:
        raise SettingsError(f"{file}: {stray[0]}", "a name that does not exist", "yardstick")
    known = os.environ if environment is None else environment
    return str(known.get("CONSILIENCE_YARDSTICK") or table.get("yardstick") or DEFAULT_YARDSTICK)


def _table(path: Path | None, name: str) -> tuple[Mapping[str, object], Path]:
    """One table of the settings file, empty where there is no such file or table; and which file it is."""
    file = path or Path("consilience.toml")
    if path is None and not file.is_file():
        return {}, file
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(str(file), str(error), f"a TOML file with a [{name}] table") from error
    stray = sorted(set(document) - _TABLES)
    if stray:
        expected = "all settings in [compare], the yardstick in [assess]"
        raise SettingsError(f"{file}: {stray[0]}", "a key outside the tables", expected)
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{file}: {name}", repr(table), f"a table [{name}]")
    return table, file


def _number(name: str, value: object) -> float:
    """`value` as a number, or a SettingsError that names it."""
    try:
        return float(str(value))
    except ValueError as error:
        raise SettingsError(name, repr(value), "a number") from error
