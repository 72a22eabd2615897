"""Pulling: a collection of somebody's TAXII server, found by whatever address was given, into a folder."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from consilience.cli.reading import note
from consilience.cli.terminal import block, many
from consilience.errors import UsageError
from consilience.exchange.call import Caller, Patience, RefusedError
from consilience.exchange.taxii.client import Client, Shelf
from consilience.exchange.taxii.fetch import Fetched, fetch
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.inbox import collections, posted
from consilience.node.node import open_node

_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_PATIENCE = Patience(tries=4, base=1.0, sleep=time.sleep)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch from where, as whom, and into which folder."""

    url: str
    collection: str
    folder: Path
    user: str = ""
    authority: Path | None = None


def pulled(wanted: Wanted, *, quiet: bool) -> str:
    """Fetch, and say what came of it.

    Raises:
        UsageError: no such collection, or several and none named.
        UnreachableError, RefusedError: see `Caller.call`; what was fetched is kept.
    """
    with httpx2.Client(verify=_trusted(wanted.authority), headers=_who(wanted.user), timeout=_TIMEOUT) as http:
        client = Client(Caller(http, _PATIENCE), time.sleep)
        address = _collection(client, wanted)
        before = [0]

        def tell(state: Fetched) -> None:
            before[0] += 1
            note(f"{many(state.pages, 'page')}, {many(state.objects, 'object')}, up to {state.after}", quiet=quiet)

        state = fetch(client, address, wanted.folder, tell)
    if not before[0]:
        return block([f"nothing new: {many(state.objects, 'object')} in {wanted.folder}"])
    return block([
        f"{many(before[0], 'new page')}; {many(state.objects, 'object')} in {wanted.folder}",
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
