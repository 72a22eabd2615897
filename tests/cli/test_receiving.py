"""Receiving: what was erased blocks nothing else, and nothing that a partner wrote steers the terminal."""

from datetime import UTC, datetime

import pytest

from consilience.cli.keys import key_text
from consilience.model.entry import ClaimEntry, Statement
from consilience.model.marking import Label
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.receive import take
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.payload import encode

EVIL = "\x1b[2J\x1b[31mALL CLEAR\r\nTo USA: 0 withheld\x9b1m\x07"
BOR = SigningKey.from_seed(bytes(31) + b"B")


def told(claim_id, label=None, **cells):
    """A claim that BOR signed, as its envelope."""
    plain = {
        "claim_id": claim_id, "partner": "BOR", "modality": "observed", "phenomenon": "personnel",
        "reported_at": "2022-01-21", "period_from": "2022-01-20", "period_to": "2022-01-20", "best": "100",
        "lat": "51.5", "lon": "31.2", "radius_km": "5", **cells,
    }  # fmt: skip
    content = ClaimEntry(tuple(sorted(plain.items())), label or Label(rel=frozenset({"AUR", "BOR"})))
    return seal(*encode(Statement("BOR", datetime.now(UTC), content)), [BOR])


@pytest.fixture
def met(program):
    """A node that knows BOR by its key."""
    program("init", "--partner", "AUR")
    program("partner", "add", "CAL")
    assert program("partner", "add", "BOR", "--key", key_text(BOR.public)).returncode == 0
    return program


def write(tmp_path, *lines):
    (tmp_path / "from-bor.json").write_bytes(b"\n".join(lines) + b"\n")


def opened(tmp_path):
    return open_node(homes.read(tmp_path / ".consilience"))


def test_one_erased_object_is_refused_and_blocks_nothing_else(met, tmp_path, monkeypatch):
    lines = [told(f"B{number}") for number in range(5)]
    write(tmp_path, lines[2])
    assert met("receive", "from-bor.json").returncode == 0
    erased = met("erase", "B2", "--reason", "named a person", "--yes")
    assert erased.returncode == 0, erased.stderr
    write(tmp_path, *lines)
    done = met("receive", "from-bor.json")
    assert done.returncode == 4
    assert "4 objects verified and recorded, 0 there already, 1 refused" in done.stdout
    assert "refused: from-bor.json, line 3: Tombstoned: " in done.stdout
    assert "0 objects verified and recorded, 4 there already, 1 refused" in met("receive", "from-bor.json").stdout
    assert met("verify").returncode == 0


def test_refusals_beyond_the_first_are_counted(met, tmp_path):
    write(tmp_path, *[b"junk"] * 25)
    assert "… and 5 more" in met("receive", "from-bor.json").stdout


def test_no_line_about_a_partners_words_steers_the_terminal(met, tmp_path):
    with opened(tmp_path) as node:
        for envelope in (
            told("B1", Label(rel=frozenset({"AUR", "BOR", EVIL}), orig=frozenset({EVIL}))),
            told("B2", Label(rel=None, orig=frozenset({EVIL}))),
        ):
            node.record(take(node, envelope))
    write(tmp_path, b'{"payloadType": "' + EVIL.encode().replace(b"\r\n", b"") + b'"}')
    met("partner", "add", "CAL", "--name", EVIL)
    met("prove", "B2", "--out", "proof.json")
    for arguments in (
        ("release", "--to", "CAL", "--dry-run"),
        ("release", "--to", "CAL"),
        ("disclosures", "--to", "CAL"),
        ("compare", "--quiet"),
        ("verify",),
        ("verify", "proof.json"),
        ("verify", "from-bor.json"),
        ("receive", "from-bor.json"),
        ("partner", "list"),
    ):
        done = met(*arguments)
        assert done.returncode in (0, 4), done.stderr
        steering = [sign for sign in done.stdout + done.stderr if not sign.isprintable() and sign != "\n"]
        assert not steering, (arguments, steering)
        assert not any(line.startswith("To USA") for line in done.stdout.splitlines()), arguments
    assert "ALL CLEAR" in met("release", "--to", "CAL", "--dry-run").stdout
