"""Sentence: what is said to the public, and beside it, for those who may, the facts, claims and roots that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from consilience.model.claim import Claim
from consilience.model.fact import Fact

TRACE = "consilience.public-trace/1"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a sentence rests on: facts of the picture, claims, and the roots that these reach."""

    facts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()

    def document(self) -> dict[str, list[str]]:
        """As plain data."""
        return {"facts": list(self.facts), "claims": list(self.claims), "roots": list(self.roots)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it is published. Its grounds are never in the public text."""

    text: str
    grounds: Grounds = Grounds()


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences under one heading."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """What is told to everybody: a title, what it is about, the day it was known by, and its parts in order."""

    title: str
    subject: str
    day: str
    known_by: date
    parts: tuple[Part, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order: the number of one is its place here, from 1."""
        return tuple(sentence for part in self.parts for sentence in part.sentences)

    @property
    def claims(self) -> frozenset[str]:
        """The ids of all claims that carry a sentence."""
        return frozenset(name for sentence in self.sentences for name in sentence.grounds.claims)

    def trace(self, text: str) -> dict[str, object]:
        """Every sentence with its grounds, bound to the Markdown that was published: for those who may trace it."""
        return {
            "schema": TRACE,
            "title": self.title,
            "known_by": self.day,
            "markdown_sha256": sha256(text.encode()).hexdigest(),
            "sentences": [
                {"number": number, "text": each.text, **each.grounds.document()}
                for number, each in enumerate(self.sentences, start=1)
            ],
        }


def grounds(facts: Iterable[Fact] = (), claims: Iterable[Claim] = ()) -> Grounds:
    """The grounds of what is said of facts, and of claims beside them. Who could not confirm carries nothing."""
    told = list(facts)
    names = {str(held.claim.id) for fact in told for held in fact.holdings} | {str(claim.id) for claim in claims}
    roots = {root for fact in told for held in fact.holdings for root in held.roots}
    return Grounds(tuple(sorted({str(fact.id) for fact in told})), tuple(sorted(names)), tuple(sorted(roots)))
