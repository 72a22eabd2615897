"""Redact: the cells of a claim that an audience may see, without a sign of what was cut."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable

from consilience.intake.row import REQUIRED
from consilience.model.entry import ClaimEntry
from consilience.model.marking import Label

Cells = tuple[tuple[str, str], ...]

TOGETHER = (
    frozenset({"lat", "lon", "radius_km"}),
    frozenset({"period_from", "period_to"}),
    frozenset({"low", "best", "high", "unit", "counted"}),
)
"""Columns that are cut together, since without one the others say what their owner never said: a place to the
kilometre, a period without an end, "more than" where a range was meant, battalions counted as persons."""

PORTIONS = "portions"
"""The column in which a table marks portions."""

_REFERENCES = ("origins", "about")
_ORIGIN_KEY = re.compile(r"[a-z][a-z-]*:.+", re.DOTALL)  # docs/formats.md: `kind:OWNER:subject:date`
_SECRET_BYTES = 32


def redacted(entry: ClaimEntry, may_see: Callable[[Label], bool]) -> Cells | None:
    """The cells that may be seen, in their order; None when nothing may, or when a required column goes.

    A cell goes when any portion that names its column may not be seen, and with it the columns of its group in
    `TOGETHER`. What goes depends on the labels alone, never on what the cells hold or whether they are there: so two
    claims that differ only in what may not be seen come out the same.
    """
    if not may_see(entry.base):
        return None
    cut = {name for portion in entry.portions if not may_see(portion.label) for name in portion.columns}
    for group in TOGETHER:
        if cut & group:
            cut |= group
    if cut:
        cut.add(PORTIONS)  # the cell that says how its author marked the portions tells what is cut
    left = tuple((name, text) for name, text in entry.cells if name not in cut)
    return left if {name for name, text in left if text}.issuperset(REQUIRED) else None


def veiled(cells: Cells, hidden: frozenset[str]) -> Cells:
    """The cells, with a stand-in for origins that are hidden: a claim without origins would pass for own collection.

    It is put there whether or not the claim has origins, and is the claim's own: it neither tells that there are
    any nor makes two claims look as if they shared one.
    """
    if "origins" not in hidden:
        return cells
    name = dict(cells)["claim_id"]
    return tuple(sorted((*cells, ("origins", f"~{name}"))))


def pseudonymised(cells: Cells, visible_ids: frozenset[str], secret: bytes, recipient: str) -> Cells:
    """The cells with each reference to what the recipient does not see replaced by `hidden:` and 16 hexadecimal digits.

    It is the HMAC-SHA256 (RFC 2104) of recipient, a zero byte and the reference under the home's secret: the same for
    claims that rest on one hidden thing, so that they still share their root; different for each recipient; and made
    whether or not such a claim exists, so that existence does not show. Origin keys stay: they name a document or a
    recording, not a claim.

    Args:
        cells: those of one claim, as `redacted` left them.
        visible_ids: the ids of the claims that this recipient is given.
        secret: 32 random bytes of the home; with fewer a dictionary of claim ids would undo it.
        recipient: the audience's name.

    Raises:
        ValueError: when the secret is too short, which is a fault of the program.
    """
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"a secret of {len(secret)} bytes, expected {_SECRET_BYTES}")

    def shown(found: re.Match[str]) -> str:
        token = found[0]
        if token in visible_ids or _ORIGIN_KEY.fullmatch(token):
            return token
        told = b"\0".join(part.encode("utf-8", "surrogatepass") for part in (recipient, token))
        return "hidden:" + hmac.new(secret, told, hashlib.sha256).hexdigest()[:16]

    return tuple((name, re.sub(r"\S+", shown, text) if name in _REFERENCES else text) for name, text in cells)
