"""Pairs of worlds that differ only in what one partner may not see, made from a seed; and what that partner then sees.

A world is what a ledger holds, as the index reads it. Its twin is changed wherever the partner cannot look: objects
that are wholly withheld appear, vanish and change (content, id, labels, retractions, marking, what they rest on);
cells in portions that are withheld change, appear and vanish; what is hidden stands elsewhere in the order.
Whether something is hidden is asked of `policy.may`, which Cedar checks.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from consilience.model.entry import ClaimEntry, Consent, Derivation, Portion, Remarking, Retraction, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN, Label, Pap, Tlp
from consilience.model.roster import Group, Member, Policy, Roster
from consilience.release.policy import Context, Grant, Question, may
from consilience.release.redact import PORTIONS, TOGETHER, redacted

NOW = datetime(2031, 6, 20, 12, tzinfo=UTC)
US, PEER, OTHER, THIRD = (PartnerId(code) for code in ("AUR", "BOR", "CAL", "LAMPEX"))
PARTNERS = (US, PEER, OTHER, THIRD)
ROSTER = Roster(
    1, NOW - timedelta(days=90), frozenset({US}), 1,
    (
        Member(US, "Aurelia", clearance=(("NAT", 3),), accredited=frozenset({"HUMINT", "OVERHEAD"})),
        Member(PEER, "Borea", clearance=(("NAT", 2),), accredited=frozenset({"OVERHEAD"})),
        Member(OTHER, "Caldera"),
        Member(THIRD, "Observers", reach=Tlp.GREEN),
    ),
    (Group("PAIR", frozenset({PEER, OTHER})),),
    (Policy("NAT", ("OPEN", "RESTRICTED", "SECRET", "TOP")),),
)  # fmt: skip
_PLACES = ("Lamp Ridge", "North Depot", "Glass Bay")
_PHENOMENA = ("personnel", "equipment/tank", "movement/buildup", "movement/withdrawal", "intent/attack", "exercise")
_WORDS = ("seen from the ridge", "told by a walk-in", "counted twice", "=HYPERLINK(1)", "двічі", "<b>bold</b>")
_NAMED = ("AUR/W1", "AUR/W3", "BOR/W2", "BOR/W7", "CAL/W1")  # another's claim, named by its issuer
_HIDEABLE = ("source", "text", "origins", "url", "place", "best", "about", "speaker", "reported_at", "credibility")


@dataclass(frozen=True, slots=True)
class Thing:
    """One claim of a world, with what is said of it later."""

    entry: ClaimEntry
    issuer: PartnerId
    retracted: str = ""
    remarked: Label | None = None
    consents: tuple[Consent, ...] = ()
    made_from: str = ""


World = tuple[Thing, ...]


def pair(seed: int, partner: PartnerId, *with_others: PartnerId) -> tuple[World, World]:
    """A world, and one that differs from it only in what `partner`, alone or with others, may not see."""
    dice = random.Random(seed)  # noqa: S311  not a secret: a seed that failed must fail again
    world = tuple(_thing(dice, number) for number in range(dice.randint(1, 9)))
    return world, _twin(dice, world, (partner, *with_others))


def entries(world: World) -> Iterator[Statement]:
    """What a ledger of this world holds, in order."""
    clock = NOW - timedelta(days=30)
    for thing in world:
        clock += timedelta(seconds=1)
        statement = Statement(thing.issuer, clock, thing.entry)
        digest = digest_of(thing.entry)
        yield statement
        for consent in thing.consents:
            yield Statement(PEER, clock, replace(consent, object=digest))
        if thing.remarked is not None:
            yield Statement(thing.issuer, clock, Remarking(digest, thing.remarked, "", "raised"))
        if thing.retracted:
            yield Statement(thing.issuer, NOW - timedelta(days=1), Retraction(digest, thing.retracted))
        if thing.made_from:
            yield Statement(US, clock, Derivation(digest, thing.made_from))


def digest_of(entry: ClaimEntry) -> str:
    """A stand-in for the digest of the payload: of the cells and labels alone, so that it does not depend on order."""
    return sha256(repr(entry).encode()).hexdigest()


def is_hidden(thing: Thing, partner: PartnerId) -> bool:
    """Whether the partner may see nothing of it."""
    return not _may(thing, thing.entry.base, partner)


def _may(thing: Thing, label: Label, partner: PartnerId) -> bool:
    digest = digest_of(thing.entry)
    granted = frozenset(Grant(PEER, digest, each.recipient, each.use) for each in thing.consents if each.until > NOW)
    whole = label.join(thing.remarked) if thing.remarked else label
    return may(whole, Question(partner, digest), Context(ROSTER, NOW, granted))


def keeps_nothing(thing: Thing, partner: PartnerId) -> bool:
    """Whether the partner is given nothing of it: hidden, or too little is left to be a claim."""
    whole = thing.remarked or OPEN
    return redacted(thing.entry, lambda label: _may(thing, thing.entry.base.join(label).join(whole), partner)) is None


def _label(dice: random.Random) -> Label:
    """A label such as partners write: mostly recipients, now and then every other part."""
    rel: frozenset[PartnerId] | None = frozenset(dice.sample(PARTNERS, dice.randint(0, 4))) | {US}
    if dice.random() < 0.25:
        rel = None
    return Label(
        levels=(("NAT", dice.randint(0, 3)),) if dice.random() < 0.3 else (),
        rel=rel,
        controls=frozenset(dice.sample(["HUMINT", "OVERHEAD"], dice.randint(0, 1)))
        if dice.random() < 0.3
        else frozenset(),
        tlp=dice.choice(list(Tlp)) if dice.random() < 0.3 else Tlp.CLEAR,
        pap=dice.choice(list(Pap)),
        orig=frozenset({PEER}) if dice.random() < 0.15 else frozenset(),
        embargo=NOW + timedelta(days=dice.choice([-3, 0, 3])) if dice.random() < 0.15 else None,
        expiry=NOW + timedelta(days=dice.choice([-3, 0, 3])) if dice.random() < 0.15 else None,
    )


def _cells(dice: random.Random, number: int) -> dict[str, str]:
    """The cells of a claim; ids are sometimes told twice, or look like origin keys."""
    day = dice.randint(1, 19)
    cells = {
        "claim_id": dice.choice([f"W{number}", f"W{number}", f"W{dice.randint(0, 9)}", f"imagery:AUR:{number % 3}"]),
        "partner": dice.choice(PARTNERS),
        "modality": dice.choice(["observed", "estimated", "denied", "not-observed", "forecast"]),
        "phenomenon": dice.choice(_PHENOMENA),
        "reported_at": f"2031-06-{day:02}",
        "actor": "DRA",
        "place": dice.choice(_PLACES),
    }
    for name, text in (
        ("source", dice.choice(["patrol", "walk-in", "lamp-7"])),
        ("text", dice.choice(_WORDS)),
        (
            "origins",
            " ".join(
                dice.sample([*_NAMED, "W1", "W2", "W3", "W7", "imagery:AUR:1", "nothing-such"], dice.randint(1, 2))
            ),
        ),
        ("about", f"W{dice.randint(0, 9)}"),
        ("best", str(dice.choice([12, 200, 450]))),
        ("speaker", f"{cells['partner']}/Ministry"),
        ("period_from", f"2031-06-{day:02}"),
        ("credibility", str(dice.randint(1, 6))),
        ("extra", "kept"),
    ):
        if dice.random() < 0.5:
            cells[name] = text
    if dice.random() < 0.05:
        cells["best"] = "many"  # a row that no longer reads: it is set aside, and counted
    return cells


def _entry(dice: random.Random, number: int) -> ClaimEntry:
    portions = []
    if dice.random() < 0.4:
        columns = tuple(dice.sample(_HIDEABLE, dice.randint(1, 3)))
        portions.append(Portion(columns, _label(dice), "some marking"))
    cells = _cells(dice, number) | ({PORTIONS: f"as written {dice.random()}"} if portions else {})
    return ClaimEntry(tuple(sorted(cells.items())), _label(dice), tuple(portions))


def _thing(dice: random.Random, number: int) -> Thing:
    until = NOW + timedelta(days=dice.choice([-1, 5]))
    consents = tuple(
        Consent("0" * 64, recipient, dice.choice(["read", "brief"]), until)
        for recipient in PARTNERS
        if dice.random() < 0.3
    )
    return Thing(
        _entry(dice, number),
        dice.choice([US, US, US, PEER]),
        retracted=dice.choice(_WORDS) if dice.random() < 0.15 else "",
        remarked=_label(dice) if dice.random() < 0.15 else None,
        consents=consents if dice.random() < 0.3 else (),
        made_from="f" * 64 if dice.random() < 0.1 else "",
    )


def _twin(dice: random.Random, world: World, audience: tuple[PartnerId, ...]) -> World:
    """The world changed where the first of an audience cannot look, and nowhere else."""
    partner = audience[0]
    kept: list[Thing] = []
    for thing in world:
        if not keeps_nothing(thing, partner):
            kept.append(_cut_changed(dice, thing, audience))
        elif dice.random() < 0.3:
            kept.append(thing)
        elif dice.random() < 0.5:
            kept.append(_hidden(dice, partner))
    for _ in range(dice.randint(0, 4)):
        kept.insert(dice.randint(0, len(kept)), _hidden(dice, partner))
    return tuple(kept)


def _hidden(dice: random.Random, partner: PartnerId) -> Thing:
    """A thing of which the partner is given nothing."""
    while True:
        found = _thing(dice, dice.randint(0, 9))
        if keeps_nothing(found, partner):
            return found


def _cut_changed(dice: random.Random, thing: Thing, audience: tuple[PartnerId, ...]) -> Thing:
    """The thing with other cells, or none, in its withheld portions, and with other private words about it."""
    partner, whole = audience[0], thing.remarked or OPEN
    columns = {
        name
        for part in thing.entry.portions
        if not _may(thing, thing.entry.base.join(part.label).join(whole), partner)
        for name in part.columns
    }
    other, cells = _cells(dice, 0) | {PORTIONS: f"as written {dice.random()}"}, dict(thing.entry.cells)
    columns |= {PORTIONS} if columns else set()
    for name in sorted(columns | {name for group in TOGETHER if group & columns for name in group}):
        cells.pop(name, None)
        if dice.random() < 0.6 and name in other:
            cells[name] = other[name]
    changed = replace(thing.entry, cells=tuple(sorted(cells.items())))
    # leave for another recipient is for that recipient to know; what it was made from is for its originator
    private = tuple(each for each in thing.consents if each.recipient in audience)
    made = replace(thing, entry=changed, consents=private, made_from=dice.choice(["", "e" * 64]))
    if keeps_nothing(made, partner) or is_hidden(made, partner) != is_hidden(thing, partner):
        return thing
    return made
