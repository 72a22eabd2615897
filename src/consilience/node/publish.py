"""Publish: a public statement of a record that anybody may have, or of what a node may tell everybody; and its record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consilience.desk import AsOf, Desk, moment
from consilience.intake.indicator import has_indicators, read_watch
from consilience.ledger.entry import MAIN, Batch
from consilience.model.claim import Claim
from consilience.model.entry import Published
from consilience.model.identity import PartnerId
from consilience.model.indicator import Watch
from consilience.model.roster import Roster
from consilience.node.giving import log_of
from consilience.node.node import Node, Sent, seen
from consilience.node.watching import has_watch, watch_of
from consilience.release.decision import Audience, Decision
from consilience.release.marking import read_marking, read_portions
from consilience.release.policy import PUBLIC, Context, Question, Refusal, refusals
from consilience.release.public.compose import Known
from consilience.release.public.markdown import markdown
from consilience.release.public.sentence import PublicStatement
from consilience.release.public.statement import RefusedError, statement
from consilience.release.public.wording import Names
from consilience.settings import Settings

_NAMED = 5  # claims that a refusal names; more are counted
_EVERYBODY = Audience((PUBLIC,), "publish")
_STRANGERS = Roster(1, datetime(2000, 1, 1, tzinfo=UTC), frozenset(), 1, (), (), ())
_NOBODY = PartnerId("-")


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that may go, with the decision that it was made under, and the picture it was drawn from, by digest."""

    statement: PublicStatement
    decision: Decision
    picture: str


def of_record(desk: Desk, as_of: AsOf, now: datetime) -> PublicStatement:
    """The public statement of a published record, of which anybody may have every row.

    Raises:
        RefusedError: a row that not everybody may have. A record has no door that would take it out: a node has one.
    """
    told = desk.holdings.scenario
    cut = moment(as_of or (told.default_as_of if told else "") or None)
    closed = [(str(claim.id), why) for claim in desk.holdings.claims if (why := _closed(claim, now))]
    if closed:
        raise _refused(closed, "Record it in a node: what leaves that is computed without what stays.")
    return statement(known(desk, cut, watch_of_record(desk)))


def draft(
    node: Node, as_of: AsOf = None, asked: frozenset[str] = frozenset(), settings: Settings | None = None
) -> Draft:
    """The statement of a node: from the cells that everybody may have, of all claims or of those that are named.

    1. Permit and decide, for the audience PUBLIC and the use `publish`, which consents name.
    2. Refuse, where claims were named and not all of each may go.
    3. Read anew from the cells that are left, compare those, and say what they carry.

    Raises:
        RefusedError: a claim that was named is withheld, in whole or in part; or nothing may be told.
    """
    decision = node.decision(_EVERYBODY, asked)
    if asked:
        kept = [(item.held.name, item.refusals) for item in decision.withheld]
        cut = [(item.held.name, item.cut) for item in decision.given if not item.is_whole and item.cut]
        if kept or cut:
            raise _refused(kept + cut, "Leave it out, or tell its substance as a tearline: consilience tearline.")
    desk, known_by = seen(decision, node.places, settings or Settings()), moment(as_of)
    if known_by and desk.reported_days and known_by.at.date() >= desk.reported_days[-1]:
        known_by = (
            None  # a day on which only we heard something is not told: it is then known by the last public report
        )
    watch = watch_of(node) if has_watch(node) else None
    found = known(desk, known_by, watch if watch and _is_public(watch) else None)
    return Draft(statement(found), decision, found.picture.digest)


def publish(node: Node, made: Draft) -> Sent:
    """Record a statement: every decision, the claims that carry it in the public's own log, and the text in both logs.

    To record the same again adds nothing.

    Raises:
        GrownError: when something was recorded since it was drafted.
    """
    carried = {name.partition("~")[0] for name in made.statement.claims}
    chosen = (given.held for given in made.decision.given if _carries(given.held.name, carried))
    sent = node.release(made.decision.only(frozenset(held.digest for held in chosen)))
    text = markdown(made.statement)
    log = log_of(PUBLIC)
    for entry in node.ledger.entries(log, kinds=frozenset({"published"})):
        said = node.reopen(entry.envelope).statement.content if entry.envelope else None
        if isinstance(said, Published) and said.text == text:
            return sent
    sealed = node.seal(Published(made.statement.known_by.isoformat(), made.picture, text))
    node.append(Batch(MAIN, (sealed,)), Batch(log, (sealed,)))
    return sent


def known(desk: Desk, as_of: AsOf = None, watch: Watch | None = None) -> Known:
    """What a statement is made from, of a desk on which nothing lies but what everybody may have, and by public indicators."""
    told = desk.holdings.scenario
    subject = told.title if told else ""
    dossier = desk.dossier(watch) if watch else None
    return Known(desk.picture(as_of), desk.geography, Names.of(told), desk.inquiries(as_of), subject, dossier)


def watch_of_record(desk: Desk) -> Watch | None:
    """The indicators of a published record, which are published with it, unless a marking keeps them."""
    told = desk.holdings.scenario
    watch = read_watch(told.folder) if told and has_indicators(told.folder) else None
    return watch if watch and (not watch.marking or _is_public(watch)) else None


def _is_public(watch: Watch) -> bool:
    """Whether the marking of indicators lets everybody have them. Unmarked stays with who watches."""
    label = read_marking(watch.marking, _NOBODY, _STRANGERS).label
    return not refusals(label, Question(PUBLIC, "", _EVERYBODY.use), Context(_STRANGERS, _STRANGERS.issued_at))


def _closed(claim: Claim, now: datetime) -> tuple[Refusal, ...]:
    """Why not everybody may have all of a row of a record; empty when everybody may."""
    label = read_marking(claim.marking.text, claim.partner, _STRANGERS).label
    for part in read_portions(dict(claim.extras).get("portions", ""), claim.partner, _STRANGERS)[0]:
        label = label.join(part.label)
    return refusals(label, Question(PUBLIC, claim.digest, _EVERYBODY.use), Context(_STRANGERS, now))


def _refused(closed: Sequence[tuple[str, Sequence[Refusal]]], next_step: str) -> RefusedError:
    """For our own people: what stands against which claim."""
    named = "; ".join(f"{name} ({'; '.join(map(str, why))})" for name, why in closed[:_NAMED])
    more = f"; and {len(closed) - _NAMED:,} more" if len(closed) > _NAMED else ""
    return RefusedError(
        "public statement", f"what not everybody may have: {named}{more}", "claims that anybody may have", next_step
    )


def _carries(name: str, carried: Collection[str]) -> bool:
    """Whether a claim of this id is among ids of which some have their issuer in front."""
    return name in carried or any(each.endswith(f"/{name}") for each in carried)
