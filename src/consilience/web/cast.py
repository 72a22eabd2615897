"""Cast: the partners by name, and the order in which the pages show them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from consilience.desk import Desk
from consilience.model.identity import PartnerId
from consilience.model.roster import Roster

_CODE = re.compile(r"\b[A-Z]{3}\b")
_FOCUS = 5  # columns of a table whose holdings name no focus of their own
_WITH_ARTICLE = ("United ", "Netherlands", "Czech Republic", "Russian Federation", "Republic ", "Holy See")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part. `focus` are the partners that compare; the tables give each a column.

    `states` are those that sentences call by their names: states, and whom a roster names.
    """

    names: dict[str, str]
    states: frozenset[str]
    focus: tuple[PartnerId, ...]

    @classmethod
    def of(cls, desk: Desk, roster: Roster | None = None) -> Cast:
        """The roster's and the scenario's partners; without a scenario, those with the most claims come first."""
        told = desk.holdings.scenario
        claims = Counter(claim.partner for claim in desk.holdings.claims)
        listed = told.partners if told else ()
        named = {str(member.code): member.name for member in roster.members if member.name} if roster else {}
        focus = told.focus if told and told.focus else tuple(code for code, _ in claims.most_common(_FOCUS))
        return cls(
            names=named | {partner.code: partner.name for partner in listed},
            states=frozenset(
                [code for code, name in named.items() if name != code]
                + [partner.code for partner in listed if partner.kind == "state"]
            ),
            focus=focus,
        )

    def name(self, code: str) -> str:
        """A partner's name, or its code where it has none."""
        return self.names.get(code, code)

    def said(self, code: str) -> str:
        """A partner as a sentence names it: states by name, others by their code."""
        if code not in self.states:
            return code
        name = self.names[code]
        return f"the {name}" if name.startswith(_WITH_ARTICLE) else name

    def full(self, code: str) -> str:
        """A partner's name with its code: `Borea (BOR)`."""
        name = self.name(code)
        return f"{name} ({code})" if name != code else code

    def spelt(self, text: str) -> str:
        """A heading with the codes of states written out: `UKR border` as `Ukraine border`."""
        return _CODE.sub(lambda found: self.names[found[0]] if found[0] in self.states else found[0], text)

    def ordered(self, partners: Iterable[PartnerId]) -> list[PartnerId]:
        """Partners in focus first, in the scenario's order, then the others by code."""
        rank = {code: number for number, code in enumerate(self.focus)}
        return sorted(partners, key=lambda code: (rank.get(code, len(rank)), code))
