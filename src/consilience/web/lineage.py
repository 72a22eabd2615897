"""Lineage: who repeats whom, as the Compare page shows it: what is declared first, what is inferred apart."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.comparison.descent import Descent, Edge, Root, Sources
from consilience.comparison.echoes import Echo
from consilience.model.claim import Claim
from consilience.model.fact import Fact
from consilience.web.view import View

_SHOWN = 6  # roots, and facts, before the rest is folded away


@dataclass(frozen=True, slots=True)
class Worth:
    """A fact whose reports are more than its independent sources."""

    fact: Fact
    sources: Sources


@dataclass(frozen=True, slots=True)
class Suspected:
    """An echo with its two claims."""

    echo: Echo
    later: Claim
    earlier: Claim


@dataclass(frozen=True, slots=True)
class Lineage:
    """The view: edges between partners, those to recordings apart, shared roots, and what that leaves.

    `roots` are told by several partners; `own` only by the partner that they began with.
    """

    descent: Descent
    claims: int
    resting: int
    edges: tuple[Edge, ...]
    recordings: tuple[Edge, ...]
    roots: tuple[Root, ...]
    more_roots: tuple[Root, ...]
    own: tuple[Root, ...]
    suspected: tuple[Suspected, ...]
    worth: tuple[Worth, ...]
    more_worth: tuple[Worth, ...]


def lineage(view: View) -> Lineage:
    """The lineage of a view's picture."""
    found = view.desk.descent(view.as_of)
    told = tuple(root for root in found.roots if len(root.partners) > 1)
    worth = tuple(Worth(view.facts[each.fact], each) for each in found.most_repeated)
    resting = {telling.claim.id for edge in found.edges for telling in edge.tellings}
    return Lineage(
        descent=found,
        claims=len(view.picture.claims),
        resting=len(resting),
        edges=tuple(edge for edge in found.edges if edge.repeats),
        recordings=tuple(edge for edge in found.edges if not edge.repeats),
        roots=told[:_SHOWN],
        more_roots=told[_SHOWN:],
        own=tuple(root for root in found.roots if len(root.partners) == 1),
        suspected=tuple(Suspected(echo, view.claims[echo.later], view.claims[echo.earlier]) for echo in found.echoes),
        worth=worth[:_SHOWN],
        more_worth=worth[_SHOWN:],
    )
