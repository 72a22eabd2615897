"""Giving: what a release needs to know of the past: what a partner has had, in which copies, and what was said since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from consilience.errors import ConsilienceError
from consilience.ledger.entries import Ledger
from consilience.model.identity import PartnerId
from consilience.release.fold import Held
from consilience.release.index import Index
from consilience.release.outgoing import Past

_CLAIMS = frozenset({"claim"})


class GrownError(ConsilienceError):
    """The ledger grew between a decision and its release: what was decided may no longer be so."""


def log_of(partner: PartnerId) -> str:
    """The log of what a partner was given: of its own size, so that it tells nothing of what the partner may not see."""
    return f"to/{partner}"


def past_of(ledger: Ledger, index: Index, partner: PartnerId) -> Past:
    """The claims that a partner has had, and from which originals its copies were made."""
    entries = ledger.entries(log_of(partner), kinds=_CLAIMS)
    envelopes = {entry.digest: entry.envelope for entry in entries if entry.digest and entry.envelope}
    copies: dict[str, list[str]] = defaultdict(list)
    for made, source in index.derivations().items():
        if made in envelopes:
            copies[source].append(made)
    return Past(envelopes, copies)


def words_of(index: Index) -> dict[str, list[Held]]:
    """The retractions and remarkings that the node holds, by the object they speak of, in order of the ledger."""
    words: dict[str, list[Held]] = defaultdict(list)
    for kind in ("retraction", "remarking"):
        for held in index.objects(kind):
            if held.target is not None:
                words[held.target].append(held)
    return words


def attributed(cells: Mapping[str, str], issuer: PartnerId, home: PartnerId) -> dict[str, str]:
    """The cells of a claim as whoever signed it may be heard: what a partner says of another's words is its own claim.

    What the node itself recorded stands as it wrote it. A claim that a partner signed with another's code as its
    holder is the signer's, with the other as the speaker: nobody speaks in another's name.
    """
    told = dict(cells)
    named = told.get("partner", "")
    if issuer in (home, named):
        return told
    return {**told, "partner": issuer, "speaker": told.get("speaker") or named}


class Names:
    """Which issuers use an id: where several do, all but the node's own are told apart by their issuer in front.

    Ids are each issuer's own. Were two contents under one id taken for one issuer's, a partner could take an id of
    ours and so cut what rests on it from its root.
    """

    def __init__(self, home: PartnerId, claims: Iterable[Held]) -> None:
        """Note the ids of all claims that are looked at together."""
        self._home = home
        self._issuers: dict[str, set[PartnerId]] = defaultdict(set)
        for held in claims:
            self._issuers[held.name].add(held.issuer)

    def told(self, cells: Mapping[str, str], issuer: PartnerId) -> dict[str, str]:
        """The cells of a claim with its ids, and those that it refers to, as its issuer means them."""
        renamed = attributed(cells, issuer, self._home)
        for column in ("claim_id", "origins", "about"):
            if column in renamed:
                renamed[column] = " ".join(self._meant(token, issuer) for token in renamed[column].split())
        return renamed

    def _meant(self, token: str, issuer: PartnerId) -> str:
        """What a claim of an issuer refers to: its own, or what it names by another issuer in front (`USA/C138`)."""
        issuers = self._issuers.get(token, ())
        if not issuers:
            named, _, rest = token.partition("/")
            if named in self._issuers.get(rest, ()):
                token, issuer, issuers = rest, PartnerId(named), self._issuers[rest]
        return f"{issuer}/{token}" if issuer != self._home and issuer in issuers and len(issuers) > 1 else token
