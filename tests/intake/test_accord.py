"""Accords and what happened in procedures are read strictly: every error names file, row and column."""

import csv

import pytest

from consilience.errors import IntakeError
from consilience.intake.accord import COLUMNS, read_accords
from consilience.intake.procedure import COLUMNS as EVENT_COLUMNS
from consilience.intake.procedure import read_occurrences, read_procedure, shipped_procedures

PART = {"id": "A1", "accord": "Pact", "date": "2014-09-05", "kind": "participation", "actor": "UKR", "role": "party",
        "stated_by": "a page", "url": "https://example.org/1"}  # fmt: skip
CLAUSE = {"id": "A2", "accord": "Pact", "date": "2014", "kind": "clause", "bound": "both sides", "obligation": "Stop"}
DISPUTE = {"id": "A3", "accord": "Pact", "date": "2021-10-14", "kind": "dispute", "actor": "RUS", "role": "disputes being a party",
           "stated_by": "a page"}  # fmt: skip
EVENT = {"id": "E1", "case": "A-B", "procedure": "vienna-unusual-activity", "step": "request", "word": "done", "actor": "AAA",
         "target": "BBB", "when": "2022-02-11", "zone": "Europe/Kyiv", "text": "Asked."}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def make(rows, columns=COLUMNS, name="accords.csv"):
        file = tmp_path / name
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return file

    return make


def test_the_shipped_accords_are_read_whole(scenario):
    accords = read_accords(scenario)
    read = sum(
        len(each.participations) + len(each.clauses) + len(each.references) + len(each.disputes) for each in accords
    )
    with (scenario / "accords.csv").open(encoding="utf-8", newline="") as lines:
        assert read == len(list(csv.DictReader(lines)))


def test_a_year_alone_stands_from_its_end(write):
    (pact,) = read_accords(write([CLAUSE]))
    assert pact.day.isoformat() == "2014-12-31"
    assert not pact.clauses[0].cited.is_confirmed


@pytest.mark.parametrize(
    ("row", "changed", "column"),
    [
        (PART, {"date": "September"}, "date"),
        (PART, {"kind": "rumour"}, "kind"),
        (PART, {"role": "friend"}, "role"),
        (PART, {"stated_by": ""}, "stated_by"),
        (PART, {"actor": "", "capacity": ""}, "capacity"),
        (PART, {"url": "page 7"}, "url"),
        (PART, {"accord": ""}, "accord"),
        (PART, {"id": ""}, "id"),
        (CLAUSE, {"obligation": ""}, "obligation"),
        (CLAUSE, {"bound": ""}, "bound"),
        (CLAUSE, {"value": "15"}, "unit"),
        (DISPUTE, {"role": "party"}, "role"),
        (DISPUTE, {"actor": ""}, "actor"),
    ],
)
def test_a_bad_cell_stops_the_table_and_is_named(write, row, changed, column):
    with pytest.raises(IntakeError, match=rf"accords\.csv, row 2, column {column}: found .+, expected .+"):
        read_accords(write([row | changed]))


def test_an_id_that_stands_twice_is_refused(write):
    with pytest.raises(IntakeError, match="which row 2 has"):
        read_accords(write([PART, PART]))


def test_a_column_that_nothing_reads_is_refused(write):
    with pytest.raises(IntakeError, match="rolle"):
        read_accords(write([PART], (*COLUMNS, "rolle")))


def test_a_table_without_a_column_or_a_row_is_refused(write):
    with pytest.raises(IntakeError, match="a column url"):
        read_accords(write([{"id": "A1"}], COLUMNS[:-1]))
    with pytest.raises(IntakeError, match="no row"):
        read_accords(write([]))


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"procedure": "none"}, "procedure"),
        ({"step": "dance"}, "step"),
        ({"step": ""}, "step"),
        ({"word": "maybe"}, "word"),
        ({"when": "2022-02-11T10:00"}, "when"),
        ({"when": ""}, "when"),
        ({"until": "2022-02-10"}, "until"),
        ({"zone": ""}, "zone"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../etc"}, "zone"),
        ({"reported_at": "2022-02-09"}, "reported_at"),
        ({"reported_at": "later"}, "reported_at"),
        ({"text": ""}, "text"),
        ({"case": ""}, "case"),
        ({"url": "ftp"}, "url"),
        ({"word": "declared"}, "quantity"),
        ({"quantity": "many", "unit": "tank"}, "quantity"),
        ({"quantity": "-1", "unit": "tank"}, "quantity"),
        ({"quantity": "nan", "unit": "tank"}, "quantity"),
        ({"quantity": "5"}, "unit"),
    ],
)
def test_a_bad_cell_of_what_happened_is_named(write, changed, column):
    file = write([EVENT | changed], EVENT_COLUMNS, "procedures.csv")
    with pytest.raises(IntakeError, match=rf"procedures\.csv, row 2, column {column}: found .+, expected .+"):
        read_occurrences(file, shipped_procedures())


def test_what_is_known_as_it_happens_needs_no_day_of_report(write):
    (event,) = read_occurrences(write([EVENT], EVENT_COLUMNS, "procedures.csv"), shipped_procedures())
    assert event.reported_at.at == event.when.latest


HEAD = 'schema = "consilience.procedure/1"\nid = "p"\ntitle = "P"\naccord = "A"\nsource = "https://example.org"\n'
STEP = '[[steps]]\nname = "{name}"\nkind = "{kind}"\nwho = "asking"\nsays = "do"\n'
FIRST = STEP.format(name="request", kind="request")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not toml", "TOML"),
        ('schema = "other/1"', "schema"),
        (HEAD, "no steps"),
        (HEAD + FIRST + "within_hours = 48\n", "counts from nowhere"),
        (HEAD + FIRST + 'after = "reply"\n', "no earlier step"),
        (HEAD + FIRST + FIRST, "twice"),
        (HEAD + FIRST + STEP.format(name="r", kind="reply") + 'after = "request"\nwithin_hours = 0\n', "within_hours"),
        (HEAD + FIRST + STEP.format(name="r", kind="reply") + 'after = "request"\nbefore = "request"\n', "two sides"),
        (HEAD + FIRST + STEP.format(name="r", kind="reply") + 'after = "request"\nwithin_hour = 48\n', "within_hour"),
        (HEAD + STEP.format(name="r", kind="dance"), "dance"),
        (HEAD + FIRST + '[[thresholds]]\namount = 0\nunit = "tank"\n', "threshold"),
        (HEAD + FIRST + '[[thresholds]]\nunit = "tank"\n', "no amount"),
    ],
)
def test_a_definition_that_is_wrong_is_refused_and_says_where(tmp_path, text, found):
    file = tmp_path / "p.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError, match=rf"p\.toml.*{found}|p\.toml.*{found.lower()}"):
        read_procedure(file)


def test_every_shipped_definition_cites_a_page_and_counts_from_its_own_steps():
    for procedure in shipped_procedures():
        assert procedure.source.startswith("https://")
        names = [step.name for step in procedure.steps]
        assert all(step.clock is None or step.clock.counted_from in names for step in procedure.steps)


def test_a_paragraph_that_no_page_confirms_says_so():
    (mechanism,) = [each for each in shipped_procedures() if each.id == "vienna-unusual-activity"]
    told = {step.name: str(step.paragraph) for step in mechanism.steps}
    assert told["reply"] == "paragraph 16.1.2 (number not confirmed by a source)"
    assert told["joint-meeting-request"] == "paragraph 16.3"
