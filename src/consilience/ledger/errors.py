"""What can go wrong with a ledger. One class for each fault and each attack; the message says what to do next."""

from __future__ import annotations

from consilience.errors import ConsilienceError


class LedgerError(ConsilienceError):
    """Base of every error of the ledger."""


# --- The database -----------------------------------------------------------------------------------------------------


class StorageError(LedgerError):
    """The database did not do what was asked. Nothing was acknowledged; the ledger stays usable."""


class StorageFullError(StorageError):
    """The disk, or the quota of the database, is full."""


class BusyError(StorageError):
    """Another process held the database for too long."""


class DamagedLedgerError(StorageError):
    """What is stored does not hash to what was signed. Nothing is built on top of it."""


class UnsupportedDatabaseError(LedgerError):
    """The database is neither SQLite in a file nor PostgreSQL, or does not keep what it acknowledges."""


class NewerSchemaError(LedgerError):
    """The database was written by a later version of the program."""


class WrongHomeError(LedgerError):
    """The database belongs to another node: its origin or its secret differs."""


# --- What is asked of it ----------------------------------------------------------------------------------------------


class NoSuchEntryError(LedgerError):
    """An index, a size or a log that the ledger does not hold."""

    exit_code = 2


class TombstonedError(LedgerError):
    """The content was erased; it may not be posted again."""


class TombstoneRefusedError(LedgerError):
    """A tombstone that is not the node's own, or that does not name an entry that can be erased."""


# --- Proofs and notes -------------------------------------------------------------------------------------------------


class ProofError(LedgerError):
    """A path that does not lead from the leaf, or from the older root, to the root."""

    exit_code = 4


class MalformedProofError(ProofError):
    """A proof file that has not the shape of one."""


class MalformedNoteError(LedgerError):
    """Text that is no signed note, or no checkpoint."""

    exit_code = 4


class UnknownNoteKeyError(LedgerError):
    """A note that none of the keys given has signed."""

    exit_code = 4


class ForgedNoteError(LedgerError):
    """A note with a signature that names a known key and does not verify under it."""

    exit_code = 4


# --- Witnessing -------------------------------------------------------------------------------------------------------


class RollbackError(LedgerError):
    """A log showed a head smaller than one it had signed before."""

    exit_code = 4


class EquivocationError(LedgerError):
    """A log signed two heads for one size: a split view."""

    exit_code = 4


class InconsistentHeadError(EquivocationError):
    """A log showed a larger head without showing that it extends the one before."""


class EvidenceError(LedgerError):
    """Two notes that do not show what they are kept for."""

    exit_code = 4
