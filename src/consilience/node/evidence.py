"""Evidence: what all partners of a session know of each other's claims, and where each of them began.

An assessment is opened to every partner of a session, and so is what it names as its basis. So it may name only what
all of them were told: our own claims that stand in the log of each, and others' within the picture that exactly this
set has compared (ADR 11). Ids have their issuer in front here (`USA/C138`), whoever looks: were a root named otherwise
on two nodes, one origin would look like two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from consilience.comparison.lineage import Lineage
from consilience.errors import ConsilienceError, UnknownClaimError
from consilience.intake.holdings import Kept, holdings_of
from consilience.ledger.entry import MAIN
from consilience.model.assessment import Basis
from consilience.model.claim import Claim
from consilience.model.entry import ClaimEntry, Retraction, Statement
from consilience.model.fact import Fact
from consilience.model.identity import PartnerId, base_id
from consilience.node.common import newest, recall
from consilience.node.giving import attributed, log_of
from consilience.node.node import Node
from consilience.node.offer import KINDS, offer
from consilience.node.shares import recalled
from consilience.trust.statement import reread

_NOBODY = PartnerId("")
UNDISCLOSED = "--rests-also-on-what-is-not-shared"


class NotSharedError(ConsilienceError):
    """A basis names what not every partner of the session was told."""

    exit_code = 3


class Evidence:
    """What all partners of a set know, as one of them can tell."""

    def __init__(self, node: Node, partners: tuple[PartnerId, ...]) -> None:
        """Read it from the node's ledger; `partners` are in order, the node's own among them."""
        self._node, self._partners = node, partners
        self._others = [code for code in partners if code != node.partner]
        self._signed = newest(node, partners).get(node.partner)
        shares = self._signed.content.shares if self._signed else ()
        compared = {digest for share in shares for digest in recalled(node.ledger, share.digest)}
        told = _statements(node, self._others, compared | set(offer(node, frozenset(partners))))
        self._claims = holdings_of(_rows(told), node.places, "what all were told").claims
        self._lineage = Lineage(self._claims)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What a basis may name, each with its issuer in front of its id; the newest first."""
        return tuple(sorted(self._claims, key=lambda each: (each.reported_at.end, each.id), reverse=True))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of the picture that this set has compared; none before."""
        return recall(self._node, self._signed.content).picture.facts if self._signed else ()

    def told(self, item: str, partner: PartnerId) -> frozenset[str] | None:
        """Where something that a partner names as its basis began, by what all were told; None for what is not among it."""
        if item in {fact.id for fact in self.facts}:
            return self._roots_of_facts((item,))[item]
        issuer, _, rest = item.partition("/")
        versions = self._lineage.versions(item if rest and issuer in self._partners else f"{partner}/{item}")
        return frozenset[str]().union(*map(self._lineage.roots, versions)) if versions else None

    def basis(self, claims: Iterable[str], facts: Iterable[str], *, undisclosed: bool) -> Basis:
        """A basis with the roots of each of its claims and facts.

        Raises:
            NotSharedError: one of them was not told to all, saying to whom, and what to do.
            UnknownClaimError: a claim of ours that we do not hold.
        """
        named = tuple(sorted({self._plain(name) for name in claims}))
        roots = {name: self._roots_of_claim(name) for name in named}
        shown = tuple(sorted(set(facts)))
        roots |= self._roots_of_facts(shown)
        listed = tuple((item, tuple(sorted(found))) for item, found in sorted(roots.items()))
        return Basis(named, shown, listed, undisclosed)

    def check(self, claims: Iterable[str]) -> tuple[str, ...]:
        """Claims that may be named to all of the set, as they are named to them; raises as `basis`."""
        named = tuple(sorted({self._plain(name) for name in claims}))
        for name in named:
            self._roots_of_claim(name)
        return named

    def _plain(self, name: str) -> str:
        """An id of ours without ourselves in front."""
        return name.removeprefix(f"{self._node.partner}/")

    def _roots_of_claim(self, name: str) -> frozenset[str]:
        """Where a claim began."""
        issuer, _, rest = name.partition("/")
        whole = name if rest and issuer in self._partners else f"{self._node.partner}/{name}"
        versions = self._lineage.versions(whole)
        if versions:
            return frozenset[str]().union(*(self._lineage.roots(version) for version in versions))
        if whole == name:
            raise self._not_compared(f"claim {name}")
        raise self._not_told(name)

    def _roots_of_facts(self, facts: tuple[str, ...]) -> dict[str, frozenset[str]]:
        """Where the claims of some facts of the common picture began."""
        if not facts:
            return {}
        if self._signed is None:
            raise self._not_compared(f"fact {facts[0]}")
        known = {fact.id: fact for fact in self.facts}
        found: dict[str, frozenset[str]] = {}
        for name in facts:
            fact = next((fact for each, fact in known.items() if each == name), None)
            if fact is None:
                raise self._not_compared(f"fact {name}")
            ids = {_fronted(base_id(holding.claim.id), holding.claim.partner) for holding in fact.holdings}
            versions = [version for each in sorted(ids) for version in self._lineage.versions(each)]
            found[name] = frozenset[str]().union(*(self._lineage.roots(version) for version in versions))
        return found

    def _not_told(self, name: str) -> ConsilienceError:
        """Why a claim of ours may not be named."""
        ours = [
            held for held in self._node.index.named(name) if held.kind == "claim" and held.issuer == self._node.partner
        ]
        if not ours:
            return UnknownClaimError(
                f"claim {name}", "no such id of ours", "a claim of this node, or another's as USA/C138"
            )
        lacking = [code for code in self._others if name not in _told_to(self._node, code)]
        who = ", ".join(lacking)
        if lacking:
            step = f"Release it first: consilience release --to {lacking[0]}; or leave it out, or say {UNDISCLOSED}."
            return NotSharedError(
                f"basis: claim {name}", f"not told to {who}", "told to every partner of the session", step
            )
        step = f"Name a claim that all have in one form, or leave it out and say {UNDISCLOSED}."
        return NotSharedError(
            f"basis: claim {name}", "withdrawn, or told to each in a form of its own", "one form, told to all", step
        )

    def _not_compared(self, what: str) -> NotSharedError:
        """Why another's claim, or a fact, may not be named."""
        others = ",".join(self._others)
        found = "not in the picture that this set has compared"
        if self._signed is None:
            found = "nothing that this set has compared yet"
        step = f"Compare first: consilience picture agree --with {others}; or leave it out and say {UNDISCLOSED}."
        return NotSharedError(f"basis: {what}", found, "what all partners of the session were told", step)


def held_lineage(node: Node, partners: tuple[PartnerId, ...]) -> Lineage:
    """Where all claims of some partners began that this node holds, whoever else was told; ids as in `Evidence`."""
    entries = (entry for entry in node.ledger.entries(MAIN, kinds=KINDS) if entry.issuer in partners)
    told = _statements(node, (), {entry.digest for entry in entries if entry.digest is not None})
    return Lineage(holdings_of(_rows(told), node.places, "what is held of these partners").claims)


def _statements(node: Node, others: Iterable[PartnerId], wanted: set[str]) -> list[Statement]:
    """The statements of some digests, each once, in order of digest."""
    found: dict[str, Statement] = {}
    for log in (MAIN, *(log_of(code) for code in others)):
        for entry in node.ledger.entries(log, kinds=KINDS):
            if entry.digest in wanted and entry.digest not in found and entry.envelope is not None:
                found[entry.digest] = reread(entry.envelope)
    withdrawn = {(said.issuer, said.content.object) for said in found.values() if isinstance(said.content, Retraction)}
    return [said for name, said in sorted(found.items()) if (said.issuer, name) not in withdrawn]


def _told_to(node: Node, partner: PartnerId) -> frozenset[str]:
    """The ids of our claims that stand in a partner's log, in whatever form."""
    names = set()
    for entry in node.ledger.entries(log_of(partner), kinds=frozenset({"claim"})):
        content = reread(entry.envelope).content if entry.envelope is not None else None
        if isinstance(content, ClaimEntry) and entry.issuer == node.partner:
            names.add(content.cell("claim_id"))
    return frozenset(names)


def _rows(told: Iterable[Statement]) -> list[Kept]:
    """Claims as their issuers' own words, every id with its issuer in front."""
    claims = [(said.issuer, said.content) for said in told if isinstance(said.content, ClaimEntry)]
    issuers: dict[str, set[PartnerId]] = defaultdict(set)
    for issuer, content in claims:
        issuers[content.cell("claim_id")].add(issuer)
    return [Kept(_named(dict(content.cells), issuer, issuers), None) for issuer, content in claims]


def _named(cells: Mapping[str, str], issuer: PartnerId, issuers: Mapping[str, set[PartnerId]]) -> dict[str, str]:
    """The cells of a claim with its ids, and those that it refers to, as everybody names them."""
    renamed = attributed(cells, issuer, _NOBODY)
    renamed["claim_id"] = f"{issuer}/{renamed.get('claim_id', '')}"
    for column in ("origins", "about"):
        if column in renamed:
            tokens = renamed[column].split()
            renamed[column] = " ".join(
                f"{issuer}/{token}" if _is_own(token, issuer, issuers) else token for token in tokens
            )
    return renamed


def _is_own(token: str, issuer: PartnerId, issuers: Mapping[str, set[PartnerId]]) -> bool:
    """Whether a reference is to a claim of its issuer's own: one of these, or one that bears the name of another's here.

    All else is an origin key, or names another's claim by its issuer, and stands as it is.
    """
    users = issuers.get(token, set())
    return issuer in users or (bool(users) and ":" not in token)


def _fronted(name: str, partner: PartnerId) -> str:
    """An id of the common picture with its issuer in front."""
    return name if name.startswith(f"{partner}/") else f"{partner}/{name}"
