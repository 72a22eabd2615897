"""Decision: for one audience, what of every object may go, in whole or in part, and what is withheld by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from consilience.model.entry import ClaimEntry
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.release.bitset import Table
from consilience.release.fold import Held
from consilience.release.index import Permitted
from consilience.release.policy import Context, Question, Refusal, Rule, refusals
from consilience.release.redact import pseudonymised, redacted, veiled

Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to see something, all at once, and for what use: an object goes only if each of them may have it."""

    partners: tuple[PartnerId, ...]
    use: str = "read"

    @property
    def name(self) -> str:
        """Their codes: `GBR+USA`."""
        return "+".join(self.partners)


@dataclass(frozen=True, slots=True)
class Given:
    """An object that may go: the cells that the audience may have, and the rules that cut the rest."""

    held: Held
    cells: Cells
    is_whole: bool
    cut: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """An object that stays, and why. This itself is told to nobody who may not have the object."""

    held: Held
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on all objects for one audience."""

    audience: Audience
    given: tuple[Given, ...]
    withheld: tuple[Withheld, ...]

    @property
    def by_rule(self) -> dict[Rule, int]:
        """How many objects each rule holds back; one that several rules hold back counts for each."""
        counted = Counter(
            rule for item in self.withheld for rule in dict.fromkeys(found.rule for found in item.refusals)
        )
        return {rule: counted[rule] for rule in Rule if counted[rule]}


def permitted(audience: Audience, table: Table, now: datetime) -> Permitted:
    """Which of the interned labels, laid out in a table, the audience may see objects of: what the index pages by."""
    passed = [table.permitted(partner, now) for partner in audience.partners]
    allowed = np.logical_and.reduce([each.allowed for each in passed])
    free = np.logical_and.reduce([each.free for each in passed])
    return Permitted(
        frozenset(np.flatnonzero(free).tolist()), frozenset(np.flatnonzero(allowed & ~free).tolist()),
        audience.partners, audience.use, now,
    )  # fmt: skip


class Judge:
    """Decides for one audience. Labels are few and objects many: each label is asked once where no consent matters."""

    def __init__(self, audience: Audience, context: Context, labels: Sequence[Label]) -> None:
        """Decide with the labels that the index interned, in the order of their ids."""
        self.audience = audience
        self._context = context
        self._labels = labels
        self._plain = lru_cache(maxsize=None)(self._refused)

    def refusals(self, label: Label, digest: str) -> tuple[Refusal, ...]:
        """Why the audience may not have an object of this label; empty when it may."""
        return self._refused(label, digest) if label.orig else self._plain(label, "")

    def _refused(self, label: Label, digest: str) -> tuple[Refusal, ...]:
        found = (
            refusal
            for partner in self.audience.partners
            for refusal in refusals(label, Question(partner, digest, self.audience.use), self._context)
        )
        return tuple(dict.fromkeys(found))

    def may(self, label: Label, digest: str) -> bool:
        """Whether each of the audience may have an object of this label."""
        return not self.refusals(label, digest)

    def label(self, number: int) -> Label:
        """A label by its id."""
        return self._labels[number]

    def hidden_columns(self, held: Held, entry: ClaimEntry) -> frozenset[str]:
        """The columns that portions keep from the audience, whether or not the claim has such cells."""
        base = self.label(held.base)
        hidden = (part for part in entry.portions if not self.may(base.join(part.label), held.digest))
        return frozenset(name for part in hidden for name in part.columns)

    def cells(self, held: Held, entry: ClaimEntry) -> Cells | None:
        """The cells of a claim that the audience may have; None when it may have none or what is left is no claim."""
        raised = self.label(held.base)

        def may_see(label: Label) -> bool:
            # a remarking raises every portion
            return self.may(raised.join(label), held.digest)

        return redacted(entry, may_see)


def decide(judge: Judge, objects: Iterable[tuple[Held, ClaimEntry]], secret: bytes) -> Decision:
    """Decide on claims, in the order given.

    References to what the audience does not see are replaced (`redact.pseudonymised`), whether or not there is
    such a thing: so a claim goes to the letter only if it names nothing that is hidden.
    """
    seen: list[tuple[Held, ClaimEntry, Cells]] = []
    withheld: list[Withheld] = []
    for held, entry in objects:
        found = judge.cells(held, entry)
        if found is None:
            why = judge.refusals(judge.label(held.base), held.digest) or judge.refusals(
                judge.label(held.whole), held.digest
            )
            withheld.append(Withheld(held, why))
        else:
            seen.append((held, entry, found))
    names = frozenset(dict(cells)["claim_id"] for _, _, cells in seen)
    given = []
    for held, entry, found in seen:
        cells = pseudonymised(veiled(found, judge.hidden_columns(held, entry)), names, secret, judge.audience.name)
        whole = judge.may(judge.label(held.whole), held.digest) and cells == entry.cells
        cut = () if whole else judge.refusals(judge.label(held.whole), held.digest)
        given.append(Given(held, cells, whole, cut))
    return Decision(judge.audience, tuple(given), tuple(withheld))
