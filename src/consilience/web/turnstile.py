"""Turnstile: how many requests of one partner are answered at a time, and how many wait; beyond that it must come again.

What one partner asks so takes bounded memory and threads, and holds up nobody but that partner.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from consilience.model.identity import PartnerId

RUNNING, WAITING = 2, 16


@dataclass(slots=True)
class _Lane:
    """The requests of one partner: those that are answered hold `slots`; `within` counts the waiting ones, too."""

    slots: asyncio.Semaphore
    within: int = 0


class Turnstile:
    """Lets partners' requests in. For one event loop."""

    def __init__(self, running: int = RUNNING, waiting: int = WAITING) -> None:
        """Let so many of a partner's requests run, and so many wait."""
        self._running, self._most = running, running + waiting
        self._lanes: dict[PartnerId, _Lane] = {}

    @asynccontextmanager
    async def entered(self, partner: PartnerId) -> AsyncIterator[bool]:
        """A request's time inside, once it is its turn; False at once when too many wait already."""
        lane = self._lanes.setdefault(partner, _Lane(asyncio.Semaphore(self._running)))
        if lane.within >= self._most:
            yield False
            return
        lane.within += 1
        try:
            async with lane.slots:
                yield True
        finally:
            lane.within -= 1
            if not lane.within:
                self._lanes.pop(partner, None)
