"""Marking: labels as STIX marking-definitions. TLP 2.0 by its published ids; what TLP cannot say, in one of our own."""

from __future__ import annotations

from functools import lru_cache

from consilience.exchange.stix.extension import LABEL, TLP_2, content
from consilience.exchange.stix.naming import FOUNDED, stamp, stix_id
from consilience.exchange.stix.thing import StixObject, made
from consilience.model.marking import Label, Pap, Tlp
from consilience.trust.wire import label_json

TLP_IDS = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""TLP 2.0 (OASIS CTI common objects, extension tlp-2.0)."""

KNOWN_TLP = {
    **{name: tlp for tlp, name in TLP_IDS.items()},
    # TLP 1.0 (STIX 2.1, section 7.2.1.4), which OpenCTI uses for TLP 2.0 too, with an id of its own for AMBER+STRICT.
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37": Tlp.AMBER_STRICT,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
"""Every id that is read as a TLP level."""

_PUBLISHED = "2022-10-01T00:00:00.000Z"
_LONGEST_NAME = 200


@lru_cache(maxsize=10_000)
def refs(label: Label, text: str) -> tuple[str, ...]:
    """The ids of the marking-definitions that together say a label; `text` is how its owner wrote it.

    A label that names recipients and no TLP level is TLP:AMBER+STRICT for those who read TLP alone: whoever was given
    it keeps it in the house.
    """
    tlp = TLP_IDS[_shown_tlp(label)]
    return (tlp,) if _is_tlp(label) else (tlp, _own_id(label, text))


@lru_cache(maxsize=10_000)
def definitions(label: Label, text: str) -> tuple[StixObject, ...]:
    """The marking-definitions that `refs` names."""
    tlp = _tlp(_shown_tlp(label))
    if _is_tlp(label):
        return (tlp,)
    said = text or words(label)
    return (
        tlp,
        made(
            {
                "type": "marking-definition",
                "spec_version": "2.1",
                "id": _own_id(label, text),
                "created": stamp(FOUNDED),
                "name": said[:_LONGEST_NAME],
                # A statement, so that those who do not know the extension show a person what it says.
                "definition_type": "statement",
                "definition": {"statement": said},
                "extensions": content(LABEL, {"label": label_json(label), "marking": text}),
            }
        ),
    )


def words(label: Label) -> str:
    """A label in the words of `docs/release.md`, by itself: a level is a number, since its name is the roster's."""
    said = [f"{policy} level {rank}" for policy, rank in label.levels]
    said += [
        f"{word} {', '.join(sorted(codes))}"
        for word, codes in (("CTL", label.controls), ("ORCON", label.orig))
        if codes
    ]
    if label.tlp > Tlp.CLEAR or label.rel is None:
        said.append(label.tlp.text)
    if label.pap > Pap.CLEAR:
        said.append(f"PAP:{label.pap.name}")
    if label.rel is not None:
        said.append("REL TO " + ", ".join(sorted(label.rel)) if label.rel else "NOBODY")
    if label.embargo:
        said.append(f"EMBARGO {label.embargo.isoformat()}")
    if label.expiry:
        said.append(f"EXPIRES {label.expiry.isoformat()}")
    return "//".join(said)


def _is_tlp(label: Label) -> bool:
    """Whether TLP says all of it."""
    return label == Label(rel=None, tlp=label.tlp)


def _shown_tlp(label: Label) -> Tlp:
    """The level that those are to keep who read TLP alone."""
    return Tlp.AMBER_STRICT if label.tlp == Tlp.CLEAR and not _is_tlp(label) else Tlp(label.tlp)


def _own_id(label: Label, text: str) -> str:
    return stix_id("marking-definition", label_json(label), text)


def _tlp(level: Tlp) -> StixObject:
    """TLP 2.0's own object, as it was published."""
    word = level.name.lower().replace("_", "+")
    return made(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": TLP_IDS[level],
            "created": _PUBLISHED,
            "name": level.text,
            "extensions": content(TLP_2, {"tlp_2_0": word}),
        }
    )
