"""Form: what a person sent from one of our pages, read in bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from consilience.errors import ConsilienceError
from consilience.web.body import read_body
from consilience.web.seat import NoSeatError, Seat, is_ours

MOST_BYTES, MOST_FIELDS = 1 << 18, 2_000
_IDLE_SECONDS = 10.0
_MEDIA = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name, each with its values as they stood in the form; blank ones are there, too."""

    fields: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        """The value of a field without blanks around it; empty where there is none."""
        return self.fields.get(name, [""])[-1].strip()

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a field that may be ticked several times, each once."""
        return tuple(dict.fromkeys(value for value in self.fields.get(name, []) if value))

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of a field that are not blank."""
        return tuple(line.strip() for line in self.one(name).splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that was refused, and the form as it was filled in."""

    error: ConsilienceError
    form: Form

    @property
    def status(self) -> int:
        """The status of the page that says so."""
        return HTTPStatus.FORBIDDEN if isinstance(self.error, NoSeatError) else HTTPStatus.UNPROCESSABLE_ENTITY


def acting(
    seat: Seat | None, headers: Headers, refused: Refused | None = None, told: Sequence[str] = ()
) -> dict[str, object]:
    """What `_acting.html` and the forms of a page need: who may act, why an act was refused, and what came of the last one."""
    token = seat.token(headers) if seat else ""
    return {"refused": refused, "told": told, "can_act": seat is not None, "token": token}


async def read_our_form(request: Request, seat: Seat | None) -> Form:
    """The form of one of our own pages. Whether who sent it has a seat, `Seat.check` says, so that what was typed is kept.

    Raises:
        HTTPException: 403 for another site's, or where nobody may act; see `read_form`.
    """
    if seat is None or not is_ours(request.headers):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return await read_form(request)


async def read_form(request: Request) -> Form:
    """The form that a request brings.

    Raises:
        HTTPException: 415 for what is no form, 413 for one that is too large, 408 for one that does not come, 400 for too
            many fields or bytes that are no UTF-8.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = await read_body(request.receive, MOST_BYTES, _IDLE_SECONDS)
    if isinstance(body, HTTPStatus):
        raise HTTPException(body)
    try:
        text = body.decode("ascii")
        return Form(parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
