"""Paging: the query by which an audience is shown, a page at a time, the objects of which it may see a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Integer, Select, String, bindparam, select, true, union_all

from consilience.model.identity import PartnerId
from consilience.release.policy import PUBLIC
from consilience.release.tables import CONSENTS, OBJECTS, ORIGINATORS

_MERGED = 400  # labels whose objects one query merges in order; more are filtered in one pass
_SEQ = OBJECTS.c.seq
_AFTER, _NOW = bindparam("after", type_=BigInteger), bindparam("now", type_=String)


@dataclass(frozen=True, slots=True)
class Permitted:
    """Which labels an audience may see: some outright, some only with consents for the object itself.

    `conditional` holds for each member of the audience the labels that ask somebody else's consent.
    """

    free: frozenset[int]
    conditional: frozenset[int]
    recipients: tuple[PartnerId, ...]
    use: str
    now: datetime

    @property
    def labels(self) -> frozenset[int]:
        """All labels of which anything may be seen."""
        return self.free | self.conditional


@lru_cache(maxsize=256)
def page_query(
    free: frozenset[int], conditional: frozenset[int], recipients: tuple[PartnerId, ...]
) -> Select[Any] | CompoundSelect[Any]:
    """The query of one page, with the binds `after`, `limit`, `use` and `now`.

    What is free is read label by label along an index and merged in order; where that would be many labels, the
    objects are read in order and filtered. What is conditional is reached from the consents, which are few.
    """
    parts = []
    if len(free) <= _MERGED:
        parts += [select(OBJECTS).where(_SEQ > _AFTER, OBJECTS.c.base == label) for label in sorted(free)]
    else:
        parts.append(select(OBJECTS).where(_SEQ > _AFTER, OBJECTS.c.base.in_(sorted(free))))
    if conditional:
        parts.append(_consented(conditional, recipients))
    merged = union_all(*parts) if len(parts) > 1 else parts[0]
    return merged.order_by("seq").limit(bindparam("limit", type_=Integer))


def _consented(conditional: frozenset[int], recipients: tuple[PartnerId, ...]) -> Select[Any]:
    """Objects of conditional labels for which each recipient has every consent that it needs."""
    # "+ 0" keeps SQLite from the indexes of labels and order, along which it would read all that nobody consented to
    query = select(OBJECTS).where(
        OBJECTS.c.digest.in_(select(CONSENTS.c.object).where(CONSENTS.c.recipient.in_(recipients))),
        (OBJECTS.c.base + 0).in_(sorted(conditional)),
        _SEQ + 0 > _AFTER,
    )
    for partner in recipients:
        given = (
            select(CONSENTS.c.seq)
            .where(
                CONSENTS.c.object == OBJECTS.c.digest,
                CONSENTS.c.originator == ORIGINATORS.c.originator,
                CONSENTS.c.recipient == partner,
                CONSENTS.c.use == bindparam("use", type_=String),
                CONSENTS.c.since <= _NOW,
                CONSENTS.c.until > _NOW,
            )
            .correlate(OBJECTS, ORIGINATORS)
        )
        other = true() if partner == PUBLIC else ORIGINATORS.c.originator != partner
        missing = select(ORIGINATORS.c.label).where(ORIGINATORS.c.label == OBJECTS.c.base, other, ~given.exists())
        query = query.where(~missing.correlate(OBJECTS).exists())
    return query
