"""Status: what became of a request to add objects, for a while, and of each person's no more than the newest."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from consilience.exchange.taxii.tables import STATUSES

_LIFE = 7 * 24 * 3600 * 1_000_000  # microseconds; the standard asks for a day (TAXII 2.1, section 4.3)
_MOST = 200  # of one person's: each may have as many bytes as the request that it tells of


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a request for `who` made it (None: for everybody); `made` is in microseconds, None when it lasts."""

    root: str
    id: str
    who: str | None
    made: int | None
    body: bytes


def put(connection: Connection, status: Status, now: int) -> None:
    """Keep a status, and let go of those that are old, or too many."""
    s = STATUSES.c
    connection.execute(delete(STATUSES).where(s.made < now - _LIFE))
    connection.execute(delete(STATUSES).where(s.root == status.root, s.id == status.id))
    connection.execute(
        insert(STATUSES).values(root=status.root, id=status.id, who=status.who, made=status.made, body=status.body)
    )
    if status.who is not None:
        older = select(s.made).where(s.who == status.who, s.made.is_not(None)).order_by(s.made.desc())
        last = connection.execute(older.offset(_MOST).limit(1)).scalar_one_or_none()
        if last is not None:
            connection.execute(delete(STATUSES).where(s.who == status.who, s.made <= last))


def get(connection: Connection, root: str, name: str, who: str) -> bytes | None:
    """What became of a request, for who made it; None for anybody else, and when it is too old."""
    s = STATUSES.c
    row = connection.execute(select(s.who, s.body).where(s.root == root, s.id == name)).first()
    return bytes(row.body) if row and row.who in (None, who) else None
