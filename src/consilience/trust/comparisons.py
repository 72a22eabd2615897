"""Comparisons: the kinds of statements about what was compared, as JSON and back, each read strictly."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from consilience.model.decision import Answer
from consilience.model.entry import AdjudicationEntry, Compared, ComparisonEntry, DecisionEntry, Share, SharePlaces
from consilience.model.identity import PartnerId
from consilience.trust import shape
from consilience.trust.canonical import Json
from consilience.trust.rulings import read_adjudication, ruling_json

_SHARE = frozenset({"partner", "objects", "digest"})
_PICTURE = "sha256:"
_ANSWERS = {answer.value: answer for answer in Answer}


class ComparisonForm(NamedTuple):
    """How one kind is written: its content, its name, its keys beside the common three, and how it is read."""

    content: type[ComparisonEntry]
    kind: str
    keys: str
    read: Callable[[dict[str, Json]], ComparisonEntry]


def comparison_json(said: ComparisonEntry) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    if isinstance(said, AdjudicationEntry):
        return ruling_json(said)
    if isinstance(said, DecisionEntry):
        return {"objects": list(said.objects), "answer": said.answer.value, "reason": said.reason, "by": said.by}
    if isinstance(said, SharePlaces):
        return {"share": said.share, "log": said.log, "runs": [list(run) for run in said.runs]}
    shares: list[Json] = [
        {"partner": share.partner, "objects": share.objects, "digest": share.digest} for share in said.shares
    ]
    return {
        "partners": list(said.partners), "as_of": said.as_of, "objects": said.objects,
        "inputs": said.inputs, "settings": said.settings, "picture": said.picture, "shares": shares,
    }  # fmt: skip


def _read_compared(found: dict[str, Json]) -> Compared:
    """A comparison by two partners or more, with the share of each."""
    partners = tuple(PartnerId(code) for code in sorted(shape.ascending(found["partners"], "$.partners")))
    if len(partners) < 2:
        shape.refuse("$.partners", ", ".join(partners), "two partners or more")
    shares = shape.items(found["shares"], "$.shares", _share)
    if tuple(share.partner for share in shares) != partners:
        shape.refuse("$.shares", ", ".join(share.partner for share in shares), "one of each partner, in order")
    picture = shape.text(found["picture"], "$.picture")
    if not picture.startswith(_PICTURE):
        shape.refuse("$.picture", picture, f"{_PICTURE} and 64 hexadecimal digits")
    shape.digest(picture.removeprefix(_PICTURE), "$.picture")
    return Compared(
        partners, shape.text(found["as_of"], "$.as_of"), shape.whole(found["objects"], "$.objects"),
        shape.digest(found["inputs"], "$.inputs"), shape.digest(found["settings"], "$.settings"), picture, shares,
    )  # fmt: skip


def _share(value: Json, path: str) -> Share:
    """The share at `path`."""
    found = shape.fields(value, path, _SHARE)
    partner = PartnerId(shape.word(found["partner"], f"{path}.partner"))
    objects = shape.whole(found["objects"], f"{path}.objects")
    return Share(partner, objects, shape.digest(found["digest"], f"{path}.digest"))


def _read_places(found: dict[str, Json]) -> SharePlaces:
    """Where a share stands in one log."""
    runs = shape.items(found["runs"], "$.runs", _run)
    if not runs or any(first + count >= later for (first, count), (later, _) in pairwise(runs)):
        shape.refuse("$.runs", "none, or runs that meet or stand out of order", "ascending runs with gaps between them")
    return SharePlaces(shape.digest(found["share"], "$.share"), shape.word(found["log"], "$.log"), runs)


def _run(value: Json, path: str) -> tuple[int, int]:
    """The run of entries at `path`."""
    pair = shape.items(value, path, shape.whole)
    if len(pair) != 2 or pair[1] < 1:
        shape.refuse(path, value, "the first index, and how many entries")
    return pair[0], pair[1]


def _read_decision(found: dict[str, Json]) -> DecisionEntry:
    """An analyst's decision on two objects."""
    pair = shape.items(found["objects"], "$.objects", shape.digest)
    if len(pair) != 2 or pair[0] >= pair[1]:
        shape.refuse("$.objects", ", ".join(pair), "two digests, the smaller first")
    answer = _ANSWERS.get(shape.text(found["answer"], "$.answer"))
    if answer is None:
        shape.refuse("$.answer", found["answer"], "one of " + ", ".join(_ANSWERS))
    reason, by = shape.word(found["reason"], "$.reason"), shape.text(found["by"], "$.by")
    return DecisionEntry((pair[0], pair[1]), answer, reason, by)


FORMS = (
    ComparisonForm(Compared, "comparison", "partners as_of objects inputs settings picture shares", _read_compared),
    ComparisonForm(SharePlaces, "share", "share log runs", _read_places),
    ComparisonForm(DecisionEntry, "decision", "objects answer reason by", _read_decision),
    ComparisonForm(AdjudicationEntry, "adjudication", "object ruling value reason by", read_adjudication),
)
"""Every kind of entry about a comparison."""
