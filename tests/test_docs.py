"""The documents say what the program does: commands, options, columns and terms."""

import re
from pathlib import Path

import click
import pytest
import typer

from consilience.cli import app
from consilience.conclusions.concurrence import Kind as Sameness
from consilience.intake import accord, procedure
from consilience.intake.place import PlaceReader
from consilience.intake.row import COLUMNS, REQUIRED
from consilience.model.accord import Role
from consilience.model.assessment import Confidence
from consilience.model.check import Result
from consilience.model.claim import Modality, Tense
from consilience.model.fact import RelationKind, Stance, Verdict
from consilience.model.indicator import Bent, Stage
from consilience.model.indicator import Status as Seen
from consilience.model.phenomenon import Kind
from consilience.model.procedure import State, StepKind, Word
from consilience.rounds.answer import Status
from consilience.warning.level import Step as Level

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.glob("**/*.md")])
COMMANDS = typer.main.get_command(app).commands
CALL = re.compile(r"\bconsilience ((?:-[\w-]+ )*)([a-z]+)\b([^`\n#]*)")


def text(file):
    return file.read_text(encoding="utf-8")


def calls(page):
    """Every call of a command in code: its name and the options beside it."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text(page), re.DOTALL)
    return [
        (found[2], re.findall(r"(?<![\w-])--?[a-z][\w-]*", found[3]))
        for block in code
        for found in CALL.finditer(block)
    ]


def options(command):
    """The options of a command; of a group those of all its commands."""
    group = getattr(COMMANDS[command], "commands", {}).values()
    params = [option for each in (COMMANDS[command], *group) for option in each.params]
    return {name for option in params for name in (*option.opts, *option.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_command_and_option_named_exists(document):
    for command, named in calls(document):
        assert command in COMMANDS, f"{document.name}: consilience {command}"
        assert set(named) <= options(command), f"{document.name}: consilience {command} {named}"


def test_every_option_that_stands_alone_in_the_readme_exists():
    known = {name for command in COMMANDS for name in options(command)}
    named = set(re.findall(r"`(--[a-z][\w-]*)", text(ROOT / "README.md")))
    assert named <= known


def test_the_readme_tells_of_every_command():
    assert set(COMMANDS) <= set(re.findall(r"\b[a-z]+\b", text(ROOT / "README.md")))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_and_option_has_help(command):
    assert COMMANDS[command].help
    assert all(option.help for option in COMMANDS[command].params if isinstance(option, click.Option)), command


def table_names(page):
    """What stands in code in the first cell of every row of every table."""
    rows = [line.split("|")[1] for line in text(page).splitlines() if line.startswith("|")]
    return {name for cell in rows for name in re.findall(r"`([^`]+)`", cell)}


def test_formats_names_every_native_column_and_what_is_required():
    assert set(COLUMNS) <= table_names(DOCS / "formats.md")
    rows = [line for line in text(DOCS / "formats.md").splitlines() if line.startswith("|")]
    required = {name for row in rows if "| required |" in row for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert required == set(REQUIRED)


def test_formats_names_every_relation_and_modality():
    said = text(DOCS / "formats.md")
    assert {kind.value for kind in RelationKind} <= table_names(DOCS / "formats.md")
    assert all(f"`{modality.value}`" in said for modality in Modality)


def test_formats_names_every_field_of_the_picture(winter):
    named = set(re.findall(r"`([a-z_]+)(?:\[\])?`", text(DOCS / "formats.md").replace("facts[].", "")))
    body = winter.picture("2021-12-06").document
    fact = next(fact for fact in body["facts"] if fact["statements"] and fact["value"])
    used = {
        *body,
        *body["inputs"],
        *fact,
        *fact["value"],
        *fact["claims"][0],
        *body["relations"][0],
        *body["sources"][0],
    }
    assert used <= named


def test_formats_and_readme_show_tables_that_can_be_read(tmp_path, program):
    found = re.findall(r"^ *(claim_id,.*\n(?:.*,.*\n)+)", text(ROOT / "README.md"), re.MULTILINE)
    assert found
    for number, sample in enumerate(found):
        lines = "\n".join(line.strip() for line in sample.splitlines())
        (tmp_path / f"{number}.csv").write_text(lines, encoding="utf-8")
        assert program("compare", tmp_path / f"{number}.csv", "--strict").returncode == 0


def test_places_that_formats_shows_are_read(winter):
    section = text(DOCS / "formats.md").split("### Places")[1].split("\n### ")[0]
    reader = PlaceReader(winter.holdings.gazetteer)
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell) if "…" not in name]
    assert names
    assert all(
        type(part).__name__ != "Named"
        for name in names
        for part in reader.read(name, None).parts
        if "Soloti" not in name
    )


TERMS = [
    member.value
    for kind in (Modality, Tense, Kind, RelationKind, Verdict, Stance, Sameness, Confidence, Status)
    for member in kind
]


@pytest.mark.parametrize("term", sorted(set(TERMS)))
def test_the_glossary_holds_every_term_of_the_code(term):
    assert re.search(rf"\b{term}\b", text(DOCS / "glossary.md"), re.IGNORECASE)


RESPONSES = [member.value for kind in (State, Word, Result, Role, StepKind) for member in kind]


@pytest.mark.parametrize("term", sorted(set(RESPONSES)))
def test_response_names_every_state_word_result_and_role(term):
    assert re.search(rf"\b{term}\b", text(DOCS / "response.md"))


def test_response_names_every_column_of_its_tables():
    said = set(re.findall(r"`([a-z_]+)`", text(DOCS / "response.md")))
    assert {*accord.COLUMNS, *accord.OPTIONAL, *procedure.COLUMNS} <= said


WARNINGS = [*(member.value for kind in (Seen, Bent, Stage) for member in kind), *(step.word for step in Level)]


@pytest.mark.parametrize("term", sorted(WARNINGS))
def test_indicators_names_every_status_step_bent_and_stage(term):
    assert f"`{term}`" in text(DOCS / "indicators.md")
    assert re.search(rf"\b{term}\b", text(DOCS / "glossary.md"), re.IGNORECASE)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(document)):
        if not re.match(r"[a-z]+:", target) and not target.endswith(".png"):
            assert (document.parent / target).exists(), target
