"""Where the store is: carried from one place to another."""

from typing import Annotated

import typer

from pipelines.cli.options import Home, settings_of
from pipelines.console import number_of, out
from pipelines.event_log import note
from pipelines.store_place import Lake

store_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
PLACE = "a file, or ducklake:postgres: and how PostgreSQL is reached"


@store_app.callback()
def store() -> None:
    """Carry the store from a file into DuckLake, where many machines share it, or back."""


@store_app.command("move")
def move(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"Where the store is: {PLACE}.")],
    target: Annotated[str, typer.Argument(metavar="TO", help=f"Where it is to be: {PLACE}. Nothing is there yet.")],
    home: Home = None,
) -> None:
    """Carry a store to another place, and compare the two row by row. The first is kept, and opens no more.

    Keep passwords off the command line: PostgreSQL's PGPASSWORD and ~/.pgpass do it. OPENNESS_STORE_DATA names the
    folder for the files of a new DuckLake."""
    from pipelines.settings import place_named
    from pipelines.store.store import Store

    settings, place = settings_of(context, home), place_named(target, "TO")
    with Store.open_existing(place_named(source, "FROM")) as held:
        counts = held.copy_to(place)
        held.leave()
    note(settings.log, "store_moved", rows=sum(counts.values()))
    out.print(_told(counts))
    out.print(
        "From now on set OPENNESS_STORE to that place on every machine."
        if isinstance(place, Lake)
        else f"From now on let {place} lie in the home as store.duckdb, and leave OPENNESS_STORE unset.",
        highlight=False,
    )


def _told(counts: dict[str, int]) -> str:
    submissions = number_of(counts["submission"], "submission", "submissions")
    releases, rows = number_of(counts["release"], "release", "releases"), number_of(sum(counts.values()), "row", "rows")
    return (
        f"The store is carried over: {submissions}, {releases}, and {rows} in all, each the same as before. The store "
        f"it was carried from is kept, and opens no more."
    )
