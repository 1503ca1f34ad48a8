"""What the steward does with academic years: opens them for collection, closes them, and looks at who has sent what."""

from typing import Annotated

import typer

from pipelines.cli.options import (
    AsJson,
    CatalogueFile,
    Home,
    academic_year_of,
    instrument_of,
    opened_store,
    settings_of,
    user_name,
)
from pipelines.console import out, print_json, print_years, years_json
from pipelines.event_log import note, present_time

Years = Annotated[list[str], typer.Argument(help="Academic years, such as 2024-25.")]
IN_WORDS = {"opened": "open", "closed": "closed"}
"""What an academic year is, after what happened to it last."""


def open_(context: typer.Context, years: Years, home: Home = None, catalogue: CatalogueFile = None) -> None:
    """Open academic years for collection. One that was closed can be opened again until the next release is made."""
    settings, asked = settings_of(context, home, catalogue), _checked(years)
    with opened_store(settings, instrument_of(context, catalogue)) as store:
        opened = store.open_years(asked, by=user_name(), at=present_time())
    note(settings.log, "opened", years=opened)
    for year in asked:
        out.print(f"{year} is open for collection." if year in opened else f"{year} is open already.")


def close(context: typer.Context, years: Years, home: Home = None, catalogue: CatalogueFile = None) -> None:
    """Close academic years: their collection is over. Only closed years are published, and are final from then on."""
    settings, asked = settings_of(context, home, catalogue), _checked(years)
    with opened_store(settings, instrument_of(context, catalogue), must_exist=True) as store:
        closed = store.close_years(asked, by=user_name(), at=present_time())
    note(settings.log, "closed", years=closed)
    for year in asked:
        state = "is closed. The next release is made from it" if year in closed else "is closed already"
        out.print(f"{year} {state}.")


def years(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List the academic years: which are open, which are closed, and which programmes have sent what."""
    from pipelines.store.store import Store

    with Store(settings_of(context, home).store, read_only=True) as store:
        rows = store.years()
    if as_json:
        print_json(years_json(rows, IN_WORDS))
    else:
        print_years(rows, IN_WORDS)


def _checked(texts: list[str]) -> list[str]:
    """Academic years, each once. Raises BadParameter where one is not written like one."""
    return list(dict.fromkeys(filter(None, map(academic_year_of, texts))))
