"""Accord: a text that actors agreed on, with who took part in what role, its clauses, and what is disputed about it.

A role is a claim with a source, never an attribute of the actor: pages differ on it, and both are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Role(Enum):
    """In what role an actor takes part in an accord, as a page states it."""

    SIGNATORY = "signatory"
    PARTY = "party"
    GUARANTOR = "guarantor"
    MEDIATOR = "mediator"
    WITNESS = "witness"
    THIRD_PARTY = "third party"


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a row of an accord comes from: its id, the day by which it stood, and the page; no page means unconfirmed."""

    id: str
    day: date
    stated_by: str
    url: str

    @property
    def is_confirmed(self) -> bool:
        """Whether a page is cited for it."""
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class Participation:
    """One page's word that actors took part in a role; no actor means that the page names a person without office."""

    cited: Cited
    actors: tuple[str, ...]
    role: Role
    capacity: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What the text obliges whom to do, in our words.

    `bound` is the text's own word for who is bound ("both sides"); `codes` names actors only where the text does.
    `value` and `unit` are its figure, `deadline` its time, as the text gives them.
    """

    cited: Cited
    article: str
    bound: str
    codes: tuple[str, ...]
    obligation: str
    object: str
    value: str = ""
    unit: str = ""
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An actor's word against a role: `over` is the role that it denies, `claims` the claims of holdings that say so."""

    cited: Cited
    actors: tuple[str, ...]
    over: Role
    says: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accord:
    """One accord with all that pages say of it; `also_called` may name several accords together ("Minsk agreements")."""

    name: str
    day: date
    also_called: tuple[str, ...]
    participations: tuple[Participation, ...]
    clauses: tuple[Clause, ...]
    references: tuple[Clause, ...]
    disputes: tuple[Dispute, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The name, with and without what stands in brackets, and what else it is called."""
        bare, bracket, rest = self.name.partition("(")
        return (self.name, *((bare.strip(), rest.rstrip(") ")) if bracket else ()), *self.also_called)

    @property
    def actors(self) -> tuple[str, ...]:
        """Every actor that a page names, in order of code."""
        took_part = {code for each in self.participations for code in each.actors}
        disputing = {code for each in self.disputes for code in each.actors}
        return tuple(sorted(took_part | disputing | {code for each in self.clauses for code in each.codes}))

    def known_by(self, day: date | None) -> Accord | None:
        """What of it stood by the end of a day (all, when None); None when the accord itself was of later."""
        if day is None:
            return self
        if self.day > day:
            return None
        return Accord(
            self.name, self.day, self.also_called,
            tuple(each for each in self.participations if each.cited.day <= day),
            tuple(each for each in self.clauses if each.cited.day <= day),
            tuple(each for each in self.references if each.cited.day <= day),
            tuple(each for each in self.disputes if each.cited.day <= day),
        )  # fmt: skip


def kin(accord: Accord, accords: tuple[Accord, ...]) -> tuple[Accord, ...]:
    """The other accords that share a name with it: what is said of one is often meant of all."""
    mine = {name.casefold() for name in accord.also_called}
    return tuple(
        other
        for other in accords
        if other.name != accord.name and mine & {name.casefold() for name in other.also_called}
    )
