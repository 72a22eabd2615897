"""Pairs: a table of labelled pairs, answered one by one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.terminal import plain, relation_text
from consilience.comparison.publish import Json, relation_json
from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.model.fact import Relation

SCHEMA = "consilience.relations/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """One pair of the table: the ids as it has them, the relation, and the labels, if any."""

    a: str
    b: str
    relation: Relation
    expected: str
    also_acceptable: tuple[str, ...]

    @property
    def accepted(self) -> bool | None:
        """Whether the label accepts the answer; None without a label."""
        return self.relation.kind.value in (self.expected, *self.also_acceptable) if self.expected else None


def answer(desk: Desk, file: Path, as_of: str | None = None) -> list[Answer]:
    """The relation of each pair of a CSV table with columns a, b and, if there are labels, expected, also_acceptable.

    Raises:
        UsageError: when the table cannot be read or lacks a or b.
        UnknownClaimError: for an id that the tables do not hold.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = list(reader)
            columns = reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(str(file), str(error), "a CSV table of pairs in UTF-8") from error
    missing = [name for name in ("a", "b") if name not in columns]
    if missing:
        raise UsageError(str(file), "the columns " + ", ".join(columns), "a column " + ", ".join(missing))
    return [
        Answer(
            row["a"], row["b"], desk.relate(row["a"] or "", row["b"] or "", as_of), row.get("expected") or "",
            tuple((row.get("also_acceptable") or "").split()),
        )
        for row in rows
    ]  # fmt: skip


def document(answers: Sequence[Answer]) -> Json:
    """All answers as one JSON document; `a` and `b` stand as in the table, `order` as the relation has them."""
    labelled = [found for found in answers if found.accepted is not None]
    return {
        "schema": SCHEMA,
        "relations": [
            {
                **relation_json(found.relation), "a": found.a, "b": found.b, "order": [found.relation.a, found.relation.b],
                **({"expected": found.expected, "also_acceptable": list(found.also_acceptable), "accepted": found.accepted}
                   if found.expected else {}),
            }
            for found in answers
        ],
        "labelled": len(labelled),
        "accepted": sum(bool(found.accepted) for found in labelled),
    }  # fmt: skip


def text(answers: Sequence[Answer]) -> str:
    """All answers in words; those that a label does not accept say so."""
    blocks = []
    for found in answers:
        wrong = "" if found.accepted is not False else f"\n  ! the table expects {plain(found.expected)}"
        blocks.append(relation_text(found.relation) + wrong)
    labelled = [found for found in answers if found.accepted is not None]
    if labelled:
        blocks.append(f"{sum(bool(found.accepted) for found in labelled)} of {len(labelled)} labelled pairs accepted")
    return "\n".join(blocks)
