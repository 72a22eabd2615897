"""At the desk: from tables on a laptop to a picture, with no server and nobody in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from consilience.comparison.descent import Descent, descend
from consilience.comparison.facts import is_remark
from consilience.comparison.lineage import Lineage
from consilience.comparison.links import Explanation, Links
from consilience.comparison.pair import Bench
from consilience.comparison.picture import Beside, Picture, draw
from consilience.comparison.relate import relate
from consilience.comparison.seeds import Known
from consilience.comparison.weighed import Weighing
from consilience.conclusions.hindsight import Hindsight, look_back
from consilience.conclusions.inquiry import Inquiry, Roots, inquire
from consilience.conclusions.readings import Grid, grid
from consilience.errors import UnknownClaimError, UsageError
from consilience.exchange.document import FORMATS
from consilience.intake.adjudicated import AdjudicationsSource, read_adjudications
from consilience.intake.decided import DecisionsSource, read_decisions
from consilience.intake.holdings import Holdings, Intake, Source, read_holdings
from consilience.intake.indicator import has_indicators, read_watch
from consilience.intake.stated import Sayings, read_sayings
from consilience.intake.survey import read_surveys
from consilience.linkage.decisions import NONE, Decisions
from consilience.linkage.groups import Grouper, Keeping
from consilience.linkage.linked import Linked
from consilience.model.adjudication import Adjudication
from consilience.model.claim import Claim
from consilience.model.decision import Decision
from consilience.model.extent import Geography
from consilience.model.fact import Relation
from consilience.model.identity import ClaimId, PartnerId, base_id
from consilience.model.indicator import Watch
from consilience.model.period import Moment, day, parse_moment
from consilience.release.custody import Custody
from consilience.settings import Settings
from consilience.warning.dossier import Dossier
from consilience.warning.gauge import Gauge, gauge, landmarks, matters
from consilience.warning.history import History, history
from consilience.warning.series import Matter, Series, series

_SPOKEN = "a claim about a fact: what speaks about claims goes with them"

AsOf = str | date | datetime | Moment | None


class Desk:
    """Holdings on the table, and the pictures and relations drawn from them."""

    def __init__(
        self,
        holdings: Holdings,
        settings: Settings | None = None,
        custody: Custody | None = None,
        decisions: Sequence[Decision] = (),
    ) -> None:
        """Lay the holdings out; nothing is compared yet. `custody`, where a node has it, says what may leave.

        Raises:
            UnknownClaimError, UsageError: for decisions on claims that are not there, or that cannot all hold.
        """
        self.holdings = holdings
        self.custody = custody
        self.grouper: Grouper | None = None  # or what does the same on a cluster
        self.settings = settings or Settings()
        self.geography = Geography(holdings.gazetteer.atlas, self.settings.near_border_km)
        self._claims = {claim.id: claim for claim in holdings.claims}
        self.decisions = Decisions(map(self._decided, decisions)) if decisions else NONE
        self._bench = Bench(self.settings, self.geography, Lineage(holdings.claims), self.decisions)
        self._kept: tuple[Moment | None, Linked] | None = None  # how the events of the picture drawn last were linked
        self._drawn = lru_cache(maxsize=64)(self._draw)
        self._descended = lru_cache(maxsize=16)(self._descend)
        self._inquired = lru_cache(maxsize=16)(self._inquire)
        self._looked = lru_cache(maxsize=16)(self._look_back)
        self._linked = lru_cache(maxsize=16)(self._link)
        self._weighed = lru_cache(maxsize=16)(self._weigh)
        self._strong = lru_cache(maxsize=8)(self._accumulate)
        self._gauged = lru_cache(maxsize=32)(self._gauge)
        self._warned = lru_cache(maxsize=16)(self._warn)
        self.adjudications: tuple[Adjudication, ...] = ()

    @classmethod
    def read(cls, sources: Sequence[Source], settings: Settings | None = None, intake: Intake | None = None) -> Desk:
        """Read tables, folders, scenarios, and documents of STIX and MISP."""
        return cls(read_holdings(sources, intake or Intake(formats=FORMATS)), settings)

    def deciding(self, decisions: DecisionsSource) -> Desk:
        """The same holdings with an analyst's decisions on claims of them: a table of them, or decisions."""
        desk = Desk(self.holdings, self.settings, self.custody, read_decisions(decisions))
        desk.grouper, desk.adjudications = self.grouper, self.adjudications
        return desk

    def adjudicating(self, adjudications: AdjudicationsSource) -> Desk:
        """The same holdings with what analysts ruled of claims of them: a table of that, or adjudications.

        Raises:
            IntakeError: for a table that cannot be read.
            UnknownClaimError, UsageError: for rulings on claims that are not there, or that speak about others.
        """
        desk = Desk(self.holdings, self.settings, self.custody, tuple(self.decisions))
        desk.grouper, desk.adjudications = self.grouper, read_adjudications(adjudications)
        for each in desk.adjudications:
            desk._check_spoken(each.claim, "ruling")
            if each.bounds and not desk.claim(each.claim).count:
                raise UsageError(
                    f"ruling on claim {each.claim}", f"{each.bounds}, and a claim without a number", "no value"
                )
        return desk

    def picture(self, as_of: AsOf = None) -> Picture:
        """The picture of what was reported by `as_of`; drawn once and kept."""
        return self._drawn(moment(as_of))

    def _draw(self, as_of: Moment | None) -> Picture:
        here = Keeping()
        beside = Beside(len(self.holdings.set_aside), self.decisions, self.grouper or here)
        picture = draw(self.holdings.claims, self.geography, self.settings, as_of, beside)
        self._kept = (as_of, here.linked) if here.linked else None
        return picture

    def descent(self, as_of: AsOf = None) -> Descent:
        """Who repeats whom in the picture as of a time, and how many independent sources that leaves; kept."""
        return self._descended(moment(as_of))

    def _descend(self, as_of: Moment | None) -> Descent:
        return descend(self.picture(as_of), self.settings)

    @cached_property
    def sayings(self) -> Sayings:
        """The questions of the scenario that was read, and what was said of them; none without a scenario.

        Raises:
            IntakeError: the scenario's tables of them cannot be read.
        """
        told = self.holdings.scenario
        return read_sayings(told.folder) if told else Sayings()

    def inquiries(self, as_of: AsOf = None) -> tuple[Inquiry, ...]:
        """What partners held of each question as of a time, whether it is the same, and how it came out; kept."""
        return self._inquired(moment(as_of))

    def _inquire(self, as_of: Moment | None) -> tuple[Inquiry, ...]:
        said, roots = self.sayings, self._roots(as_of)
        return tuple(inquire(asked, said.stated, self._comparing, roots, as_of) for asked in said.asked)

    @property
    def _comparing(self) -> frozenset[PartnerId]:
        """The partners of the scenario that compare what they hold."""
        told = self.holdings.scenario
        return frozenset(told.focus if told else ())

    def _roots(self, as_of: Moment | None) -> Roots:
        """Where the claims reported by a time began; nothing of a claim that was not."""
        lineage = Lineage(self.picture(as_of).claims)
        return lambda claim: lineage.roots(claim) if lineage.claim(claim) else frozenset()

    def grid(self, found: Inquiry, as_of: AsOf = None) -> Grid:
        """The evidence on a question against its hypotheses, as partners read it by a time (`conclusions.readings`)."""
        cut, name = moment(as_of), found.question.name
        readings = [each for each in self.sayings.readings if each.question == name]
        return grid(found.question.ids, found.answers, readings, self._roots(cut), cut)

    def hindsight(self, question: str) -> Hindsight | None:
        """A question of the scenario, by name, looked back on; None where it is not resolved, or is none; kept."""
        return self._looked(question)

    def _look_back(self, question: str) -> Hindsight | None:
        asked = self.sayings.question(question)
        return look_back(asked, self.sayings.stated, self._comparing, self.picture) if asked else None

    def dossier(self, watch: Watch | None = None) -> Dossier:
        """All that a warning may rest on, with what is watched for: `watch`, or the scenario's own indicators.

        Raises:
            UsageError: where neither is there.
            IntakeError: the scenario's indicators or surveys cannot be read.
        """
        told = self.holdings.scenario
        if watch is None:
            if told is None or not has_indicators(told.folder):
                raise UsageError("indicators", "none", "a scenario's folder with indicators.toml, or a file of them")
            watch = read_watch(told.folder)
        surveys = read_surveys(told.folder) if told else ()
        return Dossier(watch, tuple(self.holdings.claims), self.sayings.asked, self.sayings.stated, surveys)

    def warned(self, as_of: AsOf = None) -> History:
        """The level of warning of every day up to a time, by the scenario's own indicators, with the board; kept."""
        return self._warned(moment(as_of))

    def _warn(self, as_of: Moment | None) -> History:
        dossier = self.dossier()
        return history(dossier, as_of.at.date() if as_of else dossier.days[-1])

    def links(self, as_of: AsOf = None) -> Links:
        """How the claims of the picture as of a time are linked: what is unsure, and what is part of what; kept."""
        return self._linked(moment(as_of))

    def _link(self, as_of: Moment | None) -> Links:
        picture = self.picture(as_of)
        kept = self._kept
        return Links(picture, self.settings, kept[1] if kept and kept[0] == as_of else None)

    def explain(self, a: str, b: str, as_of: AsOf = None) -> Explanation | None:
        """Why two claims stand in one fact of the picture as of a time, or in two; None where it holds one of them not.

        Raises:
            UnknownClaimError: for an id that no holding has.
            UsageError: for one claim twice.
        """
        links = self.links(as_of)
        names = [self.claim(name).id if name not in links.claims else ClaimId(name) for name in (a, b)]
        names = [name if name in links.claims else ClaimId(base_id(name)) for name in names]
        if names[0] == names[1]:
            raise UsageError("explain", f"{names[0]} twice", "the ids of two claims")
        if not all(name in links.claims for name in names):
            return None
        return links.explain(names[0], names[1], self.descent(as_of).echoes)

    def weighing(self, as_of: AsOf = None) -> Weighing:
        """The picture as of a time with its sources weighed by how they fared; kept."""
        return self._weighed(moment(as_of))

    def _weigh(self, as_of: Moment | None) -> Weighing:
        return Weighing(self.picture(as_of), Known.by(as_of, self.adjudications, self.holdings.claims))

    @cached_property
    def warns(self) -> bool:
        """Whether there is anything to warn of: indicators that are watched for, or a force that somebody counts."""
        told = self.holdings.scenario
        return bool(told and has_indicators(told.folder)) or bool(matters(self.holdings.claims))

    def strength(self, matter: Matter, as_of: AsOf = None) -> Series:
        """How strong a force is by day and scope, from the picture as of a time; kept.

        Raises:
            UsageError: where nobody counts it.
        """
        return self._strong(matter, moment(as_of))

    def gauge(self, matter: Matter, scope: str, as_of: AsOf = None) -> Gauge:
        """One scope of it on the last day, with all that it rests on; kept.

        Raises:
            UsageError: where nobody counts it, or speaks of the scope.
        """
        return self._gauged(matter, scope, moment(as_of))

    def _gauge(self, matter: Matter, scope: str, as_of: Moment | None) -> Gauge:
        found = self.strength(matter, as_of)
        when = found.day(as_of.at.date() if as_of else date.max)
        return gauge(found, scope, when, landmarks(self.picture(as_of), matter))

    def _accumulate(self, matter: Matter, as_of: Moment | None) -> Series:
        return series(self.picture(as_of), matter, self.geography)

    def claim(self, name: str) -> Claim:
        """A claim by its id.

        Raises:
            UnknownClaimError: naming ids that are spelt alike.
        """
        found = self._claims.get(ClaimId(name)) or self._first_version(name)
        if found is None:
            alike = [known for known in self._claims if name.lower() in known.lower()][:5]
            expected = f"one of the {len(self._claims):,} ids in these files"
            raise UnknownClaimError(
                f"claim {name}", "no such id", expected, f"Did you mean {', '.join(alike)}?" if alike else ""
            )
        return found

    def _first_version(self, name: str) -> Claim | None:
        """Of an id that was told in several versions, the one told first: pages of days before the second name it so."""
        versions = [claim for claim in self.holdings.claims if base_id(claim.id) == name]
        return min(versions, key=lambda claim: (claim.reported_at.at, claim.id), default=None)

    def _decided(self, decision: Decision) -> Decision:
        """A decision on claims that are here, of which neither speaks about other claims."""
        for name in decision.pair:
            self._check_spoken(name, "decision")
        return decision

    def _check_spoken(self, name: str, act: str) -> None:
        """Refuse what is no one claim that is here, or speaks about other claims."""
        claim = self._claims.get(ClaimId(name))
        if claim is None:
            versions = [known for known in self._claims if base_id(known) == name]
            if versions:
                found = f"{len(versions)} contents under this id"
                raise UsageError(f"{act} on claim {name}", found, f"one of {', '.join(versions)}")
            self.claim(name)
        elif is_remark(claim):
            raise UsageError(f"{act} on claim {name}", f"it speaks about {', '.join(claim.about)}", _SPOKEN)

    def relate(self, a: str, b: str, as_of: AsOf = None) -> Relation:
        """What two claims are to each other, with the lineage that was known by `as_of` (all, when None)."""
        cut = moment(as_of)
        bench = self._bench
        if cut is not None:
            told = Lineage(claim for claim in self.holdings.claims if claim.stands(cut))
            bench = Bench(self.settings, self.geography, told, self.decisions)
        return relate(self.claim(a), self.claim(b), bench)

    @property
    def reported_days(self) -> tuple[date, ...]:
        """The days on which something was reported, in order."""
        return tuple(sorted({claim.reported_at.at.date() for claim in self.holdings.claims}))


def compare(
    *tables: Source, as_of: AsOf = None, settings: Settings | None = None, decisions: DecisionsSource = ()
) -> Picture:
    """Compare what partners hold: the whole job, from files, folders, scenarios, Arrow, pandas or polars.

    Args:
        tables: native tables, foreign ones of a shipped format, STIX bundles or MISP events.
        as_of: use only what was reported by then (a date, a time with an offset, or their ISO 8601 text).
        settings: horizons and rates; docs/formats.md has the defaults.
        decisions: what analysts decided of pairs of claims, which wins over all evidence: a table with the columns
            a, b, decision, reason and, if known, by and at (docs/formats.md).

    Raises:
        IntakeError: when a table as a whole cannot be read. Bad rows are set aside and counted in the picture.
    """
    return Desk.read(tables, settings).deciding(decisions).picture(as_of)


def moment(as_of: AsOf) -> Moment | None:
    """A point in time in any of its forms.

    Raises:
        UsageError: when it is none.
    """
    if as_of is None or isinstance(as_of, Moment):
        return as_of
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise UsageError("as of", as_of.isoformat(), "a time with an offset")
        return Moment(as_of.astimezone(UTC), is_day=False)
    if isinstance(as_of, date):
        return day(as_of)
    try:
        return parse_moment(as_of)
    except ValueError as error:
        raise UsageError("as of", repr(as_of), "a date such as 2021-12-06, or a time with its offset") from error
