"""What is said in a session: bounded, and refused by name where it is nothing, too long, or would steer a terminal."""

import pytest

from consilience.errors import AssessmentError
from consilience.model.form import LONGEST_TEXT
from consilience.model.round import MOST_CLAIMS, Abort, Note, Session
from tests.rounds.sessions import DEADLINES, QUESTION

BOTH = ("AUR", "BOR")
SESSION = "ab" * 32
SAY = {
    "note": lambda text: Note(SESSION, BOTH, text),
    "reason": lambda text: Abort(SESSION, BOTH, text),
    "session: purpose": lambda text: Session(QUESTION, BOTH, DEADLINES, text),
}


@pytest.mark.parametrize("what", SAY)
def test_a_text_of_a_session_has_an_end(what):
    SAY[what]("x" * LONGEST_TEXT)
    with pytest.raises(AssessmentError, match="4,001 characters") as refused:
        SAY[what]("x" * (LONGEST_TEXT + 1))
    assert refused.value.thing == what


@pytest.mark.parametrize("what", SAY)
@pytest.mark.parametrize("text", [" \n", "a\x1b[2J", "a\x9b2J"], ids=["blank", "escape", "escape in one"])
def test_a_text_of_a_session_is_something_that_can_be_printed(what, text):
    with pytest.raises(AssessmentError):
        SAY[what](text)


def test_a_note_names_so_many_claims_and_no_more():
    Note(SESSION, BOTH, "see these", tuple(map(str, range(MOST_CLAIMS))))
    with pytest.raises(AssessmentError, match="100 at most"):
        Note(SESSION, BOTH, "see these", tuple(map(str, range(MOST_CLAIMS + 1))))
