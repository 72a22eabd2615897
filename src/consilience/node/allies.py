"""Allies: the nodes of a scenario, each with its own home, key, ledger and roster, before they have told each other anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from consilience.errors import IntakeError
from consilience.intake.holdings import Intake
from consilience.intake.scenario import Keeper, Scenario, read_scenario
from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp
from consilience.model.roster import Member, Roster
from consilience.node import home as homes
from consilience.node.giving import GrownError
from consilience.node.home import Home
from consilience.node.node import Node, establish, open_node
from consilience.node.record import Recorder
from consilience.trust.roster import with_key, with_member

_TRIES = 20
_HIDDEN = "hidden:"  # how a reference to what may be hidden begins (release.redact)
_REFERENCES = ("origins", "about")
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
    to each of the others what that one may have, but for what refers to a claim that it has yet to fetch. Nobody has
    fetched anything yet.

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
        owners = _owners(told)
        allies = tuple(_record(keeper, opened[keeper.code], how or Intake(), owners) for keeper in told.nodes)
        for node in opened.values():
            tell(node, opened, waiting=True)
        stack.close()
        yield told, allies


def tell(node: Node, partners: Iterable[PartnerId], *, waiting: bool = False) -> int:
    """Release a node's own claims to each of some partners, as far as each may have them; how much was new to them.

    A claim that refers to one that the node does not hold would go with that reference hidden, since it may be of
    something hidden. With `waiting` it stays until the other has been fetched.
    """
    return sum(_tell(node, other, waiting) for other in partners if other != node.partner)


def _tell(node: Node, other: PartnerId, waiting: bool) -> int:
    """Release to one partner; decided anew when another process recorded something meanwhile."""
    for _ in range(_TRIES):
        decision = node.decision(node.audience([other]))
        own = frozenset(
            given.held.digest for given in decision.given
            if given.held.issuer == node.partner and not (waiting and any(_HIDDEN in cell for _, cell in given.cells))
        )  # fmt: skip
        with suppress(GrownError):
            return node.release(decision.only(own)).new
    raise GrownError("ledger", f"new entries at each of {_TRIES} tries", "a moment without them", "Try again later.")


def _introduce(node: Node, others: list[Keeper], opened: dict[PartnerId, Node]) -> None:
    """Put the others and their keys on a node's roster, as `partner add --key` does."""

    def added(other: Keeper, roster: Roster, now: datetime) -> Roster:
        return with_member(roster, Member(other.code, other.name, reach=Tlp.AMBER), now)

    def known(other: Keeper, roster: Roster, now: datetime) -> Roster:
        return with_key(roster, other.code, opened[other.code].signer.public, now, _LONG_AGO)

    for other in others:
        node.adopt(partial(added, other), partial(known, other))


def _owners(told: Scenario) -> dict[str, PartnerId]:
    """Who recorded each claim of the scenario, by id."""
    owners: dict[str, PartnerId] = {}
    for keeper in told.nodes:
        for file in keeper.holdings:
            owners |= {str(row["claim_id"]): keeper.code for row in _rows(file)}
    return owners


def _record(keeper: Keeper, node: Node, how: Intake, owners: Mapping[str, PartnerId]) -> Ally:
    """Record what a keeper holds itself; what refers to a claim of another names it by its owner (`USA/C138`)."""

    def named(token: str) -> str:
        owner = owners.get(token, keeper.code)
        return token if owner == keeper.code else f"{owner}/{token}"

    recorded = 0
    for file in keeper.holdings:
        rows = _rows(file)
        for row in rows:
            row |= {name: " ".join(map(named, row[name].split())) for name in _REFERENCES if row.get(name)}
        recorded += Recorder(node).record([pa.Table.from_pylist(rows)], how).new
    return Ally(keeper, node.home, recorded)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise IntakeError(str(file), str(error), "a CSV table of claims in UTF-8") from error
