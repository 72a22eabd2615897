"""Statement: what a sentence about an accord means, by a small grammar that is explicit and says what it understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consilience.errors import UsageError
from consilience.intake import country
from consilience.model.accord import Accord, Role
from consilience.response.polled import FORMS as SURVEY_FORMS

FORMS = (
    "ACTOR is [not] a ROLE to ACCORD",
    "ACTOR signed ACCORD",
    "ACTOR did not sign ACCORD",
    "ceasefire",
    "expectations",
    "narratives",
    "versions [of CLAIM]",
    *SURVEY_FORMS,
    "the id of a claim that announces a withdrawal, the end of an exercise, or that none will stay",
)
"""The forms that are understood; ROLE is one of signatory, party, guarantor, mediator, witness, third party."""

_ROLES = {
    "signatory": Role.SIGNATORY, "signatories": Role.SIGNATORY, "party": Role.PARTY, "parties": Role.PARTY,
    "guarantor": Role.GUARANTOR, "guarantors": Role.GUARANTOR, "mediator": Role.MEDIATOR, "mediators": Role.MEDIATOR,
    "witness": Role.WITNESS, "witnesses": Role.WITNESS, "third party": Role.THIRD_PARTY, "third parties": Role.THIRD_PARTY,
}  # fmt: skip
_IS = re.compile(
    r"(?P<actor>.+?)\s+(?:is|are|was|were)(?P<not>n't|\s+not|\s+never)?(?:\s+(?P<no>no))?(?:\s+an?|\s+the|\s+one\s+of\s+the)?"
    rf"\s+(?P<role>{'|'.join(_ROLES)})\s+(?:to|of|in|under)\s+(?P<accord>.+)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?P<actor>.+?)\s+(?:(?:has\s+)?signed|(?P<not>did\s+not\s+sign|didn't\s+sign|has\s+not\s+signed|hasn't\s+signed|"
    r"never\s+signed|has\s+never\s+signed))\s+(?P<accord>.+)",
    re.IGNORECASE,
)
_TOLD = re.compile(r"(?P<what>narratives|versions)(?:(?<=versions)\s+of\s+(?P<claim>\S+))?", re.IGNORECASE)
_CEASEFIRE = re.compile(r"(?:the\s+)?cease-?fire(?:\s+(?:is|was)\s+(?:kept|holding))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RoleStatement:
    """That an actor has a role in each of some accords, or that it has not."""

    actor: str
    role: Role
    is_negated: bool
    accords: tuple[Accord, ...]

    def __str__(self) -> str:
        """`that RUS is not a party to the Minsk Protocol`."""
        names = " and the ".join(accord.name for accord in self.accords)
        return f"that {self.actor} is {'not ' if self.is_negated else ''}a {self.role.value} to the {names}"


@dataclass(frozen=True, slots=True)
class CeasefireStatement:
    """That fire has ceased completely, as a clause asks."""

    def __str__(self) -> str:
        """In words."""
        return "that fire has ceased completely, as the clause on the ceasefire asks"


@dataclass(frozen=True, slots=True)
class ExpectationStatement:
    """That what a claim announces came to pass; without a `claim`, of every claim that announces anything."""

    claim: str

    def __str__(self) -> str:
        """In words."""
        return (
            f"that what claim {self.claim} announces came to pass"
            if self.claim
            else "that what was announced came to pass"
        )


@dataclass(frozen=True, slots=True)
class ToldStatement:
    """What was told: the narratives, or the versions of statements, of one claim or of all."""

    what: str
    claim: str = ""

    def __str__(self) -> str:
        """In words."""
        if self.what == "narratives":
            return "which interpretations were told, and which facts bear on them"
        return f"what was told in several versions{f', with claim {self.claim}' if self.claim else ''}"


Statement = RoleStatement | CeasefireStatement | ExpectationStatement | ToldStatement


def understand(text: str, accords: Sequence[Accord], names: Mapping[str, str]) -> Statement:
    """What a sentence means. `names` leads from what partners are called to their codes.

    Raises:
        UsageError: for another form, an actor or an accord that is not known, listing those that are.
    """
    plain = " ".join(text.replace("\u2019", "'").split()).rstrip(".!? ")
    if _CEASEFIRE.fullmatch(plain):
        return CeasefireStatement()
    if told := _TOLD.fullmatch(plain):
        return ToldStatement(told["what"].lower(), told["claim"] or "")
    if plain and " " not in plain:
        return ExpectationStatement("" if plain.casefold() == "expectations" else plain)
    found = _IS.fullmatch(plain) or _SIGNED.fullmatch(plain)
    if found is None:
        raise UsageError("check", repr(text), "one of: " + "; ".join(FORMS), "ROLE is one of " + ", ".join(dict.fromkeys(
            role.value for role in _ROLES.values())) + ".")  # fmt: skip
    parts = found.groupdict()
    if parts["not"] and parts.get("no"):
        raise UsageError("check", repr(text), "one negation, so that it is clear what is meant")
    role = _ROLES[parts["role"].lower()] if parts.get("role") else Role.SIGNATORY
    negated = bool(parts["not"] or parts.get("no"))
    return RoleStatement(_actor(parts["actor"], accords, names), role, negated, _meant(parts["accord"], accords))


def _actor(text: str, accords: Iterable[Accord], names: Mapping[str, str]) -> str:
    """The code of an actor, by its code or by what it is called."""
    bare = re.sub(r"^the\s+", "", text, flags=re.IGNORECASE)
    codes = {code.casefold(): code for accord in accords for code in accord.actors} | {
        code.casefold(): code for code in names.values()
    }
    called = {name.casefold(): code for name, code in names.items()}
    found = codes.get(bare.casefold()) or called.get(bare.casefold()) or country.code(bare)
    if not found:
        known = sorted({code for accord in accords for code in accord.actors})
        raise UsageError("check", f"the actor {text!r}", "a state, or the code or name of one of " + ", ".join(known))
    return found


def _meant(text: str, accords: Sequence[Accord]) -> tuple[Accord, ...]:
    """The accords of that name: several where a name is of several together."""
    bare = re.sub(r"^the\s+", "", text, flags=re.IGNORECASE).casefold()
    found = tuple(accord for accord in accords if bare in {name.casefold() for name in accord.names})
    if not found:
        known = dict.fromkeys(name for accord in accords for name in accord.names)
        raise UsageError("check", f"the accord {text!r}", "one of " + ", ".join(known))
    return found
