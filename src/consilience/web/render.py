"""Render: templates with everything escaped, and no control character let through."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from consilience.intake.setaside import printable
from consilience.model.form import percent_text
from consilience.warning.gauge import moved, percent, rounded
from consilience.web.detail import kind_words
from consilience.web.links import outside
from consilience.web.words import (
    BY_RULE,
    BY_VERDICT,
    MARKS,
    PASSAGES,
    RULES,
    VERDICTS,
    day_words,
    period_words,
    plural,
    short_day,
)

HERE = Path(__file__).parent
_GLYPHS = Markup((HERE / "static" / "glyphs.svg").read_text(encoding="utf-8"))  # noqa: S704  a file of ours, drawn into each page


@cache
def environment() -> Environment:
    """The templates, with the words and filters that they use."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        day=day_words, short_day=short_day, period=period_words, outside=outside, relates=kind_words, plural=plural
    )
    found.filters.update(count=rounded, percent=percent, moved=moved, lined=lined, points=percent_text)
    found.globals.update(verdicts=VERDICTS, words=BY_VERDICT, marks=MARKS, glyphs=_GLYPHS)
    found.globals.update(rules=RULES, by_rule=BY_RULE, passages=PASSAGES)
    found.globals["m"] = found.get_template("macros.html").module  # the shared parts, for every template
    return found


def render(template: str, **context: object) -> str:
    """A page, or a part of one."""
    return environment().get_template(template).render(**context)


def style(*names: str) -> Markup:
    """Our own style sheets in one text, for a page that must carry them."""
    sheets = ((HERE / "static" / "style" / name).read_text(encoding="utf-8") for name in names)
    return Markup("\n".join(sheets))  # noqa: S704  files of ours, holding no markup


def lined(texts: str | Iterable[str]) -> Markup:
    """Text of several lines, or several texts as lines, escaped; the lines are kept, and no other control character."""
    lines = texts.splitlines() if isinstance(texts, str) else texts
    return Markup("\n").join(printable(line) for line in lines)


def _shown(value: object) -> object:
    """What a template prints: text loses what a reader cannot see; Jinja escapes it next."""
    if value is None:
        return ""
    return printable(value) if type(value) is str else value
