"""Pair: two claims side by side, aspect by aspect, for the rules to read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.comparison.lineage import Lineage
from consilience.comparison.scope import Nesting, Scope, compare_scopes
from consilience.linkage.decisions import NONE, Decisions
from consilience.model.claim import Claim, Modality
from consilience.model.extent import Geography
from consilience.model.phenomenon import Kind
from consilience.settings import Settings


@dataclass(frozen=True, slots=True)
class Bench:
    """What the rules need beside the two claims."""

    settings: Settings
    geography: Geography
    lineage: Lineage
    decisions: Decisions = NONE


class Timing(Enum):
    """How the periods of two claims lie to each other."""

    SAME = "the same period"
    PART = "a period within the other's"
    WHOLE = "a period that contains the other's"
    OVERLAPS = "periods that overlap"
    NEAR = "periods within the horizon"
    APART = "periods that do not meet"
    UNKNOWN = "a period that is not stated"


class Pair:
    """Two claims and what each aspect of them is to the other's.

    `tenses_meet`: both speak of the present, or both of what lies ahead. `one_actor`: both name one, or
    neither any; `actor_unknown`: exactly one names one. `on_one_path`: one phenomenon's path begins the
    other's. `one_unit` holds too where one gives no number. `one_polarity`: both affirm or both negate.
    `one_speaker`: one person or organ said both. `same_thing`: one thing but for value, scope and time.
    """

    __slots__ = (
        "_gap", "_scope", "_timing", "a", "actor_unknown", "b", "bench", "both_counted", "on_one_path", "one_actor",
        "one_polarity", "one_speaker", "one_unit", "one_value", "same_thing", "tenses_meet",
    )  # fmt: skip

    def __init__(self, a: Claim, b: Claim, bench: Bench) -> None:
        """Set `a` beside `b`; what takes geometry or the calendar is worked out when first read."""
        self.a, self.b, self.bench = a, b, bench
        self.tenses_meet = not a.tenses.isdisjoint(b.tenses)
        self.one_actor = a.actor == b.actor
        self.actor_unknown = bool(a.actor) != bool(b.actor)
        one, two = a.phenomenon, b.phenomenon
        self.on_one_path = one is two or one.begins(two) or two.begins(one)
        self.both_counted = a.count is not None and b.count is not None
        self.one_unit = a.count is None or b.count is None or a.count.unit == b.count.unit
        self.one_value = a.count == b.count
        self.one_polarity = a.modality.is_negation == b.modality.is_negation
        self.one_speaker = a.speaker == b.speaker and a.speaker.is_identity
        known = a.modality is not Modality.UNVERIFIED and b.modality is not Modality.UNVERIFIED
        self.same_thing = known and self.tenses_meet and self.one_actor and self.on_one_path and self.one_unit
        self._scope: Scope | None = None
        self._timing: Timing | None = None
        self._gap: float | None = None

    @property
    def scope(self) -> Scope:
        """How the scopes lie to each other."""
        if self._scope is None:
            self._scope = compare_scopes(self.a, self.b, self.bench.geography)
        return self._scope

    @property
    def is_tally(self) -> bool:
        """Whether the numbers count over an interval, or the thing happened once: such periods must overlap."""
        one, two = self.a.phenomenon.kind, self.b.phenomenon.kind
        return Kind.EVENT in (one, two) or (self.both_counted and Kind.PROCESS in (one, two))

    @property
    def gap_days(self) -> float:
        """Days between the periods; 0 where they overlap or one is not stated."""
        if self._gap is None:
            one, two = self.a.period, self.b.period
            self._gap = one.gap_days(two) if one and two else 0.0
        return self._gap

    @property
    def timing(self) -> Timing:
        """How the periods lie to each other; levels and processes last, up to the horizon."""
        if self._timing is None:
            self._timing = self._time()
        return self._timing

    def _time(self) -> Timing:
        one, two = self.a.period, self.b.period
        if one is None or two is None:
            return Timing.UNKNOWN
        if one is two or (one.start, one.end) == (two.start, two.end):
            return Timing.SAME
        if one.overlaps(two):
            return Timing.PART if one.within(two) else Timing.WHOLE if two.within(one) else Timing.OVERLAPS
        if not self._must_overlap and self.gap_days <= self.bench.settings.horizon_days:
            return Timing.NEAR
        return Timing.APART

    @property
    def _must_overlap(self) -> bool:
        """Whether the horizon does not apply: to tallies, and to what is denied of a time still to come."""
        return self.is_tally or self.a.denies_ahead or self.b.denies_ahead

    @property
    def one_start(self) -> bool:
        """Whether the periods begin at one instant, or neither states one."""
        one, two = self.a.period, self.b.period
        return (one.start if one else None) == (two.start if two else None)

    @property
    def same_scope(self) -> bool:
        """Whether the scopes are one, or may be: a vague border beside what only one side names."""
        return self.scope.nesting is Nesting.SAME

    @property
    def derived(self) -> bool:
        """Whether either rests on anything; two that rest on nothing share nothing."""
        return bool(self.bench.lineage.above(self.a.id) or self.bench.lineage.above(self.b.id))

    @property
    def shared_roots(self) -> frozenset[str]:
        """Roots that both claims reach."""
        return self.bench.lineage.roots(self.a.id) & self.bench.lineage.roots(self.b.id)
