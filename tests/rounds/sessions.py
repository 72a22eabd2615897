"""Sessions of partners who say what a test wants, without keys or ledgers: what is counted are statements."""

import hashlib
from datetime import UTC, datetime, timedelta

from consilience.model.assessment import Assessment
from consilience.model.entry import Statement
from consilience.model.question import Question
from consilience.model.round import Abort, Commitment, Conclusion, Deadlines, Frozen, Note, Reveal, Session
from consilience.rounds.answer import Told
from consilience.rounds.standing import standing
from consilience.trust.payload import encode
from consilience.trust.sealed import commitment

START = datetime(2031, 6, 19, 12, tzinfo=UTC)
QUESTION = Question.read(
    {
        "name": "crossing",
        "text": "Will the ridge be crossed before August?",
        "hypotheses": [{"id": "yes", "text": "it is crossed"}, {"id": "no", "text": "it is not", "rest": True}],
        "horizon": "2031-08-01T00:00:00Z",
        "cutoff": "2031-06-19T12:00:00Z",
    }
)
HOUR = timedelta(hours=1)
DEADLINES = tuple(Deadlines(START + 4 * n * HOUR, START + 4 * n * HOUR + 2 * HOUR) for n in (1, 2))
ROOT = "ab" * 32
WORDS = ((5, "almost no chance"), (20, "very unlikely"), (45, "unlikely"), (55, "roughly even chance"), (80, "likely"),
         (95, "very likely"), (99, "almost certain"))  # fmt: skip


def word(percent):
    return next(name for most, name in WORDS if percent <= most)


def assessment(partner, percent, number=1, roots=None, **more):
    """An answer: so many percent yes."""
    roots = roots or {}
    return Assessment.read(
        {
            "question": QUESTION.id,
            "version": 1,
            "partner": partner,
            "round": number,
            "yardstick": "icd-203",
            "judgements": {
                name: {"percent": part, "word": word(part)} for name, part in (("yes", percent), ("no", 100 - percent))
            },
            "confidence": "moderate",
            "basis": {"claims": sorted(roots), "facts": [], "roots": roots},
            "seen": {"root": ROOT},
            **more,
        }
    )


class Table:
    """A session, with all that was said in it so far."""

    def __init__(self, *partners, convener="AUR"):
        self.partners = partners or ("AUR", "BOR", "CAL")
        self.convener = convener
        self.said = []
        self.opened = self.say(convener, START, Session(QUESTION, self.partners, DEADLINES, "exercise"))

    @property
    def id(self):
        return self.opened.digest

    def say(self, issuer, at, content):
        statement = Statement(issuer, at, content)
        told = Told(hashlib.sha256(encode(statement)[1]).hexdigest(), statement)
        self.said.append(told)
        return told

    def seal(self, partner, percent, number=1, at=None, nonce=None, **more):
        """A commitment, and what opens it."""
        answer = assessment(partner, percent, number, **more)
        nonce = nonce or hashlib.sha256(f"{partner} {number} {percent}".encode()).digest()
        value = commitment(self.id, partner, nonce, answer)
        told = self.say(partner, self.at(number, 0.5, at), Commitment(self.id, self.partners, number, value))
        return told, (nonce, answer)

    def freeze(self, *sealed, number=1, at=None, by=None):
        """The set of some commitments."""
        digests = tuple(sorted(told.digest for told in sealed))
        content = Frozen(self.id, self.partners, number, digests)
        return self.say(by or self.convener, self.at(number, 2.5, at), content)

    def open(self, partner, frozen, opening, number=1, at=None):
        nonce, answer = opening
        content = Reveal(self.id, self.partners, number, frozen.digest, nonce.hex(), answer)
        return self.say(partner, self.at(number, 3.0, at), content)

    def note(self, partner, text, at=START):
        return self.say(partner, at, Note(self.id, self.partners, text))

    def sign(self, partner, result, at=START):
        return self.say(partner, at, Conclusion(self.id, self.partners, result))

    def abort(self, partner, reason, at=START):
        return self.say(partner, at, Abort(self.id, self.partners, reason))

    def round(self, percents, number=1):
        """A whole round: sealed, frozen, opened."""
        made = {partner: self.seal(partner, percent, number) for partner, percent in percents.items()}
        frozen = self.freeze(*(told for told, _ in made.values()), number=number)
        for partner, (_, opening) in made.items():
            self.open(partner, frozen, opening, number)
        return frozen

    @staticmethod
    def at(number, hours, at=None):
        """Hours after the round's commitments are two hours from due: sealed at 0.5, frozen at 2.5, opened at 3."""
        return at if at is not None else DEADLINES[number - 1].commit - 2 * HOUR + timedelta(hours=hours)

    def stands(self, now=None, said=None):
        """How it stands; at the very end when no time is said."""
        return standing(self.opened, self.said if said is None else said, now or DEADLINES[1].reveal + HOUR)

    def statuses(self, number=1, now=None):
        return {each.partner: each.status.value for each in self.stands(now).rounds[number - 1].answers}


def after(number=1):
    """Just after the reveals of a round were due."""
    return DEADLINES[number - 1].reveal + timedelta(seconds=1)
