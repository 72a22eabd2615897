"""Node: the story of one partner's instance, a method a stage: seal, record, see, decide, release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache, partial

from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.intake import gazetteer
from consilience.intake.gazetteer import Gazetteer
from consilience.intake.holdings import Kept, holdings_of
from consilience.intake.scenario import Scenario, shipped_places
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Appended, Batch
from consilience.ledger.errors import StorageError
from consilience.model.entry import ClaimEntry, Content, RosterEntry, Statement
from consilience.model.identity import PartnerId
from consilience.model.roster import KeyId, Roster
from consilience.node import opening
from consilience.node.giving import GrownError, Names, log_of, past_of, words_of
from consilience.node.home import Home
from consilience.node.opening import Clock, utc_now
from consilience.node.opening import establish as establish
from consilience.node.own import Own, moment_of
from consilience.release.bitset import Table
from consilience.release.custody import Custody
from consilience.release.decision import Audience, Decision, Judge, Veil, decide, permitted
from consilience.release.fold import Held, Said
from consilience.release.index import Index, Permitted
from consilience.release.outgoing import Office, Past, Release, prepare
from consilience.release.policy import PUBLIC, Context
from consilience.settings import Settings
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.payload import encode
from consilience.trust.roster import with_key
from consilience.trust.statement import reread
from consilience.trust.verify import Verified, verify


@dataclass(frozen=True, slots=True)
class Sent:
    """A release that was recorded: what left, and where it stands in the logs."""

    release: Release
    record: Appended
    given: tuple[Appended, ...]

    @property
    def new(self) -> int:
        """How many items this audience had not had before."""
        return sum(appended.new for appended in self.given)


class Node:
    """One partner's instance, open. It changes only by appending to its ledger.

    `scenario`, where a demonstration sets one, gives its pages a title and days worth stopping at.
    """

    def __init__(self, home: Home, ledger: Ledger, index: Index | None, clock: Clock = utc_now) -> None:
        """Made by `open_node`; without an index it can be verified and rebuilt, and nothing else."""
        self.scenario: Scenario | None = None
        self.home = home
        self.partner = home.partner
        self.ledger = ledger
        self.clock = clock
        self._index = index
        self._rosters: tuple[int, Roster] | None = None
        self._signing: tuple[Roster, SigningKey] | None = None
        self._laid: tuple[Roster, int, Table] | None = None
        self._desks = lru_cache(maxsize=16)(self._desk)

    # --- 1. Trust: who is who ---------------------------------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        """The newest roster of the ledger, each version verified against the one before."""
        size = self.ledger.size()
        if self._rosters is None or self._rosters[0] != size:
            self._rosters = size, opening.roster_of(self.home, self.ledger)
        return self._rosters[1]

    def seal(self, content: Content, issued_at: datetime | None = None) -> Verified:
        """Say something in this node's own name, now; or as of a time, if the key in use held then.

        Raises:
            OwnKeyError: the node's own key does not hold.
        """
        roster, key = self._sign()
        wanted = self.clock() if issued_at is None else issued_at
        when = opening.signing_time(self.home, roster, key, wanted, past=issued_at is not None)
        return verify(seal(*encode(Statement(self.partner, when, content)), [key]), roster)

    @property
    def signer(self) -> SigningKey:
        """The key in use."""
        return self._sign()[1]

    def _sign(self) -> tuple[Roster, SigningKey]:
        """The roster and the key in use, which signs heads, too; another process may have rotated it."""
        roster = self.roster
        if self._signing is None or self._signing[0] is not roster:
            self._signing = roster, opening.signing_key(self.home, roster)
            self.ledger.signer = self._signing[1]
        return self._signing

    @property
    def witness_name(self) -> str:
        """Under which name this node cosigns the heads of others."""
        return f"witness/{self.partner}"

    def receive(self, envelope: bytes) -> Verified:
        """Verify an envelope that just arrived. It is not recorded yet."""
        return verify(envelope, self.roster, self.clock())

    def adopt(self, *changes: Callable[[Roster, datetime], Roster]) -> Roster:
        """Sign and record the next versions of the roster, one for each change."""
        for change in changes:
            self.record(self.seal(RosterEntry(change(self.roster, self.clock()))))
        return self.roster

    def rotate(self) -> KeyId:
        """Sign with a new key from now on; the old one signs the roster that says so, and nothing after it.

        The new key is in use only once that roster is on the disk: a crash in between leaves the old one in use.
        """
        made = self.home.keys.new(use=False)
        self.adopt(lambda roster, now: with_key(roster, self.partner, made.public, now))
        self.home.keys.use(made.key_id)
        return self.signer.key_id

    # --- 2. Record --------------------------------------------------------------------------------------------------

    def record(self, *items: Verified) -> Appended:
        """Append to the ledger; on return it is on the disk, and what is derived follows."""
        return self.append(Batch(MAIN, items))[0]

    def append(self, *batches: Batch, at: int | None = None) -> tuple[Appended, ...]:
        """Append to several logs at once, and keep their new heads beside the database.

        Raises:
            GrownError, RolledBackError: see `ready`.
            StorageError: nothing is recorded; or only what is derived failed, and the error says so.
        """
        appended = self.ledger.append(*batches, ready=lambda: self.ready({MAIN, *(each.log for each in batches)}, at))
        self.keep(*appended)
        try:
            self.catch_up()
        except StorageError as error:
            raise opening.follows(error) from error
        return appended

    def ready(self, logs: Iterable[str] | None = None, at: int | None = None) -> None:
        """Refuse to write a ledger that the home does not remember, or that has not the size `at`; sign with our key."""
        opening.check(self.home, self.ledger, logs)
        self._sign()
        if at is not None and at != (size := self.ledger.size()):
            raise GrownError("ledger", f"{size} entries", f"{at}, as when it was decided", "Decide again.")

    def keep(self, *appended: Appended) -> None:
        """Keep the new heads beside the database."""
        opening.keep(self.home, self.ledger, appended)

    @property
    def index(self) -> Index:
        """What is derived from the ledger."""
        if self._index is None:
            raise UsageError("node", "one opened to be verified", "one that is open for use")
        return self._index

    def catch_up(self) -> int:
        """Bring what is derived up to the ledger, and tell the size up to which it was read, at least."""
        size = self.ledger.size()
        self.index.catch_up(self.said, size, partial(opening.root_at, self.ledger))
        return size

    def said(self, since: int = 0) -> Iterator[Said]:
        """What the entries from `since` on say; erased ones say nothing."""
        for entry in self.ledger.entries(since=since):
            if entry.envelope is not None and entry.digest is not None:
                yield Said(entry.index, entry.digest, reread(entry.envelope))

    # --- 3. See: everything for ourselves, and exactly what an audience may see for them -----------------------------

    def desk(self, audience: Audience | None = None, settings: Settings | None = None) -> Desk:
        """The desk over all that the node holds; for an audience, over what that audience may see and nothing else.

        It is computed from those rows, not filtered afterwards: what is hidden had no part in any of it, and neither
        had the decisions of our analysts, which are ours alone.
        """
        state = (self.permitted(audience).labels, self.context(audience.use).consents) if audience else None
        return self._desks(audience, state, self.ledger.checkpoint(), settings or Settings())

    def _desk(self, audience: Audience | None, _state: object, _head: str, settings: Settings) -> Desk:
        """As `desk`; kept until the ledger grows, or time opens or closes a label or a consent."""
        if audience is None:
            own, custody = Own(self.partner, self.index, self.ledger), Custody(self.roster, self.clock, self.partner)
            holdings = own.holdings(self.contents(self.index.objects("claim")), custody, self.places)
            desk = Desk(replace(holdings, scenario=self.scenario), settings, custody, own.decisions(holdings))
            return desk.adjudicating(own.adjudications(holdings))
        return seen(self._decide(audience, self.index.pages(self.permitted(audience))), self.places, settings)

    @cached_property
    def places(self) -> Gazetteer:
        """The names of places that the node knows."""
        return gazetteer.load(*shipped_places())

    def contents(self, objects: Iterable[Held]) -> Iterator[tuple[Held, ClaimEntry]]:
        """Claims with what they say, in one pass over the ledger; `objects` in order of the ledger."""
        entries = self.ledger.entries(kinds=frozenset({"claim"}))
        for held in objects:
            if held.kind != "claim":
                continue
            found = next((entry for entry in entries if entry.index == held.seq), None)
            if found is not None and found.envelope is not None:
                content = reread(found.envelope).content
                if isinstance(content, ClaimEntry):
                    yield held, content

    # --- 4. Decide, and release -------------------------------------------------------------------------------------

    def audience(self, codes: Iterable[str], use: str = "read") -> Audience:
        """The audience of some codes: partners or groups of the roster, or PUBLIC.

        Raises:
            UsageError: for a code that the roster does not know.
        """
        partners: set[PartnerId] = set()
        for code in codes:
            if code == self.partner:
                raise UsageError(f"partner {code}", "this node itself", "another partner: what it holds it has")
            group = self.roster.group(code)
            if group:
                partners |= group.members - {self.partner}
            elif code == PUBLIC or self.roster.member(code):
                partners.add(PartnerId(code))
            else:
                known = ", ".join([member.code for member in self.roster.members] + [PUBLIC])
                raise UsageError(
                    f"partner {code}", "not on the roster", f"one of {known}", f"Add it: consilience partner add {code}"
                )
        if not partners:
            raise UsageError("audience", "nobody", "at least one partner, such as --to GBR")
        return Audience(tuple(sorted(partners)), use)

    def context(self, use: str = "read") -> Context:
        """What policy decides on now."""
        now = self.clock()
        return Context(self.roster, now, self.index.consents(now, use))

    def permitted(self, audience: Audience) -> Permitted:
        """The labels of which the audience may see objects now."""
        self.catch_up()
        roster, labels = self.roster, self.index.labels()
        # The index gives a number once and never again, so as many labels are the same labels.
        if self._laid is None or self._laid[:2] != (roster, len(labels)):
            self._laid = roster, len(labels), Table(labels, roster)
        return permitted(audience, self._laid[2], self.clock())

    def decision(self, audience: Audience, names: frozenset[str] = frozenset()) -> Decision:
        """What of the claims (those of some ids, or all) may go to an audience, what stays, and why."""
        size = self.catch_up()
        decided = replace(self._decide(audience, self.index.objects("claim")), size=size)
        if not names:
            return decided
        return decided.only(
            frozenset(held.digest for held in self.index.objects("claim") if {held.name, held.digest} & names)
        )

    def _decide(self, audience: Audience, objects: Iterable[Held]) -> Decision:
        judge = Judge(audience, self.context(audience.use), self.index.labels())
        return decide(judge, self.contents(objects), Veil(self.home.secret, self.partner))

    def release(self, decision: Decision) -> Sent:
        """Record a decision and everything it gives, in one transaction, in our log and in that of each recipient.

        Raises:
            GrownError: when something was recorded since the decision.
        """
        office = Office(
            self.partner, self.seal, self.reopen, self.ledger.entry, words_of(self.index), self.index.labels()
        )
        offers = {partner: self._offer(decision, partner) for partner in decision.audience.partners}
        release = prepare(decision, offers, office, self.clock())
        given = [Batch(log_of(partner), items) for partner, items in release.items]
        record, *rest = self.append(Batch(MAIN, release.record), *given, at=decision.size)
        return Sent(release, record, tuple(rest))

    def _offer(self, decision: Decision, partner: PartnerId) -> tuple[Decision, Past]:
        """What a partner alone may have of everything, and what it has had."""
        alone = self._decide(Audience((partner,), decision.audience.use), self.index.objects("claim"))
        return alone, past_of(self.ledger, self.index, partner)

    def reopen(self, envelope: bytes) -> Verified:
        """Verify an envelope of our own ledger again."""
        return verify(envelope, self.roster)


def seen(decision: Decision, places: Gazetteer, settings: Settings) -> Desk:
    """The desk over what a decision gives, and nothing else: read anew from the cells that are left."""
    names = Names(decision.home, (given.held for given in decision.given))
    shown = (
        Kept(names.told(dict(given.cells), given.held.issuer), moment_of(given.held.retracted))
        for given in decision.given
    )
    return Desk(holdings_of(shown, places, "what you may see"), settings)


@contextmanager
def open_node(home: Home, clock: Clock = utc_now, *, unchecked: bool = False) -> Iterator[Node]:
    """A node, open until the block is left. `unchecked` is for verifying and rebuilding: nothing damaged hinders it.

    Raises:
        RolledBackError: the ledger is not the one that the home remembers.
        DerivedError: what is derived cannot be read.
    """
    with opening.ledger_of(home, clock) as ledger, ExitStack() as stack:
        if unchecked:
            yield Node(home, ledger, None, clock)
            return
        node = Node(home, ledger, stack.enter_context(opening.index_of(home)), clock)
        node.ready()
        node.catch_up()
        yield node
