"""One command a stage. Nothing heavy is imported for `--help`: a command imports what it runs, when it runs."""

from __future__ import annotations

import inspect
import os
import re
import sys
from typing import Annotated

import typer

from consilience import __version__
from consilience.cli import (
    acknowledge,
    adjudicate,
    amend,
    answer,
    ask,
    check,
    compare,
    decide,
    demo,
    doctor,
    explain,
    ingest,
    init,
    invite,
    level,
    link,
    measures,
    partner,
    picture,
    procedures,
    receive,
    release,
    score,
    sync,
    taxii,
    verify,
    warn,
)
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

    Exit codes: 0 done, 1 failure, 2 usage, 3 refused by release policy, 4 does not verify, 10 conflicts with
    --fail-on-conflict.
    """
    if version:
        sys.stdout.write(f"consilience {__version__}\n")
        raise typer.Exit


for _command in (
    compare.compare, link.link, explain.explain, demo.serve, demo.demo, doctor.doctor,
    init.init, ingest.ingest, receive.receive, amend.mark, amend.retract, amend.erase,
    decide.decide, adjudicate.adjudicate, release.release, release.disclosures, amend.tearline, amend.consent, sync.sync,
    ask.ask, answer.assess, answer.reveal, answer.note, answer.conclude, score.score,
    invite.invite, invite.message,
    check.check, procedures.procedures, verify.verify, verify.prove, verify.rebuild, verify.checkpoint, verify.witness,
    level.level, acknowledge.acknowledge, warn.warn, warn.backtest,
):  # fmt: skip
    app.command()(_command)
app.add_typer(partner.app, name="partner")
app.add_typer(picture.app, name="picture")
app.add_typer(taxii.app, name="taxii")
app.add_typer(acknowledge.app, name="notices")
app.add_typer(measures.app, name="measures")

# Click joins the lines of a paragraph; a line with a backspace before it keeps those of an example as they are.
for _registered in (
    *app.registered_commands, *partner.app.registered_commands, *picture.app.registered_commands,
    *taxii.app.registered_commands, *acknowledge.app.registered_commands,
    *measures.app.registered_commands,
):  # fmt: skip
    _doc = inspect.cleandoc(_registered.callback.__doc__ or "") if _registered.callback else ""
    _registered.help = re.sub(r"^(?=Examples?:)", "\b\n", _doc, flags=re.MULTILINE)


def run() -> None:
    """Run a command; errors become one message and an exit code, never a traceback.

    0 done, 1 failure, 2 usage, 3 refused by release policy, 4 signature or proof does not verify, 10 conflicts with
    --fail-on-conflict. CONSILIENCE_DEBUG=1 shows tracebacks.
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
