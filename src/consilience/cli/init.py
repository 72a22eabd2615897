"""`consilience init`: a home for one partner's node."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options


def init(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Where the node lives [default: .consilience in this folder]."),
    ] = None,
    partner: Annotated[
        str, typer.Option("--partner", metavar="CODE", envvar="CONSILIENCE_PARTNER", help="Whose node it is: UKR.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="The partner's name in full.")] = "",
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="URL",
            envvar="CONSILIENCE_DATABASE",
            help="PostgreSQL for the ledger: postgresql+psycopg://USER@HOST/NAME [default: SQLite in the home].",
        ),
    ] = "",
    quiet: options.Quiet = False,
) -> None:
    """Make the home of a node: its key, its secret, and a ledger that begins with its roster.

    Example: consilience init --partner UKR && consilience ingest ours.csv

    What the node records is signed with its key and stays here until a release says otherwise. Keep a copy of the
    folder: whoever has it can sign in the partner's name, and without it nobody can.
    """
    from consilience.cli.keys import key_text
    from consilience.cli.reading import note
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import establish

    if not partner:
        raise UsageError("init", "no --partner", "the code of the partner whose node it is", "Say: --partner UKR")
    if database:
        _check(database)
    made = homes.create(folder or Path(homes.NAME), partner, database)
    establish(made, name)
    sys.stdout.write(f"{made.partner}'s node in {made.folder}\n")
    key = made.keys.current()
    sys.stdout.write(f"public key   {key_text(key.public)}\nfingerprint  {key.key_id}\n")
    told = "Give your partners the public key, and read them its fingerprint by another channel, one that you trust."
    note(f"{told} Next: consilience partner add CODE for each partner, then consilience ingest FILE", quiet=quiet)


def _check(database: str) -> None:
    """Refuse a database that does not answer, before a home is made that could not be used."""
    from consilience.ledger.database import Database
    from consilience.ledger.errors import StorageError

    if database.startswith("sqlite:"):
        return
    try:
        Database.open(database).close()
    except StorageError as error:
        next_step = "Nothing was made: mend the address or the server, and say it again."
        raise StorageError("--database", error.found, "a database that answers", next_step) from error
