"""Session: one question put to partners as its page shows it: stages, answers side by side, what they amount to, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consilience.conclusions.ach import Matrix, evidence_words
from consilience.conclusions.concurrence import Concurrence, Kind
from consilience.conclusions.distance import Sure
from consilience.model.assessment import Assessment
from consilience.model.form import listed
from consilience.model.identity import PartnerId
from consilience.node.conclude import Concluded
from consilience.node.rooted import Footing, Ground
from consilience.rounds.answer import Answer, Status
from consilience.rounds.count import Ended, Phase, Round
from consilience.rounds.result import digest_of, result
from consilience.rounds.standing import Standing
from consilience.rounds.telling import waits_for
from consilience.rounds.weighing import Furthest, concurred, evidence, furthest
from consilience.trust.canonical import Json
from consilience.web.answer_form import local
from consilience.web.view import View

GLYPHS = {
    Status.WAITING: "unverified", Status.COMMITTED: "stays", Status.OPENED: "standing", Status.LATE: "expired",
    Status.MISMATCHED: "conflicting", Status.MISSING: "withdrawn", Status.TWICE: "forked",
}  # fmt: skip
WORDS = {Status.COMMITTED: "sealed"}
KINDS = {
    "independent": ("corroborated", "Same conclusion, on separate evidence"),
    "shared-evidence": ("circular", "Same conclusion, on evidence that they share"),
    "words-only": ("conflicting", "Same words, different numbers"),
    "hidden": ("sole", "Different words, same numbers"),
    "divergent": ("conflicting", "Different conclusions"),
    "not-comparable": ("unverified", "Not comparable"),
    "cannot tell": ("unverified", "It cannot be told"),
}
"""Glyph and words of each kind of concurrence."""
FOOTINGS = {Footing.VERIFIED: "standing", Footing.DIFFERS: "conflicting", Footing.WORD: "speaks"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a session: what is due, by when, and whether it is done, under way or yet to come."""

    name: str
    due: datetime | None
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A ground of an answer with the id by which this node shows the claim, and whether it shows the fact."""

    ground: Ground
    claim: str
    is_fact: bool

    @property
    def glyph(self) -> str:
        """How far its roots are known here."""
        return FOOTINGS[self.ground.footing]


@dataclass(frozen=True, slots=True)
class Line:
    """One partner in one round."""

    answer: Answer
    rests: tuple[Rest, ...]

    @property
    def glyph(self) -> str:
        """The glyph of how it stands."""
        return GLYPHS[self.answer.status]

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        return WORDS.get(self.answer.status, self.answer.status.value)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pool by one rule, in percent by hypothesis, and who is furthest from it."""

    rule: str
    percents: Mapping[str, float]
    furthest: Furthest


@dataclass(frozen=True, slots=True)
class Together:
    """What the answers of a round amount to: reasons and losses with their words, and the numbers that are signed.

    `pools` are by every rule, the one that is shown first at their head; `evidence` is what partners said their roots are worth.
    """

    concurrence: Concurrence
    signed: Mapping[str, Json]
    pools: tuple[Pooled, ...]
    evidence: Matrix

    @property
    def glyph(self) -> str:
        """The glyph of its kind."""
        return KINDS[self.concurrence.kind.value][0]

    @property
    def words(self) -> str:
        """Its kind in words."""
        if self.concurrence.kind is Kind.CANNOT_TELL and self.concurrence.concurs is Sure.YES:
            return "Same conclusion; whether on separate evidence cannot be told"
        return KINDS[self.concurrence.kind.value][1]

    @property
    def weighed(self) -> tuple[str, ...]:
        """The evidence in words, what tells most apart first."""
        return tuple(map(evidence_words, self.evidence.lines))


@dataclass(frozen=True, slots=True)
class Shown:
    """One round."""

    round: Round
    lines: tuple[Line, ...]
    together: Together | None

    @property
    def opened(self) -> tuple[Line, ...]:
        """Those who opened something, counted or only shown."""
        return tuple(line for line in self.lines if line.answer.assessment is not None)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Where roots decide that answers may be independent: those that are not verified here, and whose word they are."""
        if self.together is None or Kind.INDEPENDENT not in self.together.concurrence.possible:
            return ()
        unsure = [
            rest.ground
            for line in self.lines
            if line.answer.counted is not None
            for rest in line.rests
            if rest.ground.footing is not Footing.VERIFIED
        ]
        return tuple(f"Basis of {each.partner}: {each.words}." for each in unsure)


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of a session shows of it."""

    standing: Standing
    home: PartnerId
    shown: tuple[Shown, ...]
    concluded: Concluded

    @property
    def may(self) -> frozenset[str]:
        """What this node can do now: seal, reveal, late, note, conclude, abort."""
        found, each = self.standing, self.standing.round
        answer = each.of(self.home)
        may = set() if found.stopped else {"note"}
        if found.is_over:
            signed = found.signed.get(self.home)
            return frozenset(may if signed and signed.result == self.concluded.digest else {*may, "conclude"})
        may |= {"abort"} if found.convener == self.home else set()
        if each.phase is Phase.COMMITTING and answer.status is Status.WAITING:
            may.add("seal")
        if each.phase is Phase.REVEALING and answer.status is Status.COMMITTED and not each.awaited:
            may.add("reveal")
        return frozenset(may)

    @property
    def late(self) -> Round | None:
        """The newest round in which ours was sealed and can only be opened late: shown, and not counted."""
        for each in reversed(self.standing.rounds):
            answer = each.of(self.home)
            if not answer.commitment:
                continue
            is_late = answer.status in (Status.LATE, Status.MISSING) and answer.assessment is None
            is_void = bool(self.standing.stopped) or each.ended is Ended.TWO_SETS
            return each if is_late and each.frozen and not is_void and not each.awaited else None
        return None

    @property
    def headline(self) -> str:
        """Where it is, in one sentence."""
        found, each = self.standing, self.standing.round
        if found.stopped:
            return f"{found.convener} stopped it: {found.stopped}"
        if not found.is_over:
            return f"Round {each.number}: {each.phase.value}."
        if found.final is None:
            return f"Over, without a result: {each.ended.value if each.ended else 'nothing counts'}."
        together = self.shown[found.final.number - 1].together
        return f"{together.words}, by round {found.final.number}." if together else "Over."

    @property
    def glyph(self) -> str:
        """The glyph of where it is."""
        found = self.standing
        if found.stopped or (found.is_over and found.final is None):
            return "withdrawn"
        together = self.shown[found.final.number - 1].together if found.is_over and found.final else None
        return together.glyph if together else "arrived"

    @property
    def due(self) -> datetime | None:
        """The deadline that is next; None when nothing is waited for."""
        each = self.standing.round
        if self.standing.is_over:
            return None
        return each.deadlines.commit if self.standing.now <= each.deadlines.commit else each.deadlines.reveal

    @property
    def next_step(self) -> str:
        """What this node's people can do now, or whom everybody waits for."""
        may, each = self.may, self.standing.round
        waited = listed([str(code) for code in waits_for(self.standing) if code != self.home])
        if "seal" in may:
            return "Seal your answer: the others see that it is given, and not what it is."
        if "reveal" in may:
            return "Open your answer: the set is frozen, and yours is in it."
        if "conclude" in may:
            return "Sign the result."
        if each.awaited and not self.standing.is_over:
            return "Something frozen has not arrived here: it comes at the next sync, and nothing opens before."
        if each.phase is Phase.FREEZING and each.of(self.home).partner == self.standing.convener:
            return "Freeze the set: it is done at your next act here, sync, or round of serve --every."
        return f"Waiting for {waited}." if waited else "Nothing is left to do."

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The five steps."""
        stages = []
        for each, said in zip(self.standing.rounds, ("First", "Second"), strict=True):
            count = len(each.answers)
            sealed = sum(answer.status is not Status.WAITING for answer in each.answers)
            is_void = each.phase is Phase.ABORTED
            sealing = each.phase in (Phase.COMMITTING, Phase.FREEZING)
            steps = (
                (f"{said} answers sealed", each.deadlines.commit, sealing, bool(each.frozen), f"{sealed} of {count}"),
                (f"{said} answers opened", each.deadlines.reveal, each.phase is Phase.REVEALING, each.phase is Phase.CLOSED,
                 f"{len(each.opened)} of {count}"),
            )  # fmt: skip
            for name, due, is_now, is_done, words in steps:
                state = "now" if is_now else "done" if is_done else "void" if is_void else "next"
                stages.append(Stage(name, due, state, words if state in ("now", "done") else _void(each, state)))
        over = self.standing.is_over
        state = "done" if self.concluded.agreed else "now" if over else "next"
        stages.append(Stage("Result signed", None, state, f"{len(self.concluded.same)} of {count}" if over else ""))
        return tuple(stages)


def _void(each: Round, state: str) -> str:
    return each.ended.value if state == "void" and each.ended else ""


def page(
    found: Standing, home: PartnerId, view: View, grounds: Mapping[tuple[int, PartnerId], tuple[Ground, ...]]
) -> Page:
    """What the page of a session shows; `grounds` are those of `rooted.grounds`."""
    document = result(found)
    shown = []
    for each in found.rounds:
        rests = {
            answer.partner: tuple(
                Rest(ground, local(view, answer.partner, ground.item), ground.item in view.facts)
                for ground in grounds.get((each.number, answer.partner), ())
            )
            for answer in each.answers
        }
        lines = tuple(Line(answer, rests[answer.partner]) for answer in each.answers)
        shown.append(Shown(each, lines, _together(found, each, document)))
    return Page(found, home, tuple(shown), Concluded(found, document, digest_of(document)))


def _together(found: Standing, each: Round, document: Mapping[str, Json]) -> Together | None:
    """What a closed round amounts to."""
    answers = tuple(answer.assessment for answer in each.opened if answer.assessment is not None)
    if each.phase is not Phase.CLOSED:
        return None
    rounds = document["rounds"]
    for told in rounds if isinstance(rounds, list) else []:
        if isinstance(told, dict) and told["round"] == each.number and isinstance(told["together"], dict):
            signed, question = told["together"], found.session.question
            return Together(concurred(question, answers), signed, _pools(answers, signed), evidence(question, answers))
    return None


def _pools(answers: Sequence[Assessment], signed: Mapping[str, Json]) -> tuple[Pooled, ...]:
    """The pools that are signed, the one that is shown first at their head."""
    rules = signed["pool"]
    found = []
    for rule, row in rules.items() if isinstance(rules, dict) else ():
        if isinstance(row, dict):
            percents = {name: part for name, part in row.items() if isinstance(part, int | float)}
            found.append(Pooled(rule, percents, furthest(answers, percents)))
    return tuple(sorted(found, key=lambda pool: (pool.rule != signed["rule"], pool.rule)))


def span_words(span: timedelta) -> str:
    """`2 days 3 h`, `3 h 12 min`, `4 min`, `less than a minute`: how long, whichever way."""
    minutes = abs(int(span.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} day{'' if days == 1 else 's'}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {rest} min" if rest else "")
    return f"{rest} min" if rest else "less than a minute"
