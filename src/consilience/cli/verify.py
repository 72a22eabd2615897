"""`consilience verify`, `prove` and `rebuild`: what is proven, in words, and what is not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

UNSOUND = 4
_PICTURE = "picture"  # in the place of a file's name


def verify(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="Proofs, one a line, as `prove` and `release --out` write them; or the word picture, see below.",
        ),
    ] = None,
    picture_file: Annotated[
        Path | None,
        typer.Argument(metavar="[PICTURE]", help="After the word picture: a file that `picture show --out` wrote."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help="Trust this public key, ed25519:…, and no roster; for a picture CODE=ed25519:…, once for each partner.",
        ),
    ] = None,
    with_: Annotated[
        str,
        typer.Option("--with", metavar="PARTNERS", help="Of a picture: with whom [default: whom we signed with last]."),
    ] = "",
    home: options.HomeFolder = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check a whole node, a file of proofs, or a picture that partners signed, and say in words what is proven.

    Examples:
      consilience verify                                     every entry, hash, head and erasure of this node
      consilience verify proof.json                          against this node's roster
      consilience verify proof.json --key ed25519:3b6a27…    against one key, without a node
      consilience verify picture                             the common picture, drawn again from this node's ledger
      consilience verify picture common.json                 one that `picture show --out` wrote, offline

    The key is its owner's, as `init` and `partner list` print it. Exits with 4 when something does not verify; of a
    picture with 4 when two drew it differently, and with 1 while not all have signed the same. A file of proofs that
    is itself named picture is written ./picture.
    """
    from consilience.cli import proving
    from consilience.errors import UsageError

    if file == _PICTURE:
        from consilience.cli import picturing

        judged = (
            picturing.node_judged(home, with_)
            if picture_file is None
            else picturing.file_judged(picture_file, key or [], home)
        )
        report, code = judged.report, judged.code
    else:
        if picture_file or with_ or len(key or []) > 1:
            raise UsageError("verify", "two files or keys, or --with", "one", "Of a picture say: verify picture FILE")
        one = (key or [""])[0]
        report = proving.node_report(home, quiet=quiet) if file is None else proving.file_report(Path(file), one, home)
        code = 0 if report.is_sound else UNSOUND
    sys.stdout.write(report.json() if json else report.text())
    if code:
        raise typer.Exit(code)


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
