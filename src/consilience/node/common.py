"""Common: the picture over what all of some partners were given, drawn alike by each of them, and signed by each."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from consilience.comparison.picture import SCHEMA as PICTURE_SCHEMA
from consilience.comparison.picture import Picture
from consilience.desk import AsOf, Desk, moment
from consilience.errors import ConsilienceError, UsageError
from consilience.intake.gazetteer import Gazetteer
from consilience.intake.holdings import Kept, holdings_of
from consilience.ledger.entry import MAIN
from consilience.model.entry import ClaimEntry, Compared, Retraction, Share, SharePlaces, Statement
from consilience.model.identity import PartnerId
from consilience.model.period import Moment
from consilience.node.giving import attributed, log_of
from consilience.node.node import Node
from consilience.node.offer import KINDS, members
from consilience.node.offer import offer as offer
from consilience.node.shares import places_of, recalled, recorded
from consilience.settings import Settings
from consilience.trust.canonical import Json, encode
from consilience.trust.statement import reread
from consilience.trust.verify import Verified, verify

_NOBODY = PartnerId("")  # whose words stand as written: in a common picture, nobody's
_NAMED = 5  # digests that an error names for each partner


class MissingObjectsError(ConsilienceError):
    """What a partner offers as told to all was not told to us by it.

    `missing` are the digests by the partner whose offer they are in.
    """

    exit_code = 1

    def __init__(self, missing: Mapping[PartnerId, Sequence[str]]) -> None:
        """Name the first of them for each partner."""
        self.missing = {partner: tuple(digests) for partner, digests in missing.items()}
        found = "; ".join(
            f"{len(digests):,} in the offer of {partner} that it did not give us, such as {', '.join(digests[:_NAMED])}"
            for partner, digests in self.missing.items()
        )
        next_step = "Receive what they released to us (consilience receive), then sign; or let them offer anew."
        super().__init__(
            "objects to compare", found, "everything that is offered, received from who offers it", next_step
        )


class ErasedShareError(ConsilienceError):
    """A comparison of before cannot be drawn again, since objects of it were erased here."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Common:
    """What some partners have in common, as every one of them computes it.

    Attributes:
        partners: the set, in order of code.
        offers: what each put in, by digest, in order of partner.
        digests: all of it, in order, each once.
        picture: drawn over exactly the claims among them.
        content: what each partner signs.
        places: where the objects stand in the logs of this node; for this node's ledger alone.
    """

    partners: tuple[PartnerId, ...]
    offers: tuple[tuple[PartnerId, tuple[str, ...]], ...]
    digests: tuple[str, ...]
    picture: Picture
    content: Compared
    places: tuple[SharePlaces, ...]


class Word(NamedTuple):
    """A comparison that stands in the ledger: who signed it, when, what it says, and its bytes."""

    issuer: PartnerId
    at: datetime
    content: Compared
    envelope: bytes


class _Object(NamedTuple):
    """One object that is compared: where this node has it, and what it says."""

    log: str
    seq: int
    statement: Statement


def common(
    node: Node, partners: frozenset[PartnerId], offers: Mapping[PartnerId, Sequence[str]], as_of: AsOf = None
) -> Common:
    """What the partners have in common, and the picture over it, the same on the node of each of them.

    Args:
        node: one of them.
        partners: who compares.
        offers: what each of the others offers; ours is read from our own logs, unless it is given too.
        as_of: use only what was reported by then.

    Raises:
        MissingObjectsError: something offered was not told to us by who offers it.
        UsageError: for a set that is none, an offer that is absent or one too many, or a time that is none.
    """
    listed = members(node, partners)
    given = {node.partner: offer(node, partners), **offers} if node.partner not in offers else dict(offers)
    _check_offers(listed, given)
    ordered = tuple((code, tuple(sorted(set(given[code])))) for code in listed)
    found = _find(node, ordered)
    digests = tuple(sorted(found))
    cut = moment(as_of)
    cut = None if cut is None else moment(str(cut))  # what is signed is the text, so the picture is as of the text
    picture = _draw([(name, found[name].statement) for name in digests], node.places, cut)
    content = Compared(
        listed, "" if cut is None else str(cut), len(digests), digest_of(digests), settings_digest(), picture.digest,
        tuple(Share(code, len(names), digest_of(names)) for code, names in ordered),
    )  # fmt: skip
    places = chain.from_iterable(
        places_of(digest_of(names), ((found[name].log, found[name].seq) for name in names)) for _, names in ordered
    )
    return Common(listed, ordered, digests, picture, content, tuple(places))


def sign(node: Node, found: Common) -> Verified:
    """Our word that we drew this picture, signed and recorded with where its objects stand; on return it is on the disk.

    What our newest word for these partners says already is not said again: that one is returned.
    """
    before = newest(node, found.partners).get(node.partner)
    if before is not None and before.content == found.content:
        return verify(before.envelope, node.roster)
    known = {place.share for place in recorded(node.ledger)}
    sealed = [node.seal(place) for place in found.places if place.share not in known]
    made = node.seal(found.content)
    node.record(*sealed, made)
    return made


def recall(node: Node, said: Compared) -> Common:
    """A comparison that this node signed, drawn again from its ledger alone.

    Raises:
        ErasedShareError: objects of it were erased since.
        MissingObjectsError: as `common`.
    """
    offers = {share.partner: recalled(node.ledger, share.digest) for share in said.shares}
    for share in said.shares:
        names = offers[share.partner]
        if digest_of(names) != share.digest:
            next_step = "Exchange offers anew, and sign what stands now."
            found = f"{share.objects - len(names):,} of {share.objects:,} objects erased here since"
            raise ErasedShareError(f"share of {share.partner}", found, "all of them", next_step)
    return common(node, frozenset(said.partners), offers, said.as_of or None)


def newest(node: Node, partners: Sequence[PartnerId]) -> dict[PartnerId, Word]:
    """The newest comparison that each of some partners signed for exactly this set, as it stands in the ledger."""
    found: dict[PartnerId, Word] = {}
    for word in words(node):
        before = found.get(word.issuer)
        if word.content.partners == tuple(partners) and (before is None or before.at <= word.at):
            found[word.issuer] = word
    return found


def words(node: Node) -> Iterator[Word]:
    """Every comparison in the ledger, ours and those of others, in order; each by one of the partners that it names."""
    for entry in node.ledger.entries(kinds=frozenset({"comparison"})):
        said = reread(entry.envelope) if entry.envelope is not None else None
        if said is not None and isinstance(said.content, Compared) and said.issuer in said.content.partners:
            yield Word(said.issuer, said.issued_at, said.content, entry.envelope or b"")


def digest_of(digests: Sequence[str]) -> str:
    """SHA-256 over the canonical list of some digests in order, 64 hexadecimal digits."""
    listed: list[Json] = [*digests]
    return hashlib.sha256(encode(listed)).hexdigest()


def settings_digest() -> str:
    """SHA-256 over the settings of a common picture, which are the defaults, and the picture's schema."""
    value: dict[str, Json] = {"schema": PICTURE_SCHEMA, "settings": asdict(Settings())}
    return hashlib.sha256(encode(value)).hexdigest()


def _check_offers(partners: Sequence[PartnerId], offers: Mapping[PartnerId, object]) -> None:
    """Refuse offers that are not one of each partner."""
    absent, more = sorted(set(partners) - set(offers)), sorted(set(offers) - set(partners))
    if absent or more:
        found = f"none of {', '.join(absent)}" if absent else f"one of {', '.join(more)}"
        raise UsageError("offers", found, f"one of each of {', '.join(partners)}", "Ask for: consilience picture offer")


def _find(node: Node, offers: Sequence[tuple[PartnerId, tuple[str, ...]]]) -> dict[str, _Object]:
    """Every object that is offered, as this node has it from who offers it; `MissingObjectsError` for the rest.

    What a partner offers counts as held only when that partner signed it: a claim of its own, or its copy of another's.
    So nobody learns, by offering a guess, whether another holds what a third gave it.
    """
    partners = {code for code, _ in offers}

    def _may_give(code: PartnerId, log: str, issuer: str) -> bool:
        return code == node.partner or (log == MAIN and issuer == code)

    asked: dict[str, set[PartnerId]] = defaultdict(set)
    for code, names in offers:
        for name in names:
            asked[name].add(code)
    found: dict[str, _Object] = {}
    held: set[tuple[PartnerId, str]] = set()
    logs = [MAIN, *(log_of(code) for code in sorted(partners - {node.partner}))]
    for log in logs:
        for entry in node.ledger.entries(log, kinds=KINDS):
            digest = entry.digest
            if digest is None or digest not in asked or entry.envelope is None:
                continue
            givers = {code for code in asked[digest] if _may_give(code, log, entry.issuer)}
            held |= {(code, digest) for code in givers}
            if givers and digest not in found:
                found[digest] = _Object(log, entry.index, reread(entry.envelope))
    missing = {code: [digest for digest in names if (code, digest) not in held] for code, names in offers}
    if any(missing.values()):
        raise MissingObjectsError({code: names for code, names in missing.items() if names})
    return found


def _draw(objects: Sequence[tuple[str, Statement]], places: Gazetteer, as_of: Moment | None) -> Picture:
    """The picture over the claims among some objects, read as nobody's in particular; withdrawn as the objects say."""
    since: dict[tuple[str, PartnerId], datetime] = {}
    claims: list[tuple[str, Statement, ClaimEntry]] = []
    for name, said in objects:
        if isinstance(said.content, ClaimEntry):
            claims.append((name, said, said.content))
        elif isinstance(said.content, Retraction):
            key = (said.content.object, said.issuer)  # nobody withdraws what is another's
            since[key] = min(said.issued_at, since.get(key, said.issued_at))
    ids = Ids((said.issuer, content.cell("claim_id")) for _, said, content in claims)
    rows = []
    for name, said, content in claims:
        when = since.get((name, said.issuer))
        withdrawn = None if when is None else Moment(max(when, said.issued_at), is_day=False)
        rows.append(Kept(ids.told(dict(content.cells), said.issuer), withdrawn))
    return Desk(holdings_of(rows, places, "what all were given"), Settings()).picture(as_of)


class Ids:
    """Ids of several issuers' claims, told apart without regard to who looks.

    Where one is not unique, or looks like something else than a plain id, its issuer stands in front (`GBR/C17`). So
    two issuers' ids never come out as one.
    """

    def __init__(self, claims: Iterable[tuple[PartnerId, str]]) -> None:
        """Note who uses which id."""
        self._issuers: dict[str, set[PartnerId]] = defaultdict(set)
        for issuer, name in claims:
            self._issuers[name].add(issuer)
        self._fronts = {f"{issuer}/" for issuers in self._issuers.values() for issuer in issuers}

    def told(self, cells: Mapping[str, str], issuer: PartnerId) -> dict[str, str]:
        """The cells of a claim as its issuer's own words, with its ids and those that it refers to as told apart."""
        renamed = attributed(cells, issuer, _NOBODY)
        renamed["claim_id"] = self._apart(renamed.get("claim_id", ""), issuer)
        for column in ("origins", "about"):
            if column in renamed:
                renamed[column] = " ".join(self._meant(token, issuer) for token in renamed[column].split())
        return renamed

    def _apart(self, name: str, issuer: PartnerId) -> str:
        """An id with its issuer in front, unless it is unique and could be nothing else than a claim's plain id.

        One with a colon could be an assertion (`imagery:AUR:1`), on which the claims of others rest.
        """
        looks = ":" in name or any(name.startswith(front) for front in self._fronts)
        return f"{issuer}/{name}" if looks or len(self._issuers.get(name, ())) > 1 else name

    def _meant(self, token: str, issuer: PartnerId) -> str:
        """What a claim refers to: its issuer's own, or one that it names by the issuer in front (`USA/C138`).

        A plain id of its own that is not among these claims must not be taken for another's of the same spelling.
        """
        users = self._issuers.get(token, set())
        if issuer in users:
            return self._apart(token, issuer)
        named, _, rest = token.partition("/")
        if named in self._issuers.get(rest, set()):
            return self._apart(rest, PartnerId(named))
        return f"{issuer}/{token}" if users and ":" not in token else token
