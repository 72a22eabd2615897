"""The tree check: each thing that must not be committed is found, and ordinary text is left alone."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("check_tree", ROOT / "tools" / "check_tree.py")
assert _spec is not None
assert _spec.loader is not None
check_tree = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check_tree)

MACHINE = check_tree.own_paths(Path("/build/consilience"), Path("/users/ana"))
WEB = "https:" + "//index.example"  # in two pieces: this file is checked too


def lines_found(name: str, text: str) -> list[str]:
    return list(check_tree.findings(Path(name), text, MACHINE))


@pytest.mark.parametrize(
    "line",
    [
        f"--index-url {WEB}/simple",
        f'url = "{WEB}/pypi/simple/"',
        f"{WEB}/packages/ab/duckdb-2.0.0.tar.gz#sha256=0",
        f"{WEB}/duckdb-2.0.0-py3-none-any.whl",
        f"{WEB}/htmx.org/-/htmx.org-4.0.1.tgz",
    ],
)
def test_an_index_address_is_found_by_its_shape(line: str):
    assert [finding.split(" ")[0] for finding in lines_found("notes.md", f"first\n{line}\n")] == ["notes.md:2:"]


@pytest.mark.parametrize(
    "line",
    ["cd /build", "cp /build/other/claims.csv .", 'open("/users/ana/claims.csv")', "file:///build/consilience/x"],
)
def test_a_path_of_this_machine_is_found(line: str):
    assert len(lines_found("notes.md", line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        f"{WEB}/simple-page",
        f"{WEB}/simple/guide.html",
        f"{WEB}/build/log",
        "src/build/x",
        "/builds/x",
        "/build-log",
        "see `/simple`",
    ],
)
def test_ordinary_text_is_left_alone(line: str):
    assert lines_found("notes.md", line) == []


def test_a_resolved_field_is_found_in_a_package_lock_alone():
    field = '"resolved": ""'
    assert len(lines_found("frontend/package-lock.json", field)) == 1
    assert lines_found("claims.json", field) == []


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "pylock.dev.toml"])
def test_a_lock_that_records_addresses_is_found(name: str):
    assert len(lines_found(name, "")) == 1


def test_a_source_file_may_have_350_lines_and_no_more():
    assert lines_found("src/consilience/story.py", "\n" * 350) == []
    assert len(lines_found("src/consilience/story.py", "\n" * 351)) == 1
    assert lines_found("tests/test_story.py", "\n" * 351) == []
