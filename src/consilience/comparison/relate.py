"""Relate: what two claims are to each other. The rules are tried in order; each answer names its rule and values."""

from __future__ import annotations

from dataclasses import replace

from consilience.comparison.changes import changes
from consilience.comparison.pair import Bench, Pair, Timing
from consilience.comparison.phrases import amount, gap, period, tense, unit, vague
from consilience.comparison.scope import Nesting
from consilience.comparison.values import interval, widened
from consilience.model.claim import Claim, Modality
from consilience.model.extent import Extent
from consilience.model.fact import Relation, RelationKind
from consilience.model.identity import ClaimId

_KIND = RelationKind


def relate(a: Claim, b: Claim, bench: Bench) -> Relation:
    """The relation of two claims, symmetric in kind (`docs/formats.md`, "Relations").

    1 repeats, 2 supersedes, 3 incomparable, 4 refines, 5 agrees, 6 conflicts: the first rule that applies. What an
    analyst keeps apart is incomparable, whatever the rules would say.
    """
    pair = Pair(a, b, bench) if a.id <= b.id else Pair(b, a, bench)
    decided = bench.decisions.on(a.id, b.id)
    if decided is None:
        return _ruled(pair)
    if decided.answer.parts:
        return _relation(pair, _KIND.INCOMPARABLE, decided.words)
    ruled = _ruled(pair)
    return replace(ruled, reasons=(*ruled.reasons, decided.words))


def _ruled(pair: Pair) -> Relation:
    """What the rules say."""
    return _repeats(pair) or _supersedes(pair) or _incomparable(pair) or _compare(pair)


def _relation(pair: Pair, kind: RelationKind, *reasons: str, order: tuple[ClaimId, ClaimId] | None = None) -> Relation:
    """A relation with its reasons; a shared root is said whatever the kind."""
    a, b = order or (pair.a.id, pair.b.id)
    shared = sorted(pair.shared_roots) if pair.derived else []
    if shared and kind is not _KIND.REPEATS:
        reasons = (*reasons, f"same root: {', '.join(shared)}; the two never count as independent")
    return Relation(a, b, kind, tuple(reason for reason in reasons if reason), bool(shared))


# 1 repeats ---------------------------------------------------------------------------------------------


def _repeats(pair: Pair) -> Relation | None:
    """One rests on the other, both rest on one claim or one key for one proposition, or one speaker again."""
    return (_rests(pair) if pair.derived else None) or _says_again(pair)


def _rests(pair: Pair) -> Relation | None:
    """A copy: by lineage to the other, to one claim, or to one key for the same proposition."""
    a, b, lineage = pair.a, pair.b, pair.bench.lineage
    for copy, origin in ((a, b), (b, a)):
        if lineage.rests_on(copy.id, origin.id):
            changed = changes(Pair(copy, origin, pair.bench))
            return _relation(
                pair, _KIND.REPEATS, f"lineage: {copy.id} rests on {origin.id}", *changed, order=(copy.id, origin.id)
            )
    shared = lineage.shared_claims(a.id, b.id)
    if shared:
        return _relation(pair, _KIND.REPEATS, f"lineage: both rest on {', '.join(sorted(shared))}", *changes(pair))
    if not (pair.same_thing and pair.one_polarity):
        return None
    keys = lineage.shared_keys(a.id, b.id)
    if keys and _one_time(pair) and pair.same_scope:
        said = f"lineage: both rest on {', '.join(sorted(keys))} and are the same proposition"
        return _relation(pair, _KIND.REPEATS, said, *changes(pair))
    return None


def _says_again(pair: Pair) -> Relation | None:
    """One speaker says the same proposition again, of the same time."""
    a = pair.a
    if not (pair.one_speaker and pair.same_thing and pair.one_polarity):
        return None
    again = pair.one_value and a.phenomenon == pair.b.phenomenon
    if again and pair.timing in (Timing.SAME, Timing.UNKNOWN) and pair.same_scope:
        said = f"speaker: {a.speaker.name} says the same again: {a.value}, {period(a)}"
        return _relation(pair, _KIND.REPEATS, said, vague(pair))
    return None


def _one_time(pair: Pair) -> bool:
    """Whether two claims from one key speak of one time: the periods meet, or one number was given another date."""
    if pair.timing in (Timing.NEAR, Timing.APART):
        return pair.both_counted and pair.one_value and pair.timing is Timing.NEAR
    return True


# 2 supersedes ------------------------------------------------------------------------------------------


def _supersedes(pair: Pair) -> Relation | None:
    """One speaker says the same proposition with another value, or as of later."""
    if not (pair.one_speaker and pair.same_thing and pair.same_scope):
        return None
    if pair.is_tally and not pair.one_start:
        return None  # a count over an interval is updated only by a count with the same start
    if pair.both_counted and (pair.a.phenomenon != pair.b.phenomenon or _two_scopes(pair)):
        return None  # a part beside its whole in one account corrects nothing
    older, newer = sorted((pair.a, pair.b), key=_told)
    if pair.timing not in (Timing.SAME, Timing.UNKNOWN) and not pair.is_tally and _is_series(older, newer):
        return None
    who = f"speaker: {older.speaker.name}, one and the same"
    if pair.timing in (Timing.SAME, Timing.UNKNOWN):
        what = f"correction: {older.value} became {newer.value} for the same period, {period(newer)}"
    else:
        what = f"update: {older.value} ({period(older)}) became {newer.value} ({period(newer)})"
    order = (
        "" if _told(older) != _told(newer) else "order: both were said at one time; which is the newer is not stated"
    )
    said = f"reported: {older.reported_at} and {newer.reported_at}"
    return _relation(pair, _KIND.SUPERSEDES, who, what, said, vague(pair), order, order=(older.id, newer.id))


def _told(claim: Claim) -> tuple[object, object]:
    """When it was said, then the end of what it is about: the order of a speaker's statements."""
    return claim.reported_at.at, claim.period.as_of if claim.period else claim.reported_at.at


def _two_scopes(pair: Pair) -> bool:
    """Whether one statement gives two figures for places that it words differently."""
    return _one_statement(pair.a, pair.b) and pair.scope.extent is Extent.VAGUE


def _one_statement(a: Claim, b: Claim) -> bool:
    """Whether both were said at one time on one page, or where none is given through one source."""
    return a.reported_at == b.reported_at and (a.url == b.url if a.url or b.url else a.source == b.source)


def _is_series(older: Claim, newer: Claim) -> bool:
    """Whether two dates stand in one statement, or the later statement looks back: neither replaces the other."""
    if older.reported_at == newer.reported_at:
        return _one_statement(older, newer)
    return bool(older.period and newer.period and newer.period.as_of < older.period.as_of)


# 3 incomparable ----------------------------------------------------------------------------------------


def _incomparable(pair: Pair) -> Relation | None:
    """What forbids a comparison, if anything does; declared opposites at one place and time conflict instead."""
    bar = _bar_of_kind(pair)
    if bar:
        return _relation(pair, _KIND.INCOMPARABLE, bar)
    if not pair.on_one_path:
        return _opposites(pair) or _relation(
            pair, _KIND.INCOMPARABLE,
            f"phenomenon: {pair.a.phenomenon.path} and {pair.b.phenomenon.path}, neither path begins the other",
        )  # fmt: skip
    if not pair.one_unit:
        return _relation(pair, _KIND.INCOMPARABLE, f"unit: {unit(pair.a)} against {unit(pair.b)}")
    if _looked(pair):
        return _looking(pair)
    if not pair.scope.extent.meets:
        return _relation(pair, _KIND.INCOMPARABLE, *pair.scope.reasons)
    if pair.timing is Timing.APART:
        rule = (
            "an event or a count over an interval must overlap"
            if pair.is_tally
            else (f"{pair.gap_days:.0f} days apart, beyond the horizon of {pair.bench.settings.horizon_days:g}")
        )
        return _relation(pair, _KIND.INCOMPARABLE, f"period: {period(pair.a)} against {period(pair.b)}: {rule}")
    older, newer = sorted((pair.a, pair.b), key=_told)
    if pair.one_speaker and pair.timing is Timing.NEAR and pair.one_polarity and _is_series(older, newer):
        return _relation(
            pair, _KIND.INCOMPARABLE,
            f"period: {period(pair.a)} and {period(pair.b)} in one speaker's account: a series, not a correction",
        )  # fmt: skip
    if pair.one_speaker and pair.both_counted and pair.one_polarity and _two_scopes(pair) and not pair.one_value:
        return _relation(pair, _KIND.INCOMPARABLE, *pair.scope.reasons, "scope: two figures in one statement")
    if pair.scope.nesting is Nesting.CROSSED:
        return _relation(pair, _KIND.INCOMPARABLE, *pair.scope.reasons, f"scope: {Nesting.CROSSED.value}")
    return None


def _bar_of_kind(pair: Pair) -> str:
    """Modality and actor: what bars a comparison before its content is looked at."""
    a, b = pair.a, pair.b
    for claim in (a, b):
        if claim.modality is Modality.UNVERIFIED:
            return f"modality: {claim.id} could not confirm; that is no denial and lowers nothing"
    if not pair.tenses_meet:
        return f"modality: {tense(a)} against {tense(b)}"
    if pair.actor_unknown and pair.both_counted:
        return f"actor: {a.actor or 'unknown'} against {b.actor or 'unknown'}; counts need one actor"
    if not pair.one_actor and not pair.actor_unknown:
        return f"actor: {a.actor} against {b.actor}"
    return ""


def _opposites(pair: Pair) -> Relation | None:
    """Declared opposites, both affirmed, at one place and time."""
    a, b = pair.a, pair.b
    if not a.phenomenon.is_opposite_of(b.phenomenon) or a.modality.is_negation or b.modality.is_negation:
        return None
    if pair.gap_days > pair.bench.settings.event_window_days or not pair.scope.extent.meets:
        return None
    said = f"opposites: {a.phenomenon.path} against {b.phenomenon.path} at one place and time"
    return _relation(pair, _KIND.CONFLICTS, said, f"period: {period(a)} and {period(b)}", *pair.scope.reasons)


def _looked(pair: Pair) -> bool:
    """Whether one looked and did not see what the other affirms; a count of none affirms nothing."""
    if any(claim.count and claim.count.is_zero for claim in (pair.a, pair.b)):
        return False
    return not pair.one_polarity and Modality.NOT_OBSERVED in (pair.a.modality, pair.b.modality)


def _looking(pair: Pair) -> Relation:
    """Looked and did not see, against seen: a conflict where place and period of looking overlap it."""
    looker, finder = (pair.a, pair.b) if pair.a.modality is Modality.NOT_OBSERVED else (pair.b, pair.a)
    said = (
        f"looking: {looker.id} looked at {looker.place.name or 'no stated place'}, {period(looker)}, and did not see it"
    )
    inside = Nesting.PART if looker is pair.a else Nesting.WHOLE
    by_place = pair.scope.extent.meets and (
        pair.scope.nesting is not inside or looker.place.parts == finder.place.parts
    )
    if by_place and pair.timing not in (Timing.NEAR, Timing.APART):
        return _relation(
            pair, _KIND.CONFLICTS, said, f"{finder.id} reports it there and then: {finder.value}", *pair.scope.reasons
        )
    why = f"{finder.id} reports it at {finder.place.name or 'no stated place'}, {period(finder)}: the looking does not cover that"
    return _relation(pair, _KIND.INCOMPARABLE, said, why)


# 4 refines, 5 agrees, 6 conflicts ----------------------------------------------------------------------


def _compare(pair: Pair) -> Relation:
    """The same proposition or nested ones: do the two hold together?"""
    if pair.a.modality.is_negation or pair.b.modality.is_negation:
        return _negations(pair)
    nesting, why = _nesting(pair)
    if nesting is Nesting.CROSSED:
        return _relation(pair, _KIND.INCOMPARABLE, *pair.scope.reasons, why)
    if not pair.both_counted:
        return _presence(pair, nesting, why)
    return _counts(pair, nesting, why)


def _negations(pair: Pair) -> Relation:
    """At least one says that it is not so."""
    a, b, nesting = pair.a, pair.b, pair.scope.nesting
    reasons = pair.scope.reasons
    if pair.one_polarity:
        said = f"modality: both negate ({a.modality.value}, {b.modality.value})"
        if nesting is Nesting.SAME:
            return _relation(pair, _KIND.AGREES, said, *reasons)
        return _relation(pair, _KIND.REFINES, said, *reasons, order=_part_first(pair, nesting))
    denier, holder = (a, b) if a.modality.is_negation else (b, a)
    if holder.count and holder.count.is_zero:
        return _relation(pair, _KIND.AGREES, f"value: {holder.id} counts none, {denier.id} denies any", *reasons)
    denier_is_part = nesting is (Nesting.PART if denier is a else Nesting.WHOLE)
    said = f"modality: {denier.id} {denier.modality.value}, {holder.id} {holder.modality.value} {amount(holder)}"
    if denier_is_part:
        return _relation(
            pair, _KIND.REFINES, said, "scope: the denial covers a part only", *reasons, order=(denier.id, holder.id)
        )
    return _relation(pair, _KIND.CONFLICTS, said, gap(pair), *reasons)


def _nesting(pair: Pair) -> tuple[Nesting, str]:
    """Nesting by scope, and for counts over an interval by period too; by path where numbers are given."""
    nesting = pair.scope.nesting
    if pair.both_counted and pair.is_tally:
        by_time = {Timing.PART: Nesting.PART, Timing.WHOLE: Nesting.WHOLE, Timing.OVERLAPS: Nesting.CROSSED}
        return _combined(nesting, by_time.get(pair.timing, Nesting.SAME), f"period: {pair.timing.value}")
    if pair.both_counted and pair.a.phenomenon != pair.b.phenomenon:
        by_path = Nesting.WHOLE if pair.a.phenomenon.begins(pair.b.phenomenon) else Nesting.PART
        said = f"phenomenon: {pair.a.phenomenon.path} and {pair.b.phenomenon.path}, one a kind of the other"
        return _combined(nesting, by_path, said)
    return nesting, ""


def _combined(one: Nesting, two: Nesting, why: str) -> tuple[Nesting, str]:
    """Two nestings at once: the same way they add up, opposite ways they cross."""
    if two is Nesting.SAME:
        return one, ""
    if one in (Nesting.SAME, two):
        return two, why
    return Nesting.CROSSED, why


def _presence(pair: Pair, nesting: Nesting, why: str) -> Relation:
    """At most one gives a number: presence is compared."""
    for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
        if one.count and one.count.is_zero:
            return _relation(
                pair, _KIND.CONFLICTS, f"value: {one.id} counts none, {other.id} reports presence", *pair.scope.reasons
            )
    said = f"value: {amount(pair.a)} and {amount(pair.b)}: both report it present"
    if nesting is Nesting.SAME:
        return _relation(pair, _KIND.AGREES, said, gap(pair), *pair.scope.reasons)
    return _relation(pair, _KIND.REFINES, said, *pair.scope.reasons, why, order=_part_first(pair, nesting))


def _counts(pair: Pair, nesting: Nesting, why: str) -> Relation:
    """Both give numbers: intervals as stated, widened by what a level may change in the time between."""
    a, b, settings = pair.a, pair.b, pair.bench.settings
    assert a.count is not None and b.count is not None  # noqa: S101, PT018  the caller checked both
    one, two = interval(a.count, settings), interval(b.count, settings)
    days = 0.0 if pair.is_tally else pair.gap_days
    reach = widened(one, days, settings)
    grown = f"change: {days:.0f} days at {settings.daily_rate:.0%} a day widen {one} to {reach}" if days else ""
    if nesting is Nesting.SAME:
        fits = reach.meets(two)
        said = f"value: {a.count} ({one}) and {b.count} ({two}) {'overlap' if fits else 'do not overlap'}"
        return _relation(pair, _KIND.AGREES if fits else _KIND.CONFLICTS, said, grown, *pair.scope.reasons)
    part, whole = (a, b) if nesting is Nesting.PART else (b, a)
    part_low = (reach if part is a else two).low
    whole_high = (two if whole is b else reach).high if _is_closed(whole) else float("inf")
    fits = part_low <= whole_high
    said = f"value: {part.id} {part.count} {'fits within' if fits else 'exceeds'} {whole.id} {whole.count}"
    kind = _KIND.REFINES if fits else _KIND.CONFLICTS
    never = "nested: the two are never added" if fits else "a part that exceeds its whole"
    return _relation(pair, kind, said, never, *pair.scope.reasons, why, grown, order=(part.id, whole.id))


def _is_closed(claim: Claim) -> bool:
    """Whether its count states a top."""
    return bool(claim.count and (claim.count.high is not None or claim.count.best is not None))


def _part_first(pair: Pair, nesting: Nesting) -> tuple[ClaimId, ClaimId]:
    return (pair.a.id, pair.b.id) if nesting is Nesting.PART else (pair.b.id, pair.a.id)
