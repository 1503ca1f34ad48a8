"""What a programme does on its own computer, without a store: count its answers, and prepare a survey."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pipelines.cli.options import (
    AsJson,
    CatalogueFile,
    DatasetOption,
    File,
    HeadingsLine,
    MappingFile,
    SheetName,
    instrument_of,
    mapping_of,
    present_time,
)
from pipelines.cli.output_file import maker_of, put_in_place
from pipelines.console import findings_json, out, print_findings, print_json, rows_of
from pipelines.errors import Refused
from pipelines.instrument.dataset import RESPONSES


def count(
    context: typer.Context,
    file: File,
    dataset: DatasetOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write: .csv. Default: counts.csv.")
    ] = Path("counts.csv"),
    mapping: MappingFile = None,
    sheet: SheetName = None,
    headings_line: HeadingsLine = None,
    as_json: AsJson = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Check a file of answers and write the counts to send in its place. Needs no store, and stores nothing."""
    from pipelines.documents import counts_file
    from pipelines.intake.loading import examine
    from pipelines.reading.reader import read

    if dataset not in RESPONSES:
        raise typer.BadParameter(f"{dataset} holds no answers to count. It is for {' and '.join(RESPONSES)}")
    make = maker_of(output, {".csv": counts_file.as_csv})
    if output.resolve() == file.resolve():
        raise Refused(f"{output} is the file of answers. Choose another name with -o.")
    instrument, rules = instrument_of(context, catalogue), mapping_of(mapping, dataset)
    source = read(file, sheet=sheet, headings_line=headings_line)
    examined = examine(source, dataset, instrument, None, mapping=rules, now=present_time())
    if as_json:
        print_json(findings_json(file, dataset, examined.findings))
    else:
        print_findings(examined.findings)
    if examined.counted is None:
        raise typer.Exit(1)
    put_in_place(output, make(examined.counted))
    if not as_json:
        rows = rows_of(examined.sheet.rows.height)
        out.print(Text(f"The counts of {rows} are in {output}. Send it as the dataset counts."))
        out.print(Text(counts_file.WHO_MAY_SEE_IT))
