"""Mail goes to a real server on loopback: encrypted, to whom its certificate names, or not at all."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from consilience.exchange.call import RefusedError, UnreachableError
from consilience.exchange.mail import Server, is_loopback, send
from tests.exchange.postoffice import PASSWORD, USER, PostOffice, certificate, mail_server


def message(to="duty@example.org"):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "watch@example.org", to, "level up"
    made.set_content("The level rose from watch to warning.\n")
    return made


@pytest.fixture
def office():
    return PostOffice()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_goes_encrypted_with_a_password(office, tmp_path, security):
    files = certificate(tmp_path)
    with mail_server(office, files, at_once=security == "tls") as port:
        send(Server("localhost", port, security, USER, PASSWORD, files[0]), message())
    ((to, content, authenticated, encrypted),) = office.taken
    assert (to, authenticated, encrypted) == (["duty@example.org"], True, True)
    assert message_from_bytes(content)["Subject"] == "level up"


def test_a_server_under_another_name_gets_nothing(office, tmp_path):
    files = certificate(tmp_path, "mail.example")
    with mail_server(office, files) as port, pytest.raises(RefusedError, match="certificate that does not verify"):
        send(Server("localhost", port, ca=files[0]), message())
    assert office.taken == []


def test_a_certificate_nobody_vouches_for_gets_nothing(office, tmp_path):
    with mail_server(office, certificate(tmp_path)) as port, pytest.raises(RefusedError, match="does not verify"):
        send(Server("localhost", port), message())
    assert office.taken == []


def test_a_server_that_offers_no_encryption_gets_nothing(office):
    with mail_server(office) as port, pytest.raises(RefusedError, match="expected STARTTLS"):
        send(Server("localhost", port), message())
    assert office.taken == []


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such user", RefusedError), ("451 come back later", UnreachableError)]
)
def test_what_a_server_will_not_take_is_told_apart_from_what_it_takes_later(office, answer, error):
    office.answers["duty@example.org"] = answer
    with mail_server(office) as port, pytest.raises(error, match=answer):
        send(Server("localhost", port, "none"), message())
    assert office.taken == []


def test_a_wrong_password_is_refused(office, tmp_path):
    files = certificate(tmp_path)
    server = Server("localhost", 1, "starttls", USER, "wrong", files[0])
    with mail_server(office, files) as port, pytest.raises(RefusedError, match="535"):
        send(replace(server, port=port), message())


def test_no_server_is_no_traceback(office):
    with mail_server(office) as port:
        pass
    with pytest.raises(UnreachableError, match="mail server localhost"):
        send(Server("localhost", port, "none"), message())


def test_only_this_machine_is_loopback():
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"))
    assert not any(is_loopback(host) for host in ("example.org", "10.0.0.1", "localhost.example.org", "0.0.0.0", ""))  # noqa: S104
