"""Node: the story of one partner's instance, a method a stage: seal, record, see, decide, release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.intake import gazetteer
from consilience.intake.gazetteer import Gazetteer
from consilience.intake.holdings import Kept, holdings_of
from consilience.intake.scenario import Scenario, shipped_places
from consilience.ledger.database import Database
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Appended, Batch
from consilience.model.entry import ClaimEntry, Content, RosterEntry, Statement
from consilience.model.identity import PartnerId
from consilience.model.period import Moment
from consilience.model.roster import KeyId, Policy, Roster
from consilience.node.home import Home
from consilience.release.bitset import Table
from consilience.release.custody import Custody
from consilience.release.decision import Audience, Decision, Judge, decide, permitted
from consilience.release.fold import Held, Said
from consilience.release.index import Index, Permitted
from consilience.release.outgoing import Office, Release, prepare
from consilience.release.policy import PUBLIC, Context
from consilience.settings import Settings
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.payload import encode
from consilience.trust.roster import found, with_key
from consilience.trust.statement import reread
from consilience.trust.verify import Verified, verify, verify_founding

LEVELS = Policy("NATIONAL", ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"))
"""The classification scheme that a new roster starts with."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


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

    def __init__(self, home: Home, ledger: Ledger, index: Index, clock: Clock = utc_now) -> None:
        """Made by `open_node`."""
        self.scenario: Scenario | None = None
        self.home = home
        self.partner = home.partner
        self.ledger = ledger
        self.index = index
        self.clock = clock
        self._rosters: tuple[int, Roster] | None = None
        self._laid: tuple[tuple[int, int], Table] = (0, 0), Table((), Roster(0, clock(), frozenset(), 1, ()))
        self._desks = lru_cache(maxsize=16)(self._desk)

    # --- 1. Trust: who is who ---------------------------------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        """The newest roster of the ledger, each version verified against the one before."""
        size = self.ledger.size()
        if self._rosters is None or self._rosters[0] < size:
            self._rosters = size, self._read_roster()
        return self._rosters[1]

    def _read_roster(self) -> Roster:
        roster: Roster | None = None
        for entry in self.ledger.entries(kinds=frozenset({"roster"})):
            data = entry.envelope or b""
            content = (verify(data, roster) if roster else verify_founding(data)).statement.content
            if isinstance(content, RosterEntry):
                roster = content.roster
        if roster is None:
            raise UsageError(f"node {self.home.folder}", "no roster", "a founded node", "Run: consilience init again.")
        return roster

    def seal(self, content: Content, issued_at: datetime | None = None) -> Verified:
        """Say something in this node's own name, now; or as of a time, if the key in use held then."""
        when = self.clock()
        if issued_at is not None:
            own = self.roster.member(self.partner)
            key = own.key(self._key.key_id) if own else None
            when = max(issued_at, key.since) if key else issued_at
        return verify(seal(*encode(Statement(self.partner, when, content)), [self._key]), self.roster)

    @cached_property
    def _key(self) -> SigningKey:
        return self.home.keys.current()

    @property
    def signer(self) -> SigningKey:
        """The key in use."""
        return self._key

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
        self.__dict__.pop("_key", None)
        self.ledger.signer = made
        return made.key_id

    # --- 2. Record --------------------------------------------------------------------------------------------------

    def record(self, *items: Verified) -> Appended:
        """Append to the ledger; on return it is on the disk, and what is derived follows."""
        return self.append(Batch(MAIN, items))[0]

    def append(self, *batches: Batch) -> tuple[Appended, ...]:
        """Append to several logs at once, and keep their new heads beside the database."""
        appended = self.ledger.append(*batches)
        for each in appended:
            if each.checkpoint is not None and each.new:
                self.home.remember(each.log, each.checkpoint)
        self.catch_up()
        return appended

    def catch_up(self) -> None:
        """Bring what is derived up to the ledger."""
        self.index.catch_up(self.said, self.ledger.size())

    def said(self, since: int = 0) -> Iterator[Said]:
        """What the entries from `since` on say; erased ones say nothing."""
        for entry in self.ledger.entries(since=since):
            if entry.envelope is not None and entry.digest is not None:
                yield Said(entry.index, entry.digest, reread(entry.envelope))

    # --- 3. See: everything for ourselves, and exactly what an audience may see for them -----------------------------

    def desk(self, audience: Audience | None = None, settings: Settings | None = None) -> Desk:
        """The desk over all that the node holds; for an audience, over what that audience may see and nothing else.

        It is computed from those rows, not filtered afterwards: what is hidden had no part in any of it.
        """
        state = (self.permitted(audience).labels, self.context(audience.use).consents) if audience else None
        return self._desks(audience, state, self.ledger.size(), settings or Settings())

    def _desk(self, audience: Audience | None, _state: object, _size: int, settings: Settings) -> Desk:
        """As `desk`; kept until the ledger grows, or time opens or closes a label or a consent."""
        if audience is None:
            rows, custody = self._own_rows()
            holdings = replace(holdings_of(rows, self.places, "the ledger"), scenario=self.scenario)
            return Desk(holdings, settings, custody)
        return seen(self._decide(audience, self.index.pages(self.permitted(audience))), self.places, settings)

    def _own_rows(self) -> tuple[list[Kept], Custody]:
        """All rows that the node holds; a tearline rests on what it was made from, which only we know."""
        labels = self.index.labels()
        derived = self.index.derivations()
        custody = Custody(self.roster, self.clock, self.partner)
        names: dict[str, str] = {}
        rows: list[Kept] = []
        for held, entry in self.contents(self.index.objects("claim")):
            cells = dict(entry.cells)
            names[held.digest] = held.name
            source = names.get(derived.get(held.digest, ""))
            if source:
                cells["origins"] = f"{cells.get('origins', '')} {source}".strip()
            custody.add(cells, labels[held.whole])
            rows.append(Kept(cells, _moment(held.retracted)))
        return rows, custody

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
        if self._laid[0] != (roster.version, len(labels)):
            self._laid = (roster.version, len(labels)), Table(labels, roster)
        return permitted(audience, self._laid[1], self.clock())

    def decision(self, audience: Audience, names: frozenset[str] = frozenset()) -> Decision:
        """What of the claims (those of some ids, or all) may go to an audience, what stays, and why."""
        self.catch_up()
        objects = self.index.objects("claim")
        return self._decide(
            audience, (held for held in objects if not names or held.name in names or held.digest in names)
        )

    def _decide(self, audience: Audience, objects: Iterable[Held]) -> Decision:
        judge = Judge(audience, self.context(audience.use), self.index.labels())
        return decide(judge, self.contents(objects), self.home.secret)

    def release(self, decision: Decision) -> Sent:
        """Record a decision and everything it gives, in one transaction, in our log and in that of each recipient."""
        office = Office(self.seal, self._reopen, self.ledger.entry, self._had)
        release = prepare(decision, self.index.objects("retraction"), office, self.clock())
        given = [Batch(log_of(partner), items) for partner, items in release.items]
        record, *rest = self.append(Batch(MAIN, release.record), *given)
        return Sent(release, record, tuple(rest))

    def _had(self, partner: PartnerId, subject: str) -> bytes | None:
        entry = self.ledger.find(subject, log_of(partner))
        return entry.envelope if entry else None

    def _reopen(self, envelope: bytes) -> Verified:
        return verify(envelope, self.roster)


def seen(decision: Decision, places: Gazetteer, settings: Settings) -> Desk:
    """The desk over what a decision gives, and nothing else: read anew from the cells that are left."""
    shown = (Kept(dict(given.cells), _moment(given.held.retracted)) for given in decision.given)
    return Desk(holdings_of(shown, places, "what you may see"), settings)


def log_of(partner: PartnerId) -> str:
    """The log of what a partner was given: of its own size, so that it tells nothing of what the partner may not see."""
    return f"to/{partner}"


def establish(home: Home, name: str, clock: Clock = utc_now) -> None:
    """Record the first roster of a new node: itself, its key, one classification scheme."""
    with _open(home, clock) as (ledger, _):
        key = home.keys.current()
        roster = found(home.partner, name or home.partner, key.public, clock(), [LEVELS])
        statement = Statement(home.partner, clock(), RosterEntry(roster))
        (appended,) = ledger.append(Batch(MAIN, [verify_founding(seal(*encode(statement), [key]))]))
        if appended.checkpoint:
            home.remember(MAIN, appended.checkpoint)


@contextmanager
def open_node(home: Home, clock: Clock = utc_now) -> Iterator[Node]:
    """A node, open until the block is left."""
    with _open(home, clock) as (ledger, index):
        node = Node(home, ledger, index, clock)
        node.catch_up()
        yield node


@contextmanager
def _open(home: Home, clock: Clock) -> Iterator[tuple[Ledger, Index]]:
    signer = home.keys.current()
    with Ledger.open(home.database, home.origin, signer, clock=clock, secret=home.secret) as ledger:
        database = Database.open(home.derived)
        try:
            yield ledger, Index(database)
        finally:
            database.close()


def _moment(text: str | None) -> Moment | None:
    return Moment(datetime.fromisoformat(text), is_day=False) if text else None
