"""Policy: whether one partner may have one object, and if not, every rule that stands against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from consilience.model.entry import Consent, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Tlp
from consilience.model.roster import Roster

PUBLIC = PartnerId("PUBLIC")
"""The audience that is nobody in particular: no clearance, no accreditation, and only what anybody may have.

It is a reserved word. A member of a roster that calls itself so is still treated as the public.
"""


class Rule(StrEnum):
    """What may stand against a release, in the order in which it is told. `docs/release.cedar` has the same names."""

    LEVEL = "level"
    RECIPIENTS = "recipients"
    CONTROLS = "controls"
    TLP = "tlp"
    EMBARGO = "embargo"
    EXPIRED = "expired"
    CONSENT = "consent"
    UNKNOWN_PARTNER = "unknown-partner"


class Grant(NamedTuple):
    """A consent that is valid now: who gave it, for which object (SHA-256), to whom, and for what use."""

    originator: PartnerId
    object: str
    recipient: PartnerId
    use: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision rests on beside the label: the roster, the time, and the consents that are valid at that time."""

    roster: Roster
    now: datetime
    consents: frozenset[Grant] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for which object (the SHA-256 of its canonical payload), and for what use."""

    partner: PartnerId
    object: str
    use: str = "read"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that stands against a release, with what was found and what was expected."""

    rule: Rule
    found: str
    expected: str

    def __str__(self) -> str:
        """`recipients: found POL, expected one of GBR, UKR`."""
        return f"{self.rule.value}: found {self.found}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a roster says of an audience: the highest rank that it may have of each policy the roster knows.

    A policy or a rank beyond the roster's own list is nobody's: what is not known is denied.
    """

    code: PartnerId
    ranks: dict[str, int]
    accredited: frozenset[str]
    reach: Tlp

    def may_have(self, policy: str, rank: int) -> bool:
        """Whether a level is within the clearance; a level that the roster does not know never is."""
        return policy in self.ranks and rank <= self.ranks[policy]


def standing(partner: PartnerId, roster: Roster) -> Standing | None:
    """What the roster says of `partner`; None when it does not know it. The public stands in every roster."""
    if partner == PUBLIC:
        return Standing(PUBLIC, {policy.code: 0 for policy in roster.policies if policy.levels}, frozenset(), Tlp.CLEAR)
    member = roster.member(partner)
    if member is None:
        return None
    clearance = dict(member.clearance)
    ranks = {
        policy.code: min(clearance.get(policy.code, 0), len(policy.levels) - 1)
        for policy in roster.policies
        if policy.levels
    }
    return Standing(partner, ranks, member.accredited, member.reach)


def granted(statements: Iterable[Statement], now: datetime) -> frozenset[Grant]:
    """The consents among verified statements that hold at `now`: issued by then, and `now` before their end."""
    return frozenset(
        Grant(told.issuer, told.content.object, told.content.recipient, told.content.use)
        for told in statements
        if isinstance(told.content, Consent) and told.issued_at <= now < told.content.until
    )


def refusals(label: Label, question: Question, context: Context) -> tuple[Refusal, ...]:
    """Every rule that stands against the release, in the order of `Rule`; none means that it may be released.

    All rules are told, not the first: who mends one must see the next. Of a partner that the roster does not know
    nothing is known, so that is the one answer.

    Law: `may(p, a ⊔ b)` implies `may(p, a)` and `may(p, b)`, since each rule is monotone in its own component.
    """
    known = standing(question.partner, context.roster)
    if known is None:
        version = context.roster.version
        return (Refusal(Rule.UNKNOWN_PARTNER, question.partner, f"a partner of version {version} of the roster"),)
    found = [check(label, known) for check in _OF_STANDING]
    found += [check(label, context.now) for check in _OF_TIME]
    found.append(_consent(label, question, context))
    return tuple(refusal for refusal in found if refusal)


def may(label: Label, question: Question, context: Context) -> bool:
    """Whether the partner may have the object: no rule stands against it."""
    return not refusals(label, question, context)


def required(orig: frozenset[PartnerId], partner: PartnerId) -> frozenset[PartnerId]:
    """The originators, of those a label names, whose consent a release to `partner` needs. A partner needs no leave of its own.

    The public is never an originator, so a label that names it as one is never given to it.
    """
    return orig if partner == PUBLIC else orig - {partner}


def listed(words: Iterable[str]) -> str:
    """`GBR, UKR`, in order; `nobody` when there is none."""
    return ", ".join(sorted(words)) or "nobody"


def instant(when: datetime) -> str:
    """An instant in UTC as it is told to people: `2022-01-24 00:00 UTC`, with seconds only when there are some."""
    utc = when.astimezone(UTC).replace(tzinfo=None)
    exact = "microseconds" if utc.microsecond else "seconds" if utc.second else "minutes"
    return utc.isoformat(" ", exact) + " UTC"


def _level(label: Label, known: Standing) -> Refusal | None:
    above = [(policy, rank) for policy, rank in label.levels if not known.may_have(policy, rank)]
    if not above:
        return None
    cleared = [
        f"{policy} rank {known.ranks[policy]}" if policy in known.ranks else f"no {policy}" for policy, _ in above
    ]
    found = ", ".join(f"{policy} rank {rank}" for policy, rank in sorted(above))
    return Refusal(Rule.LEVEL, found, f"at most what {known.code} is cleared for: {', '.join(sorted(cleared))}")


def _recipients(label: Label, known: Standing) -> Refusal | None:
    if label.rel is None or (known.code != PUBLIC and known.code in label.rel):
        return None
    expected = "what anybody may have" if known.code == PUBLIC else f"one of: {listed(label.rel)}"
    return Refusal(Rule.RECIPIENTS, known.code, expected)


def _controls(label: Label, known: Standing) -> Refusal | None:
    lacking = label.controls - known.accredited
    if not lacking:
        return None
    expected = f"only what {known.code} is accredited for: {listed(known.accredited).replace('nobody', 'nothing')}"
    return Refusal(Rule.CONTROLS, listed(lacking), expected)


def _tlp(label: Label, known: Standing) -> Refusal | None:
    if label.tlp <= known.reach:
        return None
    return Refusal(Rule.TLP, Tlp(label.tlp).text, f"at most {Tlp(known.reach).text}, the reach of {known.code}")


def _embargo(label: Label, now: datetime) -> Refusal | None:
    if label.embargo is None or label.embargo <= now:
        return None
    return Refusal(Rule.EMBARGO, instant(now), f"{instant(label.embargo)} or later")


def _expired(label: Label, now: datetime) -> Refusal | None:
    if label.expiry is None or now < label.expiry:
        return None
    return Refusal(Rule.EXPIRED, instant(now), f"before {instant(label.expiry)}")


def _consent(label: Label, question: Question, context: Context) -> Refusal | None:
    """ORCON: each originator's own word for this object, this recipient and this use. It is not transitive."""
    lacking = sorted(
        originator
        for originator in required(label.orig, question.partner)
        if Grant(originator, question.object, question.partner, question.use) not in context.consents
    )
    if not lacking:
        return None
    expected = f"consent of {listed(lacking)} to give this object to {question.partner} to {question.use}"
    return Refusal(Rule.CONSENT, "none that is valid now", expected)


_OF_STANDING: tuple[Callable[[Label, Standing], Refusal | None], ...] = (_level, _recipients, _controls, _tlp)
_OF_TIME: tuple[Callable[[Label, datetime], Refusal | None], ...] = (_embargo, _expired)
