"""ClaimReview: the word of the result, and a number only where evidence stands."""

from datetime import date

import pytest

from consilience.exchange.review import Reviewed, reviews
from consilience.model.check import Evidence, Result, Side


@pytest.mark.parametrize(
    ("result", "rating"),
    [(Result.SUPPORTED, 5), (Result.PARTLY, 3), (Result.CONTRADICTED, 1), (Result.UNVERIFIABLE, None), (Result.ACCESS_DENIED, None)],
)  # fmt: skip
def test_a_result_is_named_and_rated_only_where_somebody_could_look(result, rating):
    evidence = (Evidence(Side.FOR, "seen", "E1", "https://example.org/1"), Evidence(Side.AGAINST, "not seen", "E2", ""))
    reviewed = Reviewed(
        "They left.", "AAA/Speaker", date(2022, 2, 15), ("https://example.org/s",), result, "why", evidence
    )
    (review,) = reviews([reviewed], "HOUSE", date(2022, 2, 16))["@graph"]
    assert review["@type"] == "ClaimReview"
    assert review["reviewRating"]["alternateName"] == result.value
    assert review["reviewRating"].get("ratingValue") == rating
    assert ("bestRating" in review["reviewRating"]) == (rating is not None)
    assert [each["url"] for each in review["citation"]] == ["https://example.org/1"]
    assert review["itemReviewed"]["appearance"] == [{"@type": "CreativeWork", "url": "https://example.org/s"}]


def test_an_interpretation_is_named_and_never_rated():
    told = Reviewed("All will go.", "AAA, BBB", None, (), Result.PARTLY, "one fact of two", (), is_rated=False)
    (review,) = reviews([told], "HOUSE", None)["@graph"]
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "partly",
        "ratingExplanation": "one fact of two",
    }
