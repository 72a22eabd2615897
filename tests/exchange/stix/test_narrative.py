"""Narratives as STIX: standard objects only, a technique where one fits, and every fact with its verdict."""

import stix2

from consilience.exchange.stix.narrative import narrative_objects
from consilience.intake.narrative import read_narratives
from consilience.response.narrative import told


def objects(winter, scenario):
    picture = winter.picture("2022-02-24")
    heard = told(read_narratives(scenario), picture.claims, picture.facts)
    return heard, narrative_objects(heard, "HOUSE", picture.as_of.at)


def test_every_object_is_standard_and_refers_to_what_is_there(winter, scenario):
    _, found = objects(winter, scenario)
    parsed = [stix2.parse(each.body.decode(), version="2.1", allow_custom=False) for each in found]
    ids = {each.id for each in parsed}
    for each in parsed:
        refs = [*getattr(each, "object_refs", []), *filter(None, (each.get("source_ref"), each.get("target_ref")))]
        assert set(refs) <= ids
    assert len(ids) == len(parsed)


def test_a_technique_is_named_where_one_was_coded_and_nowhere_else(winter, scenario):
    heard, found = objects(winter, scenario)
    parsed = [stix2.parse(each.body.decode(), version="2.1") for each in found]
    tagged = {each.narrative.technique.id for each in heard if each.narrative.technique}
    patterns = {each.external_references[0].external_id for each in parsed if each.type == "attack-pattern"}
    assert patterns == tagged == {"T0075", "T0077"}
    assert sum(each.type == "grouping" for each in parsed) == len(heard) == 6
    assert sum(each.type == "relationship" for each in parsed) == 2


def test_the_same_narratives_are_the_same_bytes(winter, scenario):
    assert [each.body for each in objects(winter, scenario)[1]] == [each.body for each in objects(winter, scenario)[1]]
