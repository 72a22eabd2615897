"""Holdings: all that was put on the table; nothing is lost, merged or chosen in silence."""

import pytest

from consilience.desk import Desk
from consilience.errors import IntakeError, UsageError
from consilience.intake.holdings import Intake, read_holdings


def test_the_same_row_twice_counts_once_and_is_counted(row, table):
    told = read_holdings([table([row("A1"), row("A1")]), table([row("A1")])])
    assert len(told.claims) == 1
    assert told.repeated_rows == 2


def test_one_id_with_two_contents_is_kept_twice_and_named(row, table):
    told = read_holdings([table([row("A1", best=1)]), table([row("A1", best=2)])])
    assert [claim.id.split("~")[0] for claim in told.claims] == ["A1", "A1"]
    assert len({claim.id for claim in told.claims}) == 2
    assert told.equivocations == ("A1",)


def test_an_equivocation_stands_in_the_picture(row, table):
    desk = Desk.read([table([row("A1", best=1), row("A1", best=900)])])
    assert desk.picture().body["equivocations"] == ["A1"]
    shown = {holding.claim.id for fact in desk.picture().facts for holding in fact.holdings}
    assert shown == {claim.id for claim in desk.holdings.claims}


def test_an_equivocation_of_a_day_to_come_is_not_told(row, table):
    desk = Desk.read([table([row("A1", best=1), row("A1", best=900, reported_at="2022-01-01")])])
    assert desk.picture("2022-01-01").equivocations == ("A1",)
    assert len(desk.picture("2021-12-31").claims) == 1


def test_an_equivocation_is_not_known_before_its_second_version(row, table):
    desk = Desk.read([table([row("A1", best=1), row("A1", best=900, reported_at="2022-01-01")])])
    assert desk.picture("2021-12-31").equivocations == ()


def test_two_partners_may_use_one_id(row, table):
    told = read_holdings([table([row("A1", partner="UKR")]), table([row("A1", partner="USA")])])
    assert {claim.partner for claim in told.claims} == {"UKR", "USA"}


def test_strict_stops_at_the_first_bad_row_and_names_it(row, table):
    rows = table([row("A1"), row("A2", best="NaN"), row("A3", modality="seen")])
    with pytest.raises(IntakeError, match="row 3, column best"):
        read_holdings([rows], Intake(strict=True))
    assert len(read_holdings([rows]).set_aside) == 2


def test_rows_set_aside_are_counted_in_the_picture(row, table):
    picture = Desk.read([table([row("A1"), row("A2", best="NaN")])]).picture()
    assert picture.body["inputs"]["set_aside"] == 1


def test_nothing_to_read_is_a_mistake_of_the_caller():
    with pytest.raises(UsageError):
        read_holdings([])


def test_the_order_of_tables_does_not_change_the_claims(row, table):
    one, two = table([row("B1"), row("A1")]), table([row("C1"), row("A2")])
    assert read_holdings([one, two]).claims == read_holdings([two, one]).claims


def test_a_folder_is_its_tables(tmp_path, scenario):
    for name in ("UKR.csv", "USA.csv"):
        (tmp_path / name).write_bytes((scenario / "holdings" / name).read_bytes())
    assert {claim.partner for claim in read_holdings([tmp_path]).claims} == {"UKR", "USA"}


def test_a_missing_column_names_the_way_out(tmp_path):
    file = tmp_path / "theirs.csv"
    file.write_text("id,who\n1,2\n")
    with pytest.raises(IntakeError, match="--suggest"):
        read_holdings([file])


@pytest.mark.parametrize(
    "country", ["Spain", "ESP", "Holy See", "France", "Kosovo", "Palestine", "Taiwan", "Tuvalu", "Fiji", "Antarctica"]
)
def test_any_country_may_be_named_as_a_place(lay, row, country):
    desk = lay(row("A1", place=country), row("B1", partner="USA", place=f"{country} border"), row("C1", lat=50, lon=30))
    assert desk.picture().claims
