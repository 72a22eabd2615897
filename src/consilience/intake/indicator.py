"""Indicators: the small TOML file that says what is watched for becomes a `Watch`, strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import NoReturn, TypeVar

from consilience.errors import AssessmentError, IntakeError
from consilience.model import form
from consilience.model.claim import Modality
from consilience.model.indicator import Bent, Indicator, Judged, Measure, Polled, Query, Reaching, Stage, Unusual, Watch

SCHEMA = "consilience.indicators/1"
FILE = "indicators.toml"
_OTHER = "a file that has indicators of its own"
_EXPECTED = "indicators as docs/indicators.md has them"
_MOST_DAYS = 3_660
_WINDOW = 30  # a level or process lasts so long without a further word: the horizon of the comparison (settings)
_AFFIRMING = ("observed", "estimated")
_WHOLE = frozenset({"schema", "hypothesis", "indicators"})
_REQUIRED = frozenset({"id", "title", "bent", "looking", "source"})
_QUERY = frozenset({"phenomena", "actors", "places", "speakers", "modalities"})
_MEASURES = frozenset({"reaching", "unusual", "polled", "judged"})

Choice = TypeVar("Choice", bound=Enum)


def has_indicators(folder: Path) -> bool:
    """Whether a scenario's folder says what is watched for."""
    return (folder / FILE).is_file()


def read_watch(source: Path) -> Watch:
    """What is watched for, from a file or from the `indicators.toml` of a folder.

    Raises:
        IntakeError: naming the file and the key, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, nesting beyond measure
        raise IntakeError(str(file), str(error), f"a TOML file with schema = {SCHEMA!r}") from error
    if table.get("schema") != SCHEMA:
        raise IntakeError(str(file), f"schema {table.get('schema')!r}", f"schema = {SCHEMA!r}")
    if "same_as" in table:
        return _same(file, table)
    try:
        return _watch(table)
    except AssessmentError as error:
        raise IntakeError(f"{file}: {error.thing}", error.found, error.expected, error.next_step) from error


def _same(file: Path, table: Mapping[str, object]) -> Watch:
    """The indicators of another file, to the letter: what was chosen for one situation, looked for in another."""
    other = file.parent / str(table["same_as"])
    if set(table) != {"schema", "same_as"}:
        raise IntakeError(str(file), ", ".join(sorted(table)), "schema and same_as alone, which names another file")
    try:
        found = tomllib.loads(other.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise IntakeError(f"{file}: same_as", f"{table['same_as']}: {error}", _OTHER) from error
    if "same_as" in found:
        raise IntakeError(f"{file}: same_as", str(table["same_as"]), _OTHER)
    return read_watch(other)


def _watch(table: Mapping[str, object]) -> Watch:
    """The whole file."""
    found = form.fields(table, "indicators", _WHOLE, frozenset({"question", "answers", "marking"}))
    if ("question" in found) != ("answers" in found):
        form.refuse("answers", found.get("answers"), "with a question: the hypotheses of it that are watched for")
    listed = form.items(found["indicators"], "indicators", _indicator)
    if not listed:
        form.refuse("indicators", "none", "at least one")
    ids = [each.id for each in listed]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        form.refuse("indicators", f"{twice} twice", "each id once")
    return Watch(
        form.text(found["hypothesis"], "hypothesis"),
        form.text(found["question"], "question") if "question" in found else "",
        form.names(found["answers"], "answers") if "answers" in found else (),
        listed,
        form.text(found["marking"], "marking") if "marking" in found else "",
    )


def _indicator(value: object, path: str) -> Indicator:
    """One indicator: a query, and perhaps one measure."""
    optional = frozenset({"stage", "window_days", "hindsight"}) | _QUERY | _MEASURES
    found = form.fields(value, path, _REQUIRED, optional)
    measures = sorted(_MEASURES & found.keys())
    if len(measures) > 1:
        form.refuse(path, " and ".join(measures), "one of " + ", ".join(sorted(_MEASURES)))
    measure = _MEASURE[measures[0]](found[measures[0]], f"{path}.{measures[0]}") if measures else None
    spoken = measure is None or isinstance(measure, Reaching | Unusual)
    if spoken and "phenomena" not in found:
        form.refuse(f"{path}.phenomena", None, "the paths of the taxonomy that speak of it")
    if not spoken and _QUERY & found.keys():
        form.refuse(path, ", ".join(sorted(_QUERY & found.keys())), "none: surveys and positions are no claims")
    return Indicator(
        id=form.text(found["id"], f"{path}.id"),
        title=form.text(found["title"], f"{path}.title"),
        bent=_choice(found["bent"], f"{path}.bent", Bent),
        stage=_choice(found.get("stage", Stage.EARLY.value), f"{path}.stage", Stage),
        query=_query(found, path),
        measure=measure,
        looking=form.names(found["looking"], f"{path}.looking"),
        window_days=form.number(found.get("window_days", _WINDOW), f"{path}.window_days", 1, _MOST_DAYS),
        source=form.text(found["source"], f"{path}.source"),
        hindsight=form.text(found["hindsight"], f"{path}.hindsight") if "hindsight" in found else "",
    )


def _query(found: Mapping[str, object], path: str) -> Query:
    """Which claims speak of it."""

    def names(key: str) -> tuple[str, ...]:
        return form.names(found[key], f"{path}.{key}") if key in found else ()

    said = form.items(found.get("modalities", list(_AFFIRMING)), f"{path}.modalities", _modality)
    return Query(names("phenomena"), names("actors"), names("places"), names("speakers"), frozenset(said))


def _modality(value: object, path: str) -> Modality:
    """One that affirms."""
    found = _choice(value, path, Modality)
    affirms = not found.is_negation and found is not Modality.UNVERIFIED
    return found if affirms else form.refuse(path, value, "observed, estimated, forecast or intended: what affirms")


def _reaching(value: object, path: str) -> Measure:
    found = form.fields(value, path, frozenset({"amount", "unit", "percent"}), frozenset({"including"}))
    including = form.names(found["including"], f"{path}.including") if "including" in found else ()
    amount = form.number(found["amount"], f"{path}.amount", 1, 10**9)
    return Reaching(
        float(amount), form.text(found["unit"], f"{path}.unit"), _share(found, path, 50), frozenset(including)
    )


def _unusual(value: object, path: str) -> Measure:
    found = form.fields(value, path, frozenset({"unit", "percent"}), frozenset({"past_days", "apart_days", "least"}))
    chance = form.points(found["percent"], f"{path}.percent", 1, 1_000) / form.WHOLE
    return Unusual(
        form.text(found["unit"], f"{path}.unit"),
        chance,
        form.number(found.get("past_days", 91), f"{path}.past_days", 14, _MOST_DAYS),
        form.number(found.get("apart_days", 14), f"{path}.apart_days", 0, 365),
        form.number(found.get("least", 14), f"{path}.least", 7, 1_000),
    )


def _polled(value: object, path: str) -> Measure:
    found = form.fields(value, path, frozenset({"topic", "country", "answers", "percent"}))
    topic, country = (form.text(found[key], f"{path}.{key}") for key in ("topic", "country"))
    return Polled(topic, country, form.names(found["answers"], f"{path}.answers"), _share(found, path, 0))


def _judged(value: object, path: str) -> Measure:
    found = form.fields(value, path, frozenset({"question", "hypotheses", "percent"}))
    least = form.points(found["percent"], f"{path}.percent", 1, form.WHOLE)
    return Judged(
        form.text(found["question"], f"{path}.question"), form.names(found["hypotheses"], f"{path}.hypotheses"), least
    )


_MEASURE = {"reaching": _reaching, "unusual": _unusual, "polled": _polled, "judged": _judged}


def _share(found: Mapping[str, object], path: str, least: int) -> float:
    """`percent` as a share, at least so many percent."""
    return form.points(found["percent"], f"{path}.percent", least * 100, form.WHOLE) / form.WHOLE


def _choice(value: object, path: str, kind: type[Choice]) -> Choice:
    """One of a few words."""
    known = {str(member.value): member for member in kind}
    return known[value] if isinstance(value, str) and value in known else _unknown(value, path, known)


def _unknown(value: object, path: str, known: Mapping[str, object]) -> NoReturn:
    form.refuse(path, value, "one of " + ", ".join(known))
