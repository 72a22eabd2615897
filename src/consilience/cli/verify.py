"""`consilience verify`, `prove` and `rebuild`: what is proven, in words, and what is not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

UNSOUND = 4


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Proofs, one a line, as `prove` and `release --out` write them."),
    ] = None,
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Trust this public key, ed25519:…, and no roster.")
    ] = "",
    home: options.HomeFolder = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check a whole node, or a file of proofs, and say in words what is proven.

    Examples:
      consilience verify                                     every entry, hash, head and erasure of this node
      consilience verify proof.json                          against this node's roster
      consilience verify proof.json --key ed25519:3b6a27…    against one key, without a node

    The key is its owner's, as `init` and `partner list` print it. Exits with 4 when something does not verify.
    """
    from consilience.cli import proving

    report = proving.node_report(home, quiet=quiet) if file is None else proving.file_report(file, key, home)
    sys.stdout.write(report.json() if json else report.text())
    if not report.is_sound:
        raise typer.Exit(UNSOUND)


def prove(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="The id or the digest of a claim in the ledger.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="F", help="Write it there [default: stdout].")
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Write a proof that a claim was recorded, which anybody can verify offline.

    Example: consilience prove C17 --out proof.json

    The file holds the claim itself and the size of this node's ledger: give it only to those who may have both.
    What goes to a partner with `release --out` proves the same in that partner's own log.
    """
    from consilience.cli import proving
    from consilience.cli.writing import private

    data = proving.proof_of(claim, home)
    if out is None:
        sys.stdout.write(data.decode() + "\n")
        return
    with private(out) as write:
        write([data])
    sys.stdout.write(f"wrote {out}: check it with `consilience verify {out}`\n")


def rebuild(home: options.HomeFolder = None, json: options.Json = False) -> None:
    """Rebuild everything that is derived from the ledger, and prove that it is the same, byte for byte.

    Exits with 4 when it was not; the tables are then those of the rebuilding.
    """
    from consilience.cli import proving

    report = proving.rebuild_report(home)
    sys.stdout.write(report.json() if json else report.text())
    if not report.is_sound:
        raise typer.Exit(UNSOUND)


def checkpoint(
    add: Annotated[
        Path | None, typer.Option("--add", metavar="F", help="Keep the cosignatures below this checkpoint of ours.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option("--since", metavar="N", min=0, help="With the proof that it extends the head of size N."),
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Print the signed head of this node's ledger, for a witness to cosign.

    Examples:
      consilience checkpoint > head.txt
      consilience checkpoint --add head-cosigned.txt

    It tells how many entries the ledger has and nothing of what they say. With --since the lines of the proof
    come first, as C2SP's tlog-witness has them.
    """
    from consilience.cli import witnessing

    sys.stdout.write(witnessing.kept(add, home) if add else witnessing.head(since, home))


def witness(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A partner's checkpoint, as its `checkpoint` prints it.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="F", help="Write it there [default: stdout].")
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Cosign a partner's checkpoint, once it is shown to extend the last one seen.

    Example: consilience witness head.txt --out head-cosigned.txt

    Two heads that do not agree are refused and kept as evidence, which anybody can check. Exits with 4 then.
    """
    from consilience.cli import witnessing
    from consilience.cli.compare import write_text

    note = witnessing.cosigned(file, home)
    if out is None:
        sys.stdout.write(note)
    else:
        write_text(out, note)
