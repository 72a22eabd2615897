"""`consilience release`: what may go to a partner, what is withheld and why; and the sending of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

REFUSED = 3


def release(
    claims: Annotated[
        list[str] | None, typer.Argument(metavar="[CLAIM…]", help="Ids or digests of claims [default: all].")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="PARTNER", help="A partner, a group, or PUBLIC; with --public, a file: .md, .html, .pdf."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go and what would not; record nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="F", help="Write what goes, with its proofs, a line each, for you alone."),
    ] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Hand it to the partners' nodes at once, rather than wait until they ask.")
    ] = False,
    use: Annotated[str, typer.Option("--use", metavar="PURPOSE", help="For what: consents name it.")] = "read",
    withheld: Annotated[bool, typer.Option("--withheld/--no-withheld", help="List what is withheld and why.")] = True,
    public: Annotated[
        bool, typer.Option("--public", help="Say what may be said to everybody: a statement, in Markdown, HTML or PDF.")
    ] = False,
    as_of: options.AsOf = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FOLDER", help="With --public: of a scenario, not of the node.")
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option("--trace", metavar="F", help="With --public: the grounds of every sentence, for you alone."),
    ] = None,
    home: options.HomeFolder = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Release claims to a partner: each whole, in part, or withheld, by rules that are named (docs/release.md).

    Examples:
      consilience release --to GBR --dry-run
      consilience release --to GBR --out for-gbr.json
      consilience release --to GBR --push
      consilience release C17 C18 --to FVEY --dry-run
      consilience release --public --as-of 2021-11-23 --to said.pdf --to said.html

    Named to several, an object goes only if each of them may have it. Every decision is recorded, refusals too;
    what a partner had before does not go again. Exits with 3 when claims were named and one of them is withheld.
    """
    from consilience.cli import publishing, pushing, releasing
    from consilience.cli.reading import note
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if public:
        if out is not None or push or json:
            raise UsageError("release --public", "--out, --push or --json", "--to FILE.md, FILE.html or FILE.pdf")
        asked_for = publishing.Asked(
            claims or [], [Path(name) for name in to or []], as_of, record, home, trace, dry_run
        )
        sys.stdout.write(publishing.told(asked_for, lambda said: note(said, quiet=quiet)))
        return
    if as_of or record or trace:
        raise UsageError("release", "--as-of, --record or --trace without --public", "--public", "Say: --public")
    if not to:
        raise UsageError("release", "no --to", "a partner, a group, or PUBLIC", "Say: --to GBR")
    if (out is not None or push) and dry_run:
        found = f"--{'push' if push else 'out'} with --dry-run"
        raise UsageError("release", found, "one of them", "A dry run records and writes nothing.")
    with open_node(homes.find(home)) as node:
        audience = node.audience([code for word in to for code in word.replace(",", " ").split()], use)
        asked = releasing.named(node, claims or [])
        if out is not None and len(audience.partners) > 1:
            raise UsageError("--out", f"{len(audience.partners)} partners", "one: each has a log of its own")
        decision = node.decision(audience, asked)
        sent = None if dry_run else releasing.released(node, decision, out)
        pushed = pushing.pushed(node, sent) if push and sent else []
        report = releasing.Report(decision, sent)
    sys.stdout.write(report.json() if json else report.text(withheld=withheld and not quiet))
    for said in pushed:
        note(said, quiet=quiet)
    if asked and decision.withheld:
        raise typer.Exit(REFUSED)


def disclosures(
    to: Annotated[str, typer.Option("--to", metavar="PARTNER", help="The partner.")] = "",
    home: options.HomeFolder = None,
    json: options.Json = False,
) -> None:
    """List what one partner has had of this node, when, and whether it still stands.

    Example: consilience disclosures --to GBR

    Of what was withdrawn here it says whether the partner was told.
    """
    from consilience.cli import disclosing
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if not to:
        raise UsageError("disclosures", "no --to", "a partner", "Say: --to GBR")
    with open_node(homes.find(home)) as node:
        partners = node.audience([to]).partners
        if len(partners) > 1:
            each = " or ".join(f"--to {partner}" for partner in partners[:3])
            raise UsageError(
                f"--to {to}", f"{len(partners)} partners", "one: each has a log of its own", f"Say: {each}"
            )
        rows = disclosing.had(node, partners[0])
    sys.stdout.write((disclosing.had_json if json else disclosing.had_text)(partners[0], rows))
