"""`consilience ingest`: foreign tables to native ones, streamed; formulas stay text; memory does not grow."""

import csv
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from consilience.intake.holdings import read_holdings

pytestmark = pytest.mark.usefixtures("files")


def claims(file):
    return {claim.id: (claim.count, claim.place, claim.text, claim.period) for claim in read_holdings([file]).claims}


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_what_is_written_is_read_back_the_same(program, tmp_path, name):
    done = program("ingest", "ours.csv", "theirs.csv", "--out", name)
    assert done.returncode == 0
    assert "4 claims to" in done.stdout
    assert claims(tmp_path / name) == {**claims(tmp_path / "ours.csv"), **claims(tmp_path / "theirs.csv")}


def test_formulas_are_written_with_an_apostrophe_and_read_back(program, tmp_path, files, row):
    texts = ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-1+1|x"]
    files("eve.csv", [row(f"E{number}", text=text) for number, text in enumerate(texts)])
    program("ingest", "eve.csv", "--out", "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert [line["text"] for line in csv.DictReader(lines)] == ["'" + text for text in texts]
    assert claims(tmp_path / "out.csv") == claims(tmp_path / "eve.csv")
    assert all(text in shown[2] for text, shown in zip(texts, claims(tmp_path / "out.csv").values(), strict=True))


def test_dry_run_writes_nothing(program, tmp_path, files, row):
    files("bad.csv", [row("B1", best="NaN"), row("B2")])
    before = sorted(tmp_path.iterdir())
    done = program("ingest", "bad.csv", "--dry-run")
    assert re.fullmatch("1 claims?, nothing written; 1 rows? set aside\n", done.stdout)
    assert sorted(tmp_path.iterdir()) == before


def test_bad_rows_stand_beside_the_output(program, tmp_path, files, row):
    files("bad.csv", [row("B1", best="NaN"), row("B2")])
    done = program("ingest", "bad.csv", "--out", "out.csv")
    assert "out.set-aside.csv" in done.stdout
    assert "B1" in (tmp_path / "out.set-aside.csv").read_text(encoding="utf-8-sig")


def test_bad_rows_of_tables_with_other_columns_keep_their_columns(program, tmp_path, files, row):
    files("one.csv", [row("B1", best="NaN", shift="night")])
    files("two.csv", [{**row("B2", watch="dog"), "best": "inf"}])
    program("ingest", "one.csv", "two.csv", "--out", "out.csv")
    with (tmp_path / "out.set-aside.csv").open(encoding="utf-8-sig", newline="") as lines:
        first, second = csv.DictReader(lines)
    assert (first["best"], second["best"], second["watch"]) == ("NaN", "inf", "dog")


def test_a_suggested_mapping_goes_to_stdout_and_works(program, tmp_path):
    (tmp_path / "theirs2.csv").write_text("ref,agency,type,date_published,estimate\n1,NAVY,ship,2021-12-03,5\n")
    done = program("ingest", "--suggest", "theirs2.csv")
    assert done.returncode == 0
    (tmp_path / "theirs.toml").write_text(done.stdout, encoding="utf-8")
    done = program("ingest", "theirs2.csv", "--mapping", "theirs.toml", "--out", "native.csv")
    assert re.search("1 claims? to native.csv", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["ours.csv"], 2), (["ours.csv", "--out", "out.xlsx"], 2), (["ours.csv", "--out", "ours.csv"], 2),
     (["no.csv", "--dry-run"], 1), (["ours.csv", "--out", "no/out.csv"], 1), (["ours.csv", "--mapping", "no.toml", "--dry-run"], 1)],
)  # fmt: skip
def test_a_wrong_request_is_one_line(program, arguments, code):
    done = program("ingest", *arguments)
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_file_is_not_overwritten_by_its_own_output(program, tmp_path):
    before = (tmp_path / "ours.csv").read_bytes()
    program("ingest", "ours.csv", "--out", tmp_path / "." / "ours.csv")
    assert (tmp_path / "ours.csv").read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads its peak memory from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path):
    """150 MB in, under 300 MB of resident memory at the peak."""
    big = tmp_path / "big.csv"
    with big.open("w", encoding="utf-8") as lines:
        lines.write("claim_id,partner,modality,phenomenon,reported_at,place,best,text\n")
        for number in range(350_000):
            lines.write(f"A{number},UKR,observed,personnel,2021-12-03,UKR border,{number},{'x' * 350}\n")
    assert big.stat().st_size > 140_000_000
    # VmHWM is of this program's own memory; ru_maxrss would count that of the test runner it was forked from
    measured = textwrap.dedent("""
        import sys
        from pathlib import Path
        from consilience.cli import app
        app(["ingest", sys.argv[1], "--out", sys.argv[2]], standalone_mode=False)
        peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
        print(int(peak.split()[1]) // 1024)
    """)
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", measured, str(big), str(tmp_path / "out.csv")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "350,000 claims" in done.stdout
    assert int(done.stdout.split()[-1]) < 300
