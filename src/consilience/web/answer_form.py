"""Answer form: an assessment as a person fills it in, kept as it is until it fits; and what its basis may name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from consilience.errors import AssessmentError, ConsilienceError
from consilience.model import form as shape
from consilience.model.assessment import Confidence, Judgement, fitting
from consilience.model.coherence import nearest
from consilience.model.identity import ClaimId, PartnerId
from consilience.model.question import Question
from consilience.model.yardstick import Yardstick
from consilience.node.evidence import Evidence
from consilience.rounds.timetable import number_of
from consilience.web.form import Form
from consilience.web.view import View

CONFIDENCES = tuple(each.value for each in Confidence)
_LISTED = 150  # claims and facts to tick; others are named by id


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, as it was typed: by hypothesis the number and the word, and all the rest."""

    percents: dict[str, str]
    words: dict[str, str]
    confidence: str = ""
    claims: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    others: str = ""
    undisclosed: bool = False
    linchpins: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: Form, question: Question) -> Filled:
        """What was sent."""
        return cls(
            {name: form.one(f"percent-{name}") for name in question.ids},
            {name: form.one(f"word-{name}") for name in question.ids},
            form.one("confidence"),
            form.many("claim"),
            form.many("fact"),
            form.one("others"),
            bool(form.one("undisclosed")),
            form.lines("linchpins"),
            form.lines("dissent"),
            form.lines("would_change"),
        )

    @classmethod
    def empty(cls, question: Question) -> Filled:
        """Nothing yet."""
        return cls(dict.fromkeys(question.ids, ""), dict.fromkeys(question.ids, ""))

    def said(self, question: Question, rule: Yardstick) -> dict[str, object]:
        """As plain data, for `sealing.draft`.

        Raises:
            UsageError, AssessmentError: naming the field that is left out or cannot be read.
        """
        if not self.confidence:
            raise AssessmentError("confidence", "nothing", "low, moderate or high: how well grounded the answer is")
        named = tuple(dict.fromkeys((*self.claims, *self.others.replace(",", " ").split())))
        return {
            "judgements": {
                each.hypothesis: {"percent": shape.percent(each.points), "word": each.word}
                for each in self._judgements(question, rule)
            },
            "confidence": self.confidence,
            "basis": {"claims": list(named), "facts": list(self.facts), "undisclosed": self.undisclosed},
            "linchpins": list(self.linchpins),
            "dissent": list(self.dissent),
            "would_change": list(self.would_change),
        }

    def _judgements(self, question: Question, rule: Yardstick) -> tuple[Judgement, ...]:
        """Numbers with their words; without a word the yardstick's own, where exactly one covers the number."""
        found = []
        for name in question.ids:
            where = f"how probable “{name}” is"
            if not self.percents[name]:
                raise AssessmentError(where, "nothing", "percent, such as 35 or 12.5")
            points = shape.points(number_of(self.percents[name], where), where)
            word = self.words[name]
            if not word:
                covering = rule.covering(points)
                if len(covering) != 1:
                    expected = f"the word for it on the yardstick {rule.standard}"
                    raise AssessmentError(where, f"{self.percents[name]} %, {rule.say(points)}", expected)
                word = covering[0].word
            found.append(Judgement(name, points, word))
        return tuple(found)

    def fitted(self, question: Question, rule: Yardstick) -> Filled | None:
        """The same with the nearest numbers that fit these words; without words the nearest that add up. None where none do."""
        try:
            numbers = [shape.points(number_of(self.percents[name] or "0", name), name) for name in question.ids]
            said = [Judgement(name, n, self.words[name]) for name, n in zip(question.ids, numbers, strict=True)]
            points = fitting(tuple(said), rule) if all(self.words.values()) else nearest(numbers)
        except ConsilienceError:
            return None
        if points is None or list(points) == numbers:
            return None
        texts = map(shape.percent_text, points)
        return replace(self, percents=dict(zip(question.ids, texts, strict=True)))


@dataclass(frozen=True, slots=True)
class Pick:
    """A claim or a fact that a basis may name: its id as it is named to all, what it is, and where it can be read here."""

    name: str
    title: str
    claim: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Picks:
    """What a basis may name, the newest first; how many there are besides; and why facts cannot be, if so."""

    facts: tuple[Pick, ...] = ()
    claims: tuple[Pick, ...] = ()
    more: int = 0
    trouble: str = ""


def picks(evidence: Evidence, home: PartnerId, view: View) -> Picks:
    """What all partners of a session were told, to tick."""
    trouble = ""
    try:
        known = evidence.facts
    except ConsilienceError as error:
        known, trouble = (), error.message
    facts = [Pick(each.id, each.title, fact=each.id if each.id in view.facts else "") for each in reversed(known)]
    claims = [_claim(each.id, home, view) for each in evidence.claims]
    more = max(0, len(facts) - _LISTED) + max(0, len(claims) - _LISTED)
    return Picks(tuple(facts[:_LISTED]), tuple(claims[:_LISTED]), more, trouble)


def _claim(whole: str, home: PartnerId, view: View) -> Pick:
    """A claim with its issuer in front."""
    base = whole.partition("~")[0]
    issuer, _, rest = base.partition("/")
    here = local(view, PartnerId(issuer), base)
    facts = view.facts_of.get(here, []) if here else []
    return Pick(rest if issuer == home else base, facts[0].title if facts else "", claim=here)


def local(view: View, partner: PartnerId, item: str) -> str:
    """The id under which this node's pages show a claim that a partner names; empty where it holds none."""
    issuer, _, rest = item.partition("/")
    whole, bare = (item, rest) if rest else (f"{partner}/{item}", item)
    holder = issuer if rest else partner
    known = view.claims
    found = (
        name for name in (whole, bare) if name in known and (name == whole or known[ClaimId(name)].partner == holder)
    )
    return next(found, "")
