"""Feed: what is due as an iCalendar stream (RFC 5545), for the calendars that people already look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from consilience.model.identity import digest
from consilience.response.replay import RUNNING_STATES, Case, Standing

_OCTETS = 75  # RFC 5545, 3.1: a line is no longer than this, its end not counted
_SECOND = timedelta(seconds=1)


def calendar(cases: Sequence[Case], now: datetime) -> str:
    """A VCALENDAR with one event for every deadline; the same cases as of the same time are the same bytes.

    An event begins at the earliest and ends at the latest instant at which the time can run out. Its status is
    CONFIRMED while the step is not taken, and CANCELLED once somebody says that it was.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Consilience//Procedures//EN", "CALSCALE:GREGORIAN"]
    for case in cases:
        for standing in case.standings:
            if standing.deadline is not None:
                lines.extend(_event(case, standing, now))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(case: Case, standing: Standing, now: datetime) -> Iterator[str]:
    """One deadline. Both ends are whole seconds: the end of a day is the first second of the next."""
    deadline = standing.deadline
    assert deadline is not None  # noqa: S101  the caller leaves out steps without one
    by = " ".join(standing.by) or "all participating states"
    step = standing.step.name.replace("-", " ")
    paragraph = str(standing.step.paragraph)
    about = [
        f"{by}: {standing.step.says}.",
        *standing.reasons,
        *([paragraph] if paragraph else []),
        case.procedure.source,
    ]
    yield "BEGIN:VEVENT"
    yield f"UID:{digest([case.id, case.procedure.id, standing.step.name])[:32]}@consilience.invalid"
    yield f"DTSTAMP:{_instant(now)}"
    yield f"DTSTART:{_instant(deadline.earliest)}"
    if not deadline.is_exact:
        yield f"DTEND:{_instant(deadline.latest + _SECOND)}"
    yield f"SUMMARY:{_text(f'{step} due from {by} ({case.procedure.accord}): {standing.state.value}')}"
    yield f"DESCRIPTION:{_text(chr(10).join(about))}"
    yield f"CATEGORIES:{_text(standing.state.value)}"
    yield "STATUS:" + ("CONFIRMED" if standing.state in RUNNING_STATES else "CANCELLED")
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    """RFC 5545, 3.3.5, form 2: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    r"""RFC 5545, 3.3.11: backslash, semicolon, comma and line end are escaped; no control character is text."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n")
    kept = "".join(letter for letter in escaped if letter in "\t\n" or (letter >= " " and letter != "\x7f"))
    return kept.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """RFC 5545, 3.1: at most 75 octets a line, no letter cut in two; the lines that go on begin with a space."""
    piece = ""
    room = _OCTETS
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if size > room:
            yield piece
            piece, room = " ", _OCTETS - 1
        piece += letter
        room -= size
    yield piece
