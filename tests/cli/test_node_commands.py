"""The commands of a node: founded, recorded, released, received, proven, and every wrong turn answered calmly."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.simulator import EXERCISE

ENTRY_COLUMNS = "claim_id,partner,modality,phenomenon,reported_at,marking\n"


def table(tmp_path, name, *rows):
    (tmp_path / name).write_text(ENTRY_COLUMNS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return name


def test_a_dry_run_shows_what_would_go_and_records_nothing(node):
    before = node("verify", "--json").stdout
    done = node("release", "--to", "BOR", "--dry-run")
    assert done.returncode == 0
    assert "8 claims would go whole, 1 in part, 7 withheld" in done.stdout
    assert "withheld: A4, recipients: found BOR, expected one of: AUR" in done.stdout
    assert node("verify", "--json").stdout == before


def test_a_release_goes_once_and_names_every_rule_as_json(node):
    first = json.loads(node("release", "--to", "BOR", "--json").stdout)
    assert first["schema"] == "consilience.decision/1"
    rules = {item["claim"]: [rule["rule"] for rule in item["rules"]] for item in first["withheld"]}
    assert rules["A3"] == ["recipients", "controls"]
    assert "0 objects new to BOR" in node("release", "--to", "BOR").stdout
    assert "8 claims would go whole" in node("release", "--to", "BOR", "--dry-run").stdout


def test_a_named_claim_that_is_withheld_ends_with_3(node):
    assert node("release", "A4", "--to", "BOR", "--dry-run").returncode == 3
    assert node("release", "A1", "--to", "BOR", "--dry-run").returncode == 0


def test_the_picture_seen_by_a_partner_names_nothing_withheld(node):
    theirs = node("compare", "--seen-by", "LAMPEX", "--json").stdout
    ours = node("compare", "--json").stdout
    assert json.loads(theirs)["inputs"]["claims"] == 6
    for hidden in ("A3", "A8", "B1", "walk-in", "attache", '"A2"'):
        assert hidden not in theirs
        assert hidden in ours


def test_what_goes_to_a_partner_is_proven_in_its_own_log_and_received_there(node, tmp_path):
    assert node("release", "--to", "BOR", "--out", "for-bor.json").returncode == 0
    done = node("verify", "for-bor.json")
    assert done.returncode == 0
    assert "to/BOR" in done.stdout
    key = next(line.split()[1] for line in node("partner", "list").stdout.splitlines() if line.startswith("    key"))
    assert node("verify", "for-bor.json", "--key", key).returncode == 0
    there = tmp_path / "there"
    node("init", there, "--partner", "BOR")
    assert node("partner", "add", "AUR", "--key", key, "--home", there).returncode == 0
    assert "9 objects verified and recorded" in node("receive", "for-bor.json", "--home", there).stdout
    assert "9 there already" in node("receive", "for-bor.json", "--home", there).stdout
    assert "9 claims" in node("compare", "--home", there).stdout


def test_one_changed_letter_in_a_proof_does_not_verify(node, tmp_path):
    node("prove", "A1", "--out", "proof.json")
    assert node("verify", "proof.json").returncode == 0
    text = (tmp_path / "proof.json").read_text()
    at = text.index('"index":') + len('"index":')
    (tmp_path / "proof.json").write_text(text[:at] + "9" + text[at:])
    done = node("verify", "proof.json")
    assert done.returncode == 4
    assert "Do not rely on" in done.stdout


def test_a_changed_row_of_the_database_is_found_and_named(node, tmp_path):
    with sqlite3.connect(tmp_path / ".consilience" / "ledger.db") as database:
        database.execute("UPDATE entries SET envelope = replace(envelope, 'a', 'b') WHERE \"index\" = 6")
    done = node("verify")
    assert done.returncode == 4
    assert "TamperedEntry: log main: entry 6" in done.stdout


def test_derived_tables_that_were_changed_are_found_and_mended(node, tmp_path):
    with sqlite3.connect(tmp_path / ".consilience" / "derived.db") as database:
        database.execute("UPDATE derived_objects SET base = 0")
    done = node("rebuild")
    assert done.returncode == 4
    assert "replaced by what the ledger says" in done.stdout
    assert node("rebuild").returncode == 0


def test_a_rotated_key_leaves_everything_verifiable(node):
    before = node("partner", "list").stdout
    assert node("partner", "rotate").returncode == 0
    assert node("partner", "list").stdout.count("    key") == before.count("    key") + 1
    assert node("release", "--to", "BOR").returncode == 0
    assert node("verify").returncode == 0


def test_heads_are_witnessed_by_file(node, tmp_path):
    there = tmp_path / "there"
    node("init", there, "--partner", "BOR")
    keys = {
        home: next(
            line.split()[1] for line in node("partner", "list", *home).stdout.splitlines() if line.startswith("    key")
        )
        for home in ((), ("--home", there))
    }
    node("partner", "add", "AUR", "--key", keys[()], "--home", there)
    node("partner", "add", "BOR", "--key", keys["--home", there])
    (tmp_path / "head.txt").write_text(node("checkpoint").stdout, encoding="utf-8")
    assert node("witness", "head.txt", "--out", "cosigned.txt", "--home", there).returncode == 0
    assert node("checkpoint", "--add", "cosigned.txt").stdout == "1 cosignature kept\n"
    size = (tmp_path / "head.txt").read_text().splitlines()[1]
    node("mark", "A5", "REL TO BOR", "--reason", "asked")
    (tmp_path / "next.txt").write_text(node("checkpoint").stdout, encoding="utf-8")
    refused = node("witness", "next.txt", "--home", there)
    assert refused.returncode == 4
    assert "proof" in refused.stderr
    (tmp_path / "next.txt").write_text(node("checkpoint", "--since", size).stdout, encoding="utf-8")
    assert node("witness", "next.txt", "--home", there).returncode == 0
    assert "1 cosignatures by known witnesses" in node("verify").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("release", "--to", "XYZ"), 2, "partner add XYZ"),
        (("release",), 2, "--to GBR"),
        (("release", "NONE", "--to", "BOR"), 2, "no such id"),
        (("prove", "NONE"), 2, "no such id"),
        (("verify", "nothing-there.json"), 2, "nothing-there.json"),
        (("verify", "junk.json"), 4, ""),
        (("receive", "junk.json"), 4, ""),
        (("witness", "junk.json"), 2, "checkpoint"),
        (("mark", "A5", "REL TO NOBODY", "--reason", "x"), 2, "REL TO NOBODY"),
        (("mark", "A5", "REL TO BOR"), 2, "--reason"),
        (("mark", "A2", "TLP:CLEAR", "--reason", "x"), 3, "tearline"),
        (("retract", "B1"), 2, "--reason"),
        (("erase", "A4", "--reason", "x"), 2, "--yes"),
        (("consent", "A1", "--to", "BOR", "--until", "1999-01-01"), 2, "yet to come"),
        (("tearline", "B1", "TLP:CLEAR", "--id", "B1-T", "--without", "source"), 3, "Ask BOR"),
        (("tearline", "A1", "TLP:CLEAR", "--id", "A1-T", "--without", "partner"), 2, "partner"),
        (("partner", "add", "bor"), 2, "capitals"),
        (("partner", "add", "POL", "--clearance", "COSMIC"), 2, "NATIONAL SECRET"),
        (("partner", "add", "POL", "--key", "123"), 2, "64 hexadecimal digits"),
        (("partner", "add", "POL", "--key", 64 * "7"), 2, "as `init` and `partner list` print it: ed25519:"),
        (("partner", "add", "POL", "--fingerprint", 64 * "7"), 2, "no --key"),
        (("verify", "junk.json", "--key", 64 * "7"), 2, "which may be a fingerprint"),
        (("consent", "A1", "--to", "BOR", "--until", "soon"), 2, "--until: found 'soon'"),
        (("disclosures", "--to", "ALLIES"), 2, "Say: --to BOR or --to CAL"),
        (("release", "--to", "BOR", "--out", "no-folder/x.json"), 1, "a file that can be written"),
        (("partner", "group", "TRIO", "AUR", "GRB"), 2, "GRB"),
        (("partner", "policy", "NATIONAL", "SECRET", "OPEN"), 2, "levels that begin with"),
        (("init", "--partner", "AUR"), 2, "already there"),
        (("compare", "--seen-by", "XYZ"), 2, "XYZ"),
        (("compare", "--home", "nowhere"), 2, "consilience init"),
        (("explain", "A1", "NONE"), 2, "NONE"),
        (("disclosures",), 2, "--to GBR"),
    ],
)  # fmt: skip
def test_a_wrong_turn_is_answered_with_the_next_step_and_no_traceback(node, tmp_path, arguments, code, said):
    node("partner", "group", "ALLIES", "BOR", "CAL")
    (tmp_path / "junk.json").write_bytes(b'{"a":1,"a":2}\n\xff\xfe\n' + b"[" * 5000 + b"\n")
    done = node(*arguments)
    assert done.returncode == code, done.stderr + done.stdout
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


def test_without_a_node_the_commands_say_how_to_make_one(program):
    for command in (
        ["verify"],
        ["rebuild"],
        ["release", "--to", "GBR"],
        ["ingest", str(EXERCISE)],
        ["partner", "list"],
    ):
        done = program(*command)
        assert done.returncode == 2
        assert "consilience init" in done.stderr


def test_a_marking_that_cannot_be_read_is_told_and_stays_here(node, tmp_path):
    done = node("ingest", table(tmp_path, "t.csv", "Z1,AUR,observed,personnel,2031-06-01,TLP:CLAER"))
    assert "did you mean TLP:CLEAR?" in done.stderr
    assert node("release", "Z1", "--to", "PUBLIC", "--dry-run").returncode == 3


def start(tmp_path, *arguments):
    command = [sys.executable, "-m", "consilience", *map(str, arguments)]
    return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603


def test_two_processes_that_record_into_one_home_take_turns(node, tmp_path):
    for name in ("one", "two"):
        table(tmp_path, f"{name}.csv", *(f"{name}{n},AUR,observed,personnel,2031-06-01,REL TO BOR" for n in range(900)))
    table(tmp_path, "both.csv", *(f"both{n},AUR,observed,personnel,2031-06-01,REL TO BOR" for n in range(300)))
    running = [start(tmp_path, "ingest", f"{name}.csv", "both.csv") for name in ("one", "two")]
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "recorded" in out
    assert node("verify").returncode == 0
    assert node("rebuild").returncode == 0
    assert f"{16 + 2100} claims" in node("compare", "--quiet").stdout.replace(",", "")


def test_kill_9_while_recording_leaves_a_node_that_verifies_and_goes_on(node, tmp_path):
    table(tmp_path, "many.csv", *(f"M{n},AUR,observed,personnel,2031-06-01,REL TO BOR" for n in range(4000)))
    chance = random.Random(7)  # noqa: S311  the same instants each time
    for _ in range(3):
        process = start(tmp_path, "ingest", "many.csv")
        time.sleep(chance.uniform(0.6, 1.6))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert node("verify").returncode == 0
    done = node("ingest", "many.csv")
    assert done.returncode == 0
    assert node("rebuild").returncode == 0
    assert json.loads(node("release", "--to", "BOR", "--dry-run", "--json").stdout)["by_rule"]["recipients"] == 6
