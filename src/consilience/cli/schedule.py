"""Schedule: jobs side by side, again and again; one that fails, or never ends, keeps no other from its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from traceback import extract_tb

from consilience.errors import ConsilienceError

_MOST = 8  # jobs at a time; each may hold a node of its own


class Crew:
    """Does jobs by name, each in a thread. One that is under way is not begun a second time."""

    def __init__(self, say: Callable[[str, str], None], most: int = _MOST) -> None:
        """`say` is told the name of a job that failed, and why; `most` do at a time, the others wait for a place."""
        self._say = say
        self._places = threading.Semaphore(most)
        self._changed = threading.Condition()
        self._under_way: set[str] = set()

    def begin(self, jobs: Mapping[str, Callable[[], None]]) -> None:
        """Begin those that are not under way."""
        for name, job in jobs.items():
            with self._changed:
                if name in self._under_way:
                    continue
                self._under_way.add(name)
            threading.Thread(target=self._run, args=(name, job), name=f"schedule-{name}", daemon=True).start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all are done, at most so long; whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, seconds)

    def _run(self, name: str, job: Callable[[], None]) -> None:
        try:
            with self._places:
                guarded(job, partial(self._say, name))
        finally:
            with self._changed:
                self._under_way.discard(name)
                self._changed.notify_all()


def guarded(step: Callable[[], None], say: Callable[[str], None]) -> None:
    """Take a step; one that fails is said, and that is all."""
    try:
        step()
    except ConsilienceError as error:
        say(error.message)
    except Exception as error:  # noqa: BLE001  the last resort: a fault of ours, or of the machine, must not end a schedule
        where = extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        say(f"{type(error).__name__}: {error} ({place}). It is tried again; if it stays, report it.")


def repeating(
    stop: threading.Event, seconds: float, step: Callable[[], None], say: Callable[[str], None]
) -> threading.Thread:
    """A thread that takes a step again and again until it is told to stop, so many seconds after the last one ended."""

    def run() -> None:
        while True:
            guarded(step, say)
            if stop.wait(seconds):
                return

    thread = threading.Thread(target=run, name="exchange-schedule", daemon=True)
    thread.start()
    return thread
