"""Asking: schemathesis against a live server, with and without credentials: no status of the 500s, strangers get 401."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fuzz.draw import written
from fuzz.row import Row
from fuzz.servers import ROOT, Server
from fuzz.strangers import STATUSES

_GRACE = 180.0  # seconds over its time until schemathesis counts as hanging
_PROGRAM = Path(sys.executable).with_name("schemathesis")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is tried of one target: seconds, inputs for a harness or for an endpoint (0: as time allows), the seed."""

    seconds: int
    runs: int
    seed: int


def asked(server: Server, bounds: Bounds, folder: Path, *, known: bool) -> Row:
    """A row for all endpoints of a server, asked by somebody who is known, or by a stranger."""
    row = Row(f"http, {server.name}: {'known' if known else 'strangers'}")
    document, told, counts = folder / "openapi.json", folder / "told.json", folder / "statuses.json"
    document.write_bytes(written(server.document))
    checks = "not_a_server_error,statuses" if known else "not_a_server_error,statuses,strangers"
    command = [
        str(_PROGRAM), "run", str(document), "--url", server.url, "--checks", checks, "--phases", "coverage,fuzzing",
        "--max-time", str(bounds.seconds), "--seed", str(bounds.seed), "--mode", "all", "--continue-on-failure",
        "--report", "json", "--report-json-path", str(told), "--generation-database", "none", "--no-shrink",
        "--tls-verify", "false", "--no-color", "--warnings", "off", "--suppress-health-check", "all",
    ]  # fmt: skip
    command += ["--header", f"Authorization: {server.authorization}"] if known else []
    command += ["--max-examples", str(bounds.runs)] if bounds.runs else []
    hooks = {"SCHEMATHESIS_HOOKS": "fuzz.strangers", STATUSES: str(counts), "PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    try:
        ran = subprocess.run(
            command, cwd=folder, env={**os.environ, **hooks}, capture_output=True, text=True, check=False,
            timeout=bounds.seconds + _GRACE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        row.findings.append(
            f"schemathesis did not end within {bounds.seconds + _GRACE:.0f} s: an answer that never came"
        )
        return row
    finally:
        row.seconds = time.monotonic() - start
    if not told.exists() or not counts.exists():
        row.findings.append(f"schemathesis failed: {(ran.stdout + ran.stderr).strip()[-500:]}")
        return row
    _read(row, json.loads(told.read_text(encoding="utf-8")), json.loads(counts.read_text(encoding="utf-8")))
    if row.findings:
        row.findings.append(ran.stdout[-4_000:])
    if known and not any(status.startswith("2") for status in json.loads(counts.read_text(encoding="utf-8"))):
        row.findings.append("nothing was ever answered with 2xx: who should be known was not")
    return row


def _read(row: Row, told: dict[str, object], counts: dict[str, int]) -> None:
    """What the report of schemathesis says."""
    row.executions = sum(counts.values())
    row.said = ", ".join(f"{count:,} x {status}" for status, count in sorted(counts.items()))
    for kind in ("failures", "errors"):
        listed = told.get(kind)
        for each in listed if isinstance(listed, list) else []:
            row.findings.append(f"{kind[:-1]}: {json.dumps(each)[:600]}")
