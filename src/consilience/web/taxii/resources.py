"""Resources: the JSON of what the service answers, member by member as the standard names them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus

from consilience.exchange.taxii.page import Page
from consilience.exchange.taxii.resource import TAXII, ApiRoot, Collection, Discovery, Rights
from consilience.web.taxii.head import Answer

HEADERS = {"Content-Type": TAXII, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

# medallion, the reference server, has this one title for every error; the standard leaves it free (section 3.6.1).
_TITLE = "ProcessingError"


def encoded(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _ENCODER.encode(value).encode("utf-8", "replace")


def resource(value: Mapping[str, object], status: int = 200) -> Answer:
    """An answer that is one resource."""
    return Answer(status, HEADERS, encoded(value))


def problem(status: int, description: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error message (section 3.6.1)."""
    told = {"title": _TITLE, "description": description, "http_status": str(int(status))}
    return Answer(int(status), {**HEADERS, **(headers or {})}, encoded(told))


def not_found() -> Answer:
    """There is no such thing, or it is none of theirs: the same words for both."""
    return problem(HTTPStatus.NOT_FOUND, "There is no such resource, or you have no access to it.")


def forbidden() -> Answer:
    """They may know of it, and not do this with it."""
    return problem(HTTPStatus.FORBIDDEN, "You have no access to this resource.")


def discovery(found: Discovery | None, roots: Sequence[str]) -> Answer:
    """The discovery resource (section 4.1.1). URLs are relative, as the standard allows: any name leads here."""
    said = found or Discovery("TAXII server")
    urls = {name: f"/{name}/" for name in roots}
    told: dict[str, object] = {"title": said.title, **_given(description=said.description, contact=said.contact)}
    told |= _given(default=urls.get(said.default, ""), api_roots=list(urls.values()))
    return resource(told)


def api_root(root: ApiRoot) -> Answer:
    """The API root resource (section 4.2.1)."""
    told = {"title": root.title, **_given(description=root.description)}
    return resource({**told, "versions": [TAXII], "max_content_length": root.max_content_length})


def collection(found: Collection, rights: Rights) -> dict[str, object]:
    """A collection resource (section 5.2.1)."""
    return {
        "id": found.id,
        "title": found.title,
        **_given(description=found.description, alias=found.alias),
        "can_read": rights.read,
        "can_write": rights.write,
        "media_types": list(found.media_types),
    }


def dates(page: Page) -> dict[str, str]:
    """The headers of an answer, with the moments of its first and last item when it has any (section 3.2)."""
    if not page.items:
        return HEADERS
    first, last = page.items[0].date_added, page.items[-1].date_added
    return {**HEADERS, "X-TAXII-Date-Added-First": first, "X-TAXII-Date-Added-Last": last}


def empty() -> Answer:
    """A page with nothing in it: an empty object."""
    return Answer(200, HEADERS, b"{}")


def opening(page: Page, name: str) -> bytes:
    """How a page of a list with this name begins."""
    way_on = b',"next":' + encoded(page.next) if page.next else b""
    return b'{"more":' + (b"true" if page.more else b"false") + way_on + b',"' + name.encode() + b'":['


def envelope(page: Page, objects: Sequence[bytes]) -> Answer:
    """An envelope (section 3.7) that is small."""
    return Answer(200, dates(page), b"".join((opening(page, "objects"), b",".join(objects), b"]}")))


def large_envelope(page: Page, parts: Iterable[Sequence[bytes]]) -> Answer:
    """An envelope whose objects are read as they are sent."""

    def pieces() -> Iterator[bytes]:
        before = opening(page, "objects")
        for part in parts:
            if part:
                yield before + b",".join(part)
                before = b","
        yield b"]}" if before == b"," else before + b"]}"

    return Answer(200, dates(page), pieces())


def manifest(page: Page) -> Answer:
    """A manifest (section 5.3.1); with `next`, without which some clients ask for the same page for ever."""
    records = (
        {"id": item.id, "date_added": item.date_added, "version": item.version, "media_type": item.media_type}
        for item in page.items
    )
    return Answer(200, dates(page), opening(page, "objects") + b",".join(map(encoded, records)) + b"]}")


def versions(page: Page) -> Answer:
    """The versions of an object (section 5.8.1), in the order of their arrival."""
    told = b",".join(encoded(item.version) for item in page.items)
    return Answer(200, dates(page), opening(page, "versions") + told + b"]}")


def _given(**members: object) -> dict[str, object]:
    """The members that have something in them."""
    return {name: value for name, value in members.items() if value}
