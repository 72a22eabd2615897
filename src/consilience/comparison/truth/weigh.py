"""Weigh: from claims to truth, in five steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consilience.comparison.truth import copying, election, groups, kinds, sources, values
from consilience.comparison.truth.result import Truth
from consilience.comparison.truth.table import Reports, read
from consilience.comparison.truth.voting import Booth, build
from consilience.errors import UsageError

_PASSES = 4  # times that copying is looked for, before what is found is taken as it is
_DEFECTS = pa.schema([("attribute", pa.string()), ("value", pa.string()), ("reason", pa.string())])


def weigh(
    claims: pa.Table,
    *,
    kinds: Mapping[str, str],
    hierarchy: Mapping[str, str] | None = None,
    seeds: pa.Table | None = None,
) -> Truth:
    """What is so where sources differ.

    `claims` has the columns object, attribute, source, value (text), and may have time and origin; `kinds` says for each
    attribute whether it is a category, set (names with `;` between), place, point, number or clock; `hierarchy` child -> parent
    of places; `seeds` known truth with the columns object, attribute, value.
    """
    # 1. Rows become reports: one for each root, object, attribute and value.
    reports = read(claims)
    chosen = _choose(reports, kinds, hierarchy)
    known, unused = _known(reports, seeds)
    # 2. Each attribute has a ballot.
    booths = [build(reports, at, kind.key, known) for at, kind in enumerate(chosen)]
    # 3. Decide, look for copying in the errors, and decide again until no more is found.
    group = np.arange(len(reports.names))
    for _ in range(_PASSES):
        decided = election.decide(booths, chosen, group)
        evidence = copying.gather(decided, len(reports.names))
        joined = copying.join(evidence, group)
        if (joined == group).all():
            break
        group = joined
    # 4. Tell what was found.
    return Truth(
        values=values.tabulate(reports, decided, evidence, known),
        sources=sources.tabulate(reports, decided),
        groups=groups.tabulate(reports, evidence, group),
        camps=sources.list_camps(reports, decided),
        dependences=groups.list_dependences(reports, evidence, group),
        defects=_defects(reports, booths, unused),
        # 5. And be ready to do it without a source.
        again=lambda source: weigh(_but(claims, source), kinds=kinds, hierarchy=hierarchy, seeds=seeds),
    )


def _choose(reports: Reports, names: Mapping[str, str], hierarchy: Mapping[str, str] | None) -> list[kinds.Kind]:
    return kinds.choose(reports.attributes, names, hierarchy)


def _known(reports: Reports, seeds: pa.Table | None) -> tuple[dict[int, str], list[tuple[str, str, str]]]:
    """Known values by item; and the seeds that do not count: attribute, value, why."""
    if seeds is None:
        return {}, []
    for name in ("object", "attribute", "value"):
        if name not in seeds.column_names:
            raise UsageError("seeds", f"the columns {', '.join(seeds.column_names)}", f"a column {name!r}")
    columns = (pc.cast(seeds[name], pa.string()).to_pylist() for name in ("object", "attribute", "value"))
    told = sorted(set(zip(*columns, strict=True)))
    number = {
        (reports.objects[one], reports.attributes[attribute]): item
        for item, (one, attribute) in enumerate(
            zip(reports.item_object.tolist(), reports.item_attribute.tolist(), strict=True)
        )
    }
    known: dict[int, set[str]] = {}
    strangers = []
    for one, attribute, value in told:
        item = number.get((one, attribute))
        if item is None:
            strangers.append((attribute, value, f"a seed for {one}, of which no claim speaks"))
        else:
            known.setdefault(item, set()).add(value)
    disputed = [
        (reports.attributes[reports.item_attribute[item]], value,
         f"seeds for {reports.objects[reports.item_object[item]]} contradict each other: none of them counts")
        for item, values in known.items() if len(values) > 1 for value in sorted(values)
    ]  # fmt: skip
    return {item: min(values) for item, values in known.items() if len(values) == 1}, [*strangers, *disputed]


def _defects(reports: Reports, booths: Sequence[Booth], unused: Sequence[tuple[str, str, str]]) -> pa.Table:
    """What did not count, and why."""
    rows: list[dict[str, str | None]] = [
        {"attribute": reports.attributes[at], "value": text, "reason": "says nothing that could be true or false"}
        for at, booth in enumerate(booths) for text in booth.dumb
    ]  # fmt: skip
    if reports.superseded:
        rows.append({
            "attribute": None, "value": None,
            "reason": f"{reports.superseded} values were replaced by a later one of the same root",
        })  # fmt: skip
    rows.extend({"attribute": attribute, "value": value, "reason": reason} for attribute, value, reason in unused)
    return pa.Table.from_pylist(rows, schema=_DEFECTS)


def _but(claims: pa.Table, source: str) -> pa.Table:
    """The claims that neither come from a source nor rest on it."""
    kept = pc.not_equal(pc.cast(claims["source"], pa.string()), source)
    if "origin" in claims.column_names:
        origin = pc.fill_null(pc.cast(claims["origin"], pa.string()), "")
        kept = pc.and_(kept, pc.not_equal(origin, source))
    return claims.filter(kept)
