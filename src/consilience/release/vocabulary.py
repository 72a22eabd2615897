"""Vocabulary: the words that a marking may use under one roster, and what they stand for."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cached_property

from consilience.model.identity import PartnerId
from consilience.model.roster import Policy, Roster
from consilience.release.policy import PUBLIC

BLANKS = re.compile(r"[ \t\u00a0]+")  # no others: an invisible separator would split what a reader sees as one code
PLAIN_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]*")  # ASCII, so that no look-alike names a partner
CLOSED = ("OWNER ONLY", "EYES ONLY", "NOFORN")
WORDS = (*CLOSED, "REL TO", "ORCON", "CTL", "EMBARGO", "EXPIRES")


class Vocabulary:
    """Partners, groups, levels and controls of one roster by the names that markings give them.

    Codes are plain ASCII in upper case; a roster's code of any other form cannot be named in a marking.
    """

    def __init__(self, roster: Roster) -> None:
        """Index a roster; nothing of a later version is seen."""
        self._roster = roster

    @cached_property
    def community(self) -> frozenset[PartnerId]:
        """Every member: whom TLP:GREEN reaches."""
        return frozenset(member.code for member in self._roster.members) - {PUBLIC}

    @cached_property
    def partners(self) -> frozenset[PartnerId]:
        """The members that a marking can name."""
        return frozenset(code for code in self.community if PLAIN_CODE.fullmatch(code))

    @cached_property
    def groups(self) -> dict[str, frozenset[PartnerId]]:
        """Who is meant by each group: its members that are in the roster *now*; who joins later gains nothing."""
        return {
            group.code: group.members & self.community
            for group in self._roster.groups
            if PLAIN_CODE.fullmatch(group.code)
        }

    @cached_property
    def controls(self) -> frozenset[str]:
        """The controls that some partner is accredited for: the only ones that a roster knows of."""
        known = (member.accredited for member in self._roster.members)
        return frozenset(control for controls in known for control in controls if PLAIN_CODE.fullmatch(control))

    @cached_property
    def levels(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """What each level word means, by `folded` word; several meanings hold together.

        `SECRET` is of every policy that has such a level, so that a policy that is added later can only restrict.
        `NATO SECRET` names the policy.
        """
        found: dict[str, list[tuple[str, int]]] = {}
        for policy in self._roster.policies:
            for rank, name in enumerate(policy.levels):
                for word in (name, f"{policy.code} {name}"):
                    found.setdefault(folded(word), []).append((policy.code, rank))
        return {word: tuple(dict.fromkeys(meanings)) for word, meanings in found.items()}

    def policy(self, code: str) -> Policy | None:
        """A policy by its code."""
        return self._roster.policy(code)

    def near(self, word: str, known: frozenset[str]) -> str:
        """The known word that is most like a mistaken one; empty when none is."""
        return next(iter(get_close_matches(word.upper(), sorted(known), n=1)), "")

    def near_segment(self, segment: str) -> str:
        """The form of a segment that is most like a mistaken one; empty when none is."""
        tlp = {f"TLP:{name}" for name in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")}
        return self.near(segment, frozenset({*WORDS, *tlp, *self.levels}))


def blanks_squeezed(text: str) -> str:
    """The text with each run of blanks (space, tab, no-break space) as one space, and none around it."""
    return BLANKS.sub(" ", text).strip(" ")


def folded(text: str) -> str:
    """A level word as it is compared: without regard to case; other scripts by their composed form."""
    squeezed = blanks_squeezed(text)
    return squeezed.upper() if squeezed.isascii() else unicodedata.normalize("NFC", squeezed).lower()


def odd_sign(text: str) -> str:
    """The name of the first sign that is not ASCII, for whom a look-alike would deceive; empty when there is none."""
    odd = next((sign for sign in text if not sign.isascii()), "")
    return unicodedata.name(odd, f"U+{ord(odd):04X}") if odd else ""
