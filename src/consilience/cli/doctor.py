"""`consilience doctor`: is this installation whole, and what to do if not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import typer

_PACKAGES = ("duckdb", "numpy", "pyarrow", "shapely", "geographiclib", "h3", "fastapi", "uvicorn", "jinja2", "typer")
_OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so, what was found, and the next step if it is not."""

    name: str
    passed: bool
    found: str
    next_step: str = ""


def doctor() -> None:
    """Check this installation: Python, packages, outlines, the gazetteer, the scenario, the engine, the pages.

    Exits with 1 when something is missing, and says what to do.
    """
    failed = 0
    for check in _checks():
        failed += not check.passed
        sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {check.found}\n")
        if not check.passed and check.next_step:
            sys.stdout.write(f"     next: {check.next_step}\n")
    sys.stdout.write(f"{failed} problems\n" if failed else "everything is in place\n")
    if failed:
        raise typer.Exit(1)


def _checks() -> Iterator[Check]:
    version = sys.version_info[:2]
    yield Check("Python", version >= _OLDEST, ".".join(map(str, version)), "install Python 3.11 or newer")
    for name in _PACKAGES:
        yield _package(name)
    for title, look in (
        ("outlines", _outlines), ("gazetteer", _gazetteer), ("scenario", _scenario), ("formats", _formats),
        ("engine", _engine), ("pages", _pages),
    ):  # fmt: skip
        yield _tried(title, look)


def _package(name: str) -> Check:
    try:
        return Check(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, "not installed", f"pip install {name}")


def _tried(title: str, look: Callable[[], str]) -> Check:
    """What `look` found, or its failure as a finding."""
    try:
        return Check(title, True, look())
    except Exception as error:  # noqa: BLE001  whatever is broken is the finding
        return Check(
            title, False, f"{type(error).__name__}: {error}", "reinstall the package, or run `make demo` in a checkout"
        )


def _outlines() -> str:
    from consilience.intake.outlines import load_atlas

    atlas = load_atlas()
    crimea = "Crimea in Ukraine" if atlas.contains("UKR", 45.1, 34.1) else "Crimea not in Ukraine"
    return f"Yelnya lies {atlas.border_km('UKR', 54.58, 33.18):.0f} km from Ukraine's border; {crimea}"


def _gazetteer() -> str:
    from consilience.intake import gazetteer
    from consilience.intake.scenario import shipped_places

    known = gazetteer.load(*shipped_places())
    return "knows Donbas" if known.find("Donbas") else "does not know Donbas"


def _scenario() -> str:
    from consilience.intake.scenario import read_scenario, shipped

    told = read_scenario(shipped() / "winter-2021-22")
    return f"{told.title}: {len(told.holdings)} tables"


def _formats() -> str:
    from consilience.intake.mapping import shipped

    return ", ".join(found.name for found in shipped())


def _engine() -> str:
    import duckdb

    with duckdb.connect() as engine:
        answer = engine.execute("SELECT 6 * 7").fetchall()
    return f"DuckDB {duckdb.__version__} answers {answer[0][0]}"


def _pages() -> str:
    from pathlib import Path

    from consilience import web

    served = Path(web.__file__).parent / "static" / "vendor" / "htmx.min.js"
    if not served.is_file():
        raise FileNotFoundError(served.name)
    return "front-end files in place"
