"""Offer: what a node has told every other partner of a set in one form, by digest, and the file that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from consilience.errors import ConsilienceError, UsageError
from consilience.ledger.entries import Ledger
from consilience.model.entry import Retraction
from consilience.model.identity import PartnerId
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.trust import canonical, shape
from consilience.trust.canonical import Json
from consilience.trust.errors import TrustError
from consilience.trust.statement import reread

SCHEMA = "consilience.offer/1"
KINDS = frozenset({"claim", "retraction", "remarking"})
"""The kinds of objects that are compared."""
MOST_BYTES = 64 << 20
"""Bytes of an offer at most: about 900,000 objects."""

_FIELDS = frozenset({"schema", "issuer", "partners", "objects"})


class OutsiderError(ConsilienceError):
    """Who is no member of a set of partners asks for what they share."""

    exit_code = 3


class OfferError(TrustError):
    """A file that is no offer, or one for another set of partners, or in the name of another."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What stands in the log of one partner: the issuer of each object by digest, and withdrawals by what they withdraw."""

    issuers: dict[str, str]
    withdrawals: dict[tuple[str, str], frozenset[str]]


def offer(node: Node, partners: frozenset[PartnerId]) -> tuple[str, ...]:
    """The digests, in order, of what stands in the log of every other partner of the set: told to all in one form.

    Only what this node signed: its own claims, and its copies of others'. What others signed they offer themselves, and
    what it passed on of a partner outside the set is no word of a member's. A claim whose withdrawal all were told, but each in a form of its own, is left out: it stands for nobody.

    Raises:
        UsageError: fewer than two partners, without us, or one who is not on the roster.
    """
    others = [code for code in members(node, partners) if code != node.partner]
    told = [_told(node.ledger, code) for code in others]
    ours = (frozenset(name for name, by in each.issuers.items() if by == node.partner) for each in told)
    everywhere = frozenset.intersection(*ours)
    withdrawn = frozenset.intersection(*(frozenset(each.withdrawals) for each in told))
    apart = {
        digest
        for issuer, digest in withdrawn
        if not frozenset.intersection(*(each.withdrawals[issuer, digest] for each in told))
        and told[0].issuers.get(digest) == issuer
    }
    return tuple(sorted(everywhere - apart))


def members(node: Node, partners: Iterable[PartnerId]) -> tuple[PartnerId, ...]:
    """The partners of a set in order, once they are two or more, ourselves among them, all on the roster.

    Raises:
        UsageError: when they are not.
    """
    listed = tuple(sorted(set(partners)))
    if len(listed) < 2 or node.partner not in listed:
        found = ", ".join(listed) or "nobody"
        raise UsageError("partners", found, f"{node.partner} and one partner or more", "Say: --with GBR,USA")
    for code in listed:
        if not node.roster.member(code):
            next_step = f"Add it: consilience partner add {code}"
            raise UsageError(f"partner {code}", "not on the roster", "a partner's code", next_step)
    return listed


def admit(asker: PartnerId, partners: Iterable[PartnerId]) -> None:
    """Refuse who asks for what some partners share without being one of them.

    The answer follows from the question alone: it does not tell whether they share anything.

    Raises:
        OutsiderError: when it is none of them.
    """
    if asker not in partners:
        raise OutsiderError(f"partner {asker}", "a set that it is not in", "one of the partners that compare")


def written(node: Node, partners: frozenset[PartnerId]) -> bytes:
    """Our offer as a file for the other partners, canonical JSON. Not signed: what is signed are the inputs in the end."""
    found = offer(node, partners)
    listed: list[Json] = [*members(node, partners)]
    value: dict[str, Json] = {
        "schema": SCHEMA, "issuer": node.partner, "partners": listed, "objects": [*found],
    }  # fmt: skip
    return canonical.encode(value)


def read(data: bytes, partners: frozenset[PartnerId]) -> tuple[PartnerId, tuple[str, ...]]:
    """Who offers what, out of a file, for this set of partners.

    Raises:
        OfferError: another kind of file, for another set, or by somebody outside it.
        TrustError: the errors of `canonical.parse_canonical`, and of the shape.
    """
    value = canonical.parse_canonical(data, "offer", MOST_BYTES)
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise OfferError("offer", "another kind of file", f"{SCHEMA}, as `consilience picture offer` prints it")
    found = shape.fields(value, "$", _FIELDS)
    named = shape.ascending(found["partners"], "$.partners")
    issuer = PartnerId(shape.word(found["issuer"], "$.issuer"))
    if named != partners:
        next_step = f"Ask {issuer} for an offer to these partners."
        raise OfferError(
            f"offer of {issuer}", f"one for {', '.join(sorted(named))}", ", ".join(sorted(partners)), next_step
        )
    if issuer not in partners:
        raise OfferError(f"offer of {issuer}", "an issuer outside the set", "one of " + ", ".join(sorted(partners)))
    return issuer, digests(found["objects"], "$.objects")


def digests(value: Json, path: str) -> tuple[str, ...]:
    """A list of digests, each once, in ascending order.

    Raises:
        MalformedStatementError: when it is not one.
    """
    found = shape.items(value, path, shape.digest)
    if any(before >= after for before, after in pairwise(found)):
        shape.refuse(path, "digests out of order, or one twice", "each once, in ascending order")
    return found


def _told(ledger: Ledger, partner: PartnerId) -> _Told:
    """What one partner was told, and was not erased since."""
    issuers: dict[str, str] = {}
    withdrawals: dict[tuple[str, str], frozenset[str]] = {}
    for entry in ledger.entries(log_of(partner), kinds=KINDS):
        if entry.digest is None or entry.envelope is None:
            continue
        issuers[entry.digest] = entry.issuer
        if entry.kind == "retraction":
            content = reread(entry.envelope).content
            if isinstance(content, Retraction):
                key = (entry.issuer, content.object)
                withdrawals[key] = withdrawals.get(key, frozenset()) | {entry.digest}
    return _Told(issuers, withdrawals)
