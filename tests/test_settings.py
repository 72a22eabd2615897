"""Settings: flag, environment, file, default; a wrong one is named and never guessed."""

import pytest

from consilience.errors import SettingsError
from consilience.settings import Settings, load


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[compare]\nhorizon_days = 10\ndaily_rate = 0.1\n")
    found = load(file, {"CONSILIENCE_HORIZON_DAYS": "5", "CONSILIENCE_DEBUG": "1", "HOME": "x"})
    assert (found.horizon_days, found.daily_rate, found.slice_days) == (5, 0.1, Settings().slice_days)


@pytest.mark.parametrize(
    "text",
    ["[compare", "[compare]\nhorizon = 5\n", '[compare]\nhorizon_days = "long"\n', "[compare]\nhorizon_days = -1\n",
     "[compare]\nhorizon_days = nan\n", "[compare]\nhorizon_days = inf\n", "[compare]\nhorizon_days = true\n", "[compare]\ndense_fact = 0.2\n"],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        load(file, {})


def test_a_compare_that_is_no_table_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("compare = 5\n")
    with pytest.raises(SettingsError):
        load(file, {})


def test_settings_change_what_is_compared(lay, row):
    late = row("B1", partner="USA", period_from="2021-12-13", period_to="2021-12-13")
    assert lay(row("A1"), late).relate("A1", "B1").kind.value == "agrees"
    assert lay(row("A1"), late, settings=Settings(horizon_days=5)).relate("A1", "B1").kind.value == "incomparable"
