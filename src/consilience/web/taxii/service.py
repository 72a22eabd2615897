"""Service: TAXII 2.1 without sockets. Decides on a request's head before its body is read, then answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from consilience.errors import ConsilienceError
from consilience.exchange.taxii import filter as filters
from consilience.exchange.taxii.errors import MalformedFilterError, UnprocessableError
from consilience.exchange.taxii.filter import ALL, LAST, Asked, Filters
from consilience.exchange.taxii.page import Item, slices
from consilience.exchange.taxii.quota import Quota
from consilience.exchange.taxii.resource import TAXII, ApiRoot, Collection, Rights
from consilience.exchange.taxii.stamp import micros, taxii_text
from consilience.exchange.taxii.store import Store
from consilience.ledger.errors import BusyError
from consilience.web.taxii import resources
from consilience.web.taxii.gate import Gate
from consilience.web.taxii.head import Answer, Head
from consilience.web.taxii.negotiate import accepts, sends
from consilience.web.taxii.posting import Poster, receive
from consilience.web.taxii.route import Endpoint, Route, route

_PAGED = {
    Endpoint.OBJECTS: (filters.OBJECTS, LAST),
    Endpoint.MANIFEST: (filters.OBJECTS, LAST),
    Endpoint.OBJECT: (filters.OBJECT, LAST),
    Endpoint.VERSIONS: (filters.VERSIONS, ALL),
}


_NO_RIGHTS = Rights(read=False, write=False)
_EVERYTHING = Asked()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """How the service behaves where the standard leaves a choice.

    `interop` answers as the interoperability profile has it: 403 also where the existence of a collection would
    otherwise not be told, and collections by id. `most` bounds the objects of a page. Without `deletes` nobody takes out
    what was added, not even to add something else in its place; `quota` bounds each collection that is added to.
    """

    interop: bool = False
    most: int = 5_000
    deletes: bool = True
    quota: Quota | None = None
    clock: Callable[[], datetime] = _now
    random: Callable[[int], bytes] = os.urandom


_DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that will be answered once its body of `most` bytes at most is there; only a POST has one."""

    who: str
    method: str
    route: Route
    root: ApiRoot | None = None
    collection: Collection | None = None
    rights: Rights = field(default=_NO_RIGHTS)
    asked: Asked = field(default=_EVERYTHING)

    @property
    def most(self) -> int:
        """Bytes of a body that are read."""
        return self.root.max_content_length if self.root and self.method == "POST" else 0


class Service:
    """Answers requests out of a store, as far as a gate lets them."""

    def __init__(self, store: Store, gate: Gate, options: Options = _DEFAULTS) -> None:
        """Stand between the two."""
        self._store = store
        self._gate = gate
        self._options = options

    def is_quick(self, head: Head) -> bool:
        """Whether `admit` answers at once, rather than hash a password first."""
        return self._gate.is_quick(head.credentials)

    def admit(self, head: Head) -> Admitted | Answer:
        """Let a request in, or answer it at once; nothing of its body is needed for that.

        Steps: 1 who they are; 2 where the path leads, and the method; 3 what they take; 4 whether the root and the
        collection exist for them; 5 what they may do there; 6 what they send; 7 what they ask for.
        """
        try:
            return self._admit(head)
        except MalformedFilterError as wrong:
            return resources.problem(HTTPStatus.BAD_REQUEST, wrong.message)
        except ConsilienceError as wrong:  # of the storage, or of whatever stands behind the gate
            return _unavailable(wrong)

    def answer(self, admitted: Admitted, body: bytes = b"") -> Answer:
        """Do what an admitted request asks for."""
        try:
            return self._answer(admitted, body)
        except MalformedFilterError as wrong:
            return resources.problem(HTTPStatus.BAD_REQUEST, wrong.message)
        except UnprocessableError as wrong:
            said = f"While processing supplied content, an error occurred: {wrong.message}"
            return resources.problem(HTTPStatus.UNPROCESSABLE_ENTITY, said)
        except ConsilienceError as wrong:  # of the storage, or of whatever stands behind the gate
            return _unavailable(wrong)

    # --- Admission ----------------------------------------------------------------------------------------------------

    def _admit(self, head: Head) -> Admitted | Answer:
        # Step 1.
        self._store.shape()  # as it is now, also when another process has changed it; once a request
        who = self._gate.who(head.credentials)
        if who is None:
            unknown = {"WWW-Authenticate": self._gate.challenge}
            return resources.problem(HTTPStatus.UNAUTHORIZED, "Say who you are.", unknown)
        # Step 2.
        found = route(head.path)
        if found is None:
            return resources.not_found()
        method = "GET" if head.method == "HEAD" else head.method
        if method not in (*found.endpoint.methods, "OPTIONS"):
            allow = {"Allow": found.endpoint.allow}
            return resources.problem(HTTPStatus.METHOD_NOT_ALLOWED, f"This resource answers {allow['Allow']}.", allow)
        # Step 3.
        if method != "OPTIONS" and not accepts(head.headers.get("accept")):
            return resources.problem(HTTPStatus.NOT_ACCEPTABLE, f"The answer would be {TAXII}.")
        # Steps 4 to 7.
        self._gate.refresh(who)
        return self._opened(Admitted(who, method, found), head)

    def _opened(self, asking: Admitted, head: Head) -> Admitted | Answer:
        """Steps 4 to 7."""
        place, shape = asking.route, self._store.latest_shape()
        if place.endpoint is Endpoint.DISCOVERY:
            return asking
        root = shape.roots.get(place.root)
        if root is None or not self._gate.sees_root(asking.who, place.root):
            return resources.not_found()
        asking = replace(asking, root=root)
        if place.endpoint in (Endpoint.ROOT, Endpoint.STATUS, Endpoint.COLLECTIONS):
            return asking
        named = shape.named(place.root, place.collection)
        collection = next((each for each in named if self._gate.sees(asking.who, each.id)), None)
        if collection is None:
            return resources.forbidden() if named and self._options.interop else resources.not_found()
        asking = replace(asking, collection=collection, rights=self._rights(asking.who, collection))
        if (refusal := _refused(asking)) is None and asking.method == "DELETE" and not self._options.deletes:
            refusal = resources.forbidden()
        return refusal or _unread(asking, head) or replace(asking, asked=_asked(asking, head))

    def _rights(self, who: str, collection: Collection) -> Rights:
        return Rights(self._gate.may_read(who, collection.id), self._gate.may_write(who, collection.id))

    # --- Answers ------------------------------------------------------------------------------------------------------

    def _answer(self, admitted: Admitted, body: bytes) -> Answer:
        if admitted.method == "OPTIONS":
            return Answer(HTTPStatus.NO_CONTENT, {**resources.HEADERS, "Allow": admitted.route.endpoint.allow})
        if admitted.collection is not None:
            return self._of_collection(admitted, admitted.collection, body)
        who, name = admitted.who, admitted.route.root
        match admitted.route.endpoint:
            case Endpoint.DISCOVERY:
                shape = self._store.latest_shape()
                return resources.discovery(shape.discovery, [r for r in shape.roots if self._gate.sees_root(who, r)])
            case Endpoint.STATUS:
                status = self._store.status(name, admitted.route.name, who)
                return resources.not_found() if status is None else Answer(200, resources.HEADERS, status)
            case Endpoint.COLLECTIONS:
                return self._collections(who, name)
        return resources.api_root(admitted.root) if admitted.root else resources.not_found()

    def _collections(self, who: str, root: str) -> Answer:
        """The collections of a root that they may know of, always in one order (section 3.3)."""
        found = [each for each in self._store.latest_shape().collections.get(root, ()) if self._gate.sees(who, each.id)]
        if self._options.interop:
            found.sort(key=lambda each: each.id)
        told = [resources.collection(each, self._rights(who, each)) for each in found]
        return resources.resource({"collections": told} if told else {})

    def _of_collection(self, admitted: Admitted, collection: Collection, body: bytes) -> Answer:
        endpoint, name = admitted.route.endpoint, admitted.route.name
        if endpoint is Endpoint.COLLECTION:
            return resources.resource(resources.collection(collection, admitted.rights))
        if admitted.method == "POST":
            return self._posted(admitted, collection, body)
        if admitted.method == "DELETE":
            removed = self._store.remove(collection.id, name, admitted.asked.filters)
            return Answer(200, resources.HEADERS) if removed else resources.not_found()
        return self._page(admitted, collection)

    def _posted(self, admitted: Admitted, collection: Collection, body: bytes) -> Answer:
        """202 with the status resource, which stays to be asked for."""
        random = UUID(bytes=self._options.random(16), version=4)
        name = (str(random), taxii_text(micros(self._options.clock())))
        poster = Poster(admitted.who, collection.id, self._options.quota)
        receipt = receive(self._store, self._gate, poster, body, name)
        answer = resources.resource(receipt.resource(), HTTPStatus.ACCEPTED)
        self._store.put_status(collection.root, receipt.id, admitted.who, answer.whole)
        return answer

    def _page(self, admitted: Admitted, collection: Collection) -> Answer:
        """A page of objects, of their manifest, or of the versions of one."""
        endpoint, asked = admitted.route.endpoint, admitted.asked
        limit = min(asked.limit or self._options.most, self._options.most)
        objects = None
        if endpoint in (Endpoint.OBJECTS, Endpoint.OBJECT):
            page, objects = self._store.objects(collection.id, asked.filters, limit)
        else:
            page = self._store.page(collection.id, asked.filters, limit)
        if not page.items:
            missing = admitted.route.name and not self._store.holds(collection.id, admitted.route.name)
            return resources.not_found() if missing else resources.empty()
        if endpoint is Endpoint.MANIFEST:
            return resources.manifest(page)
        if endpoint is Endpoint.VERSIONS:
            return resources.versions(page)
        if objects is not None:
            return resources.envelope(page, objects)
        return resources.large_envelope(page, self._parts(collection.id, page.items))

    def _parts(self, collection: str, items: Sequence[Item]) -> Iterator[Sequence[bytes]]:
        """The objects of a page in pieces, each read when it is wanted."""
        return (self._store.bodies(collection, some) for some in slices(items))


def _refused(asking: Admitted) -> Answer | None:
    """Step 5: what they may not do (sections 5.3 to 5.8; the table of 5.7 for DELETE)."""
    if asking.method == "DELETE":
        if not asking.rights.read and not asking.rights.write:
            return resources.not_found()
        return None if asking.rights.read and asking.rights.write else resources.forbidden()
    if asking.route.endpoint is Endpoint.COLLECTION or asking.method == "OPTIONS":
        return None
    allowed = asking.rights.write if asking.method == "POST" else asking.rights.read
    return None if allowed else resources.forbidden()


def _unread(asking: Admitted, head: Head) -> Answer | None:
    """Step 6: a body that will not be read."""
    if asking.method != "POST":
        return None
    if not sends(head.headers.get("content-type")) or head.headers.get("content-encoding", "identity") != "identity":
        said = f"A body is {TAXII}, not compressed."
        return resources.problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said)
    length = head.headers.get("content-length", "0")
    if not length.isdecimal() or not length.isascii():
        return resources.problem(HTTPStatus.BAD_REQUEST, "Content-Length is no number.")
    return too_large(asking.most) if len(length) > 18 or int(length) > asking.most else None


def too_large(most: int) -> Answer:
    """A body longer than the API root takes."""
    return resources.problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body has {most:,} bytes at most here.")


def _asked(asking: Admitted, head: Head) -> Asked:
    """Step 7: the query, as far as the endpoint knows its parameters."""
    if asking.method == "DELETE":
        asked = filters.parse_query(head.query, filters.DELETE, ALL)
    elif asking.method == "GET" and asking.route.endpoint in _PAGED:
        known, versions = _PAGED[asking.route.endpoint]
        asked = filters.parse_query(head.query, known, versions)
    else:
        return Asked(Filters())
    name = asking.route.name
    return replace(asked, filters=replace(asked.filters, ids=(name,))) if name else asked


def _unavailable(wrong: ConsilienceError) -> Answer:
    """Something behind us does not answer: not the client's fault, worth another try, and what it is stays in here."""
    again = {"Retry-After": "1" if isinstance(wrong, BusyError) else "30"}
    return resources.problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server cannot answer now.", again)
