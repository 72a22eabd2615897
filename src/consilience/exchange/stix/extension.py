"""Extension: the property-extensions in which our objects hold what standard STIX properties cannot, and TLP's own."""

from __future__ import annotations

from consilience.exchange.stix.naming import FOUNDED, stamp, stix_id
from consilience.exchange.stix.thing import StixObject, made
from consilience.trust.canonical import Json

CLAIM = stix_id("extension-definition", "claim/1")
"""On an incident: the native columns to the letter, the digest of the statement, and its labels."""

LABEL = stix_id("extension-definition", "label/1")
"""On a marking-definition: a label of the release lattice."""

TLP_2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""TLP 2.0, as the OASIS CTI committee published it among its common objects."""

MAKER = stix_id("identity", "maker")
"""The identity that publishes the definitions."""

_ABOUT = {
    CLAIM: (
        "claim",
        "A claim as its partner recorded it: native columns as text, the digest of the signed statement, its labels.",
    ),
    LABEL: ("label", "Who may have a thing: levels, recipients, controls, TLP, PAP, originators, embargo and expiry."),
}


def content(kind: str, properties: dict[str, Json]) -> dict[str, Json]:
    """The `extensions` of an object that has one property-extension."""
    return {kind: {"extension_type": "property-extension", **properties}}


def definitions() -> tuple[StixObject, ...]:
    """The definitions of our extensions, after the identity that publishes them; `docs/stix` has the same."""
    published = stamp(FOUNDED)
    common: dict[str, Json] = {"spec_version": "2.1", "created": published, "modified": published}
    maker = made(
        {
            "type": "identity",
            "id": MAKER,
            **common,
            "name": "Consilience",
            "identity_class": "system",
            "description": "Publishes the extensions that Consilience writes.",
        }
    )
    return maker, *(
        made(
            {
                "type": "extension-definition",
                "id": name,
                **common,
                "created_by_ref": MAKER,
                "name": f"Consilience {word}",
                "description": text,
                "schema": f"docs/stix/{word}.schema.json",
                "version": "1.0.0",
                "extension_types": ["property-extension"],
            }
        )
        for name, (word, text) in _ABOUT.items()
    )
