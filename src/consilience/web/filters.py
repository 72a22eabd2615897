"""Filters: which facts the comparison page shows, read from its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consilience.errors import UsageError
from consilience.model.fact import Fact, Verdict
from consilience.model.phenomenon import Phenomenon
from consilience.web.links import Pair
from consilience.web.view import View, last_report, telling

PAGE = 100
SORTS = ("telling", "newest", "oldest")
_OFFERED = 500  # places that a field suggests
_LONGEST = 200  # characters of a text that is searched for


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means all."""

    verdicts: tuple[str, ...] = ()
    partner: str = ""
    place: str = ""
    phenomenon: str = ""
    q: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @property
    def pairs(self) -> list[Pair]:
        """The filters as an address has them, without the page."""
        named = [("partner", self.partner), ("place", self.place), ("phenomenon", self.phenomenon), ("q", self.q)]
        sort = [] if self.sort == SORTS[0] else [("sort", self.sort)]
        return [*(("verdict", verdict) for verdict in self.verdicts), *(pair for pair in named if pair[1]), *sort]

    @property
    def is_empty(self) -> bool:
        """Whether every fact is asked for."""
        return not any((self.verdicts, self.partner, self.place, self.phenomenon, self.q))


def read_filters(query: Sequence[Pair]) -> Filters:
    """The filters of a query.

    Raises:
        UsageError: for a verdict, order or page that does not exist.
    """
    last = dict(query)
    verdicts = tuple(dict.fromkeys(value for name, value in query if name == "verdict" and value))
    known = [verdict.value for verdict in Verdict]
    for verdict in verdicts:
        if verdict not in known:
            raise UsageError("verdict", repr(verdict[:60]), "one of " + ", ".join(known))
    sort = last.get("sort") or SORTS[0]
    if sort not in SORTS:
        raise UsageError("sort", repr(sort[:60]), "one of " + ", ".join(SORTS))
    page = last.get("page") or "1"
    if not (page.isascii() and page.isdigit() and 1 <= len(page) <= 6 and int(page) >= 1):
        raise UsageError("page", repr(page[:60]), "a page number from 1")
    named = {name: last.get(name, "").strip()[:_LONGEST] for name in ("partner", "place", "phenomenon", "q")}
    return Filters(verdicts=verdicts, sort=sort, page=int(page), **named)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the facts that pass, and how many would pass for each verdict."""

    facts: tuple[Fact, ...]
    total: int
    by_verdict: dict[str, int]
    pages: int


def apply(view: View, filters: Filters) -> Found:
    """The facts that pass the filters, a page of them, in the order asked for."""
    open_to_all = replace(filters, verdicts=())
    passing = [fact for fact in view.picture.facts if _passes(fact, open_to_all)]
    by_verdict = {verdict.value: sum(fact.finding.verdict is verdict for fact in passing) for verdict in Verdict}
    chosen = [fact for fact in passing if not filters.verdicts or fact.finding.verdict.value in filters.verdicts]
    if filters.sort == "telling":
        chosen.sort(key=telling)
    else:
        chosen.sort(key=lambda fact: (last_report(fact), fact.period[1], fact.title), reverse=filters.sort == "newest")
    start = (filters.page - 1) * PAGE
    return Found(tuple(chosen[start : start + PAGE]), len(chosen), by_verdict, max(1, -(-len(chosen) // PAGE)))


def choices(facts: Iterable[Fact]) -> tuple[list[tuple[str, str]], list[str]]:
    """What can be chosen: phenomena with their words, a branch before its paths, and the places."""
    paths: set[str] = set()
    places: set[str] = set()
    for fact in facts:
        parts = fact.phenomenon.split("/")
        paths.update("/".join(parts[:size]) for size in range(1, len(parts) + 1))
        places.add(fact.place)
    return [(path, Phenomenon(path).words) for path in sorted(paths)], sorted(place for place in places if place)[
        :_OFFERED
    ]


def _passes(fact: Fact, filters: Filters) -> bool:
    """Whether a fact is among those asked for."""
    if filters.partner and filters.partner not in fact.partners:
        return False
    if filters.phenomenon and not (fact.phenomenon + "/").startswith(filters.phenomenon.rstrip("/") + "/"):
        return False
    if filters.place:
        wanted = filters.place.casefold()
        if not any(
            wanted in name.casefold() for name in (fact.place, *(held.claim.place.name for held in fact.holdings))
        ):
            return False
    return not filters.q or all(word in _text(fact) for word in filters.q.casefold().split())


def _text(fact: Fact) -> str:
    """All that a search looks through."""
    told = [fact.id, fact.title, fact.finding.headline]
    for holding in fact.holdings:
        claim = holding.claim
        told += [claim.id, claim.partner, claim.speaker.name, claim.value, claim.text, claim.place.name, *holding.roots]
    return "\n".join(told).casefold()
