"""Invite: what a further partner would have of what stands here, and from when; nothing is adopted, recorded or given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from consilience.desk import Desk
from consilience.model.fact import Verdict
from consilience.model.identity import PartnerId
from consilience.model.roster import Roster
from consilience.node.node import Node, seen
from consilience.release.decision import Audience, Decision, Judge, Veil, decide
from consilience.settings import Settings


@dataclass(frozen=True, slots=True)
class Preview:
    """What a partner would see from `since` on.

    `decision` is what of each claim would go and by which rules the rest stays, `ours` and `theirs` the facts of our
    picture and of theirs by verdict, `differing` the facts of theirs that no fact of ours has the same claims and verdict as.
    """

    partner: PartnerId
    is_new: bool
    since: datetime
    decision: Decision
    ours: dict[Verdict, int]
    theirs: dict[Verdict, int]
    differing: int


def preview(node: Node, code: str, change: Callable[[Roster, datetime], Roster], use: str = "read") -> Preview:
    """What a partner would have under the roster that a change makes, by the rules of every release.

    Labels were resolved when they were made: whoever joins later gains nothing by a group or a circle named before.
    """
    node.catch_up()
    now = node.clock()
    roster = change(node.roster, now)
    partner = PartnerId(code)
    context = replace(node.context(use), roster=roster)
    judge = Judge(Audience((partner,), use), context, node.index.labels())
    decision = decide(judge, node.contents(node.index.objects("claim")), Veil(node.home.secret, node.partner))
    ours, theirs = node.desk(), seen(decision, node.places, Settings())
    same = set(_facts(ours))
    differing = sum(fact not in same for fact in _facts(theirs))
    is_new = node.roster.member(code) is None
    return Preview(partner, is_new, now, decision, _counted(ours), _counted(theirs), differing)


def _facts(desk: Desk) -> list[tuple[str, Verdict]]:
    """Each fact by its title and verdict: claims may bear other names where they are told in part."""
    return [(fact.title, fact.finding.verdict) for fact in desk.picture().facts]


def _counted(desk: Desk) -> dict[Verdict, int]:
    """Facts by verdict."""
    return dict(Counter(fact.finding.verdict for fact in desk.picture().facts))
