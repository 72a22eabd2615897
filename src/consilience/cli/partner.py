"""`consilience partner`: who is on the roster, with which keys, clearances and groups."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options
from consilience.model.roster import Roster

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="See and change the roster: partners, keys, groups."
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The partner's code: GBR.")]


@app.command("list")
def list_partners(home: options.HomeFolder = None, json: options.Json = False) -> None:
    """Print the roster: partners with their keys, clearances and groups."""
    from consilience.cli.rosters import roster_text
    from consilience.model.identity import canonical_json
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.trust.wire import roster_json

    with open_node(homes.find(home)) as node:
        roster = node.roster
    sys.stdout.write(canonical_json(roster_json(roster)) + "\n" if json else roster_text(roster))


@app.command("add")
def add(
    code: Code,
    name: Annotated[str, typer.Option("--name", help="The partner's name in full.")] = "",
    clearance: Annotated[
        list[str] | None,
        typer.Option("--clearance", metavar="[POLICY] LEVEL", help="The highest level it may have: SECRET."),
    ] = None,
    accredit: Annotated[
        list[str] | None, typer.Option("--accredit", metavar="CONTROL", help="A control it is accredited for: HUMINT.")
    ] = None,
    reach: Annotated[
        str, typer.Option("--reach", metavar="TLP", help="The widest circle it stands for: RED, AMBER+STRICT, GREEN.")
    ] = "",
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Its public key, as its own `init` or `partner list` prints it.")
    ] = "",
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", metavar="HEX", help="The key's fingerprint as its owner read it to you.")
    ] = "",
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="Where its node answers: https://gbr.example:8443. - forgets it."),
    ] = "",
    home: options.HomeFolder = None,
) -> None:
    """Add a partner to the roster, or change what the roster says of it.

    Examples:
      consilience partner add GBR --name "United Kingdom" --clearance SECRET
      consilience partner add GBR --key ed25519:3b6a27… --fingerprint 5f…
      consilience partner add GBR --url https://gbr.example:8443

    What is not named stays as it is. Markings that were resolved before gain nothing by it. Exits with 4 when the key
    has another fingerprint.
    """
    from consilience.cli.rosters import Wanted, key_is_new, with_its_key, with_partner
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.node.peers import checked

    wanted = Wanted(code, name, clearance, accredit, reach)
    changes = [lambda roster, now: with_partner(roster, wanted, now)]
    if fingerprint and not key:
        raise UsageError("--fingerprint", "no --key", "the key whose fingerprint it is")
    found = homes.find(home)
    with open_node(found) as node:
        roster = node.roster
    if key:
        public = _key_of(found.partner, code, key, fingerprint)
        if key_is_new(roster, code, public):
            changes.append(lambda roster, now: with_its_key(roster, code, public, now))
    address = checked(url) if url not in ("", "-") else ""
    says_more = bool(name or key or reach) or clearance is not None or accredit is not None
    if url and not says_more and roster.member(code) is None:
        known = ", ".join(member.code for member in roster.members)
        next_step = f"Say its key, too: consilience partner add {code} --key KEY --url {url}"
        raise UsageError(f"partner {code}", "not on the roster", f"one of {known}", next_step)
    if says_more or not url:
        _change(home, *changes)
    if url:
        sys.stdout.write(_placed(home, code, address))


def _key_of(us: str, code: str, key: str, fingerprint: str) -> bytes:
    """A partner's public key, once its fingerprint is the one that was heard; never one in the place of our own."""
    from consilience.cli.keys import check_fingerprint, read_key
    from consilience.errors import UsageError

    public = read_key(key)
    if fingerprint:
        check_fingerprint(public, fingerprint)
    if code == us:
        next_step = "Our own key: partner rotate"
        raise UsageError(f"partner {code}", "this node itself, with --key", "another partner", next_step)
    return public


def _placed(home: Path | None, code: str, address: str) -> str:
    """Note where a partner's node is, or forget it where the address is empty; and the sentence that says so."""
    from consilience.model.identity import PartnerId
    from consilience.node import home as homes
    from consilience.node.peers import Peers

    peers = Peers(homes.find(home))
    if address:
        peers.place(PartnerId(code), address)
        return f"the node of {code} is at {address}\n"
    peers.remove(code)
    return f"no address of a node of {code}\n"


@app.command("group")
def group(
    code: Annotated[str, typer.Argument(metavar="GROUP", help="The group's code: FVEY.")],
    members: Annotated[list[str], typer.Argument(metavar="CODE…", help="Its members, each on the roster.")],
    home: options.HomeFolder = None,
) -> None:
    """Define a group that markings may name: REL TO FVEY. Later joiners gain nothing of what was marked before.

    Example: consilience partner group TRIO UKR GBR USA
    """
    from consilience.cli.rosters import with_members

    _change(home, lambda roster, now: with_members(roster, code, members, now))


@app.command("policy")
def policy(
    code: Annotated[str, typer.Argument(metavar="POLICY", help="The scheme's code: NATO.")],
    levels: Annotated[list[str], typer.Argument(metavar="LEVEL…", help="Its levels, from the lowest to the highest.")],
    home: options.HomeFolder = None,
) -> None:
    """Define a classification scheme, so that markings may say NATO SECRET.

    Example: consilience partner policy NATO UNCLASSIFIED RESTRICTED CONFIDENTIAL SECRET
    """
    from consilience.cli.rosters import with_levels

    _change(home, lambda roster, now: with_levels(roster, code, levels, now))


@app.command("rotate")
def rotate(home: options.HomeFolder = None) -> None:
    """Make a new key for this node. The old one signs the change, and nothing after it.

    Do it on a schedule, and at once when somebody else may have read the old key. Your partners need the new one:
    they add it as they added the first, with `partner add`.
    """
    from consilience.cli.keys import key_text
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        fingerprint = node.rotate()
        public = key_text(node.signer.public)
    sys.stdout.write(f"{node.partner} signs with another key from now on\n")
    sys.stdout.write(f"public key   {public}\nfingerprint  {fingerprint}\n")


@app.command("revoke")
def revoke(code: Code, home: options.HomeFolder = None) -> None:
    """End all keys and tokens of a partner: from the next request on it is nobody here.

    Example: consilience partner revoke GBR

    What it had it has; what it signed before still counts. An ended key never comes back: the partner makes a new one
    with `partner rotate`, and you let it in with: partner add GBR --key KEY
    """
    from consilience.cli.rosters import partner_of
    from consilience.model.identity import PartnerId
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.node.tokens import Tokens
    from consilience.trust.roster import with_keys_closed

    found = homes.find(home)
    with open_node(found) as node:
        partner_of(node, code)
        node.adopt(lambda roster, now: with_keys_closed(roster, PartnerId(code), now))
    Tokens(found).revoke(code)
    sys.stdout.write(f"no key and no token of {code} counts any longer\n")


@app.command("token")
def token(
    code: Code,
    alone: Annotated[
        bool, typer.Option("--alone", help="It suffices without a certificate, for clients that can show none.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="End the partner's token instead.")] = False,
    home: options.HomeFolder = None,
) -> None:
    """Issue a token with which a partner's ordinary TAXII client (OpenCTI, MISP, Sentinel) is let in.

    Examples:
      consilience partner token GBR             beside its certificate, as a second factor
      consilience partner token GBR --alone     for clients that can show no certificate

    It is shown once. Clients send it as Bearer, or as Basic with the partner's code as the user.
    """
    from consilience.cli.rosters import partner_of
    from consilience.model.identity import PartnerId
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.node.tokens import Tokens

    found = homes.find(home)
    tokens = Tokens(found)
    if end:
        ended = tokens.revoke(code)
        sys.stdout.write(f"the token of {code} is ended\n" if ended else f"{code} has no token\n")
        return
    with open_node(found) as node:
        partner_of(node, code)
        text = tokens.issue(PartnerId(code), node.clock(), alone=alone)
    sys.stdout.write(text + "\n")


@app.command("anchor")
def anchor(home: options.HomeFolder = None) -> None:
    """Print this node's trust anchor in PEM, by which ordinary TAXII clients know that they talk to this node.

    Example: consilience partner anchor > ukr.pem

    Give it to partners with their token: `verify="ukr.pem"` for taxii2-client, `--ca ukr.pem` for `taxii pull` and curl.
    It is the same until `partner rotate`. Partners' nodes do not need it: they have the key.
    """
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.trust.certificate import authority

    with open_node(homes.find(home)) as node:
        sys.stdout.write(authority(node.signer).decode())


def _change(home: Path | None, *changes: Callable[[Roster, datetime], Roster]) -> None:
    """Sign and record the next version of the roster, and say what it is."""
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        tried = node.roster
        for change in changes:  # all of them first: of a change that cannot be made whole, nothing is recorded
            tried = change(tried, node.clock())
        roster = node.adopt(*changes)
    sys.stdout.write(f"roster version {roster.version}: {len(roster.members)} partners, {len(roster.groups)} groups\n")
