"""Strangers: a check that schemathesis loads: who is not known gets no answer but 401, whatever the request is.

In a request of which nothing is known yet, HTTP itself may be broken: then it is 400, and nobody was asked anything.
"""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from pathlib import Path

import schemathesis

STATUSES = "FUZZ_STATUSES"
"""The environment variable that names the file to which the statuses of all answers are written, with counts."""

_SEEN: Counter[int] = Counter()


@schemathesis.check
def statuses(_context: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case) -> None:
    """Count the statuses of answers."""
    _SEEN[response.status_code] += 1


@schemathesis.check
def strangers(_context: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case) -> None:
    """Refuse every answer to a stranger that is another than 401."""
    if response.status_code not in (400, 401):
        raise AssertionError(f"a stranger was answered {response.status_code}")


def _write() -> None:
    if os.environ.get(STATUSES):
        Path(os.environ[STATUSES]).write_text(json.dumps(_SEEN), encoding="utf-8")


atexit.register(_write)
