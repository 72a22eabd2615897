"""Sealing: an answer is fixed before it is told. What opens it is on the disk before the commitment is in the ledger.

Nonce and assessment stay in the home (`sealed/`, for its owner alone) until the answer is opened. Whoever loses the
home before that cannot open it, and the record says that it is missing.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import ConsilienceError
from consilience.ledger import note as notes
from consilience.model import form
from consilience.model.assessment import Assessment
from consilience.model.identity import PartnerId
from consilience.model.round import NONCE_BYTES, Commitment, Reveal
from consilience.model.yardstick import Yardstick
from consilience.node.evidence import Evidence, NotSharedError
from consilience.node.home import Home, HomeError, private_folder, write_private
from consilience.node.node import Node
from consilience.node.sessions import Spoken, find, say
from consilience.rounds.answer import Status
from consilience.rounds.count import Ended, Phase, Round
from consilience.rounds.standing import Standing
from consilience.trust.errors import MalformedStatementError
from consilience.trust.sealed import commitment

_FOLDER = "sealed"
_KEYS = frozenset({"session", "nonce", "assessment"})

Random = Callable[[int], bytes]


class NotNowError(ConsilienceError):
    """What is asked of a session cannot be done at this time."""

    exit_code = 1


class UnopenableError(ConsilienceError):
    """What is kept here does not open our own commitment."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens an answer: the session's id, the nonce and the assessment."""

    session: str
    nonce: bytes
    assessment: Assessment

    def commitment(self, partner: PartnerId) -> str:
        """What is told of it while it is sealed."""
        return commitment(self.session, partner, self.nonce, self.assessment)


class Secrets:
    """The sealed answers of a home, a file each."""

    def __init__(self, home: Home) -> None:
        """Kept in a folder of the home that is made when it is needed."""
        self._folder = home.folder / _FOLDER

    def keep(self, secret: Secret) -> None:
        """Write it so that it is on the disk on return, readable by its owner alone."""
        private_folder(self._folder)
        value = {
            "session": secret.session,
            "nonce": secret.nonce.hex(),
            "assessment": secret.assessment.document(),
        }
        write_private(self._file(secret.session, secret.assessment.round), json.dumps(value).encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else seals meanwhile, in this process or another: a second would write over what opens the first.

        Raises:
            HomeError: the folder cannot be opened.
        """
        try:
            private_folder(self._folder)
            opened = os.open(self._folder, os.O_RDONLY)
        except OSError as error:
            found = error.strerror or str(error)
            raise HomeError(str(self._folder), found, "a folder to keep sealed answers in") from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)

    def get(self, session: str, number: int) -> Secret | None:
        """The secret of a round; None when there is none.

        Raises:
            HomeError: it cannot be read.
        """
        file = self._file(session, number)
        try:
            value = form.fields(json.loads(file.read_text(encoding="utf-8")), "secret", _KEYS)
            nonce = bytes.fromhex(form.digest(value["nonce"], "secret.nonce"))
            return Secret(form.digest(value["session"], "secret.session"), nonce, Assessment.read(value["assessment"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, ConsilienceError) as error:
            next_step = "Restore it from a copy of the home: without it the answer cannot be opened."
            raise HomeError(str(file), str(error), "what opens a sealed answer", next_step) from error

    def drop(self, session: str, number: int) -> None:
        """Forget what was opened."""
        self._file(session, number).unlink(missing_ok=True)

    def _file(self, session: str, number: int) -> Path:
        return self._folder / f"{session}-{number}.json"


def draft(node: Node, found: Standing, said: Mapping[str, object], yardstick: Yardstick) -> Assessment:
    """The assessment that this node would seal in the round under way: what an analyst said, with the rest filled in.

    Question, version, partner, round and yardstick are not the analyst's to say; `basis` names claims and facts, whose
    roots the node reckons from what all were told; `seen` is the head of the ledger.

    Raises:
        AssessmentError: naming the fault, with the numbers that would fit.
        NotSharedError, UnknownClaimError: see `Evidence.basis`; or a bearing on what is no root of the basis.
        NotNowError: no round is open for answers, or ours is sealed.
    """
    number = _to_seal(node, found).number
    question = found.session.question
    basis = form.fields(said.get("basis", {}), "basis", frozenset(), frozenset({"claims", "facts", "undisclosed"}))
    claims, facts = (form.names(basis.get(name, []), f"basis.{name}") for name in ("claims", "facts"))
    undisclosed = basis.get("undisclosed", False)
    if not isinstance(undisclosed, bool):
        form.refuse("basis.undisclosed", undisclosed, "true or false")
    given = {name: value for name, value in said.items() if name not in _FILLED}
    root = notes.checkpoint_of(notes.parse(node.ledger.checkpoint()).text).root.hex()
    made = Assessment.read(
        {
            **given,
            "question": question.id, "version": question.version, "partner": node.partner, "round": number,
            "yardstick": yardstick.name, "seen": {"root": root}, "basis": {},
        }
    )  # fmt: skip
    made.check(question)
    evidence = Evidence(node, found.session.partners).basis(claims, facts, undisclosed=undisclosed)
    for bearing in made.bearings:
        if bearing.root not in evidence.evidence:
            step = "Name a claim of that root in the basis, or leave the bearing out."
            known = ", ".join(sorted(evidence.evidence)) or "none: the basis is empty"
            raise NotSharedError(f"bearing on {bearing.root}", "no root of the basis", f"one of {known}", step)
    return Assessment.read({**made.document(), "basis": evidence.document()})


_FILLED = frozenset({"question", "version", "partner", "round", "yardstick", "seen", "basis"})


def seal(node: Node, found: Standing, assessment: Assessment, random: Random = os.urandom) -> Spoken:
    """Fix an answer, and tell the others that it is fixed.

    Killed before the commitment is recorded, it can be said again, the same or another: nothing was told yet.

    Raises:
        NotNowError: no round is open for answers, or ours is sealed.
        GrownError: another process recorded something meanwhile.
    """
    secrets = Secrets(node.home)
    with secrets.alone():
        size = node.ledger.size()
        each = _to_seal(node, find(node, found.id))
        if each.number != assessment.round:
            raise NotNowError(f"assessment for round {assessment.round}", f"round {each.number} is open", "that one")
        before = secrets.get(found.id, each.number)
        said = before is not None and before.assessment == assessment
        secret = before if before and said else Secret(found.id, random(NONCE_BYTES), assessment)
        if secret is not before:
            secrets.keep(secret)
        content = Commitment(found.id, found.session.partners, each.number, secret.commitment(node.partner))
        return say(node, content, at=size)


def _to_seal(node: Node, found: Standing) -> Round:
    """The round in which this node may seal an answer now."""
    each, what = found.round, f"session {found.id[:12]}"
    answer = each.of(node.partner)
    if answer.status is not Status.WAITING:
        step = "It stands as it is: what is sealed is not changed." if answer.status is Status.COMMITTED else ""
        raise NotNowError(what, f"our answer in round {each.number} {_is(answer.status)}", "one not given yet", step)
    if each.phase is not Phase.COMMITTING:
        found_ = f"round {each.number} {each.phase.value}" + (f": {each.ended.value}" if each.ended else "")
        due = form.instant_text(each.deadlines.commit)
        raise NotNowError(what, found_, f"answers are sealed until {due}", "See: consilience ask --status")
    return each


def _is(status: Status) -> str:
    return {Status.COMMITTED: "is sealed", Status.OPENED: "is opened"}.get(status, f"is {status.value}")


def open_answer(node: Node, found: Standing, *, late: bool = False) -> Spoken | None:
    """Open our answer to the others, once the set is frozen with it in it; None when it is opened already.

    What is kept is checked against our own commitment before it leaves.

    Not before all that is frozen is here: who had sealed nothing definite could choose its answer by ours.

    Raises:
        NotNowError: nothing of ours is sealed, the set is not frozen or not here, the round is void, or it is too late.
        UnopenableError, HomeError: what is kept does not open it, or is lost.
    """
    each = _sealed_round(node, found)
    answer = each.of(node.partner)
    if answer.assessment is not None:  # counted, or late and shown
        return None
    _check_time(found, each, node.partner, late=late)
    secrets = Secrets(node.home)
    secret = secrets.get(found.id, each.number)
    what = f"our answer in round {each.number} of session {found.id[:12]}"
    if secret is None:
        step = "Restore it from a copy of this home; without it the answer stays sealed, and the record says so."
        raise HomeError(
            what, "nothing that opens it in this home", "the file that was written when it was sealed", step
        )
    try:
        opens = secret.commitment(node.partner) == answer.commitment
    except MalformedStatementError:
        opens = False
    if not opens:
        raise UnopenableError(what, "something else than what was sealed", "what opens our own commitment")
    content = Reveal(
        found.id, found.session.partners, each.number, each.frozen[0], secret.nonce.hex(), secret.assessment
    )
    spoken = say(node, content)
    secrets.drop(found.id, each.number)
    return spoken


def _sealed_round(node: Node, found: Standing) -> Round:
    """The newest round in which we sealed something."""
    sealed = [each for each in found.rounds if each.of(node.partner).commitment]
    if not sealed:
        raise NotNowError(f"session {found.id[:12]}", "nothing that we sealed", "an answer", "See: consilience assess")
    return sealed[-1]


def _check_time(found: Standing, each: Round, partner: PartnerId, *, late: bool) -> None:
    """Refuse to open too early, too late, or in a void round."""
    what = f"round {each.number} of session {found.id[:12]}"
    if found.stopped or each.ended is Ended.TWO_SETS:
        why = f"stopped by {found.convener}: {found.stopped}" if found.stopped else Ended.TWO_SETS.value
        raise NotNowError(what, why, "a round in which answers count", "What is sealed stays sealed.")
    if not each.frozen:
        due = form.instant_text(each.deadlines.commit)
        step = f"{found.convener} freezes the set once all have answered, or after {due}. Then: consilience sync"
        raise NotNowError(what, "no frozen set", "the set of all commitments, fixed by the convener", step)
    if each.awaited:
        step = f"Run: consilience sync. If it never comes, {found.convener} froze what nobody has shown."
        shown = ", ".join(digest[:16] for digest in each.awaited)
        raise NotNowError(
            what, f"a frozen set with {shown}, not here yet", "every answer in it, as it was sealed", step
        )
    if found.now > each.deadlines.reveal and not late:
        due = form.instant_text(each.deadlines.reveal)
        step = "It would be shown and not counted. To open it all the same: --late"
        raise NotNowError(what, f"answers were to be opened by {due}", "a reveal before that", step)
    if each.of(partner).status is Status.LATE:
        step = "It is excluded from this round. To open it all the same, for the others to see: --late"
        if not late:
            raise NotNowError(what, f"our answer is late: {each.of(partner).reason}", "one in the frozen set", step)
