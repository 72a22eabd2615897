"""Words: what verdicts and stances are called on the pages, and days as people say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from consilience.comparison.words import span
from consilience.model.fact import Fact, Stance, Verdict
from consilience.release.policy import Rule

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """How the pages name a verdict, and what it means."""

    verdict: Verdict
    word: str
    counted: str
    means: str

    @property
    def key(self) -> str:
        """The verdict's own name: the glyph, the colour and the filter go by it."""
        return self.verdict.value


# The most telling first: the order of tables, filters and legends.
VERDICTS = (
    VerdictWords(
        Verdict.CONFLICTING, "conflicting", "in conflict",
        "Two current claims cannot both hold. Each side is shown; nobody is averaged away.",
    ),
    VerdictWords(
        Verdict.CIRCULAR, "circular", "circular",
        "Several partners hold it, from one root. Three reports of one image are one report.",
    ),
    VerdictWords(
        Verdict.CORROBORATED, "corroborated", "corroborated",
        "At least two partners hold it, from roots of their own, and no current claim contradicts it.",
    ),
    VerdictWords(
        Verdict.SOLE, "sole", "held by one partner only",
        "One partner holds it. That is neither wrong nor confirmed.",
    ),
)  # fmt: skip
BY_VERDICT = {words.verdict: words for words in VERDICTS}
ORDER = {words.verdict: number for number, words in enumerate(VERDICTS)}

# What a claim's mark says beside its value; the key names the glyph.
MARKS = {
    "conflicting": ("conflicts", "Another current claim cannot hold together with it."),
    "corroborated": ("agrees", "Another partner holds it from a root of its own."),
    "circular": ("shared root", "Others hold it from the same root."),
    "sole": ("only holder", "No other partner has reported it."),
    "standing": ("stands", "Current, from a root that no other claim here shares, and in no conflict that is written."),
    "copy": ("changed copy", "Rests on a claim that it changed: no evidence of its own."),
    "unverified": ("neither way", "Could not confirm. That is no denial, and lowers nothing."),
    "defective": (
        "contradicted",
        "It states what the map or the calendar contradicts: no evidence until that is mended.",
    ),
    "superseded": ("superseded", "Its own speaker has replaced it."),
    "arrived": ("just in", "Recorded a moment ago, and not compared with anything yet."),
    "speaks": ("speaks of it", "A claim about these claims."),
}

# The mark of a claim that does not count for the verdict; one that does has its fact's.
ASIDE = {
    Stance.COPY: "copy",
    Stance.UNVERIFIED: "unverified",
    Stance.DEFECTIVE: "defective",
    Stance.SPEAKS_ABOUT: "speaks",
    Stance.SUPERSEDED: "superseded",
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """How the pages name a rule that stands against a release, and what it means."""

    rule: Rule
    word: str
    means: str

    @property
    def key(self) -> str:
        """The rule's own name in docs/release.md: the glyph and the filter go by it."""
        return self.rule.value


RULES = (
    RuleWords(Rule.LEVEL, "above the clearance", "Classified higher than the partner is cleared for."),
    RuleWords(Rule.RECIPIENTS, "not a recipient", "Its marking names others, or nobody."),
    RuleWords(Rule.CONTROLS, "under a control", "Under a control that the partner is not accredited for."),
    RuleWords(Rule.TLP, "narrower circle", "Its TLP circle is narrower than what a release to the partner reaches."),
    RuleWords(Rule.EMBARGO, "under embargo", "Not before a time that is yet to come."),
    RuleWords(Rule.EXPIRED, "ended", "Not from a time on that has come."),
    RuleWords(Rule.CONSENT, "no consent", "Its originator has not consented to give this object to this partner."),
    RuleWords(Rule.UNKNOWN_PARTNER, "not on the roster", "Nothing goes to whom the roster does not know."),
)
BY_RULE = {words.key: words for words in RULES}

# Whether a thing stays or leaves; the key names the glyph.
PASSAGES = {
    "leaves": "To those who are named, at a release. Nothing leaves by itself.",
    "stays": "Here, with its owner. What rests on it stays too.",
    "parted": "Its parts may leave, to partners who have nobody in common: there is no joint product.",
}


def day_words(value: date) -> str:
    """`6 December 2021`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """`6 Dec 2021`."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}"


def period_words(fact: Fact) -> str:
    """When a fact holds, as its claims have it: `3–5 Dec 2021`."""
    return span(datetime.fromisoformat(fact.period[0]), datetime.fromisoformat(fact.period[1]))


def plural(number: int, noun: str) -> str:
    """`1 fact`, `1,204 facts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
