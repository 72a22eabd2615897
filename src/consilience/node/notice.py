"""Notice: a change of the level as a message: a mail in plain words, or a document for a program."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from consilience.intake.setaside import printable
from consilience.model.identity import canonical_json
from consilience.node.levels import Recorded
from consilience.node.recipients import Recipient, Recipients
from consilience.warning.level import Step

SCHEMA = "consilience.notice/1"
_LONGEST = 120  # characters of what is watched for, in a subject


def message_id(change: Recorded, recipient: Recipient) -> str:
    """The id of a message, the same whenever it is sent again, so that who gets it twice can tell."""
    return hashlib.sha256(f"{change.digest} {recipient.name}".encode()).hexdigest()[:32]


def mail(change: Recorded, recipient: Recipient, told: Recipients, now: datetime, *, partner: str) -> EmailMessage:
    """The message to a recipient by mail. Without `reasons` it says the step and no more."""
    made = EmailMessage()
    domain = told.sender.rpartition("@")[2]
    made["From"], made["To"] = told.sender, recipient.mail
    made["Subject"] = subject(change, partner)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{message_id(change, recipient)}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine need answer
    made.set_content("\n".join(_lines(change, recipient, told)) + "\n")
    return made


def subject(change: Recorded, partner: str) -> str:
    """`UKR: level up, from watch to warning: large-scale attack`."""
    said = change.change
    way = "up" if said.is_rise else "down"
    watched = printable(said.watched)
    short = watched if len(watched) <= _LONGEST else watched[: _LONGEST - 1] + "…"
    return f"{partner}: level {way}, from {Step(said.before).word} to {change.step.word}: {short}"


def document(change: Recorded, recipient: Recipient, told: Recipients, *, partner: str) -> bytes:
    """The message to a recipient's webhook, as canonical JSON."""
    said = change.change
    found: dict[str, object] = {
        "schema": SCHEMA, "partner": partner, "change": change.digest, "watched": said.watched,
        "day": said.day.isoformat(), "before": Step(said.before).word, "step": change.step.word,
        "number": said.step, "means": change.step.means, "recorded_at": change.at.isoformat(),
    }  # fmt: skip
    if recipient.reasons:
        found |= {"causes": [*said.causes], "rests_on": [*said.rests_on]}
    if told.page:
        found["page"] = f"{told.page}/warning"
    return canonical_json(found).encode()


def _lines(change: Recorded, recipient: Recipient, told: Recipients) -> list[str]:
    """The text of a mail."""
    said = change.change
    way = "rose" if said.is_rise else "fell"
    lines = [
        f"The level {way} from {Step(said.before).word} ({said.before}) to {change.step.word} ({said.step} of {len(Step)}).",
        f"By rule the step says: {change.step.means}.",
        "",
        f"Watched for: {printable(said.watched)}",
        f"As of: {said.day}",
    ]
    if recipient.reasons:
        lines += ["", "Because:", *(f"- {printable(cause)}" for cause in said.causes)]
        if said.rests_on:
            lines.append(f"Without these it would lie lower: {printable(', '.join(said.rests_on))}")
    else:
        lines += ["", "The reasons stand where the level is kept; they are not sent to this address."]
    if told.page:
        lines += ["", f"{told.page}/warning"]
    return [*lines, "", f"Seen? consilience acknowledge {change.name} --by NAME"]
