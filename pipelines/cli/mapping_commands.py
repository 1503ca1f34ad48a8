"""What helps to write a mapping."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import (
    CatalogueFile,
    DatasetOption,
    File,
    HeadingsLine,
    SheetName,
    instrument_of,
)
from pipelines.cli.output_file import put_in_place
from pipelines.console import out
from pipelines.errors import Refused
from pipelines.event_log import present_time

mapping_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@mapping_app.callback()
def mapping() -> None:
    """Write a mapping, which turns a survey tool's export into a dataset."""


@mapping_app.command("draft")
def draft(
    context: typer.Context,
    file: File,
    dataset: DatasetOption,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write. Default: the name of the file, .toml.")
    ] = None,
    sheet: SheetName = None,
    headings_line: HeadingsLine = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Write a mapping to complete, for a file: what it must say, with what is guessed as comments.

    One that is there already is left alone."""
    from pipelines.academic_year import year_after
    from pipelines.checking.mapping_draft import draft as drafted
    from pipelines.instrument.contract import Context
    from pipelines.instrument.datasets import contract
    from pipelines.reading.reader import read

    path = output or Path(f"{file.stem}.toml")
    if path.exists():
        raise Refused(f"{path} is there already, and may have been completed. Choose another name with -o.")
    instrument = instrument_of(context, catalogue)
    rules = contract(dataset, instrument, Context(year_after(present_time().date())))
    text = drafted(read(file, sheet=sheet, headings_line=headings_line), rules, instrument)
    put_in_place(path, text.encode())
    out.print(f"{path} is to be completed. Then: openness check {file} --dataset {dataset} --mapping {path}")
