"""Picturing: common pictures drawn, signed and verified for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from consilience.cli.keys import read_key
from consilience.cli.proving import Report, roster_of
from consilience.desk import moment
from consilience.errors import UsageError
from consilience.exchange.call import RefusedError, UnreachableError
from consilience.ledger.errors import LedgerError
from consilience.model.identity import PartnerId
from consilience.model.roster import Member, Roster
from consilience.node import home as homes
from consilience.node import offer as offers
from consilience.node.agree import agree
from consilience.node.common import Common, common, recall, sign
from consilience.node.concord import MOST_BYTES, CommonPictureError, Concord, check, sets, standing, tally
from consilience.node.connect import connected
from consilience.node.node import Node, open_node
from consilience.trust.errors import TrustError
from consilience.trust.roster import listed
from consilience.trust.verify import Verified

NOT_ALL, UNSOUND = 1, 4
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
_SOUND = (
    "Proven: each of these partners signed this picture over these objects. Not proven: that what they hold is true, "
    "or that any of them offered all that it told the others."
)
_PROVES_NOTHING = (
    "This file proves nothing: ask for it again, or name the partners' keys, --key CODE=ed25519:… for each."
)
_UNSOUND = "This is not one picture that all of them signed. What is the same, and what is not, is said above."


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a common picture, and the code to exit with."""

    report: Report
    code: int


def partners(node: Node, with_: str) -> frozenset[PartnerId]:
    """The set that is meant: ourselves with the partners named, or the set we signed for last.

    Raises:
        UsageError: when nobody is named and nothing was signed.
    """
    named = frozenset(PartnerId(code) for code in with_.replace(",", " ").split())
    if named:
        return named | {node.partner}
    before = sets(node)
    if not before:
        raise UsageError("--with", "nobody, and no picture signed before", "partners", "Say: --with GBR,USA")
    return before[0]


def signed(
    node: Node, wanted: frozenset[PartnerId], files: Sequence[Path], as_of: str | None
) -> tuple[Verified, Concord]:
    """Our signature on the common picture, from the files of the others' offers; and who signed what now.

    Raises:
        UsageError: a file that cannot be read, an offer that is absent, or two of one partner.
        TrustError, MissingObjectsError: see `node.offer.read` and `node.common.common`.
    """
    told: dict[PartnerId, tuple[str, ...]] = {}
    for file in files:
        issuer, digests = offers.read(_bytes(file, offers.MOST_BYTES).strip(), wanted)
        if issuer in told:
            raise UsageError(str(file), f"a second offer of {issuer}", "one of each partner")
        told[issuer] = digests
    told.pop(node.partner, None)  # ours is read from our own logs
    found = common(node, wanted, told, as_of)
    made = sign(node, found)
    return made, replace(standing(node, wanted), tally=tally(found))


def agreed(node: Node, wanted: frozenset[PartnerId], as_of: str | None) -> tuple[list[str], bool]:
    """Compare with the partners' nodes; what came of it in lines, and whether all of them signed the same.

    Raises:
        MissingObjectsError, UsageError: see `node.agree.agree`.
    """
    cut = moment(as_of)
    try:
        done = agree(node, wanted, connected, cut)
    except (UnreachableError, RefusedError) as error:
        return [
            f"This node is ready: from now on it compares within {', '.join(sorted(wanted))}.",
            error.message,
        ], False
    concord = replace(standing(node, wanted), tally=tally(done.common))
    lines = [*concord.words, *(f"does not verify: {each}" for each in done.refused)]
    lines += [f"{code} was not told: {said}" for code, said in done.unreached.items()]
    return lines, concord.agreed


def drawn(node: Node, with_: str) -> tuple[Common, Concord]:
    """The common picture that we signed last, drawn again, and who signed it.

    Raises:
        UsageError: when we signed none.
    """
    wanted = partners(node, with_)
    concord = standing(node, wanted)
    if concord.said is None or node.partner not in concord.signed:
        next_step = "Exchange offers, and say: consilience picture sign --with GBR,USA gbr-offer.json usa-offer.json"
        raise UsageError(
            "picture", f"none that {node.partner} signed for {', '.join(sorted(wanted))}", "one", next_step
        )
    found = recall(node, concord.said)
    return found, replace(concord, tally=tally(found))


def node_judged(home: Path | None, with_: str) -> Judged:
    """The common picture that this node signed last, drawn again from its ledger and held against what all signed."""
    with open_node(homes.find(home)) as node:
        found, concord = drawn(node, with_)
    again = found.content == concord.said
    said = f"Drawn here again, from this node's ledger: {'the same' if again else found.picture.digest}."
    problems = () if again else (("Differs", f"signed here was {concord.said.picture if concord.said else 'nothing'}"),)
    return _judged(concord, (said,), problems)


def file_judged(file: Path, keys: Sequence[str], home: Path | None) -> Judged:
    """A file of a common picture, checked offline against keys, or the roster of a node."""
    roster = _of_keys(keys) if keys else roster_of(home)
    try:
        concord = check(_bytes(file, MOST_BYTES).strip(), roster)
    except (TrustError, LedgerError, CommonPictureError) as error:
        problem = (type(error).__name__.removesuffix("Error"), f"{file.name}: {error.message}")
        return Judged(Report("consilience.verification/1", (), (problem,), _SOUND, _PROVES_NOTHING), UNSOUND)
    return _judged(concord, (), ())


def _judged(concord: Concord, more: tuple[str, ...], problems: tuple[tuple[str, str], ...]) -> Judged:
    """A concord as a report: 0 when all signed the same, 4 when somebody reckoned otherwise, 1 when some are missing."""
    other = [code for code in concord.partners if code not in (*concord.same, *concord.differing, *concord.unsigned)]
    found = [
        *problems,
        *(("OtherPicture", f"{code} signed another picture of the same objects") for code in concord.differing),
        *(("OtherInputs", f"{code} signed for other objects, another time or other settings") for code in other),
        *(("NotSigned", f"{code} has not signed") for code in concord.unsigned),
    ]
    code = UNSOUND if problems or concord.differing else NOT_ALL if found else 0
    return Judged(_report((*concord.words, *more), tuple(found)), code)


def _report(findings: tuple[str, ...], problems: tuple[tuple[str, str], ...]) -> Report:
    return Report("consilience.verification/1", findings, problems, _SOUND, _UNSOUND)


def _bytes(file: Path, most: int) -> bytes:
    """The bytes of a file, one more than the bound at most."""
    try:
        with file.open("rb") as data:
            return data.read(most + 2)
    except OSError as error:
        raise UsageError(str(file), error.strerror or str(error), "a file that can be read") from error


def _of_keys(texts: Sequence[str]) -> Roster:
    """A roster of the keys that are trusted, each said as `CODE=ed25519:…`."""
    held: dict[PartnerId, list[bytes]] = {}
    for text in texts:
        code, equals, key = text.partition("=")
        if not equals or not code:
            raise UsageError("--key", "a key without its partner", "CODE=ed25519:…, one for each partner")
        held.setdefault(PartnerId(code), []).append(read_key(key))
    made = tuple(
        Member(code, code, tuple(listed(public, _ALWAYS) for public in dict.fromkeys(held[code])))
        for code in sorted(held)
    )
    return Roster(1, _ALWAYS, frozenset(held), 1, made)
