"""Decision: for one audience, what of every object may go, in whole or in part, and what is withheld by which rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from consilience.model.entry import ClaimEntry, Portion
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
    """An object that may go: what of it the audience may have, and the rules that cut the rest.

    `content` is the original's where it goes whole; else what a copy says: the cells that are left, and the labels
    that hold for them now, of the portions among them too.
    """

    held: Held
    content: ClaimEntry
    is_whole: bool
    cut: tuple[Refusal, ...] = ()

    @property
    def cells(self) -> Cells:
        """The cells that the audience may have."""
        return self.content.cells


@dataclass(frozen=True, slots=True)
class Withheld:
    """An object that stays, and why. This itself is told to nobody who may not have the object."""

    held: Held
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on objects for one audience, at the node of a partner.

    `size` is that of the ledger on which it was decided.
    """

    audience: Audience
    given: tuple[Given, ...]
    withheld: tuple[Withheld, ...]
    home: PartnerId
    size: int = 0

    def only(self, digests: frozenset[str]) -> Decision:
        """The same decision, of some objects."""
        given = tuple(item for item in self.given if item.held.digest in digests)
        return replace(self, given=given, withheld=tuple(item for item in self.withheld if item.held.digest in digests))

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

    def copy(self, held: Held, entry: ClaimEntry, cells: Cells) -> ClaimEntry:
        """What a copy of these cells says: nothing of what was cut, and the labels of what is left as they hold now."""
        base, left = self.label(held.base), {name for name, _ in cells}
        portions = tuple(
            Portion(columns, base.join(part.label), part.marking)
            for part in entry.portions
            # a portion may share a column with one that is hidden: what is left of it stays marked
            if self.may(base.join(part.label), held.digest)
            and (columns := tuple(name for name in part.columns if name in left))
        )
        return ClaimEntry(cells, base, portions)


@dataclass(frozen=True, slots=True)
class Veil:
    """How references to what is hidden are replaced: under the node's secret, at the node of a partner."""

    secret: bytes
    home: PartnerId


def decide(judge: Judge, objects: Iterable[tuple[Held, ClaimEntry]], veil: Veil) -> Decision:
    """Decide on claims, in the order given; all of them, since what one may name depends on what else is seen.

    References to what the audience does not see are replaced (`redact.pseudonymised`), whether or not there is
    such a thing: so a claim goes to the letter only if it names nothing that is hidden. An id counts as seen when
    the node or the claim's own issuer issued it: else a partner could send a claim under a guessed id, and see
    whether ours rests on it. An id with its issuer in front (`USA/C138`) counts as seen when that issuer's claim is:
    nobody else can have sent it. What the audience itself issued names what it knows.
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
    names: dict[PartnerId, set[str]] = defaultdict(set)
    for held, _, _ in seen:
        names[held.issuer].add(held.name)
    named = frozenset(f"{held.issuer}/{held.name}" for held, _, _ in seen)
    given = []
    for held, entry, found in seen:
        cells = found
        if judge.audience.partners != (held.issuer,):
            known = named | names[veil.home] | names[held.issuer]
            hidden = judge.hidden_columns(held, entry)
            cells = pseudonymised(veiled(found, hidden), known, veil.secret, judge.audience.name)
        whole = judge.may(judge.label(held.whole), held.digest) and cells == entry.cells
        cut = () if whole else judge.refusals(judge.label(held.whole), held.digest)
        given.append(Given(held, entry if whole else judge.copy(held, entry, cells), whole, cut))
    return Decision(judge.audience, tuple(given), tuple(withheld), veil.home)
