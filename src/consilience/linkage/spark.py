"""Linking on Spark: the steps of one machine under the same names, and the same groups.

read → spread → candidates, compare, score in each bin (`engine.tiles`) → gather → cluster. Each step is the function of one
machine on the rows that came together. What no path of pairs above even leads to never joins, so average linkage runs on the
components of such paths side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  as all of Spark's readers know it

from consilience.engine import spark as engine
from consilience.engine.near import Tally, Window, gathered
from consilience.engine.spark import Parcel, parted
from consilience.engine.tiles import Plan, home, meetings
from consilience.errors import UsageError
from consilience.linkage.cluster import Decided, Edges, components
from consilience.linkage.columns import Events
from consilience.linkage.events import TOGETHER, belonging, expected_in, lost_by, share
from consilience.linkage.learn import learn
from consilience.linkage.parts import grouped
from consilience.linkage.patterns import Comparer
from consilience.linkage.rows import floats, in_order, numbers, of_rows, to_rows, whole
from consilience.linkage.score import Scorer
from consilience.linkage.table import COLUMNS, read, shelf
from consilience.linkage.weights import BY_HAND, Weights

_PER_BIN = (
    60_000  # events that are at home in a bin, about, and at most those that look into one part of a crowded tile
)
_LEARNED_FROM = 400_000  # events, at most, that weights are learned from on the driver
_MIX = 0x9E3779B97F4A7C15  # odd: draws tiles from all over the map (Knuth's multiplicative hashing)
_SIMPLE = ("event_id", "dataset", "date_from", "date_to", "lat", "lon", "precision_km")
_GROUPED = "event_id string, first_id string, probability double"

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What linking came to: event_id, fact_id and probability of each report, in no order; by which weights; what caps cost."""

    frame: DataFrame
    weights: Weights
    recall_cost: float


def link(frame: DataFrame, weights: Weights | None = None, window: tuple[float, int] | None = None) -> Facts:
    """Which events are one fact, as `consilience.linkage.link` tells it for the same weights.

    Args:
        frame: reports, with the columns that `consilience.linkage.link` takes; read three times. The machines of its session need
            this package, and Spark 4.1 or newer.
        weights: what agreement is worth; learned on the driver, from at most a sample of the events, where they are not given.
        window: km and days that two reports may lie apart beyond their precision, in place of the weights'.

    Raises:
        UsageError: when a required column is missing, a cell cannot be read, or an id is there twice.
    """
    missing = [name for name in COLUMNS[:6] if name not in frame.columns]
    if missing:
        raise UsageError("link", "the columns " + ", ".join(frame.columns), "a column " + ", ".join(missing))
    frame = frame.select(*[name for name in (*COLUMNS, "fatalities") if name in frame.columns])
    frame = frame.withColumn("event_id", F.col("event_id").cast("string"))
    _refuse_twice(frame)
    survey = _survey(frame)
    if weights is None:
        weights = learn(_sample(frame, survey), window=window)
    km, days = window or weights.window
    plan = survey.plan(Window(km, (0, days)))
    found = solve(engine.sent(frame, _Spread(plan, survey.earliest)), plan, weights)
    fact = F.concat(F.lit("e-"), F.col("first_id")).alias("fact_id")
    return replace(found, frame=found.frame.select("event_id", fact, "probability"))


@dataclass(frozen=True, slots=True)
class OnSpark:
    """Groups the single events of a picture on a session, in place of `linkage.events.solve`."""

    session: SparkSession

    def __call__(self, events: Events, window: tuple[float, int], decided: Decided) -> Iterator[list[int]]:
        """The event numbers of each group, in order of the first; loners too."""
        number = np.arange(len(events), dtype=np.int64)
        named = replace(events, ids=pa.array(number).cast(pa.string()))
        plan = _Survey.of(events).plan(Window(window[0], (0, window[1])))
        parcels = engine.wrapped(_spread(named, number, number, plan))
        pairs = tuple(tuple((int(a), int(b)) for a, b in listed) for listed in (decided.same, decided.apart))
        solved = solve(self.session.createDataFrame(parcels), plan, BY_HAND, (pairs[0], pairs[1]))
        found = engine.collected(solved.frame)
        group = number.copy()
        group[whole(found, "event_id").cast(pa.int64()).to_numpy()] = whole(found, "first_id").cast(pa.int64())
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        for members in np.split(order, starts[1:]) if len(order) else []:
            yield members.tolist()


def solve(parcels: DataFrame, plan: Plan, weights: Weights, decided: tuple[Pairs, Pairs] = ((), ())) -> Facts:
    """Groups of the events that were spread, by given weights: event_id, first_id (of the first event of its group), probability.

    `decided` are pairs of numbers that an analyst joined and that one parted.
    """
    pairs = np.array([*decided[0], *decided[1]], dtype=np.int64).reshape(-1, 2)
    scored = engine.met(engine.together(parcels, plan.bins), _Meet(plan, weights, pairs)).persist()
    told = engine.at_hand(scored.where(F.col("name").isin("links", "cost")))
    roots = _Roots.of(told.get("links"), pairs)
    sent_on = engine.met(scored.where(F.col("name").isin("edges", "members")), _Gather(plan.bins, roots))
    grouped = engine.ended(
        engine.together(sent_on, plan.bins), _Cluster(weights.against, plan.window, decided), _GROUPED
    )
    cost = told.get("cost")
    sums = (0.0, 0.0) if cost is None else (float(floats(cost, "lost").sum()), float(floats(cost, "held").sum()))
    return Facts(grouped, weights, share(*sums))


# --- Before the events are spread ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Survey:
    """Where events are: their tiles, ascending, how many lie in each, the widest radius and the earliest day of all."""

    tiles: NDArray[np.int64]
    events: NDArray[np.int64]
    widest_km: float
    earliest: int

    @classmethod
    def of(cls, events: Events) -> _Survey:
        tiles, counts = np.unique(home(events.points, events.days[:, 0]), return_counts=True)
        widest, earliest = events.radius_km.max(initial=0.0), events.days[:, 0].min(initial=0)
        return cls(tiles, counts.astype(np.int64), float(widest), int(earliest))

    def plan(self, window: Window) -> Plan:
        return Plan.of(window, self.widest_km, self.tiles, self.events, _PER_BIN)

    def some(self, most: int) -> NDArray[np.int64]:
        """All tiles, or as many of them from all over the map as hold at most so many events."""
        drawn = np.argsort(self.tiles.astype(np.uint64) * np.uint64(_MIX), kind="stable")
        kept = np.cumsum(self.events[drawn]) <= most
        return np.sort(self.tiles[drawn[kept]])


def _refuse_twice(frame: DataFrame) -> None:
    counted = frame.groupBy("event_id").count().where("count > 1").orderBy("event_id").limit(1)
    twice = engine.collected(counted)
    if twice.num_rows:
        found = f"the event_id {twice['event_id'][0].as_py()!r} in several rows"
        raise UsageError("link", found, "each event_id once")


def _survey(frame: DataFrame) -> _Survey:
    simple = frame.select(*[name for name in _SIMPLE if name in frame.columns])
    told = engine.at_hand(engine.sent(simple, _look)).get("tiles")
    if told is None:
        return _Survey.of(read(pa.table({name: pa.array([], pa.string()) for name in COLUMNS[:6]})))
    tiles, which = np.unique(numbers(told, "tile"), return_inverse=True)
    events = np.bincount(which, weights=numbers(told, "events")).astype(np.int64)
    return _Survey(tiles, events, float(floats(told, "widest_km").max()), int(numbers(told, "earliest").min()))


def _look(table: pa.Table, _: NDArray[np.int64]) -> Iterator[Parcel]:
    found = _Survey.of(read(table))
    wide = np.full(len(found.tiles), found.widest_km)
    early = np.full(len(found.tiles), found.earliest)
    yield 0, "tiles", pa.table({"tile": found.tiles, "events": found.events, "widest_km": wide, "earliest": early})


def _sample(frame: DataFrame, survey: _Survey) -> Events:
    """The events to learn from: all, or those of whole tiles, so that the pairs among them are as dense as among all."""
    drawn = engine.at_hand(engine.sent(frame, _Draw(survey.some(_LEARNED_FROM), survey.earliest))).get("drawn")
    if drawn is None:
        return read(pa.table({name: pa.array([], pa.string()) for name in COLUMNS[:6]}))
    return of_rows(in_order(drawn))


@dataclass(frozen=True)
class _Draw:
    """Sends the events of some tiles."""

    tiles: NDArray[np.int64]
    earliest: int

    def __call__(self, table: pa.Table, number: NDArray[np.int64]) -> Iterator[Parcel]:
        events = read(table)
        kept = np.flatnonzero(np.isin(home(events.points, events.days[:, 0]), self.tiles))
        if len(kept):
            some = events.take(kept)
            yield 0, "drawn", to_rows(some, number[: len(some)], shelf(some.points, some.days[:, 0] - self.earliest))


# --- Steps that are run on the machines of the cluster --------------------------------------------------------------------


@dataclass(frozen=True)
class _Spread:
    """Reads reports and sends each to the bins where it may meet others."""

    plan: Plan
    earliest: int

    def __call__(self, table: pa.Table, number: NDArray[np.int64]) -> Iterator[Parcel]:
        events = read(table)
        yield from _spread(events, number, shelf(events.points, events.days[:, 0] - self.earliest), self.plan)


def _spread(events: Events, number: NDArray[np.int64], place: NDArray[np.int64], plan: Plan) -> Iterator[Parcel]:
    at, bins = plan.copies(events, number)
    rows = to_rows(events, number, place)
    rows = rows.append_column("shared", pa.array((np.bincount(at, minlength=len(events)) > 1).astype(np.int8)))
    yield from parted(rows.take(pa.array(at)), bins, "events")


@dataclass(frozen=True)
class _Meet:
    """Compares and scores what meets in a bin, and says of what may meet elsewhere to which component it belongs here.

    `pairs` are those that were decided: what they name is held to belong together, and sorted out when clusters are made.
    """

    plan: Plan
    weights: Weights
    pairs: NDArray[np.int64]

    def __call__(self, chosen: int, tables: Mapping[str, pa.Table]) -> Iterator[Parcel]:
        rows = tables["events"].sort_by("number")
        number, events, tally = numbers(rows, "number"), of_rows(rows), Tally()
        scorer = Scorer(Comparer(events, self.weights))
        kept = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))]
        for a, b in gathered(meetings(events, number, self.plan, chosen, tally), TOGETHER):
            kept.append(scorer.above(a, b, self.weights.against))
        a, b, odds = (np.concatenate([part[at] for part in kept]) for at in range(3))
        label = components(len(events), a[odds > 0], b[odds > 0])
        shared = (numbers(rows, "shared") == 1) | np.isin(number, self.pairs)
        own = np.flatnonzero(shared & (label != np.arange(len(label))))
        yield 0, "links", pa.table({"event": number[own], "first": number[label[own]]})
        yield 0, "cost", pa.table({"lost": [lost_by(tally, scorer)], "held": [expected_in(odds)]})
        at = {"at_a": number[label[a]], "at_b": number[label[b]]}
        yield chosen, "edges", pa.table({"a": number[a], "b": number[b], "odds": odds, **at})
        begun, part, parts = self.plan.part(chosen)
        here = (self.plan.homes(events) == begun) & (number % parts == part)
        yield (
            chosen,
            "members",
            rows.drop_columns(["shared"]).append_column("at", pa.array(number[label])).filter(pa.array(here)),
        )


@dataclass(frozen=True)
class _Roots:
    """Which components of bins are one: the first event of all of it (`root`) for the first of each (`known`, ascending)."""

    known: NDArray[np.int64]
    root: NDArray[np.int64]

    @classmethod
    def of(cls, links: pa.Table | None, pairs: NDArray[np.int64]) -> _Roots:
        """By links of an event with the first of its component in some bin, and by pairs that were decided."""
        if links is not None:
            told = np.column_stack([numbers(links, "event"), numbers(links, "first")])
            pairs = np.concatenate([pairs, told])
        known, which = np.unique(pairs, return_inverse=True)
        one, two = which.reshape(-1, 2).astype(np.int32).T
        return cls(known, known[components(len(known), one, two)])

    def __call__(self, label: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first event of all of the component that is known by a first event of it in some bin."""
        if not len(self.known):
            return label
        at = np.minimum(np.searchsorted(self.known, label), len(self.known) - 1)
        return np.where(self.known[at] == label, self.root[at], label)


@dataclass(frozen=True)
class _Gather:
    """Sends each component as a whole to one bin."""

    bins: int
    roots: _Roots

    def __call__(self, _: int, tables: Mapping[str, pa.Table]) -> Iterator[Parcel]:
        members, edges = tables["members"], tables["edges"]
        yield from parted(members.drop_columns(["at"]), self.roots(numbers(members, "at")) % self.bins, "members")
        one, two = self.roots(numbers(edges, "at_a")), self.roots(numbers(edges, "at_b"))
        within = one == two
        yield from parted(edges.select(["a", "b", "odds"]).filter(pa.array(within)), one[within] % self.bins, "edges")


@dataclass(frozen=True)
class _Cluster:
    """Average linkage of many components at once, wholes set apart, their events in the order of one machine."""

    against: float
    window: Window
    decided: tuple[Pairs, Pairs]

    def __call__(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        members = in_order(tables["members"])
        number = numbers(members, "number")
        order = np.argsort(number)
        known = number[order]
        a = b = np.empty(0, np.int32)
        odds = np.empty(0)
        if "edges" in tables:
            found = tables["edges"]
            a, b = (order[np.searchsorted(known, numbers(found, name))].astype(np.int32) for name in ("a", "b"))
            odds = floats(found, "odds")
        given = []
        for pairs in self.decided:
            listed = np.array([pair for pair in pairs if np.isin(pair, known).all()], dtype=np.int64).reshape(-1, 2)
            given.append(order[np.searchsorted(known, listed)].astype(np.int32))
        edges = Edges.of(a, b, odds)
        group = grouped(of_rows(members), edges, self.against, self.window, Decided(*given)).label
        chance = np.round(belonging(group, edges, self.against), 4)
        ids = whole(members, "event_id")
        return pa.table({"event_id": ids, "first_id": ids.take(pa.array(group)), "probability": chance})
