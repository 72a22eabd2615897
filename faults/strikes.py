"""Strikes: every fault of the run by its name, and how it strikes a database under load."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from faults import shim
from faults.databases import Database
from faults.running import Running
from faults.shim import Failing

_PATIENCE = 30.0  # seconds until a load that neither works nor ends counts as stuck
BOTH = ("SQLite", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. In turn over the rounds: how many `loads` there are, and what is `failing`."""

    name: str
    loads: tuple[int, ...] = (1,)
    failing: tuple[Failing, ...] = ()
    kills: str = "loads"  # or "server"
    ends_in_cut: bool = False
    manner: str = "plain"  # see load.py; any other must be found out
    databases: tuple[str, ...] = BOTH

    @property
    def is_self_check(self) -> bool:
        """Whether it is there to show that the run can fail."""
        return self.manner != "plain"

    @property
    def needs_shim(self) -> bool:
        """Whether it needs the shim."""
        return bool(self.failing) or self.ends_in_cut


FAULTS = (
    Fault("kill-1"),
    Fault("kill-2", loads=(2,)),
    Fault("kill-4", loads=(4,)),
    Fault("kill-server", loads=(1, 2), kills="server", databases=("PostgreSQL",)),
    Fault("fsync-once", loads=(1, 2), failing=(shim.SYNC_ONCE,)),
    Fault("fsync-for-good", loads=(1, 2), failing=(shim.SYNC_FOR_GOOD,)),
    Fault("fsync-then-cut", failing=(shim.SYNC_ONCE,), ends_in_cut=True),
    Fault("disk-full", loads=(1, 2), failing=(shim.FULL, shim.FULL_SHORT)),
    Fault("short-write", failing=(shim.SHORT_ONCE,)),
    Fault("write-error", loads=(2, 1), failing=(shim.WRITE_ONCE, shim.WRITE_FOR_GOOD)),
    Fault("power-cut", loads=(1, 2), ends_in_cut=True),
    Fault("self-check: early", manner="early"),
    Fault("self-check: no sync", manner="weak", ends_in_cut=True),
)


@dataclass(frozen=True, slots=True)
class Struck:
    """What came of a strike: whether it hit, and which loads neither went on nor ended."""

    hit: bool
    stuck: int = 0
    where: str = ""  # the file, where calls failed


def strike(fault: Fault, number: int, database: Database, loads: Sequence[Running], chance: random.Random) -> Struck:
    """Let round `number` of a fault strike; all loads are over afterwards, or are about to be killed."""
    opening = fault.kills == "loads" and not fault.is_self_check and chance.random() < 0.2
    for load in loads:
        (load.is_here if opening else load.is_ready).wait(_PATIENCE)
    time.sleep(chance.uniform(0, 0.02 if fault.failing else 0.1) if opening else chance.uniform(0.05, 0.9))
    if fault.failing:
        failing = fault.failing[number % len(fault.failing)]
        aim = "*" if opening else chance.choice(database.aims)
        # The first calls are as likely as the late ones. A file that is aimed at is called more seldom.
        within = 10 if opening else failing.within if aim == "*" else failing.within // 10
        after = int(math.exp(chance.uniform(0, math.log(within)))) - 1
        struck = _fail((failing, aim, after, chance.getrandbits(63)), database, loads, chance.uniform(0.1, 0.6))
    elif fault.kills == "server":
        database.kill()
        time.sleep(chance.uniform(0, 0.3))
        database.recover()
        struck = Struck(hit=True, stuck=_stuck(database, loads))
    else:
        if fault.manner == "early":
            _until(lambda: loads[0].acknowledgements > 0, _PATIENCE)
        struck = Struck(hit=any(not load.is_over for load in loads))
    for load in chance.sample(loads, len(loads)):  # those that live on work on
        load.kill()
        time.sleep(0 if fault.ends_in_cut else chance.uniform(0, 0.1))
    if fault.ends_in_cut:
        database.kill()
    return struck


def _fail(how: tuple[Failing, str, int, int], database: Database, loads: Sequence[Running], seconds: float) -> Struck:
    """Let calls fail, for some seconds if they fail for good, until all is well again; see whether the loads go on."""
    if database.shim is None:
        raise RuntimeError("there is no shim")
    failing, aim, after, seed = how
    control = database.shim
    for aimed, count in ((aim, after), ("*", 0)):  # what was aimed at may not be touched for long: then anything
        control.arm(failing, aimed, count, seed)
        if _until(lambda: control.struck > 0, 3):
            break
    if failing.for_good:
        time.sleep(seconds)
    else:
        _until(lambda: any(load.errors for load in loads), 0.2)
    hit = control.struck > 0
    control.disarm()
    return Struck(hit, _stuck(database, loads), control.where)


def _stuck(database: Database, loads: Sequence[Running]) -> int:
    """How many loads do not acknowledge anything more, nor end. A server that has gone down is started."""
    before = [load.acknowledgements for load in loads]

    def waiting() -> int:
        return sum(not load.is_over and load.acknowledgements == was for load, was in zip(loads, before, strict=True))

    def is_done() -> bool:
        database.recover()
        return not waiting()

    _until(is_done, _PATIENCE)
    return waiting()


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for something; whether it came."""
    give_up = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < give_up:
        time.sleep(0.02)
    return met
