"""Statement: the parts of a public statement in their order, and what it is refused for."""

from __future__ import annotations

from consilience.errors import ConsilienceError
from consilience.release.public.compose import Known, coincide, compose, differ, made, unknown
from consilience.release.public.judged import announced, concluded, figures, unsupported
from consilience.release.public.near import near
from consilience.release.public.sentence import PublicStatement

_PARTS = (
    ("What was announced", announced),
    ("How many", figures),
    ("How near it is", near),
    ("What agrees", coincide),
    ("What does not agree", differ),
    ("What is concluded", concluded),
    ("What the figures support, and what they do not", unsupported),
    ("What is not known", unknown),
    ("How this was made", made),
)


class RefusedError(ConsilienceError):
    """Something that a statement rests on may not be told to everybody. Told to the node's own people, who may see it."""

    exit_code = 3


def statement(known: Known) -> PublicStatement:
    """What can be said to everybody of what is known.

    Raises:
        RefusedError: when there is nothing that may be told.
    """
    if not known.picture.claims:
        found = f"no report that everybody may have{f' by {known.picture.as_of}' if known.picture.as_of else ''}"
        raise RefusedError("public statement", found, "at least one report that is marked TLP:CLEAR")
    return compose(known, _PARTS)
