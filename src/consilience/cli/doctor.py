"""`consilience doctor`: is this installation whole, and what to do if not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

import typer

from consilience.cli import options
from consilience.errors import ConsilienceError

_PACKAGES = ("numpy", "pyarrow", "shapely", "geographiclib", "fastapi", "uvicorn", "jinja2", "typer")
_TRUST_PACKAGES = ("cryptography", "sqlalchemy", "rfc8785")
_OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so, what was found, and the next step if it is not."""

    name: str
    passed: bool
    found: str
    next_step: str = ""


def doctor(home: options.HomeFolder = None) -> None:
    """Check this installation: Python, packages, outlines, the gazetteer, the scenario, the engine, the pages, the ledger.

    Where there is a node, its home is looked at too: whether it is closed to others, and whether the heads kept in it
    are those of its ledger; `verify` checks all of it. Exits with 1 when something is missing, and says what to do.
    """
    from consilience.intake.setaside import printable

    failed = 0
    for check in _checks(home):
        failed += not check.passed
        sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {printable(check.found)}\n")
        if not check.passed and check.next_step:
            sys.stdout.write(f"     next: {printable(check.next_step)}\n")
    sys.stdout.write(f"{failed} problems\n" if failed else "everything is in place\n")
    if failed:
        raise typer.Exit(1)


def _checks(home: Path | None) -> Iterator[Check]:
    version = sys.version_info[:2]
    yield Check("Python", version >= _OLDEST, ".".join(map(str, version)), "install Python 3.11 or newer")
    for name in (*_PACKAGES, *_TRUST_PACKAGES):
        yield _package(name)
    for title, look in (
        ("outlines", _outlines), ("gazetteer", _gazetteer), ("scenario", _scenario), ("formats", _formats),
        ("engine", _engine), ("pages", _pages), ("keys", _keys), ("ledger", _ledger), ("PostgreSQL", _postgresql),
        ("node", partial(_node, home)),
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
    except ConsilienceError as error:
        return Check(title, False, f"{error.thing}: found {error.found}, expected {error.expected}", error.next_step)
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
    import pyarrow as pa

    from consilience.linkage.linking import Linking
    from consilience.linkage.weights import BY_HAND

    reports = pa.table({
        "event_id": ["a", "b"], "dataset": ["one", "two"], "date_from": ["2022-02-17"] * 2,
        "date_to": ["2022-02-17"] * 2, "lat": [48.65] * 2, "lon": [39.25] * 2, "precision_km": [1.0] * 2,
        "event_type": ["attack/shelling"] * 2,
    })  # fmt: skip
    facts = len(set(Linking(reports, weights=BY_HAND).facts["fact_id"].to_pylist()))
    if facts != 1:
        raise ValueError(f"two reports of one event became {facts} facts")
    return "links two reports of one event"


def _pages() -> str:
    from pathlib import Path

    from consilience import web

    served = Path(web.__file__).parent / "static" / "vendor" / "htmx.min.js"
    if not served.is_file():
        raise FileNotFoundError(served.name)
    return "front-end files in place"


def _keys() -> str:
    from consilience.trust.ed25519 import holds
    from consilience.trust.keys import SigningKey

    # RFC 8032, section 7.1, test 1
    key = SigningKey.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    signature = key.sign(b"")
    if not signature.hex().startswith("e5564300c360ac729086e2cc806e828a") or not holds(key.public, signature, b""):
        raise ValueError("Ed25519 does not sign as RFC 8032 has it")
    return "Ed25519 signs and verifies as RFC 8032 has it"


def _ledger() -> str:
    import tempfile
    from pathlib import Path

    from consilience.ledger.database import Database

    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'ledger.db'}")
        try:
            found = database.durability()
        finally:
            database.close()
    return "SQLite keeps what it acknowledges: " + ", ".join(f"{name} {value}" for name, value in found.items())


def _postgresql() -> str:
    try:
        return f"psycopg {metadata.version('psycopg')}"
    except metadata.PackageNotFoundError:
        return "no driver, needed only for a ledger on a server: pip install consilience[postgres]"


def _node(wanted: Path | None) -> str:
    from consilience.node import home as homes
    from consilience.node import opening
    from consilience.node.node import open_node

    try:
        home = homes.find(wanted)
    except homes.HomeError as error:
        if error.thing == "node":  # none is named either
            return "none here or above"
        raise
    mode = home.folder.stat().st_mode & 0o777
    if mode & 0o077:
        raise homes.HomeError(
            str(home.folder), f"mode {mode:o}", "one for its owner alone", f"Run: chmod 700 {home.folder}"
        )
    with open_node(home) as node:  # which refuses open keys, an open secret, and another history than the heads kept
        entries = node.ledger.size()
        opening.signing_time(
            home, node.roster, node.signer, node.clock(), past=False
        )  # refuses a key of ours that ended
    return f"{home.partner}'s, closed to others, its heads those of its ledger of {entries:,} entries"
