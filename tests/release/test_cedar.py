"""Policy, bit sets and the published Cedar text give one answer to every question, for the same reasons."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import cedarpy
import pytest

from consilience.model.entry import Consent
from consilience.model.marking import OPEN, Label
from consilience.release.bitset import Table
from consilience.release.policy import PUBLIC, Context, Question, Rule, granted, refusals
from tests.release.making import LEVELS, NOON, allies, draw_world

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "release.cedar").read_text(encoding="utf-8")
TYPES = (DOCS / "release.cedarschema").read_text(encoding="utf-8")
POLICIES = cedarpy.PolicySet.from_str(TEXT)
SCHEMA = cedarpy.Schema.from_str(TYPES)


def stamp(when):
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def partners(codes):
    return [{"__entity": {"type": "Partner", "id": code}} for code in sorted(codes)]


def entity(kind, name, attributes, parents=()):
    return {
        "uid": {"type": kind, "id": name},
        "attrs": attributes,
        "parents": [{"type": "Roster", "id": one} for one in parents],
    }


def partner_entity(one, roster):
    """What the roster says of a partner, spelt out by the words of release.cedar and not by our code."""
    clearance = dict(one.clearance) if one else {}
    return {
        "cleared": [
            f"{policy.code}/{rank}"
            for policy in roster.policies
            for rank in range(len(policy.levels))
            if rank <= clearance.get(policy.code, 0)
        ],
        "accredited": sorted(one.accredited) if one else [],
        "reach": int(one.reach) if one else 0,
        "isPublic": one is None,
    }


def object_entity(label):
    found = {
        "levels": [f"{policy}/{rank}" for policy, rank in label.levels],
        "anybody": label.rel is None,
        "rel": partners(label.rel or ()),
        "controls": sorted(label.controls),
        "tlp": int(label.tlp),
        "orig": partners(label.orig),
    }
    ends = {"embargo": label.embargo, "expiry": label.expiry}
    return found | {name: stamp(when) for name, when in ends.items() if when is not None}


def entities(world):
    found = [entity("Roster", "current", {})]
    for one in world.roster.members:
        if one.code != PUBLIC:
            found.append(entity("Partner", one.code, partner_entity(one, world.roster), ["current"]))
    found.append(entity("Partner", PUBLIC, partner_entity(None, world.roster), ["current"]))
    found += [entity("Object", str(number), object_entity(label)) for number, label in enumerate(world.labels)]
    return cedarpy.Entities.from_json_str(json.dumps(found), SCHEMA)


def request(number, world, asker):
    partner, use, now = asker
    consenting = {
        told.issuer
        for told in world.statements
        if isinstance(told.content, Consent)
        and (told.content.object, told.content.recipient, told.content.use) == (world.objects[number], partner, use)
        and told.issued_at <= now < told.content.until
    }
    return {
        "principal": {"type": "Partner", "id": partner},
        "action": {"type": "Action", "id": use},
        "resource": {"type": "Object", "id": str(number)},
        "context": {"now": stamp(now), "consenting": partners(consenting | ({partner} - {PUBLIC}))},
    }


def compare(worlds):
    """Ask all three; how often each set of rules was the answer."""
    found = Counter()
    for seed in range(worlds):
        world = draw_world(Random(seed))  # noqa: S311  a seeded world, no secret
        table, held = Table(world.labels, world.roster), entities(world)
        for asker in world.askers:
            partner, use, now = asker
            context = Context(world.roster, now, granted(world.statements, now))
            asked = [request(number, world, asker) for number in range(len(world.labels))]
            by_cedar = cedarpy.is_authorized_batch(asked, POLICIES, held, SCHEMA)
            by_bits = table.may(Question(partner, "", use), context, world.objects)
            for number, (label, cedar, bit) in enumerate(zip(world.labels, by_cedar, by_bits, strict=True)):
                ours = refusals(label, Question(partner, world.objects[number], use), context)
                rules = tuple(refusal.rule for refusal in ours)
                assert not cedar.diagnostics.errors
                theirs = set(cedar.diagnostics.id_annotations_by_reason.values())
                assert theirs == {"base"} if cedar.allowed else theirs == {rule.value for rule in rules}, (seed, asker)
                assert cedar.allowed == (not rules) == bit, (seed, asker, label)
                assert list(rules) == [rule for rule in Rule if rule in rules]
                found[rules] += 1
    return found


def test_policy_bits_and_cedar_never_disagree_over_20_000_decisions():
    found = compare(70)
    assert found.total() >= 20_000
    assert found[()] > 1000
    assert all(found[(rule,)] > 20 for rule in Rule), "every rule must be seen to decide alone"


@pytest.mark.slow
def test_policy_bits_and_cedar_never_disagree_over_200_000_decisions():
    assert compare(630).total() >= 200_000


def test_the_published_policy_fits_its_types():
    found = cedarpy.validate_policies(TEXT, TYPES)
    assert found.validation_passed, [str(error) for error in found.errors]


def test_the_published_policy_names_every_rule():
    assert all(f'@id("{rule.value}")' in TEXT for rule in Rule)


def test_a_question_with_a_part_missing_permits_nothing():
    whole = object_entity(OPEN)
    for missing in whole:
        cut = {name: found for name, found in whole.items() if name != missing}
        who = partner_entity(allies().member("GBR"), allies())
        listed = [
            entity("Roster", "current", {}),
            entity("Partner", "GBR", who, ["current"]),
            entity("Object", "1", cut),
        ]
        asked = {
            "principal": {"type": "Partner", "id": "GBR"},
            "action": {"type": "Action", "id": "read"},
            "resource": {"type": "Object", "id": "1"},
            "context": {"now": stamp(NOON), "consenting": partners(["GBR"])},
        }
        assert not cedarpy.is_authorized(asked, TEXT, listed).allowed
        assert cedarpy.is_authorized(asked, TEXT, [*listed[:2], entity("Object", "1", whole)]).allowed


def test_a_table_takes_more_partners_and_controls_than_a_word_has_bits():
    codes = [f"P{number}" for number in range(150)]
    labels = [Label(rel=frozenset({code}), controls=frozenset()) for code in codes]
    labels += [Label(rel=None, controls=frozenset({f"C{number}"})) for number in range(150)]
    roster = allies()
    roster = type(roster)(1, NOON, frozenset(), 1, tuple(type(roster.members[0])(code, code) for code in codes))
    table = Table(labels, roster)
    for number in (0, 63, 64, 127, 128, 149):
        found = table.permitted(codes[number], NOON).allowed
        assert [place for place, is_allowed in enumerate(found) if is_allowed] == [number]


def test_an_empty_table_and_a_roster_without_anything_answer():
    assert not Table([], allies()).permitted(PUBLIC, NOON).allowed.size
    assert Table([OPEN, Label()], allies()).permitted(PUBLIC, NOON).free.tolist() == [True, False]
    assert len(LEVELS) == len(allies().policies[0].levels)
