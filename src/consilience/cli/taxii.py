"""`consilience taxii`: fetch from any TAXII 2.1 server; and one on a scratch database, as conformance suites want it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Fetch from any TAXII 2.1 server, and serve one on a scratch database for conformance suites.",
)

Database = Annotated[
    str,
    typer.Option(
        "--database", metavar="FILE|URL", help="The scratch database: a file, or postgresql+psycopg://SERVER/DATABASE."
    ),
]


@app.command("seed")
def seed(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A seed: collections with fixed ids, dates and rights.")],
    database: Database = "taxii-scratch.db",
) -> None:
    """Fill a scratch database with API roots, collections, objects, statuses and users from a file.

    Examples:
      consilience taxii seed medallion.json
      consilience taxii seed suite.json --database postgresql+psycopg://localhost/scratch

    A new database is marked as scratch. One that is in use for anything else is never touched. With "reset": true in
    the file, what an earlier seed left is dropped first, so that a suite can begin again; a server that runs on the
    database notices. The form of the file is in docs/taxii.md.
    """
    from consilience.cli import scratch
    from consilience.errors import UsageError
    from consilience.exchange.taxii.seed import read_seed, sow

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(str(file), error.strerror or str(error), "a seed that can be read") from error
    found = read_seed(data)
    store = scratch.opened(database)
    try:
        count = sow(found, store)
    finally:
        store.close()
    sys.stdout.write(f"{count:,} object versions in {len(found.roots)} API roots, {len(found.users)} users\n")
    sys.stdout.write(f"serve them: consilience taxii serve --database {database}\n")


@app.command("serve")
def serve(
    database: Database = "taxii-scratch.db",
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 5000,
    interop: Annotated[
        bool, typer.Option("--interop", help="Answer as the interoperability profile has it: 403, ids in order.")
    ] = False,
) -> None:
    """Serve a scratch database over plain HTTP until Ctrl-C, to its users with their passwords.

    Examples:
      consilience taxii serve
      consilience taxii serve --port 0 --interop

    Passwords travel unencrypted: keep it on this machine. A node serves its partners with `consilience serve`.
    """
    from consilience.cli import scratch
    from consilience.errors import UsageError
    from consilience.web.listening import listening
    from consilience.web.taxii.server import serve_store
    from consilience.web.taxii.service import Options

    fill = "Fill one first: consilience taxii seed FILE"
    if "://" not in database and not Path(database).is_file():  # SQLite would make it
        raise UsageError(f"database {database}", "no such file", "a scratch database", fill)
    store = scratch.opened(database)
    try:
        if not store.is_scratch():
            raise UsageError(f"database {database}", "one that no seed has filled", "a scratch database", fill)
        bound = listening(host, port)
        base = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"
        roots = ", ".join(f"{base}/{name}/" for name in store.shape().roots)
        sys.stdout.write(f"Discovery at {base}/taxii2/\nAPI roots at {roots}\nCtrl-C stops.\n")
        sys.stdout.flush()
        serve_store(store, bound, Options(interop=interop))
    finally:
        store.close()


@app.command("pull")
def pull(
    url: Annotated[str, typer.Argument(metavar="URL", help="A discovery, an API root or a collection: https://…")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where the pages go, a file each.")] = Path(
        "pulled"
    ),
    collection: Annotated[
        str, typer.Option("--collection", metavar="ID", help="Which one, where there are several.")
    ] = "",
    user: Annotated[str, typer.Option("--user", help="For Basic; the password is in CONSILIENCE_TAXII_PASSWORD.")] = "",
    authority: Annotated[
        Path | None, typer.Option("--ca", metavar="F", help="A certificate that vouches for the server, in PEM.")
    ] = None,
    proxy: Annotated[
        str, typer.Option("--proxy", metavar="URL", help="By way of this HTTP proxy; none of the environment is used.")
    ] = "",
    quiet: options.Quiet = False,
) -> None:
    """Fetch a collection from any TAXII 2.1 server; said again, what was added since.

    Examples:
      consilience taxii pull https://cti.example/taxii2/
      consilience taxii pull https://cti.example/taxii2/ --collection 91a7b528-80eb-42ed-a74d-c6fbd5a26116 --out feed
      consilience compare feed/page-*.json ours.csv

    Killed at any point it goes on where it was. A server that is busy is asked again, with growing pauses. A token for
    Bearer is taken from CONSILIENCE_TAXII_TOKEN, and sent over https alone, or http to this machine. What a page says is
    whoever made the server's word: it is not signed.
    """
    from consilience.cli import pulling

    done = pulling.pulled(pulling.Wanted(url, collection, out, user, authority, proxy), quiet=quiet)
    sys.stdout.write(done)


@app.command("inbox")
def inbox(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="Whose: GBR.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="F", help="Write it there, for you alone [default: stdout].")
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Print what a partner's TAXII client posted to this node, as a STIX bundle to be read and ingested.

    Examples:
      consilience taxii inbox GBR --out from-gbr.json
      consilience compare from-gbr.json ours.csv
      consilience ingest from-gbr.json

    It is kept as it came and is not signed; by ingesting it you record that this partner said so.
    """
    from consilience.cli import pulling
    from consilience.cli.writing import private

    data = pulling.bundle_of(partner, home)
    if out is None:
        sys.stdout.write(data.decode() + "\n")
        return
    with private(out) as write:
        write([data])
    sys.stdout.write(f"wrote {out}: read it with `consilience compare {out}`\n")
