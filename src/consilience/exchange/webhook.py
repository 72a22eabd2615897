"""Webhook: hand one message to an address that expects it, signed so that it can tell whose it is.

Source: Standard Webhooks 1.0.0 (the headers webhook-id, webhook-timestamp and webhook-signature, HMAC-SHA256).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from consilience.exchange.call import Caller, Patience
from consilience.exchange.deadline import Deadline, client
from consilience.exchange.mail import is_loopback

_SECONDS = 30.0  # for all of it
_MOST_BYTES = 64 * 1024  # of an answer, which nobody reads
_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 65)  # Standard Webhooks: 24 to 64 bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: its id, which stays the same when it is sent again, and its bytes."""

    id: str
    body: bytes


def send(url: str, secret: bytes, delivery: Delivery, now: datetime, trusted: ssl.SSLContext) -> None:
    """Hand it over; returns once a status 2xx came. No redirect is followed and no proxy asked.

    Raises:
        UnreachableError: no answer in time.
        RefusedError: another status.
    """
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, delivery, stamp),
    }
    deadline = Deadline(_SECONDS)
    with client(trusted, deadline) as http:
        Caller(http, Patience(tries=1), deadline).call("POST", url, headers, delivery.body, _MOST_BYTES)


def signature(secret: bytes, delivery: Delivery, stamp: str) -> str:
    """The signature over id, time and body: `v1,` and base64."""
    signed = b".".join((delivery.id.encode(), stamp.encode(), delivery.body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def read_secret(text: str) -> bytes | None:
    """The bytes of a secret `whsec_…`, 24 to 64 of them; None where it is none."""
    try:
        found = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if text.strip().startswith(_PREFIX) and len(found) in _SECRET_BYTES else None


def is_safe(url: str) -> bool:
    """Whether an address is https, or http on this machine, and names a host, no user, and no fragment."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
