"""Table: claims as columns become numbered reports, one for each root, object, attribute and value."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from consilience.errors import UsageError

COLUMNS = ("object", "attribute", "source", "value")
# What says only that its writer does not know. Compared without case, spaces and punctuation.
_SILENT = re.compile(
    r"(not?(yet)?(provided|available|known|given|stated|specified|assigned|applicable|reported|data|info|information)"
    r"(by\w*)?|un(known|available|assigned|specified|stated|reported)|none|null|nil|nan|na|tb[adc]|missing|pending)"
)
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reports:
    """Claims as numbers: names are sorted, so that numbers do not depend on the order of rows.

    `item` is an object and attribute; `root` is who stands behind the claim: its origin where one is declared, else its source.
    """

    objects: list[str]
    attributes: list[str]
    names: list[str]  # of sources and roots
    values: list[str]
    item_object: Ints
    item_attribute: Ints
    item: Ints  # by report
    root: Ints
    value: Ints
    first: Floats  # rank of the earliest time told, NaN where none was
    carried_item: Ints  # each item, source and value that was told, whoever stands behind it
    carried_source: Ints
    carried_value: Ints
    superseded: int  # values that the same root later replaced


def read(claims: pa.Table) -> Reports:
    """The reports of a table; a column that is absent, or a value that is null, is named."""
    columns = {name: _codes(claims, name) for name in COLUMNS}
    (objects, of_object), (attributes, of_attribute) = columns["object"], columns["attribute"]
    (sources, of_source), (values, of_value) = columns["source"], columns["value"]
    names, of_source, of_root = _roots(claims, sources, of_source)
    pair, item = np.unique(of_attribute * len(objects) + of_object, return_inverse=True)
    rank = _ranks(claims)
    stands = _standing(item, of_root, of_value, rank, len(names))
    key = (item * len(names) + of_root) * len(values) + of_value
    told, at = np.unique(key[stands], return_inverse=True)
    first = np.full(len(told), np.inf)
    np.minimum.at(first, at, np.where(np.isnan(rank[stands]), np.inf, rank[stands]))
    carried = np.unique(((item * len(names) + of_source) * len(values) + of_value)[stands])
    item_of, root_of, value_of = _split(told, len(names), len(values))
    carried_item, carried_source, carried_value = _split(carried, len(names), len(values))
    return Reports(
        objects, attributes, names, values,
        item_object=pair % max(len(objects), 1), item_attribute=pair // max(len(objects), 1),
        item=item_of, root=root_of, value=value_of,
        first=np.where(np.isinf(first), np.nan, first),
        carried_item=carried_item, carried_source=carried_source, carried_value=carried_value,
        superseded=len(np.unique(key)) - len(told),
    )  # fmt: skip


def _split(key: Ints, names: int, values: int) -> tuple[Ints, Ints, Ints]:
    """Item, name and value of a key that holds all three."""
    rest, value = np.divmod(key, max(values, 1))
    item, name = np.divmod(rest, max(names, 1))
    return item, name, value


def is_silent(value: str) -> bool:
    """Whether a value says only that nothing is known."""
    bare = re.sub(r"[\W_]+", "", value).casefold()
    return not bare or _SILENT.fullmatch(bare) is not None


def tally(group: Ints, weight: Floats | Flags | None = None, many: int = 0) -> Floats:
    """By group, the sum of the weights, or the number of members; at least `many` groups."""
    return np.bincount(group, weight, many).astype(np.float64, copy=False)


def _codes(claims: pa.Table, name: str) -> tuple[list[str], Ints]:
    """The sorted names of a column and, by row, the number of its own."""
    if name not in claims.column_names:
        raise UsageError("claims", f"the columns {', '.join(claims.column_names)}", f"a column {name!r}")
    column = pc.cast(claims[name], pa.string()).combine_chunks()
    if column.null_count:
        raise UsageError(f"claims, column {name!r}", f"{column.null_count} nulls", "text in every row")
    encoded = column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    listed = encoded.dictionary.to_pylist()
    order = sorted(range(len(listed)), key=listed.__getitem__)
    number = np.empty(len(listed), np.int64)
    number[order] = np.arange(len(listed))
    return [listed[at] for at in order], number[np.asarray(encoded.indices, dtype=np.int64)]


def _roots(claims: pa.Table, sources: list[str], of_source: Ints) -> tuple[list[str], Ints, Ints]:
    """Names of sources and origins in one list; by row, the source and the root. An origin may be a source's name."""
    if "origin" not in claims.column_names:
        return sources, of_source, of_source
    origin = pc.fill_null(pc.cast(claims["origin"], pa.string()), "").to_pylist()
    names = sorted(set(sources) | set(origin) - {""})
    at = {name: number for number, name in enumerate(names)}
    moved = np.array([at[name] for name in sources], np.int64)[of_source]
    roots = np.array([at[name] if name else -1 for name in origin], np.int64)
    return names, moved, np.where(roots < 0, moved, roots)


def _ranks(claims: pa.Table) -> Floats:
    """By row, the rank of its time; NaN where there is none."""
    rank = np.full(claims.num_rows, np.nan)
    if "time" not in claims.column_names:
        return rank
    told = claims["time"].to_pylist()
    there = [at for at, when in enumerate(told) if when is not None and when != ""]
    place = {when: float(number) for number, when in enumerate(sorted({told[at] for at in there}))}
    rank[there] = [place[told[at]] for at in there]
    return rank


def _standing(item: Ints, root: Ints, value: Ints, rank: Floats, names: int) -> Flags:
    """By row, whether it is the newest that its root told of the item; rows without a time all stand."""
    if np.isnan(rank).all():
        return np.ones(len(item), bool)
    _, of = np.unique(item * names + root, return_inverse=True)
    newest = np.full(of.max(initial=0) + 1, -np.inf)
    np.maximum.at(newest, of, np.where(np.isnan(rank), -np.inf, rank))
    found: Flags = np.isnan(rank) | (rank >= newest[of])
    return found
