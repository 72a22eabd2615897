"""Published: how a public statement that left a node is written in its ledger: the text itself, for everybody has it."""

from __future__ import annotations

from consilience.model.entry import Published
from consilience.trust import shape
from consilience.trust.canonical import Json

PUBLISHED = "known_by picture text"
_PICTURE = "sha256:"


def published_json(said: Published) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    return {"known_by": said.known_by, "picture": said.picture, "text": said.text}


def read_published(found: dict[str, Json]) -> Published:
    """A public statement."""
    picture = shape.text(found["picture"], "$.picture")
    if not picture.startswith(_PICTURE):
        shape.refuse("$.picture", picture, f"{_PICTURE} and 64 hexadecimal digits")
    shape.digest(picture.removeprefix(_PICTURE), "$.picture")
    return Published(shape.word(found["known_by"], "$.known_by"), picture, shape.word(found["text"], "$.text"))
