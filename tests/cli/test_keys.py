"""Keys at the command line: a fingerprint never passes for a key, and a key is held against what was read out."""

import hashlib

import pytest

from consilience.cli.keys import check_fingerprint, key_text, read_key
from consilience.errors import UsageError
from consilience.trust.errors import FingerprintError, WeakKeyError
from consilience.trust.keys import SigningKey

PUBLIC = SigningKey.from_seed(bytes(32)).public
FINGERPRINT = hashlib.sha256(PUBLIC).hexdigest()


def test_a_key_is_read_as_it_was_printed():
    assert read_key(key_text(PUBLIC)) == PUBLIC


@pytest.mark.parametrize(
    "text", [FINGERPRINT, PUBLIC.hex(), "ed25519:" + 63 * "7", "ED25519:" + PUBLIC.hex(), "rsa:00"]
)
def test_what_is_no_key_in_its_one_form_is_refused_with_that_form(text):
    with pytest.raises(UsageError, match="as `init` and `partner list` print it: ed25519:"):
        read_key(text)


def test_a_weak_key_is_refused_before_anything_is_recorded():
    with pytest.raises(WeakKeyError):
        read_key("ed25519:" + bytes(32).hex())


def test_a_fingerprint_may_be_written_as_it_was_heard():
    check_fingerprint(PUBLIC, f"{FINGERPRINT[:32].upper()} {FINGERPRINT[32:]}")
    with pytest.raises(FingerprintError, match="Do not use this key"):
        check_fingerprint(PUBLIC, "0" + FINGERPRINT[1:])


def test_init_and_the_roster_print_the_key_and_its_fingerprint_by_name(program, tmp_path):
    said = dict(
        line.split()
        for line in program("init", "--partner", "AUR").stdout.replace("public key", "key").splitlines()[1:]
    )
    listed = program("partner", "list").stdout
    assert f"key {said['key']} since" in listed
    assert f"fingerprint {said['fingerprint']}" in listed
    assert hashlib.sha256(bytes.fromhex(said["key"].removeprefix("ed25519:"))).hexdigest() == said["fingerprint"]
    program("init", "there", "--partner", "BOR")
    swapped = program("partner", "add", "AUR", "--key", said["key"], "--fingerprint", 64 * "0", "--home", "there")
    assert swapped.returncode == 4
    assert "AUR" not in program("partner", "list", "--home", "there").stdout
    added = program(
        "partner", "add", "AUR", "--key", said["key"], "--fingerprint", said["fingerprint"], "--home", "there"
    )
    assert added.returncode == 0


def test_of_a_partner_whose_key_is_refused_nothing_is_recorded(program):
    program("init", "--partner", "AUR")
    before = program("partner", "list").stdout
    own = next(line.split()[1] for line in before.splitlines() if line.startswith("    key"))
    assert program("partner", "add", "BOR", "--key", own).returncode != 0  # it is listed, as another's
    assert program("partner", "list").stdout == before


def test_a_rotated_key_is_printed_for_the_partners(program):
    program("init", "--partner", "AUR")
    said = program("partner", "rotate").stdout.splitlines()
    assert said[1].removeprefix("public key   ") in program("partner", "list").stdout
    assert said[2].removeprefix("fingerprint  ") in program("partner", "list").stdout


def test_a_database_that_does_not_answer_leaves_no_home(program, tmp_path):
    done = program("init", "--partner", "AUR", "--database", "postgresql+psycopg://127.0.0.1:1/none")
    assert done.returncode == 1
    assert "Nothing was made" in done.stderr
    assert "append it again" not in done.stderr
    assert not (tmp_path / ".consilience").exists()


def test_a_mistyped_code_does_not_end_our_own_key(node):
    listed = node("partner", "list").stdout
    theirs = "ed25519:" + "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    done = node("partner", "add", "AUR", "--key", theirs)
    assert done.returncode == 2
    assert "this node itself" in done.stderr
    assert "partner rotate" in done.stderr
    assert node("partner", "list").stdout == listed


def test_a_key_that_is_said_again_changes_nothing_and_an_ended_one_is_told_apart(node):
    theirs = "ed25519:" + "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    assert node("partner", "add", "BOR", "--key", theirs).returncode == 0
    again = node("partner", "add", "BOR", "--key", theirs, "--name", "Borea again")
    assert again.returncode == 0
    assert "Borea again" in node("partner", "list").stdout
    taken = node("partner", "add", "CAL", "--key", theirs)
    assert (taken.returncode, "the key of BOR" in taken.stderr) == (2, True)
    assert node("partner", "revoke", "BOR").returncode == 0
    ended = node("partner", "add", "BOR", "--key", theirs)
    assert ended.returncode == 2
    assert "never comes back" in ended.stderr


def test_an_address_alone_is_of_a_partner_who_is_known(node):
    done = node("partner", "add", "POL", "--url", "https://pol.example:8443")
    assert done.returncode == 2
    assert "--key KEY" in done.stderr


def test_a_token_or_an_end_is_of_a_partner(node):
    for code, said in (("AUR", "this node itself"), ("XYZ", "not on the roster")):
        for command in ("token", "revoke"):
            done = node("partner", command, code)
            assert (done.returncode, said in done.stderr) == (2, True)


def test_the_anchor_is_the_same_each_time(node):
    first = node("partner", "anchor").stdout
    assert first.startswith("-----BEGIN CERTIFICATE-----")
    assert node("partner", "anchor").stdout == first
