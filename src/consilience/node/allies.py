"""Allies: the nodes of a scenario, each with its own home, key, ledger and roster, before they have told each other anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from consilience.errors import IntakeError
from consilience.intake.holdings import Intake
from consilience.intake.scenario import Keeper, Scenario, read_scenario
from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp
from consilience.model.roster import Member, Roster
from consilience.node import home as homes
from consilience.node.home import Home
from consilience.node.node import Node, establish, open_node
from consilience.node.record import Recorder
from consilience.trust.roster import with_key, with_member

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ally:
    """One node of the scenario: who keeps it, where its home is, and how many claims it recorded itself."""

    keeper: Keeper
    home: Home
    recorded: int

    @property
    def code(self) -> PartnerId:
        """Whose node it is."""
        return self.keeper.code


@contextmanager
def founded(folder: Path, how: Intake | None = None) -> Iterator[tuple[Scenario, tuple[Ally, ...]]]:
    """The scenario and its nodes in a folder that goes away when the block is left.

    Each has made its key, has the others and their keys on its roster, has recorded its own claims, and has released
    to each of the others what that one may have. Nobody has fetched anything yet.

    Raises:
        IntakeError: the scenario cannot be read, or names no nodes.
    """
    told = read_scenario(folder)
    if len(told.nodes) < 2:
        raise IntakeError(str(folder / "scenario.toml"), f"{len(told.nodes)} nodes", "two [[nodes]] or more")
    with TemporaryDirectory(prefix="consilience-") as place, ExitStack() as stack:
        made = {keeper.code: homes.create(Path(place) / keeper.code, keeper.code) for keeper in told.nodes}
        for keeper in told.nodes:
            establish(made[keeper.code], keeper.name)
        opened = {code: stack.enter_context(open_node(home)) for code, home in made.items()}
        for keeper in told.nodes:
            _introduce(opened[keeper.code], [other for other in told.nodes if other is not keeper], opened)
        allies = tuple(_record(keeper, opened[keeper.code], how or Intake()) for keeper in told.nodes)
        for code, node in opened.items():
            for other in opened:
                if other != code:
                    node.release(node.decision(node.audience([other])))
        stack.close()
        yield told, allies


def _introduce(node: Node, others: list[Keeper], opened: dict[PartnerId, Node]) -> None:
    """Put the others and their keys on a node's roster, as `partner add --key` does."""

    def added(other: Keeper, roster: Roster, now: datetime) -> Roster:
        return with_member(roster, Member(other.code, other.name, reach=Tlp.AMBER), now)

    def known(other: Keeper, roster: Roster, now: datetime) -> Roster:
        return with_key(roster, other.code, opened[other.code].signer.public, now, _LONG_AGO)

    for other in others:
        node.adopt(partial(added, other), partial(known, other))


def _record(keeper: Keeper, node: Node, how: Intake) -> Ally:
    """Record what a keeper holds itself."""
    found = Recorder(node).record(keeper.holdings, how) if keeper.holdings else None
    return Ally(keeper, node.home, found.new if found else 0)
