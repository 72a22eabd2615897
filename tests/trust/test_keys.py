import hashlib
import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from consilience.trust.errors import KeyPermissionError, MalformedKeyError, MissingKeyError
from consilience.trust.keys import KeyFolder, SigningKey, key_id
from tests.trust.making import make_key


@pytest.fixture
def folder(tmp_path):
    keys = KeyFolder(tmp_path / "keys")
    keys.create()
    return keys


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_key_id_is_the_digest_of_the_raw_public_key():
    key = make_key()
    assert key.key_id == key_id(key.public) == hashlib.sha256(key.public).hexdigest()


def test_key_from_given_randomness_is_the_same_each_time():
    assert SigningKey.generate(lambda n: b"\7" * n) == SigningKey.from_seed(b"\7" * 32)
    assert SigningKey.generate() != SigningKey.generate()


def test_seed_of_another_length_is_refused():
    with pytest.raises(MalformedKeyError, match="31 bytes"):
        SigningKey.from_seed(bytes(31))


def test_printing_a_key_does_not_show_its_secret():
    assert "rivate" not in repr(SigningKey.from_seed(b"s" * 32))


def test_folder_and_files_are_closed_to_others_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        keys = KeyFolder(tmp_path / "keys")
        keys.create()
        keys.new()
    finally:
        os.umask(before)
    assert mode(keys.path) == 0o700
    assert {mode(file) for file in keys.path.iterdir()} == {0o600}


def test_rotation_keeps_the_old_key_and_signs_with_the_new_one(folder):
    old, new = folder.new(), folder.new()
    assert folder.current() == new
    assert folder.all() == tuple(sorted([old.key_id, new.key_id]))
    assert folder.load(old.key_id).sign(b"x") == old.sign(b"x")
    folder.use(old.key_id)
    assert folder.current() == old


def test_a_key_made_for_later_is_not_in_use(folder):
    now = folder.new()
    later = folder.new(use=False)
    assert folder.current() == now
    assert later.key_id in folder.all()


def test_creating_a_folder_twice_keeps_its_keys(folder):
    key = folder.new()
    folder.create()
    assert folder.current() == key


def test_a_failed_write_leaves_what_was_there(folder, monkeypatch):
    key = folder.new()
    files = sorted(folder.path.iterdir())

    def fail(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        folder.new()
    assert sorted(folder.path.iterdir()) == files
    assert folder.current() == key


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o610])
def test_key_that_others_may_read_or_write_is_refused_with_the_repair(folder, bits):
    key = folder.new()
    file = folder.path / f"{key.key_id}.pem"
    file.chmod(bits)
    with pytest.raises(KeyPermissionError, match=f"chmod 600 {file}"):
        folder.current()


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o770, 0o701])
def test_folder_that_others_may_enter_is_refused_with_the_repair(folder, bits):
    folder.new()
    folder.path.chmod(bits)
    for attempt in (folder.current, folder.all, folder.new, folder.create):
        with pytest.raises(KeyPermissionError, match=f"chmod 700 {folder.path}"):
            attempt()
    folder.path.chmod(0o700)


@pytest.mark.parametrize("name", ["key", "current"])
def test_symlink_in_place_of_a_file_is_refused(folder, tmp_path, name):
    key = folder.new()
    file = folder.path / ("current" if name == "current" else f"{key.key_id}.pem")
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyPermissionError, match="no link"):
        folder.current()


def test_symlink_in_place_of_the_folder_is_refused(folder, tmp_path):
    folder.new()
    link = tmp_path / "link"
    link.symlink_to(folder.path, target_is_directory=True)
    with pytest.raises(KeyPermissionError, match="no link"):
        KeyFolder(link).current()


def test_pipe_in_place_of_a_key_is_refused_and_does_not_hang(folder):
    key = folder.new()
    file = folder.path / f"{key.key_id}.pem"
    file.unlink()
    os.mkfifo(file, 0o600)
    with pytest.raises(KeyPermissionError, match="something else"):
        folder.current()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_key_that_another_user_owns_is_refused(folder):
    key = folder.new()
    os.chown(folder.path / f"{key.key_id}.pem", 65534, -1)
    with pytest.raises(KeyPermissionError, match="user 65534"):
        folder.current()


def test_missing_folder_and_missing_key_say_what_to_do(tmp_path, folder):
    for attempt in (KeyFolder(tmp_path / "none").current, folder.current, lambda: folder.load(make_key().key_id)):
        with pytest.raises(MissingKeyError, match="consilience init"):
            attempt()
    with pytest.raises(MissingKeyError):
        folder.use(make_key().key_id)


@pytest.mark.parametrize("name", ["../secrets", "", "A" * 64, "a" * 64 + "\n"])
def test_key_id_that_is_a_path_is_refused(folder, name):
    with pytest.raises(MissingKeyError, match="64 hexadecimal"):
        folder.load(name)
    folder.new()
    (folder.path / "current").write_text(name + "\n\n")
    with pytest.raises(MalformedKeyError):
        folder.current()


def test_file_that_holds_another_key_than_it_is_named_after_is_refused(folder):
    one, two = folder.new(), folder.new()
    (folder.path / f"{one.key_id}.pem").replace(folder.path / f"{two.key_id}.pem")
    with pytest.raises(MalformedKeyError, match=one.key_id):
        folder.current()


@pytest.mark.parametrize("content", ["garbage", "other kind"])
def test_file_that_holds_no_ed25519_key_is_refused(folder, content):
    key = folder.new()
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder.path / f"{key.key_id}.pem").write_bytes(other if content == "other kind" else b"garbage")
    with pytest.raises(MalformedKeyError):
        folder.current()
