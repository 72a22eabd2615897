import json
from pathlib import Path

import jsonschema
import pytest
import stix2
from hypothesis import given

from consilience.exchange.stix.extension import CLAIM, LABEL, definitions
from consilience.intake.row import COLUMNS
from consilience.model.entry import Remarking, Retraction
from tests.exchange.stix.making import bodies, only, shown
from tests.trust import statements
from tests.trust.making import make_verified

DOCS = Path(__file__).parents[3] / "docs" / "stix"


def schema(word):
    """A published schema, checked against its own draft."""
    found = json.loads((DOCS / f"{word}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


SCHEMAS = {CLAIM: schema("claim"), LABEL: schema("label")}


def check(objects):
    """Hold every extension of ours against its schema."""
    for each in bodies(objects):
        for name, value in each.get("extensions", {}).items():
            if name in SCHEMAS:
                SCHEMAS[name].validate(value)


def test_the_published_definitions_are_those_that_are_written():
    for each in definitions():
        published = json.loads((DOCS / f"{each.id}.json").read_text(encoding="utf-8"))
        assert published == json.loads(each.body)
        stix2.parse(each.body.decode(), version="2.1", allow_custom=False)


def test_each_definition_names_a_schema_that_is_there():
    for each in bodies(definitions())[1:]:
        assert (DOCS.parents[1] / each["schema"]).is_file()


def test_the_schema_has_every_native_column():
    assert set(COLUMNS) < set(SCHEMAS[CLAIM].schema["properties"])


@given(statements.claims, statements.labels, statements.texts)
def test_what_is_written_is_as_the_schemas_have_it(entry, label, text):
    claim = make_verified(entry)
    check(shown(claim))
    for content in (Retraction(claim.digest, text), Remarking(claim.digest, label, text, text)):
        check(shown(make_verified(content), lambda digest: claim.statement))


@pytest.mark.parametrize("name", ["digest", "issuer", "issued_at", "label"])
def test_a_schema_refuses_what_lacks_a_part(name):
    extension = only(shown(make_verified()), "incident")["extensions"][CLAIM]
    with pytest.raises(jsonschema.ValidationError):
        SCHEMAS[CLAIM].validate({key: value for key, value in extension.items() if key != name})
