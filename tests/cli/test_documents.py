import csv
import json

from tests.exchange.stix.making import bodies, shown_claim
from tests.exchange.stix.test_read import thing
from tests.exchange.test_misp import event
from tests.trust.making import make_claim

HEADER = "claim_id,partner,modality,actor,phenomenon,place,reported_at\n"
ROW = "A1,UKR,observed,RUS,personnel,UKR border,2021-12-03\n"


def bundle(file, *more):
    objects = [*bodies(shown_claim(make_claim(claim_id="B1", partner="GBR"), "GBR")), *more]
    file.write_text(json.dumps({"type": "bundle", "id": "bundle--" + "0" * 8, "objects": objects}))
    return file


def test_a_bundle_an_event_and_a_table_are_compared(program, tmp_path):
    theirs = bundle(tmp_path / "bundle.json", thing("indicator"))
    said = tmp_path / "misp-event.json"
    said.write_text(json.dumps(event()))
    ours = tmp_path / "ours.csv"
    ours.write_text(HEADER + ROW)
    aside = tmp_path / "aside.csv"
    done = program("compare", theirs, said, ours, "--set-aside", aside)
    assert done.returncode == 0
    assert "3 claims of 3 partners" in done.stdout
    assert "bundle.json: no native column for 1 indicator" in done.stderr
    assert "1 row set aside" in done.stderr
    with aside.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["object_id"].startswith("indicator--")


def test_a_bundle_becomes_a_native_table(program, tmp_path):
    out = tmp_path / "native.csv"
    done = program("ingest", bundle(tmp_path / "bundle.json"), "--out", out)
    assert done.returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert {name: cell for name, cell in row.items() if cell} == dict(make_claim(claim_id="B1", partner="GBR").cells)


def test_json_that_is_neither_is_said_to_be(program, tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"claims": []}')
    done = program("compare", file)
    assert done.returncode == 1
    assert "JSON with the keys claims, expected a STIX 2.1 bundle" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bundle_is_recorded_once_by_a_node(node, tmp_path):
    file = bundle(tmp_path / "bundle.json", thing("incident", name="Convoy"))
    done = node("ingest", file)
    assert done.returncode == 0
    assert "2 claims recorded and signed by AUR" in done.stdout
    assert "2 were there already" in node("ingest", file).stdout
