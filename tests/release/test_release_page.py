"""docs/release.md shows what the program does: its examples, segments and rules are read and asked here."""

import re
from pathlib import Path

import pytest

from consilience.intake.row import COLUMNS, REQUIRED
from consilience.model.entry import ClaimEntry
from consilience.release.audience import audience
from consilience.release.marking import read_marking, read_portions
from consilience.release.policy import Context, Question, Rule, may, refusals
from consilience.release.redact import TOGETHER, redacted
from tests.release.making import GBR, NOON, POL, UKR, USA, allies

PAGE = (Path(__file__).parents[2] / "docs" / "release.md").read_text(encoding="utf-8")


def rows(heading):
    """The cells of the table's rows under a heading, without its head."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].split("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize(("marking", "expected"), [tuple(row) for row in rows("Examples")])
def test_each_example_becomes_what_the_page_says(marking, expected):
    text = "" if marking == "(none)" else marking.strip("`")
    found = read_marking(text, UKR, allies())
    said = audience(found.label, allies(), NOON, UKR)
    assert said == expected
    assert bool(found.problems) == ("GRB" in text)


def test_every_segment_that_the_page_shows_is_read():
    shown = [text for row in rows("Writing a marking") for text in re.findall(r"`([^`]+)`", row[0])]
    assert len(shown) > 15
    for text in shown:
        assert not read_marking(text, UKR, allies()).problems, text


def test_the_page_names_the_rules_in_their_order():
    assert [row[0].strip("`") for row in rows("The rules")] == [rule.value for rule in Rule]


def test_the_page_names_what_is_cut_together_and_what_is_required():
    section = " ".join(PAGE.split("**What a partner gets**")[1].split("5. In")[0].split())
    for group in TOGETHER:
        told = ", ".join(f"`{name}`" for name in COLUMNS if name in group)
        assert set(re.findall(r"`(\w+)`", told)) <= set(re.findall(r"`(\w+)`", section)), told
    assert set(REQUIRED) <= set(re.findall(r"`(\w+)`", section))


def test_the_worked_example_comes_out_as_told():
    told = {row[0].strip("`"): row[1].strip("`").replace("\\|", "|") for row in rows("A worked example")}
    base = read_marking(told["marking"], UKR, allies())
    portions, problems = read_portions(told["portions"], UKR, allies())
    assert not problems + base.problems
    cells = {**dict.fromkeys(REQUIRED, "x"), "source": "s", "text": "t"}
    claim = ClaimEntry(tuple((name, cells[name]) for name in COLUMNS if name in cells), base.label, portions)

    def seen(partner, now=NOON):
        context = Context(allies(), now)
        found = redacted(claim, lambda label: may(label, Question(partner, ""), context))
        return None if found is None else {name for name, _ in found} & {"source", "text"}

    assert [seen(partner) for partner in (GBR, USA, POL)] == [{"source"}, {"text"}, set()]
    assert all(seen(partner, NOON.replace(day=23)) is None for partner in (GBR, USA, POL))
    why = [refusal.rule for refusal in refusals(base.label, Question("CAN", ""), Context(allies(), NOON))]
    assert why == [Rule.LEVEL, Rule.RECIPIENTS]
    assert claim.label.rel == {UKR}
    other = base.label.join(read_marking("REL TO USA, CAN", UKR, allies()).label)
    assert may(other, Question(USA, ""), Context(allies(), NOON))
