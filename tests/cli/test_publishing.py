"""`release --public`: from a record and from a node, into files or the terminal; refused with 3; wrong calls are told."""

import json
import stat

import pytest

from tests.conftest import ROOT

RECORD = ROOT / "scenarios" / "winter-2021-22"


def test_a_record_is_told_on_stdout_and_in_three_files(program, tmp_path):
    done = program("release", "--public", "--record", RECORD, "--as-of", "2021-11-23")
    assert done.returncode == 0, done.stderr
    files = [tmp_path / f"said{form}" for form in (".md", ".html", ".pdf")]
    named = [word for file in files for word in ("--to", file)]
    again = program("release", "--public", "--record", RECORD, "--as-of", "2021-11-23", *named, "--trace", "trace.json")
    assert again.returncode == 0, again.stderr
    assert again.stdout == ""
    assert files[0].read_text(encoding="utf-8") == done.stdout
    assert files[2].read_bytes().startswith(b"%PDF-1.7")
    trace = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    assert trace["sentences"][0]["claims"] == ["C033b"]
    assert stat.S_IMODE((tmp_path / "trace.json").stat().st_mode) == 0o600


def test_a_node_tells_what_everybody_may_have_and_records_it(node):
    done = node("release", "--public")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Public statement")
    assert "stay here" in done.stderr
    assert "1 public statement" in node("disclosures", "--to", "PUBLIC").stdout
    assert node("verify").returncode == 0


def test_a_dry_run_records_nothing(node):
    assert node("release", "--public", "--dry-run").returncode == 0
    assert "has had 0 claims" in node("disclosures", "--to", "PUBLIC").stdout


def test_a_record_with_a_row_that_not_everybody_may_have_is_refused_with_the_reason(program, tmp_path, files, row):
    files(
        "ours.csv", [row("C1", best=5, marking="TLP:CLEAR"), row("C2", best=7, marking="TLP:GREEN"), row("C3", best=9)]
    )
    done = program("release", "--public", "--record", "ours.csv", "--to", "said.md")
    assert done.returncode == 3
    assert "C2 (recipients" in done.stderr
    assert "C3 (recipients" in done.stderr
    assert "C1 (" not in done.stderr
    assert not (tmp_path / "said.md").exists()


def test_a_claim_that_stays_is_refused_and_leaves_no_file(node, tmp_path):
    kept = json.loads(node("release", "--to", "PUBLIC", "--dry-run", "--json").stdout)["withheld"][0]["claim"]
    done = node("release", "--public", kept, "--to", "said.html", "--trace", "trace.json")
    assert done.returncode == 3
    assert kept in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "said.html").exists()
    assert not (tmp_path / "trace.json").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--public", "--to", "GBR"), ".md, .html, .pdf"),
        (("--public", "--record", RECORD, "C1"), "all of the record"),
        (("--public", "--record", RECORD, "--as-of", "never"), "a date such as"),
        (("--public", "--record", RECORD, "--json"), "--to FILE.md"),
        (("--as-of", "2021-11-23", "--to", "GBR"), "--public"),
    ],
    ids=["form", "claims", "as-of", "json", "not-public"],
)
def test_a_wrong_call_is_told(program, words, expected):
    done = program("release", *words)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_recorded(node):
    done = node("release", "--public", "--to", "nowhere/said.md")
    assert done.returncode == 1
    assert "a file that can be written" in done.stderr
    assert "has had 0 claims" in node("disclosures", "--to", "PUBLIC").stdout
