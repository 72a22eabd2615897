"""Row: one line of the table: a target, how often it was tried, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """What came of one target.

    Attributes:
        target: its name.
        executions: how many inputs, or requests, it was given.
        seconds: how long that took, starting included.
        edges: how many branches of our code the inputs reached; 0 where that is not measured.
        findings: what is wrong, each in words.
        said: a figure of its own, such as memory; empty for none.
        skipped: why it was not run; empty when it was.
        is_self_check: whether it has a fault planted, which must be found.
    """

    target: str
    executions: int = 0
    seconds: float = 0.0
    edges: int = 0
    findings: list[str] = field(default_factory=list)
    said: str = ""
    skipped: str = ""
    is_self_check: bool = False

    @property
    def is_good(self) -> bool:
        """Nothing was found; the other way round for a self-check. What never ran is no good either."""
        if self.skipped:
            return True
        return self.executions > 0 and bool(self.findings) == self.is_self_check
