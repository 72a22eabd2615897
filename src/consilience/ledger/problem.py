"""Problem: what an audit can find wrong with a ledger, a class for each kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, in which log, said in a sentence."""

    log: str
    sentence: str

    @property
    def name(self) -> str:
        """The kind of problem, by its class."""
        return type(self).__name__


class TamperedEntry(Problem):
    """An entry that is not what was signed: by its issuer, or under a head."""

    __slots__ = ()


class ReorderedEntries(Problem):
    """An entry that was signed at another place of the log."""

    __slots__ = ()


class TruncatedLog(Problem):
    """Entries that were signed and are not there."""

    __slots__ = ()


class UnsignedEntries(Problem):
    """Entries that no head covers."""

    __slots__ = ()


class RewrittenLog(Problem):
    """Entries that do not hash to a head that was signed over them."""

    __slots__ = ()


class RolledBack(Problem):
    """The whole database is behind, or beside, a head that was signed before."""

    __slots__ = ()


class ForgedCheckpoint(Problem):
    """A head that the node did not sign, or a cosignature that its witness did not make."""

    __slots__ = ()


class UnexplainedGap(Problem):
    """Content that is gone without a tombstone, or there in spite of one."""

    __slots__ = ()


class BrokenTile(Problem):
    """A tile that does not hold the hashes it must."""

    __slots__ = ()
