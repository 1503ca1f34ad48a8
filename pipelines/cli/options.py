"""What can be said to several commands: their options, and the settings and values that come of them."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from pipelines.console import err
from pipelines.event_log import account_name
from pipelines.instrument.dataset import FIXED, Dataset
from pipelines.shipped_files import INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.checking.mapping import Mapping
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.settings import Settings
    from pipelines.store.store import Store


def _path(text: str) -> Path | None:
    """A path that was said. An empty one is as good as none: it would be the folder that somebody happens to be in."""
    return Path(text) if text else None


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="<path>",
        parser=_path,
        help="The folder of store and releases (or OPENNESS_HOME). Default: data in a checkout; for an installed copy "
        "the user's data folder.",
    ),
]
CatalogueFile = Annotated[
    Path | None,
    typer.Option(
        "--catalogue", help="The instrument (or OPENNESS_CATALOGUE). Default: the one that comes with openness."
    ),
]
File = Annotated[Path, typer.Argument(help="The audit file: CSV, or an Excel workbook (.xlsx).")]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Which sheet of a workbook, if it has several.")]
HeadingsLine = Annotated[
    int | None, typer.Option("--headings-line", help="The line the column headings are on, if not the first.", min=1)
]


def _dataset(text: str) -> Dataset:
    """A kind of audit file. Which groups there are is not known before the catalogue is read."""
    dataset = Dataset(text)
    if dataset not in FIXED and not dataset.group:
        raise typer.BadParameter(f"“{text}” is none of {', '.join(FIXED)}, or GROUP_responses")
    return dataset


WHICH_DATASET = "programmes, cohorts, support, counts, or GROUP_responses for the answers of a respondent group"
DatasetArgument = Annotated[
    Dataset, typer.Argument(parser=_dataset, metavar="{dataset}", help=f"Which kind of audit file: {WHICH_DATASET}.")
]
DatasetOption = Annotated[
    Dataset,
    typer.Option("--dataset", parser=_dataset, metavar="<dataset>", help=f"Which kind of audit file: {WHICH_DATASET}."),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="A TOML file that turns an export into the dataset.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why. It is kept; an override's stands in the release.")]
YearOption = Annotated[str | None, typer.Option("--year", help="The academic year, such as 2024-25.")]
Port = Annotated[int, typer.Option("--port", help="The port the dashboard listens on, on this machine only.")]


def settings_of(context: typer.Context, home: Path | None, catalogue: Path | None = None) -> "Settings":
    """The settings of a command that needs a home. A home that nobody chose is named, unless it is the checkout's."""
    settings = given_settings(context, home, catalogue)
    if INSTALLED and not settings.home_was_chosen:
        err.print(Text(f"The home is {settings.home}. To use another folder, say --home or set OPENNESS_HOME."))
    return settings


def given_settings(context: typer.Context, home: Path | None, catalogue: Path | None) -> "Settings":
    """What the command line gives, after the command or before it; else the environment, else the defaults."""
    from pipelines.settings import Settings

    return Settings(home=home or context.obj["home"], catalogue=catalogue or context.obj["catalogue"])


def instrument_of(context: typer.Context, catalogue: Path | None) -> "Catalogue":
    """The instrument, for a command that needs no home."""
    from pipelines.intake.catalogue_file import load_catalogue

    return load_catalogue(given_settings(context, None, catalogue).catalogue)


@contextmanager
def opened_store(settings: "Settings", instrument: "Catalogue", *, must_exist: bool = False) -> "Iterator[Store]":
    """The store, to be changed. Where an older one is brought up to date, that is said before anything is done."""
    from pipelines.store.store import Store

    with Store(settings.store, must_exist=must_exist, catalogue=instrument) as store:
        for told in store.brought_up_to_date:
            err.print(Text(told))
        yield store


def mapping_of(path: Path | None, dataset: Dataset) -> "Mapping | None":
    """The mapping, where one is given."""
    from pipelines.intake.mapping_file import load_mapping

    return load_mapping(path, dataset) if path else None


def academic_year_of(text: str | None) -> str | None:
    """The academic year, where one is given."""
    from pipelines.academic_year import is_academic_year

    if text is not None and not is_academic_year(text):
        raise typer.BadParameter(f"“{text}” is not an academic year of two consecutive years, such as 2024-25")
    return text


def user_name() -> str:
    """Who runs the command."""
    return account_name()
