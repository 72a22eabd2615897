"""Stage: a node over a scenario, as its home partner would have it: for demonstrations, in a folder that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from consilience.intake.holdings import Intake
from consilience.intake.scenario import Scenario, read_scenario
from consilience.model.roster import Member
from consilience.node import home as homes
from consilience.node.node import Node, establish, open_node
from consilience.node.record import Recorded, Recorder
from consilience.trust.roster import with_members

_COMPARING = "comparing"


@contextmanager
def staged(folder: Path, how: Intake | None = None) -> Iterator[tuple[Node, Recorded]]:
    """A new node that has recorded a scenario, with the partners who compare on its roster; gone when the block is left.

    Raises:
        IntakeError: when the scenario cannot be read.
    """
    told = read_scenario(folder)
    with TemporaryDirectory(prefix="consilience-") as place:
        home = homes.create(Path(place) / homes.NAME, told.home)
        names = {partner.code: partner.name for partner in told.partners}
        establish(home, names.get(told.home, told.home))
        with open_node(home) as node:
            node.adopt(lambda roster, now: with_members(roster, _members(told), now))
            node.scenario = told
            yield node, Recorder(node).record([folder], how or Intake())


def _members(told: Scenario) -> list[Member]:
    """The partners who compare, besides the home: without keys and clearances, since a scenario gives none."""
    return [
        Member(partner.code, partner.name)
        for partner in told.partners
        if partner.role == _COMPARING and partner.code != told.home
    ]
