"""Audience: in one line, whether a thing stays at this node or leaves it, to whom, and under what conditions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.model.roster import Roster
from consilience.release.policy import PUBLIC, Context, Question, Rule, instant, refusals, required

_CONDITIONS = frozenset({Rule.CONSENT, Rule.EMBARGO})


def audience(label: Label, roster: Roster, now: datetime, home: PartnerId | None = None) -> str:
    """`stays here`, or `leaves this node, to GBR and USA`, with the consents, the embargo and the end it depends on.

    Only partners are named who pass every other rule at `now`: a recipient that is not cleared is none.

    Args:
        label: of the object.
        roster: who is there.
        now: with its zone.
        home: the partner whose node it is, to whom nothing leaves; without it, all are named.
    """
    if label.expiry is not None and label.expiry <= now:
        return f"stays here: ended {instant(label.expiry)}"
    if label.expiry is not None and label.embargo is not None and label.expiry <= label.embargo:
        return f"stays here: ends {instant(label.expiry)}, before it may go"
    context = Context(roster, now)
    asked = (
        [PUBLIC]
        if _may_in_time(label, PUBLIC, context)
        else sorted(member.code for member in roster.members if member.code not in (PUBLIC, home))
    )
    names = [code for code in asked if _may_in_time(label, code, context)]
    if not names:
        return "stays here"
    by_consent: dict[frozenset[PartnerId], list[str]] = {}
    for code in names:
        by_consent.setdefault(required(label.orig, code), []).append("anybody" if code == PUBLIC else code)
    parts = [_part(told, leave) for leave, told in sorted(by_consent.items(), key=lambda item: sorted(item[0]))]
    since = f", from {instant(label.embargo)}" if label.embargo is not None and label.embargo > now else ""
    until = f", until {instant(label.expiry)}" if label.expiry is not None else ""
    return "leaves this node, " + ", and ".join(parts) + since + until


def _may_in_time(label: Label, partner: PartnerId, context: Context) -> bool:
    """Whether nothing stands against it but what time or a consent can settle."""
    return _CONDITIONS.issuperset(found.rule for found in refusals(label, Question(partner, ""), context))


def _part(names: list[str], asked: frozenset[PartnerId]) -> str:
    consent = f" with the consent of {_joined(sorted(asked))}" if asked else ""
    return f"to {_joined(names)}{consent}"


def _joined(names: Iterable[str]) -> str:
    """`GBR, POL and USA`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
