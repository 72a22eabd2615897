"""Pulling: a collection of somebody's TAXII server, found by whatever address was given, into a folder."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from consilience.cli.reading import note
from consilience.cli.terminal import block, many
from consilience.errors import UsageError
from consilience.exchange.call import Caller, Patience, RefusedError
from consilience.exchange.deadline import Deadline, client
from consilience.exchange.taxii.client import Client, Shelf
from consilience.exchange.taxii.fetch import Fetched, fetch
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.inbox import collections, posted
from consilience.node.node import open_node

_PATIENCE = Patience(tries=4, base=1.0, sleep=time.sleep)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch from where, as whom, and into which folder; `proxy` is the only one on the way, if any."""

    url: str
    collection: str
    folder: Path
    user: str = ""
    authority: Path | None = None
    proxy: str = ""


def pulled(wanted: Wanted, *, quiet: bool) -> str:
    """Fetch, and say what came of it. No proxy and no password of the environment is used but those that are named.

    Raises:
        UsageError: no such collection, or several and none named; or an address to which no secret may be sent.
        UnreachableError, RefusedError: see `Caller.call`; what was fetched is kept.
    """
    headers = _who(wanted.user)
    _check(wanted, secret=bool(headers))
    deadline = Deadline()
    with _client(wanted, headers, deadline) as http:
        server = Client(Caller(http, _PATIENCE, deadline), time.sleep)
        address = _collection(server, wanted)
        before = [0]

        def tell(state: Fetched) -> None:
            before[0] += 1
            note(f"{many(state.pages, 'page')}, {many(state.objects, 'object')}, up to {state.after}", quiet=quiet)

        state = fetch(server, address, wanted.folder, tell)
    apart = f"{many(state.odd, 'object')} that cannot be read, kept apart in {wanted.folder}/odd-*.json"
    odd = [apart] if state.odd else []
    if not before[0]:
        return block([f"nothing new: {many(state.objects, 'object')} in {wanted.folder}", *odd])
    return block([
        f"{many(before[0], 'new page')}; {many(state.objects, 'object')} in {wanted.folder}", *odd,
        f"read them: consilience compare {wanted.folder}/page-*.json ours.csv",
    ])  # fmt: skip


def bundle_of(partner: str, home: Path | None) -> bytes:
    """What a partner posted to this node, as a STIX bundle.

    Raises:
        UsageError: nobody of that code on the roster.
    """
    with open_node(homes.find(home)) as node:
        if node.roster.member(partner) is None:
            known = ", ".join(member.code for member in node.roster.members)
            raise UsageError(f"partner {partner}", "not on the roster", f"one of {known}")
        with collections(node) as (store, outlet):
            bodies = b",".join(posted(store, outlet, PartnerId(partner)))
            name = outlet.inbox(PartnerId(partner))
    return b'{"type":"bundle","id":"bundle--%s","objects":[%s]}' % (name.encode(), bodies)


def _collection(client: Client, wanted: Wanted) -> str:
    """The address of the collection that is meant: given itself, or the one of a root, or of the roots of a server."""
    if "/collections/" in wanted.url.rstrip("/"):
        return wanted.url.rstrip("/") + "/"
    found = [shelf for root in _roots(client, wanted.url) for shelf in client.shelves(root) if shelf.can_read]
    chosen = [shelf for shelf in found if wanted.collection in ("", shelf.id)]
    if len(chosen) == 1:
        return chosen[0].url
    listed = _listed(found)
    if wanted.collection:
        raise UsageError(f"collection {wanted.collection}", "none that can be read", f"one of {listed}")
    raise UsageError("collection", f"{len(found)} that can be read", "one: name it with --collection", listed)


def _roots(client: Client, url: str) -> Sequence[str]:
    """The API roots behind an address: those that it names, or itself."""
    try:
        named = client.roots(url)
    except RefusedError as error:
        if error.status in (401, 403):
            raise
        named = ()  # it is no discovery: perhaps a root
    return [root.url for root in named] or [url]


def _listed(shelves: Sequence[Shelf]) -> str:
    return "; ".join(f"{shelf.id} ({shelf.title})" for shelf in shelves[:10]) or "none"


def _check(wanted: Wanted, *, secret: bool) -> None:
    """Refuse an address that is none, and to send a token or a password over a line that others can read.

    Raises:
        UsageError: saying why.
    """
    try:
        parts = urlsplit(wanted.url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError("URL", repr(wanted.url), "an address such as https://cti.example/taxii2/") from error
    if parts.scheme not in ("https", "http") or not host:
        raise UsageError("URL", repr(wanted.url), "an address such as https://cti.example/taxii2/")
    if "@" in parts.netloc:
        raise UsageError("URL", "one with a user in it", "one without", "Name the user with --user.")
    if secret and parts.scheme == "http" and (host not in _LOOPBACK or wanted.proxy):
        next_step = "Say https://, or unset CONSILIENCE_TAXII_TOKEN and leave --user away."
        raise UsageError("URL", f"{wanted.url}, and a secret to send", "https for whatever leaves here", next_step)


def _client(wanted: Wanted, headers: dict[str, str], deadline: Deadline) -> httpx2.Client:
    """What speaks to the server, by way of the proxy that is named."""
    try:
        return client(_trusted(wanted.authority), deadline, headers=headers, proxy=wanted.proxy)
    except (ValueError, httpx2.InvalidURL) as error:
        raise UsageError("--proxy", repr(wanted.proxy), "an address such as http://proxy.example:3128") from error


def _who(user: str) -> dict[str, str]:
    """The Authorization header, from the environment: what stands on a command line is seen by everybody."""
    token, password = os.environ.get("CONSILIENCE_TAXII_TOKEN", ""), os.environ.get("CONSILIENCE_TAXII_PASSWORD", "")
    if user:
        if not password:
            raise UsageError("--user", "no password", "one in CONSILIENCE_TAXII_PASSWORD")
        request = httpx2.Request("GET", "http://x")
        flow = httpx2.BasicAuth(user, password).auth_flow(request)
        return {"Authorization": next(flow).headers["Authorization"]}
    return {"Authorization": f"Bearer {token}"} if token else {}


def _trusted(authority: Path | None) -> ssl.SSLContext:
    """Whom the server's certificate must come from: this machine's authorities, and the one that is named."""
    context = ssl.create_default_context()
    if authority:
        try:
            context.load_verify_locations(cafile=authority)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"--ca {authority}", str(error), "a certificate in PEM") from error
    return context
