"""Label: who may have a thing. Carried and shown as given; unmarked means owner only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A marking as the partner wrote it (`TLP:CLEAR`, `REL TO UKR, GBR, USA`), kept to the letter."""

    text: str = ""

    @property
    def shown(self) -> str:
        """What a page prints: the marking, or that there is none and only the owner may have it."""
        return self.text or "unmarked: owner only"
