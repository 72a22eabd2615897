"""Mail: hand one message to an SMTP server, over TLS wherever it is not on this machine."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Timer

from consilience.exchange.call import RefusedError, UnreachableError

_SECONDS = 20.0  # of silence
_WHOLE = 120.0  # for all of it: a server that sends a byte now and then is never silent
_SHOWN = 200  # characters of an answer in an error
_FAILS = range(500, 600)  # RFC 5321, section 4.2.1: permanent; what is neither this nor a yes may be otherwise later


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server.

    `security` is `starttls` (RFC 3207), `tls` from the first byte (RFC 8314), or `none`, which only a server on loopback may
    have. `ca` is a file of certificates to trust instead of the system's. A password is read when it is needed.
    """

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    ca: Path | None = None

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def send(server: Server, message: EmailMessage) -> None:
    """Hand a message over; returns once the server has taken it for every recipient.

    Raises:
        UnreachableError: it did not answer, or asks to try again later.
        RefusedError: it will not take it, or it is not whom its certificate has to name.
    """
    where = f"mail server {server.host}:{server.port}"
    try:
        refused = _handed(server, message)
    except ssl.SSLCertVerificationError as error:
        said = error.verify_message or str(error)
        raise RefusedError(
            where, f"a certificate that does not verify: {said}", "the server's own", "Set ca, or its name."
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        next_step = 'Use security = "tls" if it offers that, or another server: nothing is sent in clear.'
        raise RefusedError(where, str(error), "STARTTLS, and what the message needs", next_step) from error
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        raise _answered(where, error.smtp_code, error.smtp_error) from error
    except UnicodeError as error:
        raise RefusedError(
            where, str(error), "a name of a host, and user and password of ASCII", "See docs/notices.md."
        ) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a challenge that is no base64
        said = str(error) or type(error).__name__
        raise UnreachableError(where, said, "an answer", "Check the address and the network.") from error
    for name, (code, answer) in refused.items():
        raise _answered(f"{where}, for {name}", code, answer)


def _handed(server: Server, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """Whom the server refused. Once it has taken the message nothing counts that it says, or does not say, on parting."""
    with socket.create_connection((server.host, server.port), _SECONDS) as line, _ended(line):
        session = _connected(server, line)
        try:
            if server.user:
                session.login(server.user, server.password)
            refused = session.send_message(message)
            with suppress(OSError, smtplib.SMTPException):
                session.quit()
            return refused
        finally:
            session.close()


@contextmanager
def _ended(line: socket.socket) -> Iterator[None]:
    """Hang up once the whole takes too long, whatever wraps the connection by then: whoever waits is told that it closed."""
    with line.dup() as same:
        watch = Timer(_WHOLE, _hang_up, (same,))
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class _Session(smtplib.SMTP):
    """A session over a connection that is made already."""

    def __init__(self, server: Server, line: socket.socket) -> None:
        self._line = line
        super().__init__(server.host, server.port, timeout=_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._line


def _connected(server: Server, line: socket.socket) -> smtplib.SMTP:
    """A session, encrypted unless it stays on this machine."""
    if server.security == "none":
        return _Session(server, line)
    context = ssl.create_default_context(cafile=str(server.ca) if server.ca else None)
    if server.security == "tls":
        return _Session(server, context.wrap_socket(line, server_hostname=server.host))
    session = _Session(server, line)
    try:
        session.starttls(context=context)
    except BaseException:
        session.close()
        raise
    return session


def _answered(where: str, code: int, answer: bytes | str) -> UnreachableError | RefusedError:
    """What an answer other than yes means."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said = f"{code} {' '.join(text.split())[:_SHOWN]}"
    if code in _FAILS:
        return RefusedError(where, said, "a yes", "Check the sender, the recipient and the password.", status=code)
    return UnreachableError(where, said, "a yes", "It is tried again.")
