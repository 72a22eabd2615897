"""Opening: a home's ledger, shown to be the one that the home remembers; its key in use; and what is derived from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from consilience.errors import ConsilienceError, UsageError
from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.database import Database
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Appended, Batch
from consilience.ledger.errors import MalformedNoteError, NoSuchEntryError, ProofError, StorageError
from consilience.ledger.note import Checkpoint
from consilience.model.entry import RosterEntry, Statement
from consilience.model.roster import Policy, Roster
from consilience.node.home import Home, HomeError, RolledBackError
from consilience.release.index import Index, named
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.payload import encode
from consilience.trust.roster import found
from consilience.trust.verify import verify, verify_founding

LEVELS = Policy("NATIONAL", ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"))
"""The classification scheme that a new roster starts with."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class OwnKeyError(ConsilienceError):
    """The node's own key cannot sign now: that is no fault of what was to be signed."""


# --- Making and opening -----------------------------------------------------------------------------------------------


def establish(home: Home, name: str, clock: Clock = utc_now) -> None:
    """Record the first roster of a new node: itself, its key, one classification scheme. What is there stays.

    Raises:
        RolledBackError, HomeError: the home remembers a ledger, and it is not there.
    """
    with ledger_of(home, clock, make=True) as ledger:
        check(home, ledger)
        if not ledger.size():
            key = home.keys.current()
            roster = found(home.partner, name or home.partner, key.public, clock(), [LEVELS])
            statement = Statement(home.partner, clock(), RosterEntry(roster))
            ledger.append(Batch(MAIN, [verify_founding(seal(*encode(statement), [key]))]))
        home.remember(MAIN, ledger.checkpoint())


@contextmanager
def ledger_of(home: Home, clock: Clock, *, make: bool = False) -> Iterator[Ledger]:
    """The ledger of a home, open until the block is left; one that is gone is made only for a home that had none.

    Raises:
        HomeError: it is gone.
        LedgerError: see `Ledger.open`.
    """
    kind, _, file = home.database.partition(":///")
    if kind == "sqlite" and not Path(file).exists():
        if home.heads():
            expected = "the ledger whose heads the home keeps"
            raise HomeError(file, "no file", expected, "Restore it from its newest copy: a new one would be another.")
        if not make:
            next_step = f"Run: consilience init {home.folder} --partner {home.partner}"
            raise HomeError(file, "no ledger yet", "a home that was made whole", next_step)
    signer = home.keys.current()
    with Ledger.open(home.database, home.origin, signer, clock=clock, secret=home.secret) as ledger:
        yield ledger


@contextmanager
def index_of(home: Home) -> Iterator[Index]:
    """What is derived, open until the block is left; `DerivedError` when it cannot be."""
    with named():
        database = Database.open(home.derived)
    try:
        yield Index(database)
    finally:
        database.close()


def follows(error: StorageError) -> StorageError:
    """A failure of what is derived, once the ledger has what was asked."""
    said = f"It is recorded; what is derived follows at the next command. {error.next_step}"
    return type(error)(error.thing, error.found, error.expected, said)


# --- Remembered heads -------------------------------------------------------------------------------------------------


def check(home: Home, ledger: Ledger, logs: Iterable[str] | None = None) -> None:
    """Refuse a ledger that does not hold what the home remembers of it: of all logs, or of some.

    A ledger that is ahead passes: a crash may fall between a commit and the remembering of its head.

    Raises:
        RolledBackError: an older or another database is in the place of the one that was signed.
        HomeError: a remembered head that cannot be read.
    """
    # The remembered head is read first: another process may append at any time, and remembers only what is recorded.
    kept = home.heads() if logs is None else [text for log in logs if (text := home.head(log)) is not None]
    for text in kept:
        try:
            head = notes.checkpoint_of(notes.parse(text).text)
            log = ledger.log_of(head.origin)
        except (MalformedNoteError, NoSuchEntryError) as error:
            next_step = "Restore it from a copy of the home, and run: consilience verify"
            raise HomeError(f"{home.folder}/heads", error.found, f"heads of {home.origin}", next_step) from error
        _check_holds(ledger, log, head)


def _check_holds(ledger: Ledger, log: str, head: Checkpoint) -> None:
    """Refuse a log that is not an extension of a head."""
    now = notes.checkpoint_of(notes.parse(ledger.checkpoint(log)).text)
    said = f"size {now.size}"
    if head.size <= now.size:
        said = f"another history at size {head.size}"
        try:
            proof = ledger.consistency(head.size, now.size, log)
            tree.verify_consistency(head.size, now.size, proof, (head.root, now.root))
        except ProofError:
            pass
        else:
            return
    next_step = "Put the newer database back; nothing was changed. See what is missing: consilience verify"
    raise RolledBackError(f"log {log}", said, f"size {head.size} or more, as this node signed before", next_step)


def keep(home: Home, ledger: Ledger, appended: Iterable[Appended]) -> None:
    """Remember the heads of what was appended; `RolledBackError` for one that does not extend the remembered one."""
    for each in appended:
        if each.checkpoint is not None and each.new:
            check(home, ledger, [each.log])
            home.remember(each.log, each.checkpoint)


def root_at(ledger: Ledger, size: int) -> bytes | None:
    """The root of the main log at a size at which it was signed; None when it never was."""
    if size == 0:
        return tree.EMPTY_ROOT
    try:
        return notes.checkpoint_of(notes.parse(ledger.checkpoint(MAIN, size)).text).root
    except NoSuchEntryError:
        return None


# --- Roster and key ---------------------------------------------------------------------------------------------------


def roster_of(home: Home, ledger: Ledger) -> Roster:
    """The newest roster of the ledger, each version verified against the one before.

    Raises:
        UsageError: it has none.
    """
    roster: Roster | None = None
    for entry in ledger.entries(kinds=frozenset({"roster"})):
        data = entry.envelope or b""
        content = (verify(data, roster) if roster else verify_founding(data)).statement.content
        if isinstance(content, RosterEntry):
            roster = content.roster
    if roster is None:
        next_step = f"Run: consilience init {home.folder} --partner {home.partner}"
        raise UsageError(f"node {home.folder}", "no roster", "a founded node", next_step)
    return roster


def signing_key(home: Home, roster: Roster) -> SigningKey:
    """The key to sign with: the one in use, or the newest that the roster lists, when the one in use has an end.

    So a rotation that a crash cut off, after the roster listed the new key and before it was in use, is finished.
    """
    key = home.keys.current()
    own = roster.member(home.partner)
    here = home.keys.all()
    open_ended = [each for each in own.keys if each.until is None and each.id in here] if own else []
    if not open_ended or any(each.id == key.key_id for each in open_ended):
        return key
    newest = max(open_ended, key=lambda each: each.since).id
    home.keys.use(newest)
    return home.keys.load(newest)


def signing_time(home: Home, roster: Roster, key: SigningKey, wanted: datetime, *, past: bool) -> datetime:
    """When a statement says that it was issued: as `wanted`; one of the past is moved to where our key begins.

    Raises:
        OwnKeyError: our own key does not hold then.
    """
    own = roster.member(home.partner)
    listed = own.key(key.key_id) if own else None
    if listed is None:
        next_step = "Put back the key folder, or the ledger, that goes with the other."
        raise OwnKeyError(f"our own key {key.key_id}", "a roster without it", "a key that it lists", next_step)
    when = max(wanted, listed.since) if past else wanted
    if not listed.holds_at(when):
        until = f"until {listed.until}" if listed.until else "on"
        next_step = "Mend this machine's clock." if when < listed.since else "Restore the newer key to the key folder."
        expected = f"a time from {listed.since} {until}"
        raise OwnKeyError(f"our own key {key.key_id}", f"{when} as the time to sign", expected, next_step)
    return when
