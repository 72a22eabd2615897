"""Voting: the ballot of each attribute, from the reports and the seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from consilience.comparison.truth.ballot import Ballot, pair_up
from consilience.comparison.truth.table import Flags, Floats, Ints, Reports, is_silent, tally

Key = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Booth:
    """One attribute's ballot, the number of each of its items among all, and when each report was first told.

    `carrier` and `carried` are every source that told a candidate, whoever stands behind it; `dumb` the texts that say nothing.
    """

    ballot: Ballot
    items: Ints
    first: Floats
    carrier: Ints
    carried: Ints
    dumb: tuple[str, ...]


def build(reports: Reports, attribute: int, key: Key, seeds: Mapping[int, str]) -> Booth:
    """The ballot of one attribute. `seeds` are known truths by item; one stands even where nobody told it."""
    items = np.flatnonzero(reports.item_attribute == attribute)
    local = np.full(len(reports.item_attribute), -1)
    local[items] = np.arange(len(items))
    rows = np.flatnonzero(local[reports.item] >= 0)
    item, root, value = local[reports.item[rows]], reports.root[rows], reports.value[rows]
    used, value_at = np.unique(value, return_inverse=True)
    written = [reports.values[code] for code in used.tolist()]
    compared = [_compared(text, key) for text in written]
    seeded = {int(local[at]): (text, _compared(text, key)[0]) for at, text in seeds.items() if local[at] >= 0}
    keys = sorted({one for one, _ in compared} | {one for _, one in seeded.values()})
    number = {one: at for at, one in enumerate(keys)}
    code = _codes(compared, number)[value_at]
    silent = np.zeros(len(keys), bool)
    for one, is_dumb in compared:
        silent[number[one]] |= is_dumb
    # One report for each item, root and compared value: the spelling that sorts first stands for it.
    _, first = np.unique((item * len(reports.names) + root) * len(keys) + code, return_index=True)
    item, root, code, value = item[first], root[first], code[first], value[first]
    extra = np.array([at * len(keys) + number[one] for at, (_, one) in sorted(seeded.items())], np.int64)
    candidates = np.unique(np.concatenate((item * len(keys) + code, extra)))
    candidate_item, candidate_code = candidates // len(keys), candidates % len(keys)
    fixed = np.full(len(items), -1)
    fixed[extra // len(keys)] = np.searchsorted(candidates, extra)
    ballot = Ballot(
        items=len(items), item=item, root=root,
        choice=np.searchsorted(candidates, item * len(keys) + code),
        written=value,
        share=_shares(item, root, len(reports.names)),
        candidate_item=candidate_item,
        key=[keys[at] for at in candidate_code.tolist()],
        code=candidate_code,
        stands=_standing(silent[candidate_code], candidate_item, len(items)),
        fixed=fixed,
        pairs=pair_up(item, candidate_item, len(items)),
    )  # fmt: skip
    rows_carried = np.flatnonzero(local[reports.carried_item] >= 0)
    spelt = np.searchsorted(used, reports.carried_value[rows_carried])
    carried = local[reports.carried_item[rows_carried]] * len(keys) + _codes(compared, number)[spelt]
    return Booth(
        ballot, items, reports.first[rows[first]],
        reports.carried_source[rows_carried], np.searchsorted(candidates, carried),
        tuple(text for text, (_, is_dumb) in zip(written, compared, strict=True) if is_dumb),
    )  # fmt: skip


def _codes(compared: list[tuple[str, bool]], number: Mapping[str, int]) -> Ints:
    return np.array([number[one] for one, _ in compared], np.int64)


def _compared(text: str, key: Key) -> tuple[str, bool]:
    """What is compared, and whether it says nothing: unreadable or silent."""
    found = key(text)
    if found is None or is_silent(text):
        return "?" + text, True
    return found, False


def _shares(item: Ints, root: Ints, names: int) -> Floats:
    _, at, many = np.unique(item * names + root, return_inverse=True, return_counts=True)
    found: Floats = 1.0 / many[at]
    return found


def _standing(silent: Flags, item: Ints, items: int) -> Flags:
    """Silence is elected only where nobody speaks."""
    spoken = tally(item, ~silent, items) > 0
    return ~silent | ~spoken[item]
