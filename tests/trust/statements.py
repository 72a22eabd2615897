"""Hypothesis strategies for statements of every kind, with all that a payload may hold."""

import unicodedata
from datetime import UTC, datetime
from math import inf

from hypothesis import strategies as st

from consilience.model.adjudication import Bounds, Ruling
from consilience.model.assessment import Assessment
from consilience.model.decision import Answer
from consilience.model.entry import (
    AdjudicationEntry,
    ClaimEntry,
    Compared,
    Consent,
    Decided,
    DecisionEntry,
    Derivation,
    MeasureEntry,
    Portion,
    Published,
    ReleaseRecord,
    Remarking,
    Retraction,
    RosterEntry,
    Share,
    SharePlaces,
    Statement,
    Tombstone,
)
from consilience.model.marking import Label, Pap, Tlp
from consilience.model.measure import MeasureState
from consilience.model.notice import STEPS, Acknowledgement, LevelChange, LevelWord
from consilience.model.question import Question
from consilience.model.roster import Group, Member, Policy, Roster
from consilience.model.round import Abort, Commitment, Conclusion, Deadlines, Frozen, Note, Reveal, Session
from consilience.trust.roster import listed
from tests.model.test_assessment import QUESTION, assessments
from tests.trust.making import make_key

EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 (hypothesis adds the zone)
CODES = ["UKR", "GBR", "USA", "POL", "Ñandú", "\U0001f600"]

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff", max_codepoint=0x1FFFD)
texts = st.text(characters.filter(lambda c: not 0xFDD0 <= ord(c) <= 0xFDEF), max_size=10)
words = texts.filter(bool)
codes = st.sampled_from(CODES)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
times = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
ranks = st.dictionaries(words, st.integers(0, 9), max_size=3).map(lambda found: tuple(sorted(found.items())))
labels = st.builds(
    Label,
    levels=ranks,
    rel=st.none() | st.frozensets(codes),
    controls=st.frozensets(words, max_size=3),
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    orig=st.frozensets(codes),
    embargo=st.none() | times,
    expiry=st.none() | times,
)
columns = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
portions = st.builds(Portion, st.lists(columns, min_size=1, max_size=3, unique=True).map(tuple), labels, texts)
claims = st.builds(
    ClaimEntry,
    st.dictionaries(columns, words, max_size=5).map(lambda found: tuple(sorted(found.items()))),
    labels,
    st.lists(portions, max_size=2).map(tuple),
)


@st.composite
def rosters(draw):
    """A roster, the parts of which fit each other."""
    chosen = sorted(draw(st.sets(codes, min_size=1)))
    members = tuple(draw(members_of(code)) for code in chosen)
    stewards = draw(st.frozensets(st.sampled_from(chosen), min_size=1))
    names = sorted(draw(st.sets(words, max_size=2)) - set(chosen))
    groups = tuple(Group(name, draw(st.frozensets(st.sampled_from(chosen)))) for name in names)
    levels = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
    policies = tuple(Policy(name, draw(levels)) for name in sorted(draw(st.sets(words, max_size=2))))
    version = draw(st.integers(1, 99))
    previous = "" if version == 1 else draw(digests)
    threshold = draw(st.integers(1, len(stewards)))
    return Roster(version, draw(times), stewards, threshold, members, groups, policies, previous)


@st.composite
def members_of(draw, code):
    """A partner with up to three keys of its own."""
    keys = []
    for number in range(draw(st.integers(0, 3))):
        since, until = sorted([draw(times), draw(times)])
        keys.append(listed(make_key(code, number).public, since, draw(st.sampled_from([None, until]))))
    parts = draw(st.tuples(texts, ranks, st.frozensets(words, max_size=2), st.sampled_from(Tlp)))
    return Member(code, parts[0], tuple(keys), *parts[1:])


counts = st.integers(0, 2**53 - 1)


@st.composite
def comparisons(draw):
    """A comparison by some partners, with a share of each."""
    partners = tuple(sorted(draw(st.sets(codes, min_size=2))))
    shares = tuple(Share(partner, draw(counts), draw(digests)) for partner in partners)
    picture = "sha256:" + draw(digests)
    return Compared(partners, draw(texts), draw(counts), draw(digests), draw(digests), picture, shares)


@st.composite
def places(draw):
    """Runs of entries, ascending, with a gap between each and the next."""
    runs, at = [], 0
    for gap, count in draw(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=4)):
        runs.append((at + gap, count))
        at += gap + count
    return SharePlaces(draw(digests), draw(words), tuple(runs))


circles = st.sets(st.sampled_from(("AUR", "B-2", "GBR", "UKR")), min_size=2).map(lambda found: tuple(sorted(found)))
rounds = st.sampled_from([1, 2])
said = texts.filter(lambda text: text.strip() and not any(unicodedata.category(c) == "Cc" for c in text))
moments = st.datetimes(EARLIEST, LATEST).map(lambda when: when.replace(microsecond=0, tzinfo=UTC))
heads = (digests, circles)


@st.composite
def sessions(draw):
    """A session whose four deadlines follow each other."""
    times = sorted(draw(st.sets(moments, min_size=4, max_size=4)))
    question = Question.read({**QUESTION.document(), "version": draw(st.integers(1, 9))})
    return Session(question, draw(circles), (Deadlines(*times[:2]), Deadlines(*times[2:])), draw(said | st.just("")))


def bounds():
    """A figure, an interval, or one that is open above."""
    figures = st.integers(0, 10**9).map(float)
    pairs = st.tuples(figures, st.one_of(figures, st.just(inf)))
    return pairs.map(lambda pair: Bounds(min(pair), max(pair)))


contents = {
    "claim": claims,
    "roster": st.builds(RosterEntry, rosters()),
    "consent": st.builds(Consent, digests, codes, words, times),
    "retraction": st.builds(Retraction, digests, texts),
    "tombstone": st.builds(Tombstone, words, st.integers(0, 2**53 - 1), digests, texts),
    "remarking": st.builds(Remarking, digests, labels, texts, texts),
    "derivation": st.builds(Derivation, digests, digests),
    "release": st.builds(
        ReleaseRecord,
        codes,
        words,
        st.lists(st.builds(Decided, digests, words, st.lists(words, max_size=2).map(tuple)), max_size=3).map(tuple),
    ),
    "comparison": comparisons(),
    "share": places(),
    "decision": st.builds(
        DecisionEntry,
        st.sets(digests, min_size=2, max_size=2).map(lambda found: tuple(sorted(found))),
        st.sampled_from(Answer),
        words,
        texts,
    ),
    "published": st.builds(Published, words, digests.map("sha256:".__add__), words),
    "adjudication": st.one_of(
        st.builds(AdjudicationEntry, digests, st.sampled_from(Ruling), st.none(), words, texts),
        st.builds(AdjudicationEntry, digests, st.just(Ruling.TRUE), bounds(), words, texts),
    ),
    "measure": st.builds(
        MeasureEntry, words, st.sampled_from(MeasureState), words, words, texts, st.lists(words, max_size=3).map(tuple)
    ),
    "session": sessions(),
    "commitment": st.builds(Commitment, *heads, rounds, digests),
    "frozen": st.builds(Frozen, *heads, rounds, st.sets(digests, max_size=4).map(lambda found: tuple(sorted(found)))),
    "reveal": st.builds(Reveal, *heads, rounds, digests, digests, assessments().map(Assessment.read)),
    "note": st.builds(Note, *heads, said, st.lists(said, max_size=3).map(tuple)),
    "conclusion": st.builds(Conclusion, *heads, digests),
    "level": st.builds(
        LevelChange,
        words,
        st.dates(),
        st.sampled_from((1, 3)),
        st.sampled_from((2, 5)),
        st.lists(words, max_size=2).map(tuple),
        st.lists(words, max_size=2).map(tuple),
    ),
    "acknowledgement": st.builds(Acknowledgement, digests, words),
    "word": st.builds(LevelWord, words, st.dates(), st.sampled_from(STEPS), words, words),
    "abort": st.builds(Abort, *heads, said),
}


def statements(kind):
    """Statements of one kind."""
    return st.builds(Statement, codes, times, contents[kind])
