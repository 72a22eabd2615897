"""At the desk: from tables on a laptop to a picture, with no server and nobody in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from consilience.comparison.lineage import Lineage
from consilience.comparison.pair import Bench
from consilience.comparison.picture import Picture, draw
from consilience.comparison.relate import relate
from consilience.errors import UnknownClaimError, UsageError
from consilience.exchange.document import FORMATS
from consilience.intake.holdings import Holdings, Intake, Source, read_holdings
from consilience.model.claim import Claim
from consilience.model.extent import Geography
from consilience.model.fact import Relation
from consilience.model.identity import ClaimId, base_id
from consilience.model.period import Moment, day, parse_moment
from consilience.release.custody import Custody
from consilience.settings import Settings

AsOf = str | date | datetime | Moment | None


class Desk:
    """Holdings on the table, and the pictures and relations drawn from them."""

    def __init__(self, holdings: Holdings, settings: Settings | None = None, custody: Custody | None = None) -> None:
        """Lay the holdings out; nothing is compared yet. `custody`, where a node has it, says what may leave."""
        self.holdings = holdings
        self.custody = custody
        self.settings = settings or Settings()
        self.geography = Geography(holdings.gazetteer.atlas, self.settings.near_border_km)
        self._bench = Bench(self.settings, self.geography, Lineage(holdings.claims))
        self._claims = {claim.id: claim for claim in holdings.claims}
        self._drawn = lru_cache(maxsize=64)(self._draw)

    @classmethod
    def read(cls, sources: Sequence[Source], settings: Settings | None = None, intake: Intake | None = None) -> Desk:
        """Read tables, folders, scenarios, and documents of STIX and MISP."""
        return cls(read_holdings(sources, intake or Intake(formats=FORMATS)), settings)

    def picture(self, as_of: AsOf = None) -> Picture:
        """The picture of what was reported by `as_of`; drawn once and kept."""
        return self._drawn(moment(as_of))

    def _draw(self, as_of: Moment | None) -> Picture:
        return draw(self.holdings.claims, self.geography, self.settings, as_of, len(self.holdings.set_aside))

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

    def relate(self, a: str, b: str, as_of: AsOf = None) -> Relation:
        """What two claims are to each other, with the lineage that was known by `as_of` (all, when None)."""
        cut = moment(as_of)
        bench = self._bench
        if cut is not None:
            told = Lineage(claim for claim in self.holdings.claims if claim.stands(cut))
            bench = Bench(self.settings, self.geography, told)
        return relate(self.claim(a), self.claim(b), bench)

    @property
    def reported_days(self) -> tuple[date, ...]:
        """The days on which something was reported, in order."""
        return tuple(sorted({claim.reported_at.at.date() for claim in self.holdings.claims}))


def compare(*tables: Source, as_of: AsOf = None, settings: Settings | None = None) -> Picture:
    """Compare what partners hold: the whole job, from files, folders, scenarios, Arrow, pandas or polars.

    Args:
        tables: native tables, foreign ones of a shipped format, STIX bundles or MISP events.
        as_of: use only what was reported by then (a date, a time with an offset, or their ISO 8601 text).
        settings: horizons and rates; docs/formats.md has the defaults.

    Raises:
        IntakeError: when a table as a whole cannot be read. Bad rows are set aside and counted in the picture.
    """
    return Desk.read(tables, settings).picture(as_of)


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
