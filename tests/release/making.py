"""Rosters, labels and consents for tests of release: one roster to read, and worlds drawn at random.

Imported as `from tests.release.making import ...`.
"""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

from consilience.model.entry import Consent, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Pap, Tlp
from consilience.model.roster import Group, Member, Policy, Roster
from consilience.release.policy import PUBLIC

NOON = datetime(2022, 1, 24, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
INSTANTS = (NOON - timedelta(hours=1), NOON - TICK, NOON, NOON + TICK, NOON + timedelta(hours=1))
LEVELS = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")
CODES = ("CAN", "GBR", "POL", "UKR", "USA")
UKR, GBR, USA, POL, CAN = (PartnerId(code) for code in ("UKR", "GBR", "USA", "POL", "CAN"))


def member(code, clearance=(), accredited=(), reach=Tlp.AMBER_STRICT):
    return Member(PartnerId(code), code, (), tuple(sorted(clearance)), frozenset(accredited), reach)


def roster(*members, groups=(), policies=(), version=1):
    """A roster in order of code; members may be given as codes."""
    listed = [one if isinstance(one, Member) else member(one) for one in members]
    return Roster(
        version=version,
        issued_at=NOON - timedelta(days=30),
        stewards=frozenset({UKR}),
        threshold=1,
        members=tuple(sorted(listed, key=lambda one: one.code)),
        groups=tuple(Group(code, frozenset(map(PartnerId, of))) for code, of in sorted(groups)),
        policies=tuple(Policy(code, tuple(levels)) for code, levels in sorted(policies)),
    )


def allies(version=1):
    """Five partners, two policies, three groups: what most tests read markings with."""
    return roster(
        member("UKR", [("NATO", 3)], ["HUMINT"]),
        member("GBR", [("NATO", 4)], ["HUMINT", "SIGINT"], Tlp.RED),
        member("USA", [("NATO", 4), ("UKR-OF", 2)], ["SIGINT"]),
        member("POL", [("NATO", 2)], (), Tlp.AMBER),
        member("CAN"),
        groups=[("FVEY", ["CAN", "GBR", "USA", "AUS"]), ("NOBODY", ["AUS"]), ("QUAD", ["GBR", "USA"])],
        policies=[("NATO", LEVELS), ("UKR-OF", ("OPEN", "CLOSED", "ЦІЛКОМ ТАЄМНО"))],
        version=version,
    )


class World(NamedTuple):
    """One roster, labels with an object beside each, consents as they were stated, and who asks what."""

    roster: Roster
    labels: list[Label]
    objects: list[str]
    statements: list[Statement]
    askers: list[tuple[PartnerId, str, datetime]]


def draw_world(random, labels=40):
    """A world by a seeded `random.Random`: ranks, codes and instants collide often, and some are unknown."""
    policies = [(code, LEVELS[: random.randint(1, 5)]) for code in ("EU", "NATO") if random.random() < 0.8]
    listed = [_draw_member(random, code) for code in CODES if random.random() < 0.9]
    if random.random() < 0.1:
        listed.append(_draw_member(random, "PUBLIC"))
    found = roster(*listed, policies=policies)
    drawn = [draw_label(random) for _ in range(labels)]
    objects = [f"{random.randrange(labels):064x}" for _ in drawn]
    askers = [
        (PartnerId(code), random.choice(("read", "relay")), random.choice(INSTANTS))
        for code in (*CODES, PUBLIC, "XXX", "gbr")
    ]
    return World(found, drawn, objects, _draw_statements(random, drawn, objects, askers), askers)


def draw_label(random):
    """A label of any kind: `None` and empty sets, unknown codes, ranks beyond the policy, ends before beginnings."""
    some = (*CODES, "XXX", "PUBLIC")
    wide = random.random() < 0.5  # else nearly everything is refused
    return Label(
        levels=tuple(
            (code, random.randint(0, 5)) for code in ("EU", "NATO", "ODD") if random.random() < (0.1 if wide else 0.4)
        ),
        rel=None if random.random() < 0.3 else _subset(random, some, 0.8 if wide else 0.4),
        controls=_subset(random, ("HUMINT", "SIGINT", "UNKNOWN"), 0.05 if wide else 0.3),
        tlp=random.choice((Tlp.CLEAR, Tlp.GREEN) if wide else tuple(Tlp)),
        pap=random.choice(tuple(Pap)),
        orig=_subset(random, some, 0.3) if random.random() < 0.4 else frozenset(),
        embargo=random.choice(INSTANTS) if random.random() < (0.2 if wide else 0.5) else None,
        expiry=random.choice(INSTANTS) if random.random() < (0.2 if wide else 0.5) else None,
    )


def _draw_member(random, code):
    clearance = [(policy, random.randint(0, 6)) for policy in ("EU", "NATO", "OLD") if random.random() < 0.6]
    return member(code, clearance, _subset(random, ("HUMINT", "SIGINT"), 0.5), random.choice(tuple(Tlp)))


def _draw_statements(random, labels, objects, askers):
    """Consents that fit a question, and ones that miss it by the object, the recipient, the use or an instant."""
    stated = []
    for (label, name), (partner, use, now) in product(zip(labels, objects, strict=True), askers):
        for originator in label.orig if random.random() < 0.6 else ():
            until = now + random.choice((TICK, TICK, TICK, TICK, timedelta(0), timedelta(hours=1)))
            issued = now - random.choice((timedelta(0), timedelta(hours=2), timedelta(days=3)))
            wrong = random.randrange(12)
            consent = Consent(
                object=objects[0] if wrong == 0 else name,
                recipient=PartnerId("CAN") if wrong == 1 else partner,
                use="relay" if wrong == 2 else use,
                until=until,
            )
            stated.append(Statement(originator, now + TICK if wrong == 3 else issued, consent))
    return stated


def _subset(random, words, chance):
    return frozenset(PartnerId(word) for word in words if random.random() < chance)
