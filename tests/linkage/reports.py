"""Reports as `link` takes them, and a crowd of them that are hard to tell apart."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import strategies as st

SCHEMA = pa.schema([
    ("event_id", pa.string()), ("dataset", pa.string()), ("date_from", pa.string()), ("date_to", pa.string()),
    ("lat", pa.float64()), ("lon", pa.float64()), ("precision_km", pa.float64()), ("event_type", pa.string()),
    ("actors", pa.string()), ("count", pa.float64()), ("text", pa.string()),
])  # fmt: skip
FIRST = date(2021, 12, 1)


def row(name, dataset="a", day=0, lasts=0, lat=48.0, **more):
    return {
        "event_id": name, "dataset": dataset, "date_from": str(FIRST + timedelta(days=day)),
        "date_to": str(FIRST + timedelta(days=day + lasts)), "lat": lat, "lon": 37.0, "precision_km": 1.0,
        "event_type": "attack", "actors": "", "count": None, "text": "", **more,
    }  # fmt: skip


def table(rows):
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


crowds = st.lists(
    st.builds(
        row,
        st.just(""),
        st.sampled_from("abc"),
        st.sampled_from([0, 1, 2, 5]),
        st.sampled_from([0, 0, 0, 6]),
        st.sampled_from([48.0, 48.03, 48.2, 48.4]),
        precision_km=st.sampled_from([1.0, 1.0, 3.0, 60.0]),
        count=st.sampled_from([None, 1, 5, 10, 15]),
        actors=st.sampled_from(["", "RUS", "UKR"]),
        event_type=st.sampled_from(["attack", "attack/shooting", "movement"]),
        text=st.sampled_from(["", "a train with tanks arrived", "tanks on a train", "a wave of attacks"]),
    ),
    min_size=2,
    max_size=12,
).map(lambda rows: [{**each, "event_id": f"e{number}"} for number, each in enumerate(rows)])
