"""Splink: links a file of generated reports on DuckDB. Runs in the environment of `peers.py`, which knows nothing of ours.

It is set up by one who knows these reports: distances in combined precisions on flat kilometres, which cost less than arcs, text by how
rare it is, and blocks by half-overlapping squares and pairs of days, so that no pair within six kilometres and a day is missed.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from pathlib import Path

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.clustering import cluster_pairwise_predictions_at_threshold

WEIGHTS = (4, 5, 6, 7, 8)  # thresholds, of which the best is told
_SIDE_KM = 12.0
_SHIFTS = [(north, east, day) for day in (0, 1) for north in (0, 1) for east in (0, 1)]

_APART = (
    "(pow(north_km_l - north_km_r, 2) + pow(east_km_l - east_km_r, 2))"
    " / pow(sqrt(pow(precision_km_l, 2) + pow(precision_km_r, 2)) / 2 + 1, 2)"
)


def main(reports: Path, out: Path) -> None:
    """Link; a file of clusters for each threshold, and a line of JSON with CPU seconds and megabytes."""
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    begun = time.process_time()
    connection.execute(f"CREATE TABLE reports AS {_columns(reports)}")
    api = DuckDBAPI(connection=connection)
    table = api.register("reports")
    linker = Linker(table, _settings())
    linker.training.estimate_probability_two_random_records_match([block_on("text", "day", "event_type")], recall=0.25)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=7)
    for rule in (block_on("text", "day"), block_on("cell_000", "event_type", "actors")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    pairs = linker.inference.predict(threshold_match_weight=min(WEIGHTS))
    linked = time.process_time() - begun
    told = []
    for weight in WEIGHTS:
        begun = time.process_time()
        found = cluster_pairwise_predictions_at_threshold(
            table, pairs, api, node_id_column_name="event_id", threshold_match_weight=weight
        )
        spent = time.process_time() - begun
        file = out / f"{weight}.parquet"
        connection.execute(
            f"COPY (SELECT event_id, cluster_id FROM {found.physical_name}) TO '{file}' (FORMAT parquet)"  # noqa: S608  ours
        )
        told.append({"weight": weight, "file": str(file), "cpu": linked + spent})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"thresholds": told, "peak": peak}))


def _columns(reports: Path) -> str:
    """The reports with flat kilometres, days and blocks; a block's number has room for five years."""
    cells = ", ".join(
        f"floor(north_km / {_SIDE_KM} + {north / 2})::INT * 1000000 + floor(east_km / {_SIDE_KM} + {east / 2})::INT * 1000"
        f" + (day + {day}) // 2 AS cell_{north}{east}{day}"
        for north, east, day in _SHIFTS
    )
    return (
        f"SELECT *, {cells} FROM (SELECT * EXCLUDE (date_from, date_to), date_from - DATE '2021-01-01' AS day,"  # noqa: S608
        f" lat * 111.2 AS north_km, lon * 111.2 * cos(radians(48.5)) AS east_km FROM read_parquet('{reports}'))"
    )


def _settings() -> SettingsCreator:
    rest = cll.ElseLevel()
    distance = cl.CustomComparison(
        [*(cll.CustomLevel(f"{_APART} <= {cut * cut}") for cut in (0.45, 0.9, 1.8, 3.5)), rest],
        output_column_name="distance",
    )
    days = cl.CustomComparison(
        [*(cll.CustomLevel(f"abs(day_l - day_r) <= {gap}") for gap in (0, 1)), rest], output_column_name="days"
    )
    counts = cl.CustomComparison(
        [
            cll.NullLevel("count"),
            cll.ExactMatchLevel("count"),
            cll.CustomLevel("abs(ln(count_l + 1) - ln(count_r + 1)) <= 0.4"),
            cll.CustomLevel("abs(ln(count_l + 1) - ln(count_r + 1)) <= 1.0"),
            rest,
        ],
        output_column_name="counts",
    )
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="event_id",
        comparisons=[distance, days, counts, cl.ExactMatch("event_type"), cl.ExactMatch("actors"),
                     cl.ExactMatch("text").configure(term_frequency_adjustments=True)],
        blocking_rules_to_generate_predictions=[
            f"l.cell_{north}{east}{day} = r.cell_{north}{east}{day} AND l.dataset <> r.dataset"
            for north, east, day in _SHIFTS
        ],
        retain_matching_columns=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
