"""Release: what its page shows of an audience: what would go, what stays and by which rules, and how they would see it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consilience.errors import UnknownClaimError, UsageError
from consilience.model.claim import Claim
from consilience.model.form import listed
from consilience.model.roster import Member, Roster
from consilience.node.disclosed import Had
from consilience.release.decision import Audience, Given, Withheld
from consilience.release.policy import PUBLIC, Refusal, Rule
from consilience.web.cast import Cast
from consilience.web.links import Pair
from consilience.web.outbox import Cut, Offer, Outbox
from consilience.web.view import View
from consilience.web.words import day_words, plural

PAGE = 100  # rows of one table
LISTS = ("whole", "part", "stays", "had")
_LONGEST = 100  # signs of a purpose
_OF_STANDING = re.compile(r"(?:at most|only) what (\S+) is ((?:cleared|accredited) for): (.+)")
_RANK = re.compile(r"(\S+) rank (\d+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for: an audience for a use, one rule, and one list (`part`) with its page; all lists when empty."""

    to: tuple[str, ...] = ()
    use: str = "read"
    rule: str = ""
    part: str = ""
    page: int = 1

    @property
    def audience(self) -> list[Pair]:
        """The audience as an address has it."""
        return [*(("to", code) for code in self.to), *([("use", self.use)] if self.use != "read" else [])]

    def by(self, rule: str) -> list[Pair]:
        """The address of what stays because of a rule; of all, when it is empty."""
        return [*self.audience, *([("rule", rule)] if rule else [])]

    def turned(self, part: str, page: int) -> list[Pair]:
        """The address of one list at a page."""
        rule = [("rule", self.rule)] if self.rule and part == "stays" else []
        return [*self.audience, *rule, ("list", part), *([("page", str(page))] if page > 1 else [])]


def read_asked(query: Sequence[Pair]) -> Asked:
    """What a query asks for.

    Raises:
        UsageError: for a rule, list, page or purpose that is none.
    """
    last = dict(query)
    to = tuple(dict.fromkeys(code for name, value in query if name == "to" for code in value.replace(",", " ").split()))
    use = last.get("use", "").strip() or "read"
    if len(use) > _LONGEST:
        raise UsageError("use", f"{len(use)} signs", f"a purpose of at most {_LONGEST}")
    rule, part, page = last.get("rule", ""), last.get("list", ""), last.get("page") or "1"
    rules = [each.value for each in Rule]
    if rule and rule not in rules:
        raise UsageError("rule", repr(rule[:60]), "one of " + ", ".join(rules))
    if part and part not in LISTS:
        raise UsageError("list", repr(part[:60]), "one of " + ", ".join(LISTS))
    if not (page.isascii() and page.isdigit() and 1 <= len(page) <= 6 and int(page) >= 1):
        raise UsageError("page", repr(page[:60]), "a page number from 1")
    return Asked(to, use, rule, part, int(page))


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that stands against a release: its name, and as people say it what it is about, for each partner."""

    key: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The columns that a part leaves out, or alters where there is no reason against them."""

    columns: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in a table of the page. `claim` is None where the node cannot read its row.

    `went_otherwise` is whether the audience has had something else of this id: more, less, or a word changed.
    """

    name: str
    claim: Claim | None
    had: Had | None = None
    went_otherwise: bool = False
    is_withdrawn: bool = False
    reasons: tuple[Reason, ...] = ()
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that a partner has had, and what has become of it."""

    partner: str
    had: Had
    key: str
    state: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One table: its rows of this page, and how many there are in all."""

    key: str
    total: int
    rows: tuple[Line | Past, ...]
    page: int

    @property
    def pages(self) -> int:
        """How many pages it fills."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Standing:
    """What would go to one partner by itself."""

    code: str
    name: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to choose as an audience."""

    code: str
    name: str
    says: str
    is_chosen: bool


class Sheet:
    """The page for one audience."""

    def __init__(self, asked: Asked, audience: Audience, outbox: Outbox, view: View, roster: Roster) -> None:
        """Ask the outbox once; the node's turn is held by the caller."""
        self.asked = asked
        self.audience = audience
        self.offer: Offer = outbox.offer(audience)
        self._outbox = outbox
        self._view = view
        self._roster = roster

    @property
    def who(self) -> str:
        """The audience by name: `Borea (BOR) and Caldera (CAL) together`."""
        names = listed([named(self._view.cast, code) for code in self.audience.partners])
        return f"{names} together" if len(self.audience.partners) > 1 else names

    @property
    def bottom_line(self) -> str:
        """`To Borea (BOR): 7 claims whole, 2 in part, 7 stay.`."""
        whole, part, stay = len(self.offer.whole), len(self.offer.part), len(self.offer.decision.withheld)
        return f"To {self.who}: {plural(whole, 'claim')} whole, {part:,} in part, {stay:,} {'stays' if stay == 1 else 'stay'}."

    @property
    def since(self) -> str:
        """What is new, in a sentence or two."""
        given, new, last = len(self.offer.decision.given), self.offer.new, self.offer.last
        is_one = len(self.audience.partners) == 1
        if last is None:
            return f"Nothing has been released to {'it' if is_one else 'them'} yet."
        when = day_words(last.date())
        to = "it" if is_one else "at least one of them"
        if not given:
            said = f"The last release was on {when}."
        elif new:
            said = f"{new:,} {'is' if new == 1 else 'are'} new to {to} since the last release, of {when}."
        else:
            said = f"No claim is new: all of it went by {when}."
        untold = len(self.offer.untold)
        return said + (
            f" {plural(untold, 'withdrawal')} {'is' if untold == 1 else 'are'} yet to be told." if untold else ""
        )

    @property
    def command(self) -> str:
        """The command that records this release."""
        to = " ".join(f"--to {shlex.quote(code)}" for code in self.asked.to)
        use = f" --use {shlex.quote(self.asked.use)}" if self.asked.use != "read" else ""
        one = len(self.audience.partners) == 1
        plain = re.sub(r"[^a-z0-9-]+", "-", str(self.audience.partners[0]).lower()).strip("-") or "release"
        return f"consilience release {to}{use}" + (f" --out {plain}.json" if one else "")

    @property
    def by_rule(self) -> dict[str, int]:
        """How many claims each rule keeps here."""
        return {rule.value: count for rule, count in self.offer.decision.by_rule.items()}

    @property
    def shelves(self) -> list[Shelf]:
        """The tables that are asked for."""
        return [self._shelf(key) for key in LISTS if self.asked.part in ("", key)]

    def _shelf(self, key: str) -> Shelf:
        page = self.asked.page if self.asked.part == key else 1
        start = (page - 1) * PAGE
        found: Sequence[Given] | Sequence[Withheld] | Sequence[Past]
        if key == "had":
            found = self._past()
            return Shelf(key, len(found), tuple(found[start : start + PAGE]), page)
        if key == "stays":
            kept = [item for item in self.offer.decision.withheld if self._stays_by_rule(item)]
            rows = tuple(self._withheld(item) for item in kept[start : start + PAGE])
            return Shelf(key, len(kept), rows, page)
        found = self.offer.whole if key == "whole" else self.offer.part
        return Shelf(key, len(found), tuple(self._given(item) for item in found[start : start + PAGE]), page)

    def _stays_by_rule(self, item: Withheld) -> bool:
        return not self.asked.rule or any(refusal.rule.value == self.asked.rule for refusal in item.refusals)

    def _line(self, item: Given | Withheld) -> Line:
        try:
            claim = self._view.desk.claim(item.held.name)
        except UnknownClaimError:  # recorded, and no row that this version can read
            claim = None
        return Line(item.held.name, claim, is_withdrawn=item.held.retracted is not None)

    def _given(self, given: Given) -> Line:
        cuts = () if given.is_whole else self._outbox.cuts(self.audience, given)
        slices = tuple(self._slice(cut) for cut in cuts)
        had = self.offer.had(given)
        before = had is None and given.held.name in self.offer.told
        return replace(self._line(given), had=had, went_otherwise=before, slices=slices)

    def _withheld(self, kept: Withheld) -> Line:
        return replace(self._line(kept), reasons=self._reasons(kept.refusals))

    def _slice(self, cut: Cut) -> Slice:
        return Slice(", ".join(cut.columns), self._reasons(cut.why))

    def _reasons(self, refusals: Iterable[Refusal]) -> tuple[Reason, ...]:
        """A rule once, in the order in which rules are told."""
        said: dict[Rule, list[str]] = {}
        for refusal in refusals:
            said.setdefault(refusal.rule, []).append(said_rule(refusal, self._roster))
        return tuple(Reason(rule.value, tuple(said[rule])) for rule in Rule if rule in said)

    def _past(self) -> list[Past]:
        """What they have had, the newest first."""
        rows = [(record.partner, row) for record in self.offer.records for row in record.rows]
        rows.sort(key=lambda pair: (pair[1].at, pair[1].index), reverse=True)
        return [Past(partner, row, *self._state(row)) for partner, row in rows]

    def _state(self, row: Had) -> tuple[str, str]:
        """Glyph and words for what has become of a thing that was released."""
        if row.state == "withdrawn since":
            return "withdrawn", "withdrawn since, and they were told"
        if row.is_word:
            return "speaks", row.state
        if row.state != "stands":
            return "speaks" if row.state.startswith("retraction") else "withdrawn", row.state
        if row.claim in self.offer.untold:
            return "withdrawn", "withdrawn here, and they were not told yet"
        if row.claim in self.offer.staying:
            return "stays", "stands; it would stay here now"
        return "standing", "stands"


def named(cast: Cast, code: str) -> str:
    """An audience's name: `Borea (BOR)`, `the public (PUBLIC)`."""
    return f"the public ({PUBLIC})" if code == PUBLIC else cast.full(code)


def said_rule(refusal: Refusal, roster: Roster) -> str:
    """What stands against a release, with levels by name and without what the rule's own word says."""
    found, expected = (_levels(text, roster) for text in (refusal.found, refusal.expected))
    if refusal.rule is Rule.RECIPIENTS:
        only, names, those = expected.partition("one of: ")
        return f"only for {listed(those.split(', '))}, not {found}" if names else f"{found} gets only {only}"
    if refusal.rule is Rule.EMBARGO:
        return f"not before {expected.removesuffix(' or later')}"
    if refusal.rule is Rule.EXPIRED:
        return f"it could go {expected}"
    if refusal.rule is Rule.CONSENT:
        return f"it needs the {expected}"
    standing = _OF_STANDING.fullmatch(expected)
    return (
        f"{found}; {standing[1]} is {standing[2]} {standing[3]}" if standing else f"found {found}, expected {expected}"
    )


def _levels(text: str, roster: Roster) -> str:
    """`NATIONAL rank 3` as `NATIONAL SECRET`; a rank that the roster does not know stays a number."""

    def spelt(found: re.Match[str]) -> str:
        policy = roster.policy(found[1])
        rank = int(found[2])
        return f"{found[1]} {policy.levels[rank]}" if policy and rank < len(policy.levels) else found[0]

    return _RANK.sub(spelt, text)


def choices(roster: Roster, home: str, asked: Asked) -> tuple[list[Choice], list[Choice]]:
    """The partners that can be chosen, with the public, and the groups."""
    partners = [
        Choice(member.code, member.name, _standing(member, roster), member.code in asked.to)
        for member in roster.members
        if member.code not in (home, PUBLIC)
    ]
    partners.append(
        Choice(PUBLIC, "anybody", "statements to everybody: only what anybody may have", PUBLIC in asked.to)
    )
    groups = [
        Choice(group.code, ", ".join(sorted(group.members - {home})), "a group", group.code in asked.to)
        for group in roster.groups
    ]
    return partners, groups


def _standing(member: Member, roster: Roster) -> str:
    """`cleared for NATIONAL SECRET, accredited for HUMINT, reach TLP:AMBER+STRICT`."""
    cleared = [_levels(f"{policy} rank {rank}", roster) for policy, rank in member.clearance if rank]
    parts = [f"cleared for {listed(cleared)}" if cleared else "no clearance"]
    if member.accredited:
        parts.append(f"accredited for {listed(sorted(member.accredited))}")
    return ", ".join([*parts, f"reach {member.reach.text}"])
