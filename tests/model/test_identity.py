"""Identity: canonical text and digests as RFC 8785 has them for what we emit."""

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from consilience.model.identity import PartnerId, Speaker, canonical_json, digest, fact_id

texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.from_regex(r"\A[a-z_]{1,8}\Z"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_canonical_text_is_that_of_rfc_8785(value):
    assert canonical_json(value).encode() == rfc8785.dumps(value)


@given(values)
def test_the_digest_is_sha_256_of_the_canonical_text(value):
    assert digest(value) == hashlib.sha256(rfc8785.dumps(value)).hexdigest()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_canonical_text(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_fact_ids_are_short_and_told_by_content():
    assert fact_id(["a"]) == fact_id(["a"]) != fact_id(["b"])
    assert len(fact_id(["a"])) == len("f-") + 12


def test_a_speaker_that_is_only_the_partner_is_no_identity():
    assert not Speaker("UKR", PartnerId("UKR")).is_identity
    assert Speaker("UKR/Reznikov", PartnerId("UKR")).is_identity
    assert Speaker("UKR/Reznikov", PartnerId("PRS")).state == "UKR"
