"""Disclosing: what a partner has had, and whether it knows what became of it."""

import json


def states(node, to):
    had = json.loads(node("disclosures", "--to", to, "--json").stdout)["had"]
    return {(row["claim"], row["state"]) for row in had}


def test_what_was_withdrawn_here_and_not_told_is_said_until_it_is(node):
    first = json.loads(node("release", "--to", "BOR", "--json").stdout)
    own = [item for item in first["given"] if item["claim"].startswith("A")]
    whole = next(item["claim"] for item in own if item["outcome"] == "whole")
    part = next(item["claim"] for item in own if item["outcome"] == "part")
    assert {(whole, "stands"), (part, "stands")} <= states(node, "BOR")
    for claim in (whole, part):
        done = node("retract", claim, "--reason", "the image was of 2019")
        assert done.returncode == 0, done.stderr
        assert "told by the next release" in done.stdout
    assert {(each, "withdrawn here, BOR not told yet") for each in (whole, part)} <= states(node, "BOR")
    assert {state for _, state in states(node, "BOR")} == {"stands", "withdrawn here, BOR not told yet"}
    node("release", "--to", "BOR")
    after = states(node, "BOR")
    assert {(whole, "withdrawn since"), (part, "withdrawn since")} <= after
    assert not any("not told yet" in state for _, state in after)


def test_the_help_of_a_retraction_says_where_its_reason_goes(program):
    said = " ".join(program("retract", "--help").stdout.split())
    assert "The reason goes with it to everyone who had the claim, in part or whole: name no source." in said
