"""Markdown: a public statement as text that reads the same as source and as page; nothing in a name becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consilience.release.public.sentence import PublicStatement

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!])")
_BLOCK = re.compile(r"^(\d+)([.)])|^([-+=])")


def markdown(said: PublicStatement) -> str:
    """The statement in CommonMark, a sentence a line."""
    return "\n".join(_lines(said)) + "\n"


def _lines(said: PublicStatement) -> Iterator[str]:
    yield f"# {escaped(said.title)}"
    yield ""
    yield escaped(f"{said.subject}. Known by {said.day}." if said.subject else f"Known by {said.day}.")
    for part in said.parts:
        yield ""
        yield f"## {escaped(part.title)}"
        yield ""
        for sentence in part.sentences:
            yield f"- {escaped(sentence.text)}"


def escaped(text: str) -> str:
    """Text in which no sign is markup."""
    return _BLOCK.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _MARKUP.sub(r"\\\1", text)
    )
