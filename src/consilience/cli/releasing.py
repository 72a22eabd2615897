"""Releasing: a decision as words, as JSON, and as the file that goes to the partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.terminal import many, plain
from consilience.errors import ConsilienceError
from consilience.ledger import proof
from consilience.model.identity import canonical_json
from consilience.node.amend import one
from consilience.node.disclosed import Had
from consilience.node.node import Node, Sent, log_of
from consilience.release.decision import Decision
from consilience.release.fold import stamp

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
            lines.append(
                f"  {many(self.sent.new, 'object')} new to {name}, recorded as entry {self.sent.record.indices[0]}"
            )
        for rule, count in self.decision.by_rule.items():
            lines.append(f"  withheld by the rule {rule.value}: {count}")
        for given in self.decision.given:
            for refusal in given.cut[:1]:
                lines.append(f"  in part: {plain(given.held.name)}, {refusal}")
        if withheld:
            lines += self._withheld()
        return "\n".join(lines) + "\n"

    def _withheld(self) -> Iterator[str]:
        """Each withheld claim with its rules."""
        for kept in self.decision.withheld[:_LISTED]:
            yield f"  withheld: {plain(kept.held.name)}, " + "; ".join(map(str, kept.refusals))
        if len(self.decision.withheld) > _LISTED:
            yield f"  … and {len(self.decision.withheld) - _LISTED} more: --json lists them all"

    def json(self) -> str:
        """One document, schema `consilience.decision/1`."""
        decision = self.decision
        document = {
            "schema": "consilience.decision/1",
            "to": list(decision.audience.partners),
            "use": decision.audience.use,
            "recorded": self.sent is not None,
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


def write_proofs(file: Path, node: Node, sent: Sent) -> None:
    """Write what goes to one partner, a proof file a line: each object with its place in that partner's own log."""
    (partner,), (appended,) = sent.release.decision.audience.partners, sent.given
    log = log_of(partner)
    try:
        with file.open("wb") as out:
            for index in sorted(set(appended.indices)):
                out.write(proof.make(node.ledger, index, log) + b"\n")
    except OSError as error:
        raise ConsilienceError(
            str(file), error.strerror or str(error), "a file that can be written",
            "The release is recorded: run it again with another --out, and nothing goes twice.",
        ) from error  # fmt: skip


def had_text(to: str, rows: Sequence[Had]) -> str:
    """For the terminal."""
    kinds = Counter("retractions" if row.state.startswith("retraction") else "claims" for row in rows)
    head = (
        f"{to} has had {many(kinds['claims'], 'claim')} and {many(kinds['retractions'], 'retraction')} of this node\n"
    )
    return head + "".join(
        f"  {row.index:>6}  {row.at:%Y-%m-%d %H:%M}  {plain(row.claim)}  {plain(row.state)}\n" for row in rows
    )


def had_json(to: str, rows: Sequence[Had]) -> str:
    """One document, schema `consilience.disclosures/1`."""
    listed = [{"index": row.index, "claim": row.claim, "at": stamp(row.at), "state": row.state} for row in rows]
    return canonical_json({"schema": "consilience.disclosures/1", "to": to, "had": listed}) + "\n"
