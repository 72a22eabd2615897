"""Indicators read strictly: what is wrong is named by its key."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.indicator import read_watch
from consilience.intake.survey import read_surveys
from consilience.model.claim import Modality
from consilience.model.indicator import Bent, Judged, Polled, Reaching, Stage, Unusual
from tests.warning.watching import WATCH


def write(folder, text):
    (folder / "indicators.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_records_indicators_are_read(scenario):
    watch = read_watch(scenario)
    kinds = {type(each.measure) for each in watch.indicators}
    assert kinds == {type(None), Reaching, Unusual, Polled, Judged}
    assert {each.bent for each in watch.indicators} == set(Bent)
    assert watch.indicator("field-hospitals").stage is Stage.LATE
    assert watch.indicator("plan").query.modalities == {Modality.INTENDED}
    assert watch.answers == ("large", "limited")
    assert all(each.source for each in watch.indicators)
    assert watch.indicator("nothing") is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("indicators/1", "indicators/9", "schema"),
        ('bent = "capability"', 'bent = "will"', "bent"),
        ('id = "tanks"', 'id = "massing"', "massing twice"),
        ('title = "Tanks come"', "", "title"),
        ('title = "Tanks come"', 'title = "Tanks come"\nthreshhold = 3', "threshhold"),
        ('phenomena = ["equipment/tank"]', "", "phenomena"),
        ("percent = 80", "percent = 30", "percent"),
        ('modalities = ["forecast", "intended"]', 'modalities = ["denied"]', "modalities"),
        ("amount = 100000", "amount = -1", "amount"),
        ('hypothesis = "An attack begins"', 'hypothesis = "An attack begins"\nquestion = "q"', "answers"),
        ('stage = "late"', 'stage = "later"', "stage"),
        ('looking = ["AAA"', 'looking = ["AAA", "AAA"', "AAA twice"),
        ("reaching = {", "polled = {}\nreaching = {", "polled"),
        ("[[indicators]]", "[[indicator]]", "indicator"),
        ("schema", "schema = ", "TOML"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_its_name(tmp_path, old, new, named):
    with pytest.raises(IntakeError, match=r"indicators\.toml") as caught:
        read_watch(write(tmp_path, WATCH.replace(old, new)))
    assert named in str(caught.value)


def test_a_folder_without_the_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(IntakeError, match=r"indicators\.toml"):
        read_watch(tmp_path)


POLLS = "id,pollster,country,field_from,field_to,published,sample,topic,question,answer,percent,url,note\n"


def polls(folder, cells):
    (folder / "polls.csv").write_text(POLLS + cells + "\n", encoding="utf-8")
    return folder


def test_surveys_are_read_and_a_month_counts_from_its_end(scenario):
    found = {each.id: each for each in read_surveys(scenario)}
    assert len(found) == 22
    assert str(found["PO01"].published) == "2022-01-31"
    assert str(found["PO04"].published) == "2022-12-31"
    assert found["PO01"].sample is None
    assert found["PO17"].share == pytest.approx(0.333)
    assert found["PO17"].step == pytest.approx(0.001)
    assert found["PO02"].step == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("P1,X,RUS,2021-12-01,2021-11-01,2021-12-14,10,t,q,a,5,,", "field_to"),
        ("P1,X,RUS,2021-12-01,2021-12-02,2021-11-14,10,t,q,a,5,,", "published"),
        ("P1,X,RUS,2021-13-01,2021-12-02,2021-12-14,10,t,q,a,5,,", "field_from"),
        ("P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,many,t,q,a,5,,", "sample"),
        ("P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,10,t,q,a,105,,", "percent"),
        ("P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,10,t,q,a,NaN,,", "percent"),
        ("P1,X,RUS,99999999999999999999,2021-12-02,2021-12-14,10,t,q,a,5,,", "field_from"),
        (f"P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,{'9' * 5000},t,q,a,5,,", "sample"),
        (f"P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,{'9' * 400},t,q,a,5,,", "sample"),
        ("P1,X,RUS,2021-12-01,2021-12-02,2021-12-14,10,t,q,a,0e9999,,", "percent"),
        ("P1,,RUS,2021-12-01,2021-12-02,2021-12-14,10,t,q,a,5,,", "pollster"),
    ],
)
def test_a_poll_with_a_fault_is_refused_by_its_column(tmp_path, cells, column):
    with pytest.raises(IntakeError, match=f"column {column}"):
        read_surveys(polls(tmp_path, cells))


def test_a_folder_without_polls_has_none(tmp_path):
    assert read_surveys(tmp_path) == ()
