"""Inbox: what partners' TAXII clients posted, as it came; a claim only once an analyst has read and ingested it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from consilience.exchange.taxii.errors import UnknownCollectionError
from consilience.exchange.taxii.filter import ALL, Filters
from consilience.exchange.taxii.store import Store
from consilience.model.identity import PartnerId
from consilience.node.node import Node
from consilience.node.outlet import Outlet

_PAGE = 500


@contextmanager
def collections(node: Node) -> Iterator[tuple[Store, Outlet]]:
    """The collections of a node's partners, open until the block is left."""
    store = Store.open(node.home.exchange)
    try:
        yield store, Outlet(node, store)
    finally:
        store.close()


def posted(store: Store, outlet: Outlet, partner: PartnerId) -> Iterator[bytes]:
    """The objects that a partner posted, oldest first, as JSON; none when it never came by."""
    filters = Filters(versions=ALL)
    while True:
        try:
            page = store.page(outlet.inbox(partner), filters, _PAGE)
        except UnknownCollectionError:
            return
        yield from store.bodies(outlet.inbox(partner), page.items)
        if not page.next:
            return
        filters = replace(filters, next=page.next)
