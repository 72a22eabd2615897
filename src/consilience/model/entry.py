"""Entry: what one signed entry of a ledger says. Each kind is a noun of its own, parsed once, at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consilience.model.adjudication import Bounds, Ruling
from consilience.model.decision import Answer
from consilience.model.identity import ClaimId, PartnerId
from consilience.model.marking import Label
from consilience.model.measure import MeasureState
from consilience.model.notice import NoticeEntry
from consilience.model.roster import Roster
from consilience.model.round import RoundEntry


@dataclass(frozen=True, slots=True)
class Portion:
    """Some cells of a claim that are marked apart from the rest."""

    columns: tuple[str, ...]
    label: Label
    marking: str = ""


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """A claim as the cells of its native row (no empty ones, in order of column), and who may have it.

    `base` is the label of the cells that no portion names. The partner in the cells asserts it; the entry's
    issuer recorded it: a node may keep what another said.
    """

    cells: tuple[tuple[str, str], ...]
    base: Label
    portions: tuple[Portion, ...] = ()

    @property
    def label(self) -> Label:
        """The label of the whole: the join of its portions."""
        found = self.base
        for portion in self.portions:
            found = found.join(portion.label)
        return found

    def cell(self, column: str) -> str:
        """One cell, empty when absent."""
        return next((text for name, text in self.cells if name == column), "")


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A version of the roster."""

    roster: Roster


@dataclass(frozen=True, slots=True)
class Consent:
    """An originator's leave to release one object to one partner for one use, until a time. Not transitive.

    `object` is the SHA-256 of the object's canonical payload, 64 hexadecimal digits.
    """

    object: str
    recipient: PartnerId
    use: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Retraction:
    """A later word that an earlier object no longer stands. The object stays, and is shown as withdrawn."""

    object: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What was in an entry is destroyed: its hash stays in the tree, its content may not be posted again."""

    log: str
    index: int
    leaf: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remarking:
    """A label raised: from now on the object's label is its own joined with this one. It never lowers."""

    object: str
    label: Label
    marking: str
    reason: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """Which object a tearline was made from. Held by its originator alone."""

    object: str
    derived_from: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on one object for one audience: given whole, given in part, or withheld, by which rules."""

    object: str
    outcome: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """The audit of one release: to whom, for what use, and each decision. `given` names what went, by digest."""

    recipient: PartnerId
    use: str
    decisions: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one partner put into a comparison: how many objects, and SHA-256 over the canonical list of their digests."""

    partner: PartnerId
    objects: int
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A partner's word that it compared what all of some partners were given, and drew this picture from it.

    `partners` stand in order of code, the issuer among them, and so do their `shares`. `as_of` is the time up to which
    reports count (ISO 8601), empty for all of them. `inputs` is SHA-256 over the canonical list of the digests of all
    `objects`; `settings` is SHA-256 of the settings; `picture` is the digest of the picture, `sha256:` and 64 digits.
    """

    partners: tuple[PartnerId, ...]
    as_of: str
    objects: int
    inputs: str
    settings: str
    picture: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class SharePlaces:
    """Where the objects of a share (by its digest) stand in one of the node's logs. Held by the node alone.

    Runs of entries as (first index, how many), ascending. Places and no digests: what is erased cannot be guessed
    from them.
    """

    share: str
    log: str
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """What an analyst of the node decided of two objects, the smaller digest first. Held by the node alone.

    `by` names the analyst, empty for the node's own partner. The last one on a pair holds.
    """

    objects: tuple[str, str]
    answer: Answer
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A public statement that left the node, as Markdown: by when it was known (a date), and the picture that it is drawn from."""

    known_by: str
    picture: str
    text: str


@dataclass(frozen=True, slots=True)
class AdjudicationEntry:
    """What an analyst of the node ruled of one object: whether it was so, and what its figure was. Held by the node alone.

    `by` names the analyst, empty for the node's own partner. The last one on an object holds.
    """

    object: str
    ruling: Ruling
    bounds: Bounds | None
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """What people of the node say of a measure: how far an owner has come with it, and why. Held by the node alone.

    `by` names who says it, empty for the node's own partner. `claims` are claims that it rests on. The last one of an owner holds.
    """

    measure: str
    state: MeasureState
    owner: str
    reason: str
    by: str = ""
    claims: tuple[str, ...] = ()


ObjectEntry = ClaimEntry | RosterEntry | Consent | Retraction | Tombstone | Remarking | Derivation | ReleaseRecord
"""A claim, what is said of one, or who may have what."""

ComparisonEntry = Compared | SharePlaces | DecisionEntry | AdjudicationEntry
"""A comparison, where a share of one stands, or what an analyst said of what is compared."""

Content = ObjectEntry | ComparisonEntry | RoundEntry | NoticeEntry | Published | MeasureEntry


@dataclass(frozen=True, slots=True)
class Statement:
    """What an envelope's payload says: who issued it, when, and what."""

    issuer: PartnerId
    issued_at: datetime
    content: Content

    @property
    def claim_id(self) -> ClaimId | None:
        """The id of the claim it holds, if it holds one."""
        return ClaimId(self.content.cell("claim_id")) if isinstance(self.content, ClaimEntry) else None
