"""Mail goes to a real server on loopback: encrypted, to whom its certificate names, or not at all."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from consilience.exchange import mail
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


def answering(script):
    """The port of a server on loopback that speaks one connection by a script."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with server, suppress(OSError):
            line, _ = server.accept()
            with line:
                script(line)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def speaking(parting, offers=b"", challenge=b"334 \r\n"):
    """A server that takes everything, and what it says to AUTH and at the end."""

    def script(line):
        heard = line.makefile("rb")
        line.sendall(b"220 hello\r\n")
        for said in heard:
            verb = said[:4].upper()
            if verb == b"DATA":
                line.sendall(b"354 go on\r\n")
                while heard.readline() != b".\r\n":
                    pass
            if verb == b"QUIT":
                line.sendall(parting)
                return
            line.sendall(
                {b"EHLO": b"250-x\r\n" + offers + b"250 SIZE 1000000\r\n", b"AUTH": challenge}.get(verb, b"250 yes\r\n")
            )

    return script


@pytest.mark.parametrize("parting", [b"500 no\r\n", b"421 bye\r\n", b"", b"\xff\xff\r\n"])
def test_what_a_server_says_after_it_took_a_message_sends_it_no_second_time(parting):
    send(Server("127.0.0.1", answering(speaking(parting)), "none"), message())


def test_a_server_that_drips_is_left(monkeypatch):
    monkeypatch.setattr(mail, "_WHOLE", 0.5)
    ended = threading.Event()

    def drip(line):
        try:
            while True:
                line.sendall(b"2")
                time.sleep(0.05)
        finally:
            ended.set()

    with pytest.raises(UnreachableError):
        send(Server("127.0.0.1", answering(drip), "none"), message())
    assert ended.wait(10)


@pytest.mark.parametrize("answer", [b"\xff\xfe\x00 what\r\n", b"222 what\r\n", b"HTTP/1.1 200 OK\r\n"])
def test_an_answer_of_no_mail_server_is_tried_again(answer):
    with pytest.raises(UnreachableError):
        send(Server("127.0.0.1", answering(lambda line: line.sendall(answer)), "none"), message())


def test_a_challenge_that_is_none_is_no_traceback():
    port = answering(speaking(b"221 bye\r\n", b"250-AUTH CRAM-MD5\r\n", b"334 !!!\xff\r\n"))
    with pytest.raises(UnreachableError):
        send(Server("127.0.0.1", port, "none", USER, PASSWORD), message())


def test_a_password_or_a_host_that_cannot_be_said_is_refused():
    port = answering(speaking(b"221 bye\r\n", b"250-AUTH PLAIN\r\n"))
    with pytest.raises(RefusedError, match="ASCII"):
        send(Server("127.0.0.1", port, "none", USER, "pässword"), message())
    with pytest.raises(RefusedError, match="name of a host"):
        send(Server("a..b", 25), message())
