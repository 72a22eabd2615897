"""Contradiction: what a partner's clients posted to its inbox with one id and version, and two contents."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.exchange.taxii.conflict import Conflict
from consilience.exchange.taxii.errors import UnknownCollectionError
from consilience.exchange.taxii.store import Store
from consilience.model.identity import PartnerId
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.node.outlet import Outlet
from consilience.web.words import plural

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One partner's: how many there are, and the first of them."""

    code: PartnerId
    count: int
    first: tuple[Conflict, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.first)

    @property
    def words(self) -> str:
        """What happened, as it follows a partner's name."""
        return f"posted {plural(self.count, 'object')} with an id and version that another content has already"


def contradictions(node: Node, roster: Roster) -> tuple[Contradiction, ...]:
    """Those in the inboxes of all partners, in order of code; none where no client ever came by. It makes nothing.

    Raises:
        ConsilienceError: the inboxes cannot be read.
    """
    store = Store.existing(node.home.exchange)
    if store is None:
        return ()
    try:
        outlet = Outlet(node, store)
        codes = sorted(member.code for member in roster.members if member.code != node.partner)
        found = (_of(store, outlet.inbox(code), code) for code in codes)
        return tuple(each for each in found if each.count)
    finally:
        store.close()


def _of(store: Store, inbox: str, code: PartnerId) -> Contradiction:
    try:
        count = store.conflict_count(inbox)
        return Contradiction(code, count, store.conflicts(inbox, _SHOWN) if count else ())
    except UnknownCollectionError:
        return Contradiction(code, 0, ())
