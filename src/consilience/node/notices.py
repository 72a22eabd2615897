"""Notices: each change of the level goes to each recipient once, is tried again where it did not get through, and is told of.

What was sent stands in files of the home, one for each change and recipient, written after the server took it: a crash between
the two sends it a second time, under the same id. It is no part of the record; the changes are.
"""

from __future__ import annotations

import fcntl
import json
import os
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from consilience.errors import ConsilienceError
from consilience.exchange import mail as mails
from consilience.exchange import webhook
from consilience.exchange.call import UnreachableError
from consilience.model.notice import LevelChange
from consilience.node import notice
from consilience.node.home import HomeError, private_folder, write_private
from consilience.node.levels import Recorded, recorded
from consilience.node.node import Node
from consilience.node.recipients import Recipient, Recipients, read_recipients

_FOLDER = "notices"
_SCHEMA = "consilience.sent/1"
_WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180))
"""How long after each failure it is tried again; after the last, that often until it is no news any more."""


class Fate(Enum):
    """What became of a message."""

    SENT = "sent"
    WAITS = "waits"
    FAILED = "refused"
    PAST = "past"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is kept of a message: when it was sent, how often it was tried, when last, and what was answered."""

    sent: str = ""
    tries: int = 0
    tried: str = ""
    trouble: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A change for a recipient, with what became of it."""

    change: Recorded
    recipient: Recipient
    attempt: Attempt
    fate: Fate


Post = Callable[[Recipients, Recipient, Recorded, datetime], None]
"""Hands a change to a recipient; raises UnreachableError where it may get through later, RefusedError where it will not."""


class Notices:
    """The messages of one node."""

    def __init__(self, node: Node, post: Post | None = None) -> None:
        """Of a node whose home names recipients.

        Raises:
            NoticesError: they cannot be read.
        """
        self._node = node
        self._told = read_recipients(node.home)
        self._folder = node.home.folder / _FOLDER
        self._post = post or _poster(str(node.partner))

    def messages(self) -> tuple[Message, ...]:
        """Every change with every recipient whom it concerns, and what became of each."""
        changes = recorded(self._node)
        newest = {each.digest for each in _newest(changes)}
        return tuple(found for each in changes for found in self._of(each, is_last=each.digest in newest))

    def _of(self, change: Recorded, *, is_last: bool) -> Iterator[Message]:
        """A change with every recipient whom it concerns."""
        now = self._node.clock()
        for to in self._told.to:
            if max(change.change.step, change.change.before) >= to.least:
                attempt = self._attempt(change, to)
                yield Message(change, to, attempt, self._fate(change, attempt, now, is_last=is_last))

    def send(self, *, at_once: bool = False) -> tuple[Message, ...]:
        """Send what waits and is due; with `at_once` all that waits, and what was refused, too. Tells what was tried.

        Of several changes that nobody could be told of, the newest is sent: what was before is no news.
        """
        tried = []
        with self._alone():
            waiting = [each for last in _newest(recorded(self._node)) for each in self._of(last, is_last=True)]
            for each in waiting:
                if each.fate is Fate.WAITS or (at_once and each.fate is Fate.FAILED):
                    now = self._node.clock()
                    if at_once or _is_due(each.attempt, now):
                        tried.append(self._try(each, now))
        return tuple(tried)

    def test(self) -> tuple[Message, ...]:
        """Send a message that says it is a test to every recipient, and keep nothing of it."""
        now = self._node.clock()
        said = LevelChange("a test of notices: no level changed", now.date(), 1, 2, ("a test",))
        change = Recorded("0" * 64, now, said)
        return tuple(self._tried(Message(change, to, Attempt(), Fate.WAITS), now) for to in self._told.to)

    def _try(self, message: Message, now: datetime) -> Message:
        """Send one, and keep what became of it."""
        found = self._tried(message, now)
        data = json.dumps({"schema": _SCHEMA, **asdict(found.attempt)}).encode()
        private_folder(self._folder)
        write_private(self._file(found.change, found.recipient), data)
        return found

    def _tried(self, message: Message, now: datetime) -> Message:
        """Send one."""
        tries, when = message.attempt.tries + 1, now.isoformat(timespec="seconds")
        try:
            self._post(self._told, message.recipient, message.change, now)
        except UnreachableError as error:
            attempt, fate = Attempt("", tries, when, error.message), Fate.WAITS
        except ConsilienceError as error:
            attempt, fate = Attempt("", tries, when, error.message, refused=True), Fate.FAILED
        else:
            attempt, fate = Attempt(when, tries, when), Fate.SENT
        return Message(message.change, message.recipient, attempt, fate)

    def _fate(self, change: Recorded, attempt: Attempt, now: datetime, *, is_last: bool) -> Fate:
        """What became of a message so far."""
        if attempt.sent:
            return Fate.SENT
        if not is_last:
            return Fate.NEWER
        if now - change.at > timedelta(days=self._told.within_days):
            return Fate.PAST
        return Fate.FAILED if attempt.refused else Fate.WAITS

    def _attempt(self, change: Recorded, recipient: Recipient) -> Attempt:
        """What is kept of a message."""
        file = self._file(change, recipient)
        try:
            found = json.loads(file.read_bytes())
            if found.pop("schema") != _SCHEMA:
                raise ValueError("another schema")
            return Attempt(**found)
        except FileNotFoundError:
            return Attempt()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise HomeError(
                str(file), str(error), "what became of a message", "Remove it: it is sent again."
            ) from error

    def _file(self, change: Recorded, recipient: Recipient) -> Path:
        return self._folder / f"{change.digest[:32]}-{recipient.name}.json"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else of this home sends meanwhile, so that nothing goes twice."""
        private_folder(self._folder)
        opened = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)


def _newest(changes: Iterable[Recorded]) -> Iterable[Recorded]:
    """The newest change of each thing that is watched for."""
    return {each.change.watched: each for each in changes}.values()


def _is_due(attempt: Attempt, now: datetime) -> bool:
    """Whether a message that failed before is to be tried again now."""
    if not attempt.tries:
        return True
    wait = _WAITS[min(attempt.tries, len(_WAITS)) - 1]
    return now - datetime.fromisoformat(attempt.tried) >= wait


def _poster(partner: str) -> Post:
    """Mail and webhooks, over the network."""

    def post(told: Recipients, to: Recipient, change: Recorded, now: datetime) -> None:
        if to.webhook:
            body = notice.document(change, to, told, partner=partner)
            delivery = webhook.Delivery(f"msg_{notice.message_id(change, to)}", body)
            webhook.send(to.webhook, to.secret, delivery, now, ssl.create_default_context())
        elif told.server is not None:
            mails.send(told.server, notice.mail(change, to, told, now, partner=partner))

    return post
