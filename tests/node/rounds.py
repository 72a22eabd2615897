"""Three nodes in one process that hold a session of sealed answers over the simulated exchange."""

import hashlib
from datetime import timedelta
from itertools import count

from consilience.model.question import Question
from consilience.model.round import Deadlines, Session
from consilience.model.yardstick import ICD_203
from consilience.node.conclude import conclude
from consilience.node.sealing import draft, open_answer, seal
from consilience.node.sessions import ask, find, keep_up
from tests.rounds.sessions import QUESTION, word
from tests.simulator import START
from tests.wire import CALM, fetch

ALL = ("AUR", "BOR", "CAL")
HOUR = timedelta(hours=1)
FIRST, SECOND = (Deadlines(START + n * HOUR, START + (n + 1) * HOUR) for n in (2, 4))


def random(seed=0):
    """Bytes that no test repeats, and that the same test has again."""
    numbers = count(seed)
    return lambda length: hashlib.sha256(str(next(numbers)).encode()).digest()[:length]


def put(allies, convener="AUR", partners=ALL, **question):
    """A session; its id."""
    asked = Question.read({**QUESTION.document(), **question})
    return ask(allies[convener], Session(asked, tuple(sorted(partners)), (FIRST, SECOND), "exercise")).said.digest


def exchange(allies, partners=ALL, weather=CALM, times=2):
    """Everybody fetches from everybody, and does what is due; twice, so that what was passed on arrives, too."""
    for _ in range(times):
        for code in partners:
            for other in partners:
                if other != code:
                    done = fetch(allies, code, other, weather)
                    assert (done.refused, done.alarm) == ([], ""), (code, other, done)
            keep_up(allies[code])


def stands(allies, code, session):
    return find(allies[code], session)


def answer(allies, code, session, percent, basis=None, dice=None, **more):
    """Seal an answer: so many percent yes."""
    node, found = allies[code], stands(allies, code, session)
    said = {
        "judgements": {
            name: {"percent": part, "word": word(part)} for name, part in (("yes", percent), ("no", 100 - percent))
        },
        "confidence": "moderate",
        "basis": basis or {},
        **more,
    }
    return seal(node, found, draft(node, found, said, ICD_203), dice or random(1000 * ALL.index(code) + percent))


def reveal(allies, code, session, **how):
    return open_answer(allies[code], stands(allies, code, session), **how)


def sign(allies, code, session):
    return conclude(allies[code], stands(allies, code, session))


def round_of(allies, session, percents, partners=ALL):
    """A whole round, over the exchange."""
    for code, percent in percents.items():
        answer(allies, code, session, percent)
    exchange(allies, partners)
    for code in percents:
        reveal(allies, code, session)
    exchange(allies, partners)


def statuses(allies, code, session, number=1):
    return {each.partner: each.status.value for each in stands(allies, code, session).rounds[number - 1].answers}
