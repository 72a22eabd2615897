"""Concord: who of some partners signed which common picture, in words; and the file by which anybody checks it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from consilience.errors import ConsilienceError
from consilience.model.entry import Compared
from consilience.model.fact import Verdict
from consilience.model.form import listed
from consilience.model.identity import PartnerId
from consilience.model.roster import Roster
from consilience.node.common import Common, digest_of, newest, words
from consilience.node.node import Node
from consilience.node.offer import admit, digests, members
from consilience.trust import canonical, shape
from consilience.trust.canonical import Json
from consilience.trust.errors import MalformedStatementError
from consilience.trust.verify import verify

SCHEMA = "consilience.common-picture/1"
MOST_BYTES = 512 << 20
"""Bytes of a file at most: the picture of 100,000 claims has a fraction of it."""

_KEYS = frozenset({"schema", "partners", "statements", "offers", "picture"})
_VERDICTS = (
    (Verdict.CORROBORATED, "corroborated"),
    (Verdict.CONFLICTING, "conflicting"),
    (Verdict.CIRCULAR, "circular"),
    (Verdict.SOLE, "held by one partner"),
)


class CommonPictureError(ConsilienceError):
    """Base of what is wrong with a file of a common picture."""

    exit_code = 4


class MalformedBundleError(CommonPictureError):
    """Not in the shape of a common picture."""


class MisplacedStatementError(CommonPictureError):
    """A statement under the name of a partner who did not issue it, or one that is no comparison."""


class OtherSetError(CommonPictureError):
    """A comparison by another set of partners, put in the place of theirs."""


class AlteredPictureError(CommonPictureError):
    """A picture that does not hash to the digest that it carries."""


class UnsignedPictureError(CommonPictureError):
    """A picture that none of the partners signed over these objects."""


class AlteredOffersError(CommonPictureError):
    """Lists of who put in what that are not those that were signed."""


@dataclass(frozen=True, slots=True)
class Concord:
    """Who of some partners signed what.

    Attributes:
        partners: the set, in order.
        said: the comparison that the others are held against; None when there is none yet.
        signed: the newest comparison of each that signed one.
        tally: how many facts of the picture have which verdict, once it is drawn or read; empty before.
    """

    partners: tuple[PartnerId, ...]
    said: Compared | None
    signed: Mapping[PartnerId, Compared]
    tally: tuple[tuple[str, int], ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether every partner signed the same picture over the same objects."""
        return len(self.same) == len(self.partners)

    @property
    def same(self) -> tuple[PartnerId, ...]:
        """Who signed the picture that the others are held against."""
        return tuple(code for code in self.partners if code in self.signed and _as(self.signed[code]) == _as(self.said))

    @property
    def unsigned(self) -> tuple[PartnerId, ...]:
        """Who has signed nothing for this set of partners."""
        return tuple(code for code in self.partners if code not in self.signed)

    @property
    def differing(self) -> tuple[PartnerId, ...]:
        """Who signed another picture of the same objects, as of the same time: one of two nodes reckons wrongly."""
        return tuple(
            code
            for code, said in sorted(self.signed.items())
            if code not in self.same and _asks(said) == _asks(self.said)
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What is the same, and what is not, in plain sentences."""
        return tuple(_words(self))


def standing(node: Node, partners: frozenset[PartnerId]) -> Concord:
    """Who of some partners signed what, by the ledger; held against our own newest word, or without one another's."""
    listed = members(node, partners)
    found = newest(node, listed)
    latest = max(found.values(), key=lambda word: (word.at, word.issuer), default=None)
    said = found.get(node.partner, latest)
    return Concord(listed, said.content if said else None, {code: word.content for code, word in found.items()})


def tally_of(verdicts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """How many facts have which verdict, in the words for people."""
    return tuple((name, verdicts[verdict.value]) for verdict, name in _VERDICTS)


def tally(found: Common) -> tuple[tuple[str, int], ...]:
    """How many facts of a common picture have which verdict."""
    return tally_of(Counter(fact.finding.verdict.value for fact in found.picture.facts))


def shown_to(node: Node, asker: PartnerId, partners: frozenset[PartnerId]) -> tuple[bytes, ...]:
    """The newest comparisons by a set of partners that we hold, for one of them who asks; each under its own signature.

    Raises:
        OutsiderError: when the asker is none of them, whether they compared anything or not.
    """
    admit(asker, partners)
    return tuple(word.envelope for _, word in sorted(newest(node, sorted(partners)).items()))


def sets(node: Node) -> tuple[frozenset[PartnerId], ...]:
    """The sets of partners, ourselves among them, for which somebody signed; the one we signed for last comes first."""
    found = sorted(words(node), key=lambda word: (word.issuer != node.partner, -word.at.timestamp()))
    return tuple(dict.fromkeys(frozenset(word.content.partners) for word in found))


def bundle(node: Node, found: Common) -> bytes:
    """The common picture as one file, canonical JSON: the statements of all, who put in what, and the picture.

    `check` verifies it anywhere. It holds what all the partners were given: give it to nobody else.
    """
    statements: dict[str, Json] = {code: word.envelope.decode() for code, word in newest(node, found.partners).items()}
    offers: dict[str, Json] = {code: [*names] for code, names in found.offers}
    document = canonical.parse(found.picture.to_json().encode(), "picture", MOST_BYTES)
    partners: list[Json] = [*found.partners]
    return canonical.encode(
        {"schema": SCHEMA, "partners": partners, "statements": statements, "offers": offers, "picture": document}
    )


def check(data: bytes, roster: Roster) -> Concord:
    """What a file of a common picture proves to whoever trusts the keys of `roster`, without any ledger at hand.

    The checks, in order:

    1. It is canonical JSON in the shape of a common picture (TrustError, MalformedBundleError).
    2. Each statement passes all checks of `trust.verify` (TrustError), and is a comparison issued by the partner
       under whose name it stands (MisplacedStatementError).
    3. Each is by this set of partners and no other (OtherSetError).
    4. The picture hashes to the digest that it carries (AlteredPictureError).
    5. A partner signed this picture, as of its time, over these objects (UnsignedPictureError).
    6. Who put in what is as that partner signed it (AlteredOffersError).

    Who signed otherwise, or not at all, is no fault of the file: the concord says so. It is not checked that the
    picture follows from the objects, which the file does not hold: each partner's node draws it for itself.
    """
    read = _read(data)  # 1
    signed = {code: _compared(code, envelope, roster) for code, envelope in sorted(read.statements.items())}  # 2
    for code, said in signed.items():  # 3
        if said.partners != read.partners:
            found, expected = ", ".join(said.partners), ", ".join(read.partners)
            raise OtherSetError(f"statement of {code}", f"a comparison by {found}", f"one by {expected}")
    picture, as_of = _digest_of(read.picture)  # 4
    inputs = digest_of(_all(read.offers))
    said = _chosen(signed, (inputs, picture, as_of))  # 5
    _check_shares(read.offers, said)  # 6
    return Concord(read.partners, said, signed, tally_of(_verdicts(read.picture)))


@dataclass(frozen=True, slots=True)
class _Read:
    """A file of a common picture, parsed."""

    partners: tuple[PartnerId, ...]
    statements: dict[PartnerId, bytes]
    offers: dict[PartnerId, tuple[str, ...]]
    picture: dict[str, Json]


def _read(data: bytes) -> _Read:
    """The parts of a file."""
    value = canonical.parse_canonical(data, "common picture", MOST_BYTES)
    if not isinstance(value, dict) or value.keys() != _KEYS or value["schema"] != SCHEMA:
        raise MalformedBundleError(
            "common picture", "another kind of file", f"{SCHEMA} with {', '.join(sorted(_KEYS))}"
        )
    statements, offers, picture = value["statements"], value["offers"], value["picture"]
    if not (isinstance(statements, dict) and isinstance(offers, dict) and isinstance(picture, dict)):
        raise MalformedBundleError("common picture", "a value of the wrong type", "statements, offers and a picture")
    try:
        partners = tuple(PartnerId(code) for code in sorted(shape.ascending(value["partners"], "$.partners")))
        read = {PartnerId(code): digests(names, f"$.offers.{code}") for code, names in offers.items()}
    except MalformedStatementError as error:
        raise MalformedBundleError(
            "common picture", error.message, "partners and digests, each once, in order"
        ) from error
    if len(partners) < 2 or tuple(sorted(read)) != partners or not statements.keys() <= set(partners):
        raise MalformedBundleError("common picture", "offers or statements of others", "one offer of each partner")
    if not all(isinstance(text, str) for text in statements.values()):
        raise MalformedBundleError("common picture", "a statement of the wrong type", "an envelope as text")
    return _Read(partners, {PartnerId(code): str(text).encode() for code, text in statements.items()}, read, picture)


def _compared(code: PartnerId, envelope: bytes, roster: Roster) -> Compared:
    """The comparison that a partner signed."""
    said = verify(envelope, roster).statement
    if said.issuer != code or not isinstance(said.content, Compared):
        raise MisplacedStatementError(f"statement of {code}", f"one of {said.issuer}", f"a comparison by {code}")
    return said.content


def _digest_of(picture: dict[str, Json]) -> tuple[str, str]:
    """The digest of a picture's document, and the time it is as of, empty for none."""
    body = {name: part for name, part in picture.items() if name != "digest"}
    found = "sha256:" + hashlib.sha256(canonical.encode(body)).hexdigest()
    if picture.get("digest") != found:
        raise AlteredPictureError("picture", f"a document with the digest {found}", str(picture.get("digest")))
    as_of = picture.get("as_of")
    return found, as_of if isinstance(as_of, str) else ""


def _chosen(signed: Mapping[PartnerId, Compared], wanted: tuple[str, str, str]) -> Compared:
    """What the first partner says who signed these inputs, this picture and this time."""
    for said in signed.values():
        if (said.inputs, said.picture, said.as_of) == wanted:
            return said
    who = "; ".join(f"{code} signed {said.picture} over the inputs {said.inputs}" for code, said in signed.items())
    expected = f"{wanted[1]} over the inputs {wanted[0]}, as of {wanted[2] or 'no time'}"
    raise UnsignedPictureError("common picture", who or "no statement", f"a signature on {expected}")


def _check_shares(offers: Mapping[PartnerId, tuple[str, ...]], said: Compared) -> None:
    """Refuse lists that are not as one partner signed them."""
    for share in said.shares:
        names = offers[share.partner]
        if (len(names), digest_of(names)) != (share.objects, share.digest):
            found = f"{len(names):,} objects with the digest {digest_of(names)}"
            raise AlteredOffersError(f"offer of {share.partner}", found, f"{share.objects:,} with {share.digest}")
    if said.objects != len(_all(offers)):
        raise AlteredOffersError("offers", f"{len(_all(offers)):,} objects", f"{said.objects:,}, as was signed")


def _all(offers: Mapping[PartnerId, tuple[str, ...]]) -> list[str]:
    """What all put in, each once, in order."""
    return sorted(set(chain.from_iterable(offers.values())))


def _verdicts(picture: dict[str, Json]) -> Counter[str]:
    """How many facts of a document have each verdict."""
    facts = picture.get("facts")
    found = [fact.get("verdict") for fact in facts if isinstance(fact, dict)] if isinstance(facts, list) else []
    return Counter(verdict for verdict in found if isinstance(verdict, str))


def _as(said: Compared | None) -> tuple[str, ...] | None:
    """What two comparisons agree in, if they do."""
    return None if said is None else (*(_asks(said) or ()), said.picture)


def _asks(said: Compared | None) -> tuple[str, ...] | None:
    """Of what a comparison draws the picture, and how."""
    return None if said is None else (said.inputs, said.as_of, said.settings)


def _words(found: Concord) -> Iterator[str]:
    """The sentences of a concord."""
    said, same = found.said, found.same
    if said is None:
        yield f"{listed(found.partners)} have not compared yet: nobody signed."
        return
    as_of = f", as of {said.as_of}" if said.as_of else ""
    over = f"the same {said.objects:,} objects{as_of}"
    if found.agreed:
        yield f"{listed(same)} compared the factual information, {over}, and each signed the same picture {said.picture}."
    else:
        yield f"{listed(same)} signed the picture {said.picture} over {over}."
    if found.tally:
        yield "Here is what is the same: " + ", ".join(f"{count:,} {name}" for name, count in found.tally) + "."
    if found.unsigned:
        yield f"Not signed yet: {listed(found.unsigned)}."
    for code in found.differing:
        yield (
            f"{code} signed another picture of the same objects, {found.signed[code].picture}: "
            "compare the versions of the programs, and do not rely on either until it is clear."
        )
    for code in (code for code in found.partners if code not in (*same, *found.differing, *found.unsigned)):
        theirs = found.signed[code]
        if (theirs.inputs, theirs.settings) == (said.inputs, said.settings):
            yield (
                f"{code} signed it as of {theirs.as_of or 'no time'}, and this is as of {said.as_of or 'no time'}: say the "
                "same --as-of on both sides, or none."
            )
            continue
        yield f"{code} signed something else: {_else(theirs, said)}. Exchange offers anew, and sign again."


def _else(other: Compared, said: Compared) -> str:
    """In what one comparison asks something else than another."""
    parts = []
    theirs = {share.partner: share for share in other.shares}
    if other.inputs != said.inputs:
        counts = [
            f"{theirs[share.partner].objects:,} objects of {share.partner} where this one has {share.objects:,}"
            for share in said.shares if theirs[share.partner].digest != share.digest
        ]  # fmt: skip
        parts.append("over other objects (" + ", ".join(counts) + ")")
    if other.as_of != said.as_of:
        parts.append(f"as of {other.as_of or 'no time'}")
    if other.settings != said.settings:
        parts.append("drawn with other settings")
    return " and ".join(parts)
