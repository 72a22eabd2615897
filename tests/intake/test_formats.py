"""Foreign formats together: each is known by its columns, no row is lost, and shared articles are shared roots."""

import csv
import io
import re
from collections import Counter, defaultdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consilience.desk import Desk
from consilience.intake import gazetteer, mapping
from consilience.intake.holdings import read_holdings
from consilience.intake.place import Coordinates, PlaceReader
from consilience.intake.spot import spot
from tests.intake.rows import ACLED, EVENT, GED, GTD, ICEWS, MENTION, SCAD


@pytest.mark.parametrize(
    ("row", "name", "partner"),
    [
        (ACLED, "acled", "ACLED"),
        (GED, "ucdp-ged", "UCDP"),
        (ICEWS, "icews", "ICEWS"),
        (GTD, "gtd", "GTD"),
        (SCAD, "scad", "SCAD"),
        (EVENT, "gdelt-events", "GDELT"),
        (MENTION, "gdelt-mentions", "GDELT"),
    ],
)
def test_a_format_is_known_by_its_columns_in_any_case_and_its_publisher_is_the_partner(one, row, name, partner):
    assert mapping.for_columns(tuple(row)).name == name
    assert mapping.for_columns(tuple(key.upper() for key in row)).name == name
    claim = one(row)
    assert claim.partner == partner
    assert (claim.reliability, claim.credibility, claim.marking.text) == (None, None, "")
    shouted = one({key.upper(): cell for key, cell in row.items()})
    assert (shouted.id, shouted.actor, shouted.place, shouted.period) == (
        claim.id,
        claim.actor,
        claim.place,
        claim.period,
    )


def test_five_data_sets_on_one_event_come_together_and_share_the_articles_that_they_share(tmp_path):
    files = []
    for name, row in {"acled": ACLED, "ged": GED, "icews": ICEWS, "gtd": GTD}.items():
        file = tmp_path / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(row))
            writer.writeheader()
            writer.writerow(row)
        files.append(file)
    told = read_holdings(files)
    roots = [set(claim.origins) for claim in told.claims]
    assert set.intersection(*roots) == {"wire:AFP:bora:2019-03-14"}
    facts = Desk(told).picture().facts
    assert {fact.finding.verdict.value for fact in facts if len(fact.holdings) > 1} <= {"circular", "conflicting"}


# What every format must hold -------------------------------------------------------------------------------------------

WORDS = ["near", "Ukraine", "border", "and", ",", "(", "within 200 km of", "the", "Russia", "in", "Jordan", "town", "Bora", "/", "of", "5 km"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), min_size=1, max_size=6).map(" ".join))
def test_no_name_takes_its_point_away(name):
    """A border, a band or a union has no point: the name of a spot is never read as one."""
    made = spot(name)
    assume(made)
    point = PlaceReader(gazetteer.load()).read(made, Coordinates(12.5, 15.25, 5.0)).point
    assert (point.lat, point.lon, point.radius_km) == (12.5, 15.25, 5.0)
    assert spot(made) in (made, made.strip("“”"), f"“{made}”")


@given(
    st.dictionaries(st.sampled_from(sorted(ACLED)), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12), max_size=5),
    st.sampled_from([ACLED, GED, ICEWS, GTD, SCAD, EVENT, MENTION]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_every_row_is_a_claim_or_set_aside_with_a_reason(tmp_path_factory, noise, row, chance):
    changed = {**row, **dict(zip(chance.sample(sorted(row), len(noise)), noise.values(), strict=True))}
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(changed), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(changed)
    file = tmp_path_factory.mktemp("rows") / "t.csv"
    file.write_text(lines.getvalue(), encoding="utf-8", newline="")
    told = read_holdings([file])
    assert len(told.claims) + len(told.set_aside) == 1
    assert all(bad.because for bad in told.set_aside)


# The entries of Nigeria in 2011 ----------------------------------------------------------------------------


def told_by(entry):
    """An entry as a row of its publisher, as far as the columns can be had from the tail of its text."""
    body, _, tail = entry["text"].rpartition("]")
    notes, _, place = body.rpartition("[")
    year, month, day = entry["date"].split("-")

    def cell(pattern):
        found = re.search(pattern, tail)
        return found[1].strip() if found else ""

    spot = {"latitude": entry["lat"], "longitude": entry["lon"]}
    if entry["dataset"] == "acled":
        first, _, second = cell(r"act:(.*?) fat:").partition(" vs")
        return spot | {
            "event_id_cnty": entry["idx"], "event_date": entry["date"], "time_precision": "1", "geo_precision": "1",
            "event_type": cell(r"type:(.*?) src:"), "actor1": first, "actor2": second, "location": place,
            "source": cell(r"src:(.*)$"), "fatalities": cell(r"fat:(\d*)"), "notes": notes,
        }  # fmt: skip
    if entry["dataset"] == "ged":
        first, _, second = cell(r"^(.*?) best:").partition(" - ")
        dead = cell(r"best:(\d*)")
        return spot | {
            "id": entry["idx"], "type_of_violence": cell(r"tov:(\d)"), "side_a": first, "side_b": second,
            "where_prec": "1", "date_prec": "1", "date_start": entry["date"], "date_end": entry["enddate"],
            "low": dead, "best": dead, "high": dead, "where_coordinates": place, "source_article": cell(r"src:(.*)$"),
        }  # fmt: skip
    if entry["dataset"] == "gtd":
        kind = "3" if "Bombing" in tail else "2" if "Armed" in tail else "9"
        return spot | {
            "eventid": entry["idx"], "iyear": year, "imonth": month, "iday": day, "attacktype1": kind, "city": place,
            "gname": cell(r"^(.*?) targ:"), "nkill": cell(r"kill:([\d.]*)"), "specificity": "1", "summary": notes,
        }  # fmt: skip
    first, _, second = cell(r"^(.*?) deaths:").partition("/")
    last = dict(zip(("eyr", "emo", "eday"), entry["enddate"].split("-"), strict=True))
    return spot | last | {
        "eventid": entry["idx"], "countryname": "Nigeria", "styr": year, "stmo": month, "stday": day, "locnum": "2",
        "etype": cell(r"etype:(\d+)"), "actor1": first, "target1": second, "ndeath": cell(r"deaths:(-?\d*)"),
        "elocal": place, "issuenote": notes,
    }  # fmt: skip


def test_the_entries_of_four_data_sets_come_in_whole_and_share_articles(data, table):
    folder = data / "linkage" / "nigeria_2011"
    with (folder / "entries.csv").open(encoding="utf-8", newline="") as lines:
        entries = list(csv.DictReader(lines))
    rows = defaultdict(list)
    for entry in entries:
        rows[entry["dataset"]].append(told_by(entry))
    told = read_holdings([table(listed) for listed in rows.values()])
    assert (told.set_aside, told.equivocations) == ((), ())
    assert Counter(claim.partner for claim in told.claims) == {"ACLED": 349, "UCDP": 248, "GTD": 174, "SCAD": 133}
    assert not any(claim.place.defects for claim in told.claims)
    assert all(claim.place.point for claim in told.claims)
    origins = {(claim.partner, claim.id.split("-")[1]): set(claim.origins) for claim in told.claims}
    with (folder / "gold_pairs.csv").open(encoding="utf-8", newline="") as lines:
        pairs = [(row["a"], row["b"]) for row in csv.DictReader(lines) if row["label"] == "match"]
    both = [(a, b) for a, b in pairs if ("ACLED", a) in origins and ("UCDP", b) in origins]
    shared = sum(bool(origins["ACLED", a] & origins["UCDP", b]) for a, b in both)
    assert len(both) > 100
    assert shared > len(both) / 3
