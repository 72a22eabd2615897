"""Inviting: what a further partner would see in words and as JSON; and a message to one partner, sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.releasing import named
from consilience.cli.rosters import Wanted, with_partner
from consilience.cli.terminal import block, many, plain
from consilience.errors import ConsilienceError, UsageError
from consilience.model.fact import Verdict
from consilience.model.identity import canonical_json
from consilience.node import home as homes
from consilience.node.invite import Preview, preview
from consilience.node.message import Message, held_back, send
from consilience.node.node import open_node

SCHEMA = "consilience.invitation/1"
_LISTED = 40


class RefusedError(ConsilienceError):
    """A release that the rules refuse."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """Who would be invited, with what."""

    code: str
    clearance: Sequence[str] | None
    accredit: Sequence[str] | None
    reach: str
    use: str


def previewed(asked: Asked, home: Path | None, *, json: bool) -> str:
    """What a partner would see.

    Raises:
        UsageError: for a code, a level or a circle that is none, or the node's own code.
    """
    wanted = Wanted(asked.code, "", asked.clearance, asked.accredit, asked.reach)
    with open_node(homes.find(home)) as node:
        if asked.code == node.partner:
            raise UsageError(f"partner {asked.code}", "this node itself", "another partner: what it holds it has")
        found = preview(node, asked.code, lambda roster, now: with_partner(roster, wanted, now), asked.use)
    return canonical_json(_document(found)) + "\n" if json else block(_lines(found))


def sent(to: str, said: tuple[str, str, str, Sequence[str]], home: Path | None, *, dry_run: bool) -> str:
    """Send a message, or say what would go.

    Raises:
        UsageError: for no partner, no id, or what cannot be said.
        RefusedError: for a claim that the partner may not have.
    """
    name, text, by, claims = said
    if not to or not name:
        raise UsageError(
            "message", "no --to" if not to else "no --id", "one partner, and an id of its own", "Say: --to RUS --id W1"
        )
    with open_node(homes.find(home)) as node:
        named(node, claims)
        if kept := held_back(node, to, claims):
            rules = "; ".join(f"{each.held.name}: {each.refusals[0]}" for each in kept)
            raise RefusedError(
                "message",
                rules,
                f"claims that {to} may have",
                "Leave them out, or tell them in less: consilience tearline",
            )
        if dry_run:
            return (
                plain(f"To {to} alone: message {name}, {many(len(claims), 'claim')} beside it; nothing recorded") + "\n"
            )
        done = send(node, to, Message(name, text, by, tuple(claims)))
    record = done.record.indices[0]
    return (
        plain(f"To {to} alone: message {name}, {many(done.new, 'object')} new to it, recorded as entry {record}") + "\n"
    )


def _lines(found: Preview) -> Iterator[str]:
    """Who, from when, what whole, in part and not at all, and how the picture would differ."""
    decision = found.decision
    whole = sum(given.is_whole for given in decision.given)
    joins = "is not on the roster; it would join" if found.is_new else "is on the roster"
    yield f"{found.partner} {joins}: what it would see from {found.since:%Y-%m-%d %H:%M} UTC on, at a release"
    yield f"  {many(whole, 'claim')} whole, {len(decision.given) - whole} in part, {len(decision.withheld)} withheld"
    for rule, count in decision.by_rule.items():
        yield f"  withheld by the rule {rule.value}: {count}"
    yield f"  its picture: {_counts(found.theirs)}; ours: {_counts(found.ours)}; {many(found.differing, 'fact')} would look otherwise to it"
    for given in decision.given[:_LISTED]:
        if given.cut:
            yield plain(f"  in part: {given.held.name}, {given.cut[0]}")
    for kept in decision.withheld[:_LISTED]:
        yield plain(f"  withheld: {kept.held.name}, " + "; ".join(map(str, kept.refusals)))
    if len(decision.withheld) > _LISTED:
        yield f"  … and {len(decision.withheld) - _LISTED} more: --json lists them all"
    yield "  What was marked for a group or a circle before gives it nothing: markings were resolved when they were made."
    yield f"  Nothing was added or given. Then: consilience partner add {found.partner} …, and consilience release --to {found.partner}"


def _counts(verdicts: dict[Verdict, int]) -> str:
    """`12 facts, 3 conflicting`."""
    told = [f"{count} {verdict.value}" for verdict in Verdict if (count := verdicts.get(verdict, 0))]
    return ", ".join([many(sum(verdicts.values()), "fact"), *told])


def _document(found: Preview) -> dict[str, object]:
    decision = found.decision
    return {
        "schema": SCHEMA, "partner": str(found.partner), "new": found.is_new, "since": found.since.isoformat(),
        "use": decision.audience.use,
        "given": [
            {"claim": given.held.name, "outcome": "whole" if given.is_whole else "part",
             "columns": [column for column, _ in given.cells], "cut": list(map(str, given.cut))}
            for given in decision.given
        ],
        "withheld": [
            {"claim": kept.held.name, "rules": [refusal.rule.value for refusal in kept.refusals]} for kept in decision.withheld
        ],
        "by_rule": {rule.value: count for rule, count in decision.by_rule.items()},
        "facts": {"ours": _by(found.ours), "theirs": _by(found.theirs), "differing": found.differing},
    }  # fmt: skip


def _by(verdicts: dict[Verdict, int]) -> dict[str, int]:
    return {verdict.value: verdicts.get(verdict, 0) for verdict in Verdict}
