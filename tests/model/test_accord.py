"""Accords: names with and without brackets, what stood by a day, and who shares a name."""

from datetime import date

from consilience.model.accord import Accord, Cited, Dispute, Role, kin

DAY = date(2015, 2, 12)


def accord(name, *also, disputes=()):
    return Accord(name, DAY, also, (), (), (), disputes)


def test_a_name_in_brackets_is_a_name_too():
    assert accord("Package of Measures (Minsk II)", "P").names == (
        "Package of Measures (Minsk II)", "Package of Measures", "Minsk II", "P",
    )  # fmt: skip


def test_an_accord_is_not_known_before_its_day_nor_a_dispute_before_its_own():
    later = Dispute(Cited("D", date(2021, 10, 14), "a page", ""), ("RUS",), Role.PARTY, "denies it", ())
    one = accord("A", disputes=(later,))
    assert one.known_by(date(2015, 2, 11)) is None
    assert one.known_by(DAY).disputes == ()
    assert one.known_by(date(2021, 10, 14)).disputes == (later,)
    assert one.known_by(None) is one


def test_kin_share_a_name_and_nothing_is_its_own_kin():
    one, two, other = accord("A", "The Both"), accord("B", "the both"), accord("C", "D")
    assert kin(one, (one, two, other)) == (two,)
