"""The doctor: what trust rests on is there, and a node's home is closed and of one history with its ledger."""

import sqlite3


def test_the_doctor_tells_of_what_trust_rests_on(program):
    done = program("doctor")
    assert done.returncode == 0
    for said in (
        "cryptography",
        "sqlalchemy",
        "rfc8785",
        "Ed25519 signs",
        "journal_mode wal, synchronous 2",
        "PostgreSQL",
    ):
        assert said in done.stdout
    assert "ok   node: none here or above" in done.stdout


def test_the_doctor_looks_at_a_node(node, tmp_path):
    assert "ok   node: AUR's, closed to others" in node("doctor").stdout
    (tmp_path / ".consilience").chmod(0o755)
    done = node("doctor")
    assert done.returncode == 1
    assert "mode 755" in done.stdout
    assert "next: Run: chmod 700" in done.stdout


def test_the_doctor_notices_a_ledger_that_was_put_back(node, tmp_path):
    ledger = tmp_path / ".consilience" / "ledger.db"
    with sqlite3.connect(ledger) as database, sqlite3.connect(tmp_path / "old.db") as copy:
        database.backup(copy)
    assert node("mark", "A5", "OWNER ONLY", "--reason", "asked").returncode == 0
    with sqlite3.connect(tmp_path / "old.db") as copy, sqlite3.connect(ledger) as database:
        copy.backup(database)
    done = node("doctor")
    assert done.returncode == 1
    assert "FAIL node: log main" in done.stdout
    assert "consilience verify" in done.stdout
    assert "RolledBack" in node("verify").stdout


def test_the_doctor_names_a_home_that_is_none(program):
    done = program("doctor", CONSILIENCE_HOME="nowhere")
    assert done.returncode == 1
    assert "FAIL node: nowhere" in done.stdout
