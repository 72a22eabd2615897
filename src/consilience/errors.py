"""One shallow tree of errors; each names the object, what was found and what was expected."""

from __future__ import annotations


class ConsilienceError(Exception):
    """Base of every error that reaches a user; printed as one message, never as a traceback."""

    exit_code = 1

    def __init__(self, thing: str, found: str, expected: str, next_step: str = "") -> None:
        """Name the `thing`, what was `found`, what was `expected` and the `next_step` to take."""
        self.thing = thing
        self.found = found
        self.expected = expected
        self.next_step = next_step
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole message in one line."""
        said = f"{self.thing}: found {self.found}, expected {self.expected}"
        return f"{said}. {self.next_step}" if self.next_step else said


class UsageError(ConsilienceError):
    """The command or the call was put together wrongly."""

    exit_code = 2


class IntakeError(ConsilienceError):
    """A file as a whole cannot be read as claims."""


class SettingsError(ConsilienceError):
    """A setting is unknown or out of its range."""

    exit_code = 2


class UnknownClaimError(ConsilienceError):
    """A claim id that none of the files holds."""

    exit_code = 2


class AssessmentError(ConsilienceError):
    """A question, an assessment or a position cannot stand as it is written."""
