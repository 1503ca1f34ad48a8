"""The command line. Says what it does in words; every error is a sentence, and the exit code tells its kind.

`openness --help` answers at once: a command imports what takes long to load when it is run, and not before.
"""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pipelines.cli import (
    administrator_commands,
    backup_commands,
    collection_commands,
    doctor_command,
    plan_command,
    reader_commands,
    release_commands,
    site_command,
    steward_commands,
    year_commands,
)
from pipelines.cli.access_commands import access_app
from pipelines.cli.catalogue_commands import catalogue_app
from pipelines.cli.mapping_commands import mapping_app
from pipelines.cli.options import CatalogueFile, Home
from pipelines.cli.store_commands import store_app
from pipelines.console import err, out
from pipelines.errors import FULL, NO_ROOM, OpennessError, StoreUnavailable
from pipelines.version import CODE_VERSION

UNFORESEEN = 70
"""The exit code of an error nobody foresaw."""

COMMANDS: tuple[Callable[..., None], ...] = (
    reader_commands.demo,
    administrator_commands.check,
    collection_commands.count,
    steward_commands.load,
    year_commands.open_,
    year_commands.close,
    year_commands.years,
    steward_commands.publish,
    steward_commands.withdraw,
    steward_commands.submissions,
    steward_commands.releases,
    steward_commands.audit,
    backup_commands.backup,
    backup_commands.restore,
    doctor_command.doctor,
    reader_commands.dashboard,
    reader_commands.report,
    release_commands.verify,
    release_commands.diff,
    release_commands.export,
    release_commands.synthetic,
    site_command.site,
    administrator_commands.questionnaire,
    administrator_commands.template,
    collection_commands.pack,
    administrator_commands.lacking,
    plan_command.plan,
)
"""In the order of the help. A command is called what its function is called, but for a last underscore."""

app = typer.Typer(
    help="Openness: are qualified staff modelling the openness they expect of trainees?",
    epilog="Exit codes: 0 done; 1 what was examined has errors; 2 usage, or a file that cannot be read; "
    "3 refused; 4 the store is busy or unavailable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help in boxes takes as long to load as everything else together
)
for command in COMMANDS:
    name, whole_text = command.__name__.rstrip("_"), command.__doc__  # not cut after its first words
    app.command(name, short_help=whole_text)(command)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(access_app, name="access")
app.add_typer(mapping_app, name="mapping")
app.add_typer(store_app, name="store")


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"openness {CODE_VERSION}")
        raise typer.Exit


@app.callback()
def everything(
    context: typer.Context,
    home: Home = None,
    catalogue: CatalogueFile = None,
    version: Annotated[  # noqa: ARG001  the callback has answered
        bool, typer.Option("--version", help="Say which version this is.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """--home and --catalogue may stand before or after the command."""
    context.obj = {"home": home, "catalogue": catalogue}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; leave with its exit code."""
    try:
        _run(arguments)
    except OpennessError as error:
        err.print(Text(str(error)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped. What had not been finished was not kept.")
        sys.exit(130)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        sys.exit(_told(error))


def _run(arguments: Sequence[str] | None) -> None:
    """Run a command. What it printed is written before it ends, so that a full disk is noticed here."""
    try:
        app(args=arguments)
    finally:
        sys.stdout.flush()


def _told(error: Exception) -> int:
    """Say what stopped a command; its exit code."""
    if isinstance(error, OSError) and error.errno in FULL:
        err.print(Text(f"The answer cannot be written: {NO_ROOM}. What was asked for may be done already."))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries once more at its end
        return StoreUnavailable.exit_code
    err.print(Text(_unforeseen(error)))
    return UNFORESEEN


def _unforeseen(error: Exception) -> str:
    """Kind and place of an error. Its text is left out: it may hold an answer."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return (
        f"Something went wrong that was not foreseen. The step it happened in was undone. "
        f"Please report: {where}, version {CODE_VERSION}."
    )
