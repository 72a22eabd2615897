"""One command a stage. Nothing heavy is imported for `--help`: a command imports what it runs, when it runs."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from consilience import __version__
from consilience.cli import compare, demo, doctor, explain, ingest
from consilience.errors import ConsilienceError

app = typer.Typer(
    name="consilience",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Compare what partners hold: the same facts, seen independently?

    Start with your own files: consilience compare ours.csv theirs.csv
    """
    if version:
        sys.stdout.write(f"consilience {__version__}\n")
        raise typer.Exit


app.command("compare")(compare.compare)
app.command("explain")(explain.explain)
app.command("ingest")(ingest.ingest)
app.command("serve")(demo.serve)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


def run() -> None:
    """Run a command; errors become one message and an exit code, never a traceback.

    0 done, 1 failure, 2 usage, 10 conflicts with --fail-on-conflict. CONSILIENCE_DEBUG=1 shows tracebacks.
    """
    try:
        app()
    except ConsilienceError as error:
        _fail(error.message, error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped", 130)
    except BrokenPipeError:
        # the reader of our output has gone (head, less): not an error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MemoryError:
        _fail("memory: found none left, expected enough for the files. Split them, or use a larger machine.", 1)
    except Exception as error:
        if os.environ.get("CONSILIENCE_DEBUG"):
            raise
        _fail(
            f"internal error: {type(error).__name__}: {error}. Run it again with CONSILIENCE_DEBUG=1 and report what it prints.",
            1,
        )


def _fail(message: str, code: int) -> None:
    """One message on stderr and the exit code."""
    from consilience.intake.setaside import printable

    sys.stderr.write(f"consilience: {printable(message)}\n")
    sys.exit(code)
