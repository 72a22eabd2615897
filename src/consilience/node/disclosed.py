"""Disclosed: what a partner has had of this node, in order of that partner's own log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consilience.model.entry import ClaimEntry, Published, Retraction
from consilience.model.identity import PartnerId
from consilience.model.round import InSession, RoundEntry
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.trust.statement import reread


@dataclass(frozen=True, slots=True)
class Had:
    """One object that a partner has had: where it stands in the partner's log, which claim, when, and how it is now.

    `state` is `stands`, `withdrawn since`, `retraction: <why>`, `erased here`, or what was said in which session, or to
    everybody (`is_word`).
    """

    index: int
    claim: str
    at: datetime
    state: str
    is_word: bool = False


def disclosed(node: Node, partner: PartnerId) -> Iterator[Had]:
    """What a partner has had, oldest first."""
    withdrawn: set[str] = set()
    names: dict[str, str] = {}
    rows: list[tuple[Had, str]] = []
    for entry in node.ledger.entries(log_of(partner)):
        if entry.envelope is None or entry.digest is None:
            rows.append((Had(entry.index, "", entry.recorded_at, "erased here"), ""))
            continue
        content = reread(entry.envelope).content
        if isinstance(content, ClaimEntry):
            names[entry.digest] = content.cell("claim_id")
            rows.append((Had(entry.index, names[entry.digest], entry.recorded_at, "stands"), entry.digest))
        elif isinstance(content, Retraction):
            withdrawn.add(content.object)
            name = names.get(content.object, content.object[:16])
            rows.append((Had(entry.index, name, entry.recorded_at, f"retraction: {content.reason}"), ""))
        elif isinstance(content, RoundEntry):
            session = content.session if isinstance(content, InSession) else entry.digest
            state = f"{entry.kind} of {entry.issuer} in session {session[:12]}"
            rows.append((Had(entry.index, "", entry.recorded_at, state, is_word=True), ""))
        elif isinstance(content, Published):
            rows.append(
                (
                    Had(
                        entry.index,
                        "",
                        entry.recorded_at,
                        f"public statement, known by {content.known_by}",
                        is_word=True,
                    ),
                    "",
                )
            )
    for row, digest in rows:
        yield Had(row.index, row.claim, row.at, "withdrawn since") if digest in withdrawn else row
