"""Releasing: a decision as words, as JSON, and as the file that goes to the partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.terminal import block, many
from consilience.cli.writing import Write, private
from consilience.ledger import proof
from consilience.model.identity import canonical_json
from consilience.node.amend import one
from consilience.node.giving import log_of
from consilience.node.node import Node, Sent
from consilience.release.decision import Decision

_AGAIN = "The release is recorded: run it again with another --out, and nothing goes twice."
_LISTED = 40  # withheld claims that the terminal lists; --json has them all


@dataclass(frozen=True, slots=True)
class Report:
    """What a release did, or would do."""

    decision: Decision
    sent: Sent | None

    def text(self, *, withheld: bool) -> str:
        """For the terminal."""
        whole = sum(given.is_whole for given in self.decision.given)
        part = len(self.decision.given) - whole
        name = self.decision.audience.name
        verb = "would go" if self.sent is None else "went"
        lines = [
            f"To {name}: {many(whole, 'claim')} {verb} whole, {part} in part, {len(self.decision.withheld)} withheld"
        ]
        if self.sent is not None:
            places = self.sent.record.indices[:1]
            record = f"recorded as entry {places[0]}" if places else "and no claim here to decide on"
            lines.append(f"  {many(self.sent.new, 'object')} new to {name}, {record}")
        for rule, count in self.decision.by_rule.items():
            lines.append(f"  withheld by the rule {rule.value}: {count}")
        for given in self.decision.given:
            for refusal in given.cut[:1]:
                lines.append(f"  in part: {given.held.name}, {refusal}")
        if withheld:
            lines += self._withheld()
        return block(lines)

    def _withheld(self) -> Iterator[str]:
        """Each withheld claim with its rules."""
        for kept in self.decision.withheld[:_LISTED]:
            yield f"  withheld: {kept.held.name}, " + "; ".join(map(str, kept.refusals))
        if len(self.decision.withheld) > _LISTED:
            yield f"  … and {len(self.decision.withheld) - _LISTED} more: --json lists them all"

    def json(self) -> str:
        """One document, schema `consilience.decision/1`."""
        decision = self.decision
        document = {
            "schema": "consilience.decision/1",
            "to": list(decision.audience.partners),
            "use": decision.audience.use,
            "recorded": self.sent is not None and bool(self.sent.record.indices),
            "given": [
                {"claim": given.held.name, "digest": given.held.digest, "outcome": "whole" if given.is_whole else "part",
                 "columns": [column for column, _ in given.cells], "cut": [str(refusal) for refusal in given.cut]}
                for given in decision.given
            ],
            "withheld": [
                {"claim": kept.held.name, "digest": kept.held.digest,
                 "rules": [{"rule": refusal.rule.value, "found": refusal.found, "expected": refusal.expected}
                           for refusal in kept.refusals]}
                for kept in decision.withheld
            ],
            "by_rule": {rule.value: count for rule, count in decision.by_rule.items()},
        }  # fmt: skip
        return canonical_json(document) + "\n"


def named(node: Node, names: Sequence[str]) -> frozenset[str]:
    """The digests of the claims that were named.

    Raises:
        UnknownClaimError: for a name that is none.
    """
    return frozenset(one(node, name).digest for name in names)


def released(node: Node, decision: Decision, out: Path | None) -> Sent:
    """Record a decision and what it gives; with `out`, write that there, to one partner."""
    with ExitStack() as stack:
        # Opened first: nothing is to be recorded as had by the partner that cannot be written for it.
        write = stack.enter_context(private(out, _AGAIN)) if out is not None else None
        sent = node.release(decision)
        if write is not None:
            write_proofs(write, node, sent)
    return sent


def write_proofs(write: Write, node: Node, sent: Sent) -> None:
    """Write what goes to one partner, a proof file a line: each object with its place in that partner's own log."""
    (partner,), (appended,) = sent.release.decision.audience.partners, sent.given
    write(proof.make(node.ledger, index, log_of(partner)) for index in sorted(set(appended.indices)))
