"""Three partners compare on the command line: offers, signatures, a file, and every wrong turn."""

import json

import pytest

from tests.simulator import COLUMNS

CODES = ("AUR", "BOR", "CAL")


@pytest.fixture
def three(program, tmp_path):
    """Three nodes that were told each other's claims; called with a code first."""

    def run(code, *arguments):
        return program(*arguments, "--home", tmp_path / code)

    for code in CODES:
        assert program("init", tmp_path / code, "--partner", code).returncode == 0
    for code in CODES:
        for other in CODES:
            if other != code:
                assert run(code, "partner", "add", other, "--key", key_of(run, other)).returncode == 0
    for number, code in enumerate(CODES):
        line = f'{code[0]}1,{code},observed,personnel,2031-06-10,"REL TO AUR, BOR, CAL",DRA,Lamp Ridge,{400 + number}'
        table = tmp_path / f"{code}.csv"
        table.write_text(",".join((*COLUMNS, "actor", "place", "best")) + f"\n{line}\n", encoding="utf-8")
        assert run(code, "ingest", table, "--quiet").returncode == 0
    return run


def key_of(run, code):
    roster = json.loads(run(code, "partner", "list", "--json").stdout)
    (own,) = [member for member in roster["members"] if member["code"] == code]
    return f"ed25519:{own['keys'][0]['public']}"


def exchanged(three):
    """What each has goes to the two others."""
    for code in CODES:
        for other in CODES:
            if other != code:
                assert three(code, "release", "--to", other, "--out", "out.json").returncode == 0
                assert three(other, "receive", "out.json").returncode == 0


def offered(three, tmp_path):
    for code in CODES:
        others = ",".join(other for other in CODES if other != code)
        done = three(code, "picture", "offer", "--with", others)
        assert done.returncode == 0, done.stderr
        (tmp_path / f"{code}-offer.json").write_text(done.stdout, encoding="utf-8")


def signs(three, code, *more):
    others = [other for other in CODES if other != code]
    offers = [f"{other}-offer.json" for other in others]
    return three(code, "picture", "sign", "--with", ",".join(others), *offers, "--out", f"{code}-signed.json", *more)


@pytest.fixture
def agreed(three, tmp_path):
    exchanged(three)
    offered(three, tmp_path)
    for code in CODES:
        assert signs(three, code).returncode == 0
    for code in CODES:
        others = [f"{other}-signed.json" for other in CODES if other != code]
        assert three(code, "receive", *others).returncode == 0
    return three


def test_three_partners_sign_one_picture_and_each_can_verify_it(agreed):
    for code in CODES:
        done = agreed(code, "verify", "picture")
        assert done.returncode == 0, done.stdout
        assert "AUR, BOR and CAL compared the factual information, the same 3 objects, and each signed" in done.stdout
        assert "Here is what is the same: " in done.stdout
        assert "Drawn here again, from this node's ledger: the same." in done.stdout
        assert agreed(code, "verify").returncode == 0
    assert json.loads(agreed("AUR", "verify", "picture", "--json").stdout)["sound"] is True
    pictures = {agreed(code, "picture", "show", "--json").stdout for code in CODES}
    assert len(pictures) == 1
    assert "what AUR, BOR, CAL were all told" in agreed("AUR", "picture", "show").stdout


def test_a_file_of_it_is_checked_offline_by_keys_alone(agreed, program, tmp_path):
    assert agreed("AUR", "picture", "show", "--out", "common.json").returncode == 0
    assert (tmp_path / "common.json").stat().st_mode & 0o077 == 0
    keys = [part for code in CODES for part in ("--key", f"{code}={key_of(agreed, code)}")]
    done = program("verify", "picture", "common.json", *keys)
    assert done.returncode == 0, done.stdout
    assert "each signed the same picture sha256:" in done.stdout
    assert program("verify", "picture", "common.json", *keys[:4]).returncode == 4
    data = (tmp_path / "common.json").read_text(encoding="utf-8")
    (tmp_path / "common.json").write_text(data.replace('"facts"', '"factz"', 1), encoding="utf-8")
    done = program("verify", "picture", "common.json", *keys)
    assert done.returncode == 4
    assert "AlteredPicture" in done.stdout or "NotCanonical" in done.stdout


def test_while_one_has_not_signed_it_is_named_and_the_code_is_1(three, tmp_path):
    exchanged(three)
    offered(three, tmp_path)
    done = signs(three, "AUR")
    assert "Not signed yet: BOR and CAL." in done.stdout
    done = three("AUR", "verify", "picture")
    assert done.returncode == 1
    assert "NotSigned: BOR has not signed" in done.stdout
    done = three("BOR", "verify", "picture", "--with", "AUR,CAL")
    assert done.returncode == 2
    assert "consilience picture sign" in done.stderr


def test_what_was_not_received_is_named_with_what_to_do(three, tmp_path):
    for code in CODES:
        for other in CODES:
            if other != code:
                assert three(code, "release", "--to", other).returncode == 0
    offered(three, tmp_path)
    done = signs(three, "AUR")
    assert done.returncode == 1
    assert "1 in the offer of BOR that it did not give us" in done.stderr
    assert "consilience receive" in done.stderr
    assert not (tmp_path / "AUR-signed.json").exists()


def test_wrong_turns_are_answered_calmly(agreed, tmp_path):
    offer = tmp_path / "BOR-offer.json"
    for arguments, code, said in (
        (("picture", "offer", "--with", "XXX"), 2, "not on the roster"),
        (("picture", "sign", "--with", "BOR,CAL", offer), 2, "none of CAL"),
        (("picture", "sign", "--with", "BOR,CAL", offer, offer), 2, "a second offer of BOR"),
        (("picture", "sign", "--with", "BOR", offer), 4, "one for AUR, BOR, CAL"),
        (("picture", "sign", "--with", "BOR", "nothing.json"), 2, "nothing.json"),
        (("verify", "picture", "nothing.json"), 2, "nothing.json"),
        (("verify", "./picture"), 2, "picture"),
        (("verify", offer, "common.json"), 2, "two files"),
        (("verify", "picture", offer, "--key", "ed25519:00"), 2, "CODE=ed25519:…"),
    ):
        done = agreed("AUR", *arguments)
        assert done.returncode == code, (arguments, done)
        assert said in done.stderr + done.stdout, (arguments, done)
        assert "Traceback" not in done.stderr
    assert agreed("AUR", "verify", "picture", offer).returncode == 4


def test_the_help_says_how_a_file_named_picture_is_written(program):
    assert "./picture" in program("verify", "--help").stdout
