"""Forms: the files in which a public statement is given, by their ending."""

from __future__ import annotations

from collections.abc import Callable

from consilience.release.public.markdown import markdown
from consilience.release.public.page import page
from consilience.release.public.pdf import pdf
from consilience.release.public.sentence import PublicStatement

FORMS: dict[str, Callable[[PublicStatement], bytes]] = {
    ".md": lambda said: markdown(said).encode(),
    ".html": lambda said: page(said).encode(),
    ".pdf": pdf,
}
"""What writes each form. The same statement gives the same bytes."""


def written(said: PublicStatement, form: str) -> bytes:
    """A statement in a form."""
    return FORMS[form](said)
