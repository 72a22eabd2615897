"""Disclosing: what a partner has had of this node, and how it is with it now, as words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from consilience.cli.terminal import block, many
from consilience.model.identity import PartnerId, canonical_json
from consilience.node.disclosed import Had, disclosed
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.release.fold import stamp

_STANDS = "stands"


def had(node: Node, partner: PartnerId) -> list[Had]:
    """What a partner has had, oldest first; what was withdrawn here and not told to it says so."""
    withdrawn = {held.digest for held in node.index.objects("claim") if held.retracted is not None}
    sources = node.index.derivations()  # of a copy, what it was made from
    entries = node.ledger.entries(log_of(partner), kinds=frozenset({"claim"}))
    digests = {entry.index: entry.digest or "" for entry in entries}

    def is_withdrawn(row: Had) -> bool:
        digest = digests.get(row.index, "")
        return bool({digest, sources.get(digest, "")} & withdrawn)

    untold = f"withdrawn here, {partner} not told yet"
    return [
        replace(row, state=untold) if row.state == _STANDS and is_withdrawn(row) else row
        for row in disclosed(node, partner)
    ]


def had_text(to: str, rows: Sequence[Had]) -> str:
    """For the terminal."""
    kinds = Counter(_kind(row) for row in rows)
    head = f"{to} has had {many(kinds['claims'], 'claim')} and {many(kinds['retractions'], 'retraction')} of this node"
    if kinds["statements"]:
        head += f", and {many(kinds['statements'], 'public statement')}"
    if kinds["words"]:
        head += f", and {many(kinds['words'], 'word', 'words')} in sessions"
    return block([head, *(f"  {row.index:>6}  {row.at:%Y-%m-%d %H:%M}  {row.claim}  {row.state}" for row in rows)])


def _kind(row: Had) -> str:
    """Under what a row counts."""
    if row.state.startswith("retraction"):
        return "retractions"
    if row.state.startswith("public statement"):
        return "statements"
    return "words" if row.is_word else "claims"


def had_json(to: str, rows: Sequence[Had]) -> str:
    """One document, schema `consilience.disclosures/1`."""
    listed = [{"index": row.index, "claim": row.claim, "at": stamp(row.at), "state": row.state} for row in rows]
    return canonical_json({"schema": "consilience.disclosures/1", "to": to, "had": listed}) + "\n"
