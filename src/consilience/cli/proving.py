"""Proving: audits, proof files and rebuildings as words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consilience.cli.keys import read_key
from consilience.cli.reading import note
from consilience.cli.terminal import block, many
from consilience.errors import UsageError
from consilience.ledger import proof
from consilience.ledger.errors import LedgerError
from consilience.ledger.proof import MOST_BYTES, Proven
from consilience.model.entry import ClaimEntry
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.roster import Member, Roster
from consilience.node import amend, prove
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.release.policy import PUBLIC
from consilience.trust.canonical import parse
from consilience.trust.errors import TrustError
from consilience.trust.roster import listed
from consilience.trust.statement import reread

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
_SHOWN = 20  # failures that the terminal lists


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, sentence by sentence, and what is wrong, each with its name."""

    schema: str
    findings: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    sound: str
    unsound: str

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def text(self) -> str:
        """For the terminal: what was found, what is wrong, and the conclusion last."""
        lines = [*self.findings, *(f"{name}: {said}" for name, said in self.problems[:_SHOWN])]
        if len(self.problems) > _SHOWN:
            lines.append(f"… and {len(self.problems) - _SHOWN} more: --json lists them all")
        return block([*lines, *(self.sound if self.is_sound else self.unsound).splitlines()])

    def json(self) -> str:
        """One document."""
        problems = [{"name": name, "found": said} for name, said in self.problems]
        document = {
            "schema": self.schema,
            "sound": self.is_sound,
            "findings": list(self.findings),
            "problems": problems,
        }
        return canonical_json(document) + "\n"


def node_report(home: Path | None, *, quiet: bool) -> Report:
    """A whole node, from the bytes up."""
    with open_node(homes.find(home), unchecked=True) as node:
        note(f"checking {many(node.ledger.size(), 'entry', 'entries')} …", quiet=quiet)
        found = prove.audit(node)
        incidents = node.ledger.incidents()
    problems = [(problem.name, f"log {problem.log}: {problem.sentence}") for problem in found.problems]
    findings = list(found.findings)
    if incidents:
        findings.append(f"Evidence against others is kept: {many(len(incidents), 'incident')}.")
    return Report(
        "consilience.verification/1", tuple(findings), tuple(problems),
        "Proven: every entry is as its issuer signed it, in the place where it was recorded; nothing that was signed is "
        "missing, and the heads kept beside the database are part of this history.\n"
        "Not proven: that what is said is true, or that nobody was shown another history. For that, have a witness cosign.",
        "This node does not verify. Stop releasing from it, keep the database as it is, and restore a copy that verifies.",
    )  # fmt: skip


def file_report(file: Path, key: str, home: Path | None) -> Report:
    """A file of proofs, one a line, against one key or the roster of a node.

    Raises:
        UsageError: when the file cannot be read or the key is none.
    """
    public = read_key(key) if key else b""
    roster = None if public else roster_of(home)
    findings: list[str] = []
    problems: list[tuple[str, str]] = []
    for number, line in enumerate(lines(file), start=1):
        try:
            proven = proof.check(line, roster or _only(line, public))
        except (TrustError, LedgerError) as error:
            problems.append((type(error).__name__.removesuffix("Error"), f"line {number}: {error.message}"))
            continue
        findings.extend(_said(proven))
    if not findings and not problems:
        problems.append(("Empty", f"{file} holds no proof"))
    return Report(
        "consilience.verification/1", tuple(findings), tuple(problems),
        "Proven: who said it, and that the log holds it. Not proven: that it is true.",
        "Not everything here verifies. Do not rely on what is named above.",
    )  # fmt: skip


def rebuild_report(home: Path | None) -> Report:
    """What is derived, rebuilt from the ledger alone."""
    with open_node(homes.find(home), unchecked=True) as node:
        done = prove.rebuild(node)
    findings = (
        f"Rebuilt from {many(done.entries, 'entry', 'entries')} of the ledger:",
        f"  index    {done.index_after}",
        f"  picture  {done.picture_after}",
    )
    problems = [
        ("Differs", f"the {name} in use was {before}")
        for name, before, after in (
            ("index", done.index_before, done.index_after), ("picture", done.picture_before, done.picture_after),
        )
        if before != after
    ]  # fmt: skip
    return Report(
        "consilience.rebuilding/1", findings, tuple(problems),
        "The same, byte for byte, as what was in use.",
        "What was in use differed. It is replaced by what the ledger says.",
    )  # fmt: skip


def proof_of(claim: str, home: Path | None) -> bytes:
    """The proof file of a claim in the main log."""
    with open_node(homes.find(home)) as node:
        return proof.make(node.ledger, amend.one(node, claim).seq)


def _said(proven: Proven) -> Iterator[str]:
    """What one proof proves."""
    content = proven.statement.content
    if isinstance(content, ClaimEntry):
        yield f"Claim {content.cell('claim_id')} of {content.cell('partner')}:"
    yield from (f"  {sentence}" for sentence in proven.words)


def lines(file: Path) -> Iterator[bytes]:
    """The lines of a file that are not empty, none read beyond what a proof may have."""
    try:
        with file.open("rb") as data:
            while line := data.readline(MOST_BYTES + 1):
                if line.strip():
                    yield line.strip()
    except OSError as error:
        raise UsageError(str(file), error.strerror or str(error), "a file of proofs") from error


def roster_of(home: Path | None) -> Roster:
    """The roster of a node, to check a file against.

    Raises:
        UsageError: when there is no node.
    """
    try:
        found = homes.find(home)
    except homes.HomeError as error:
        raise UsageError(
            "verify", "neither --key nor a node", "a key to trust", "Say: --key ed25519:…, or --home FOLDER"
        ) from error
    with open_node(found) as node:
        return node.roster


def _only(line: bytes, public: bytes) -> Roster:
    """A roster of one key, under the name that the proof gives its issuer: the key is what is trusted."""
    code = PartnerId(_issuer(line) or PUBLIC)
    member = Member(code, code, (listed(public, _ALWAYS),))
    return Roster(1, _ALWAYS, frozenset({code}), 1, (member,))


def _issuer(line: bytes) -> str:
    """The issuer that a proof names, unchecked; empty when it names none."""
    try:
        envelope = parse(line, "proof", MOST_BYTES)
        return reread(str(envelope["envelope"]).encode()).issuer if isinstance(envelope, dict) else ""
    except (TrustError, KeyError):
        return ""
