"""Assessment: one partner's answer: words and numbers, how well grounded, on what basis, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.errors import AssessmentError
from consilience.model import form
from consilience.model.coherence import nearest
from consilience.model.form import WHOLE
from consilience.model.identity import PartnerId
from consilience.model.position import Band, Position
from consilience.model.question import Question
from consilience.model.yardstick import Yardstick, read_yardstick

ROUNDS = (1, 2)


class Confidence(Enum):
    """How well grounded an assessment is. Kept apart from likelihood, and never in one sentence with it (ICD 203)."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How probable one hypothesis is: a number (basis points) and a word of the partner's yardstick."""

    hypothesis: str
    points: int
    word: str

    def document(self) -> dict[str, object]:
        """As plain JSON data, without the hypothesis, under which it stands."""
        return {"percent": form.percent(self.points), "word": self.word}


@dataclass(frozen=True, slots=True)
class Bearing:
    """How probable one root of evidence would be under each hypothesis: pairs in order of hypothesis, basis points.

    Only their ratios count, so they need not add up. A root counts once, however many claims lead back to it.
    """

    root: str
    likelihoods: tuple[tuple[str, int], ...]

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {"root": self.root, "percent": {name: form.percent(points) for name, points in self.likelihoods}}

    @classmethod
    def read(cls, value: object, path: str) -> Bearing:
        """The bearing that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset({"root", "percent"}))
        shares = form.table(found["percent"], f"{path}.percent", _likelihood)
        return cls(form.text(found["root"], f"{path}.root"), shares)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an assessment rests on: ids of claims (another partner's as `USA/C138`) and of facts, each in order.

    `roots` says where each of them began, as pairs of item and root in order; its partner's node fills it in from the
    lineage that all were told, so that everybody reckons with the same. `undisclosed` says that the assessment rests
    on more than its partner can show.
    """

    claims: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    roots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    undisclosed: bool = False

    @property
    def evidence(self) -> frozenset[str]:
        """All roots, each once."""
        return frozenset(root for _, roots in self.roots for root in roots)

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {
            "claims": list(self.claims),
            "facts": list(self.facts),
            "roots": {item: list(roots) for item, roots in self.roots},
            "undisclosed": self.undisclosed,
        }

    @classmethod
    def read(cls, value: object, path: str) -> Basis:
        """The basis that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset(), frozenset({"claims", "facts", "roots", "undisclosed"}))
        claims, facts = (form.names(found.get(name, []), f"{path}.{name}") for name in ("claims", "facts"))
        roots = form.table(found.get("roots", {}), f"{path}.roots", form.names)
        for item in (item for item, _ in roots if item not in (*claims, *facts)):
            form.refuse(f"{path}.roots", f"roots of {item}", "those of claims and facts of this basis")
        if len({root for _, names in roots for root in names}) > form.LONGEST_LIST:
            step = "Name the claims and facts that carry it."
            form.refuse(f"{path}.roots", "more roots", f"{form.LONGEST_LIST} at most", step)
        undisclosed = found.get("undisclosed", False)
        if not isinstance(undisclosed, bool):
            form.refuse(f"{path}.undisclosed", undisclosed, "true or false")
        return cls(claims, facts, roots, undisclosed)


@dataclass(frozen=True, slots=True)
class Seen:
    """The evidence before the partner's eyes when it judged: the root of its ledger's head, 64 hexadecimal digits.

    By it the partner can show later what it held, since the root commits to each entry. Its size is not told: how
    much a ledger holds is content, which the others may not see.
    """

    root: str

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {"root": self.root}

    @classmethod
    def read(cls, value: object, path: str) -> Seen:
        """The head that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset({"root"}))
        return cls(form.digest(found["root"], f"{path}.root"))


@dataclass(frozen=True, slots=True)
class Assessment:
    """One partner's answer to one version of a question, in round 1 or 2.

    `question` is the question's id. Probabilities are whole basis points, so that they are exact, sign as they stand
    and sum to 100 % without rounding; every number lies within its word on the yardstick. `read` sees to both.
    """

    question: str
    version: int
    partner: PartnerId
    round: int
    yardstick: Yardstick
    judgements: tuple[Judgement, ...]
    confidence: Confidence
    basis: Basis
    linchpins: tuple[str, ...]
    dissent: tuple[str, ...]
    would_change: tuple[str, ...]
    seen: Seen
    bearings: tuple[Bearing, ...] = ()

    @property
    def probabilities(self) -> dict[str, int]:
        """Basis points by hypothesis, in order of hypothesis."""
        return {each.hypothesis: each.points for each in self.judgements}

    @property
    def position(self) -> Position:
        """What it says of the hypotheses, as it is compared with others: bands of no width."""
        bands = tuple(Band(each.hypothesis, each.points, each.points, each.word) for each in self.judgements)
        return Position(self.question, self.partner, self.yardstick, bands, self.basis.claims)

    def check(self, question: Question) -> None:
        """Refuse it where it does not answer this very question.

        Raises:
            AssessmentError: another question or version, or other hypotheses than the question's.
        """
        where = f"assessment of {self.partner}"
        if (self.question, self.version) != (question.id, question.version):
            found = f"version {self.version} of question {self.question[:12]}"
            form.refuse(where, found, f"version {question.version} of {question.name}, {question.id[:12]}")
        for path, ids in ((where, tuple(self.probabilities)), *_bearing_ids(self.bearings, where)):
            if ids != question.ids:
                form.refuse(path, "hypotheses " + ", ".join(ids), "exactly " + ", ".join(question.ids))

    def document(self) -> dict[str, object]:
        """As plain JSON data, which `read` reads back; its canonical bytes (RFC 8785) are what is sealed."""
        return {
            "question": self.question,
            "version": self.version,
            "partner": self.partner,
            "round": self.round,
            "yardstick": self.yardstick.name,
            "judgements": {each.hypothesis: each.document() for each in self.judgements},
            "confidence": self.confidence.value,
            "basis": self.basis.document(),
            "linchpins": list(self.linchpins),
            "dissent": list(self.dissent),
            "would_change": list(self.would_change),
            "seen": self.seen.document(),
            "bearings": [each.document() for each in self.bearings],
        }

    @classmethod
    def read(cls, value: object, path: str = "assessment") -> Assessment:
        """The assessment that plain JSON data say. Words come out as the yardstick prefers them.

        Raises:
            AssessmentError: naming what is wrong by its path; where the numbers do not add up to 100 %, or one lies
                outside its word, with the nearest numbers that would fit.
        """
        found = form.fields(value, path, _REQUIRED, _OPTIONAL)
        yardstick = read_yardstick(found["yardstick"], f"{path}.yardstick")
        bearings = form.items(found.get("bearings", []), f"{path}.bearings", Bearing.read)
        for twice in {each.root for each in bearings if sum(each.root == other.root for other in bearings) > 1}:
            form.refuse(f"{path}.bearings", f"{twice} twice", "each root once: it is one piece of evidence")
        return cls(
            form.digest(found["question"], f"{path}.question"),
            form.number(found["version"], f"{path}.version", 1, 9_999),
            PartnerId(form.text(found["partner"], f"{path}.partner")),
            form.number(found["round"], f"{path}.round", ROUNDS[0], ROUNDS[-1]),
            yardstick,
            _read_judgements(found["judgements"], f"{path}.judgements", yardstick),
            _read_confidence(found["confidence"], f"{path}.confidence"),
            Basis.read(found["basis"], f"{path}.basis"),
            form.items(found.get("linchpins", []), f"{path}.linchpins", form.text),
            form.items(found.get("dissent", []), f"{path}.dissent", form.text),
            form.items(found.get("would_change", []), f"{path}.would_change", form.text),
            Seen.read(found["seen"], f"{path}.seen"),
            tuple(sorted(bearings, key=lambda each: each.root)),
        )


_REQUIRED = frozenset(
    {"question", "version", "partner", "round", "yardstick", "judgements", "confidence", "basis", "seen"}
)
_OPTIONAL = frozenset({"linchpins", "dissent", "would_change", "bearings"})


def fitting(judgements: tuple[Judgement, ...], yardstick: Yardstick) -> tuple[int, ...] | None:
    """The numbers nearest to those given that add up to 100 % and lie within their words; None where none do."""
    steps = [yardstick.step(each.word) for each in judgements]
    return nearest([each.points for each in judgements], [(step.low, step.high) for step in steps])


def _read_judgements(value: object, path: str, yardstick: Yardstick) -> tuple[Judgement, ...]:
    """Judgements in order of hypothesis, each within its word, all adding up."""

    def one(item: object, where: str) -> tuple[int, str]:
        found = form.fields(item, where, frozenset({"percent", "word"}))
        word = yardstick.step(form.text(found["word"], f"{where}.word"), f"{where}.word").word
        return form.points(found["percent"], f"{where}.percent"), word

    judgements = tuple(Judgement(name, *item) for name, item in form.table(value, path, one))
    wrong = [each for each in judgements if not _within(each, yardstick)]
    total = sum(each.points for each in judgements)
    if not wrong and total == WHOLE:
        return judgements
    said = [f"{each.hypothesis} at {form.percent_text(each.points)} %, “{each.word}”" for each in wrong]
    if total != WHOLE:
        said.append(f"a sum of {form.percent_text(total)} %")
    wanted = [f"“{each.word}” for {yardstick.step(each.word).band}" for each in wrong]
    if total != WHOLE:
        wanted.append("a sum of 100 %")
    raise AssessmentError(path, "; ".join(said), "; ".join(dict.fromkeys(wanted)), _advice(judgements, yardstick))


def _within(judgement: Judgement, yardstick: Yardstick) -> bool:
    """Whether its word covers its number."""
    step = yardstick.step(judgement.word)
    return step.low <= judgement.points <= step.high


def _advice(judgements: tuple[Judgement, ...], yardstick: Yardstick) -> str:
    """What would fit: the nearest numbers for these words, and the words for the nearest numbers that add up."""
    found = []
    kept = fitting(judgements, yardstick)
    if kept:
        found.append("With these words the nearest numbers that fit are " + _listed(judgements, kept))
    else:
        found.append("No numbers add up to 100 % under these words")
    plain = nearest([each.points for each in judgements])
    if plain and plain != kept:
        words = (
            f"{each.hypothesis} {form.percent_text(points)} % ({yardstick.say(points)})"
            for each, points in zip(judgements, plain, strict=True)
        )
        found.append("with these numbers the nearest that add up are " + ", ".join(words))
    return "; ".join(found) + "."


def _listed(judgements: tuple[Judgement, ...], points: tuple[int, ...]) -> str:
    """`attack 35 %, none 65 %`."""
    pairs = zip(judgements, points, strict=True)
    return ", ".join(f"{each.hypothesis} {form.percent_text(number)} %" for each, number in pairs)


def _read_confidence(value: object, path: str) -> Confidence:
    """One of three levels."""
    known = {each.value: each for each in Confidence}
    found = known.get(value) if isinstance(value, str) else None
    return found or form.refuse(path, value, "low, moderate or high")


def _likelihood(value: object, path: str) -> int:
    """Never quite impossible and never quite sure: one root alone must not decide for ever."""
    return form.points(value, path, 1, WHOLE - 1)


def _bearing_ids(bearings: tuple[Bearing, ...], where: str) -> list[tuple[str, tuple[str, ...]]]:
    """The hypotheses that each bearing speaks of, with its place."""
    return [(f"{where}: bearing {each.root}", tuple(name for name, _ in each.likelihoods)) for each in bearings]
