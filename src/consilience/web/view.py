"""View: one picture as the pages show it: as of when, with its facts, claims and relations at hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property

from consilience.comparison.lineage import ASSERTIONS
from consilience.comparison.links import Links as Linkage
from consilience.comparison.picture import Picture
from consilience.comparison.weighed import CONTESTED
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Holding, Relation, RelationKind, Stance
from consilience.model.period import Moment
from consilience.web.cast import Cast
from consilience.web.links import Links
from consilience.web.passage import OURS, Passage, Passages
from consilience.web.words import ORDER

WINDOW_DAYS = 30
_YEARS = range(1800, 2301)


class View:
    """What one page needs to know; made for each request, drawn pictures are kept by the desk."""

    def __init__(
        self,
        desk: Desk,
        as_of: Moment,
        *,
        in_file: bool = False,
        cast: Cast | None = None,
        passages: Passages | None = None,
    ) -> None:
        """Look at the desk's picture as of a time; `cast` and `passages` are the desk's, where they are made already."""
        self.desk = desk
        self.as_of = as_of
        self.cast = cast or Cast.of(desk)
        self.links = Links(str(as_of), in_file)
        self._passages = passages or (Passages(desk.custody) if desk.custody else None)

    @property
    def day(self) -> date:
        """The day it is as of."""
        return self.as_of.at.date()

    @cached_property
    def picture(self) -> Picture:
        """The picture as of the time."""
        return self.desk.picture(self.as_of)

    @cached_property
    def linkage(self) -> Linkage:
        """How the claims of the picture are linked."""
        return self.desk.links(self.as_of)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Facts by id."""
        return {fact.id: fact for fact in self.picture.facts}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claims reported by then, by id."""
        return {claim.id: claim for claim in self.picture.claims}

    @cached_property
    def facts_of(self) -> dict[str, list[Fact]]:
        """The facts in which a claim stands; more than one for a denial that reaches several."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.picture.facts:
            for holding in fact.holdings:
                found[holding.claim.id].append(fact)
        return found

    @cached_property
    def relations_of(self) -> dict[str, list[Relation]]:
        """The relations of each claim."""
        found: dict[str, list[Relation]] = defaultdict(list)
        for relation in self.picture.relations:
            found[relation.a].append(relation)
            found[relation.b].append(relation)
        return found

    def conflicts(self, fact: Fact) -> list[Relation]:
        """Conflicts between current claims of a fact."""
        current = {holding.claim.id for holding in fact.holdings if holding.is_current}
        found = {
            (relation.a, relation.b): relation
            for name in current
            for relation in self.relations_of.get(name, ())
            if relation.kind is RelationKind.CONFLICTS and relation.a in current and relation.b in current
        }
        return [found[pair] for pair in sorted(found)]

    @cached_property
    def recent(self) -> list[Fact]:
        """Facts on which something was reported in the days up to then, the most telling first."""
        since = self.day - timedelta(days=WINDOW_DAYS)
        return sorted((fact for fact in self.picture.facts if last_report(fact) > since), key=telling)

    def kept(self, claim: Claim) -> Passage | None:
        """Whether a claim stays here or may leave; None where no node says so."""
        return self._passages.one(claim) if self._passages else None

    def passage(self, fact: Fact) -> Passage | None:
        """Whether a fact stays here or may leave: it carries the join of its claims, their roots and what speaks of them."""
        if self._passages is None:
            return None
        if fact.decisions or (self.desk.adjudications and fact.finding.verdict in CONTESTED):
            return Passage("stays", OURS)
        rested = {holding.claim.id: holding.claim for holding in fact.holdings}
        rested |= {said.claim.id: said.claim for said in fact.statements}
        roots = (root for holding in fact.holdings for root in holding.roots)
        rested |= {self.claims[root].id: self.claims[root] for root in roots if root in self.claims}
        return self._passages.joint(rested[name] for name in sorted(rested))

    @property
    def whole(self) -> Passage | None:
        """Whether the picture as a whole stays here or may leave."""
        if self._passages and (self.picture.decisions or self.desk.adjudications):
            return Passage("stays", OURS)
        return self._passages.whole(str(self.as_of), self.picture.claims) if self._passages else None

    def rests_on(self, holding: Holding) -> list[str]:
        """Whose the roots of a claim are, where they are not its partner's own: `USA`, `imagery: maxar`."""
        own = holding.claim.partner
        found = {self.owner(root) for root in holding.roots}
        return sorted(owner for owner in found if owner.rpartition(": ")[2].upper() != own.upper())

    def owner(self, root: str) -> str:
        """The partner behind a root; a recording stands for itself."""
        claim = self.claims.get(root)
        if claim:
            return str(claim.partner)
        kind, _, rest = root.partition(":")
        owner = rest.split(":", 1)[0]
        return owner.split("-", 1)[0] if kind in ASSERTIONS else f"{kind}: {owner}" if owner else kind


def last_report(fact: Fact) -> date:
    """The day on which something was last reported on a fact."""
    return max(holding.claim.reported_at.at.date() for holding in fact.holdings)


def telling(fact: Fact) -> tuple[int, int, str]:
    """Orders facts: conflicting, circular, corroborated, sole; then the newest."""
    return ORDER[fact.finding.verdict], -last_report(fact).toordinal(), fact.title


def read_as_of(text: str, desk: Desk) -> Moment:
    """The time a page is asked for, or the one that the scenario opens with.

    Raises:
        UsageError: when the text is no date, or one outside any calendar of events.
    """
    expected = "a date such as 2021-12-06, or a time with its offset"
    found = moment(text.strip() or opening_day(desk))
    if found is None or found.at.year not in _YEARS:
        raise UsageError("as of", repr(text), expected)
    return found


def opening_day(desk: Desk) -> str:
    """The day on which the pages open: the scenario's, else that of the last report."""
    told = desk.holdings.scenario
    if told and told.default_as_of:
        return told.default_as_of
    days = desk.reported_days
    return days[-1].isoformat() if days else date(2000, 1, 1).isoformat()


def superseded(holding: Holding) -> bool:
    """Whether its own speaker has replaced a claim."""
    return holding.stance is Stance.SUPERSEDED
