"""Recipients: who is told when the level changes, by mail or webhook, and to which addresses anything may go at all.

One TOML file of the home, read strictly: a recipient that `allow` does not cover stops it, so that no line added in haste
sends anything to a place that nobody agreed to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from consilience.errors import AssessmentError, ConsilienceError
from consilience.exchange import webhook
from consilience.exchange.mail import Server, is_loopback
from consilience.model import form
from consilience.node.home import Home
from consilience.warning.level import Step

FILE = "notices.toml"
"""The file of the home."""

SCHEMA = "consilience.notices/1"
_TOP = frozenset({"schema", "allow", "to"})
_TOP_OPTIONAL = frozenset({"mail", "page", "within_days"})
_MAIL = frozenset({"server", "from"})
_MAIL_OPTIONAL = frozenset({"security", "user", "password_file", "ca"})
_TO = frozenset({"name"})
_TO_OPTIONAL = frozenset({"mail", "webhook", "secret_file", "from_step", "tells"})
_SECURITY = ("starttls", "tls", "none")
_TELLS = ("step", "reasons")
_STEPS = {step.word: step for step in Step}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")  # HTML, 4.10.5.1.5
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PORTS = {"https": 443, "http": 80}


class NoticesError(ConsilienceError):
    """What is said in notices.toml cannot be done."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: by mail to an address, or by a webhook with a secret of its own.

    It is told of changes to or from `least` or a higher step. It hears the step alone, and of its causes where `reasons`.
    """

    name: str
    mail: str = ""
    webhook: str = ""
    secret: bytes = b""
    least: Step = Step.ATTENTION
    reasons: bool = False

    @property
    def address(self) -> str:
        """Where it is told."""
        return self.mail or self.webhook


@dataclass(frozen=True, slots=True)
class Recipients:
    """All of them, through which mail server, with the page that messages name and for how many days a change is news."""

    to: tuple[Recipient, ...]
    server: Server | None = None
    sender: str = ""
    page: str = ""
    within_days: int = 2


def has_recipients(home: Home) -> bool:
    """Whether anybody is to be told."""
    return (home.folder / FILE).is_file()


def read_recipients(home: Home) -> Recipients:
    """Who is told, as the home says.

    Raises:
        NoticesError: naming the key that is wrong, what was found and what was expected.
    """
    file = home.folder / FILE
    try:
        if file.stat().st_mode & 0o022:
            raise NoticesError(
                str(file), "others may write to it", "a file that its owner alone writes", f"Run: chmod 600 {file}"
            )
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        if table.get("schema") != SCHEMA:
            form.refuse("schema", table.get("schema"), SCHEMA)
        return _recipients(table, home.folder)
    except FileNotFoundError as error:
        raise NoticesError(str(file), "no such file", "who is told of the level", "See docs/notices.md") from error
    except AssessmentError as error:
        raise NoticesError(f"{file}: {error.thing}", error.found, error.expected, error.next_step) from error
    except (OSError, ValueError, RecursionError) as error:
        raise NoticesError(str(file), str(error), f"a TOML file with schema = {SCHEMA!r}") from error


def _recipients(table: Mapping[str, object], folder: Path) -> Recipients:
    """The whole file."""
    found = form.fields(table, "notices", _TOP, _TOP_OPTIONAL)
    allowed = frozenset(name.lower() for name in form.names(found["allow"], "allow"))
    server, sender = _server(found["mail"], folder) if "mail" in found else (None, "")
    to = form.items(found["to"], "to", lambda value, path: _recipient(value, path, folder))
    names = [each.name for each in to]
    for number, each in enumerate(to):
        path = f"to[{number}]"
        if names.count(each.name) > 1:
            form.refuse(f"{path}.name", each.name, "another name for each")
        if each.mail and server is None:
            form.refuse("mail", "none", "the table [mail], through which mail goes")
        if _place(each) not in allowed:
            form.refuse(path, each.address, f"a place that allow names: {', '.join(sorted(allowed))}", _add(each))
    page = form.text(found["page"], "page") if "page" in found else ""
    if page and not webhook.is_safe(page):
        form.refuse("page", page, "an address such as https://host/, or http on this machine")
    days = form.number(found["within_days"], "within_days", 1, 30) if "within_days" in found else 2
    return Recipients(to, server, sender, page.rstrip("/"), days)


def _place(recipient: Recipient) -> str:
    """What `allow` must name: the domain of a mailbox, or the host and port of a webhook."""
    if recipient.mail:
        return recipient.mail.rpartition("@")[2].lower()
    parts = urlsplit(recipient.webhook)
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"


def _add(recipient: Recipient) -> str:
    return f'If it may: add "{_place(recipient)}" to allow.'


def _server(value: object, folder: Path) -> tuple[Server, str]:
    """The mail server, and from whom mail comes."""
    found = form.fields(value, "mail", _MAIL, _MAIL_OPTIONAL)
    host, _, port = form.text(found["server"], "mail.server").rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        form.refuse("mail.server", found["server"], "HOST:PORT, such as smtp.example:587")
    security = _one_of(found.get("security", "starttls"), "mail.security", _SECURITY)
    if security == "none" and not is_loopback(host):
        form.refuse("mail.security", f"none, for {host}", "starttls or tls: only this machine is spoken to in clear")
    user = form.text(found["user"], "mail.user") if "user" in found else ""
    if bool(user) != ("password_file" in found):
        form.refuse("mail.password_file", found.get("password_file"), "a user and a file with its password, or neither")
    password = _private(folder, found["password_file"], "mail.password_file") if user else ""
    ca = folder / form.text(found["ca"], "mail.ca") if "ca" in found else None
    if ca and not ca.is_file():
        form.refuse("mail.ca", str(ca), "a file of certificates (PEM)")
    return Server(host.strip("[]"), int(port), security, user, password, ca), _mailbox(found["from"], "mail.from")


def _recipient(value: object, path: str, folder: Path) -> Recipient:
    """One recipient."""
    found = form.fields(value, path, _TO, _TO_OPTIONAL)
    name = form.text(found["name"], f"{path}.name")
    if not _NAME.fullmatch(name):
        form.refuse(f"{path}.name", name, "small letters, digits and -, such as duty-officer")
    least = _STEPS[_one_of(found.get("from_step", "attention"), f"{path}.from_step", tuple(_STEPS))]
    reasons = _one_of(found.get("tells", "step"), f"{path}.tells", _TELLS) == "reasons"
    if ("mail" in found) == ("webhook" in found):
        form.refuse(path, "both, or none, of mail and webhook", "one of them")
    if "mail" in found:
        if "secret_file" in found:
            form.refuse(f"{path}.secret_file", found["secret_file"], "none: mail is not signed with it")
        return Recipient(name, mail=_mailbox(found["mail"], f"{path}.mail"), least=least, reasons=reasons)
    url = form.text(found["webhook"], f"{path}.webhook")
    if not webhook.is_safe(url):
        form.refuse(f"{path}.webhook", url, "https://host/…, or http on this machine, without user and fragment")
    secret = webhook.read_secret(_private(folder, found.get("secret_file"), f"{path}.secret_file"))
    if secret is None:
        form.refuse(f"{path}.secret_file", "something else", "whsec_ and 24 to 64 bytes in base64")
    return Recipient(name, webhook=url, secret=secret, least=least, reasons=reasons)


def _mailbox(value: object, path: str) -> str:
    """An address of mail."""
    text = form.text(value, path)
    if not _ADDRESS.fullmatch(text):
        form.refuse(path, text, "an address such as duty@example.org")
    return text


def _one_of(value: object, path: str, words: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in words:
        form.refuse(path, value, "one of " + ", ".join(words))
    return value


def _private(folder: Path, value: object, path: str) -> str:
    """The text of a file of the home that its owner alone can read."""
    file = folder / form.text(value, path)
    try:
        if file.stat().st_mode & 0o077:
            form.refuse(path, f"{file} open to others", "a file for its owner alone", f"Run: chmod 600 {file}")
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        form.refuse(path, str(error), "a file of the home that holds it")
    return text or form.refuse(path, f"nothing in {file}", "the secret")
