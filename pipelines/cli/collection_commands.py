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
)
from pipelines.cli.output_file import maker_of, put_in_place
from pipelines.console import (
    findings_json,
    out,
    print_findings,
    print_json,
    print_only_english,
    print_untranslated,
    rows_of,
)
from pipelines.errors import Refused
from pipelines.event_log import present_time


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

    if dataset.group is None:
        raise typer.BadParameter(f"{dataset} holds no answers to count. It is for those of a group: GROUP_responses")
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


def pack(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help="The programme, by its id.")],
    year: Annotated[str, typer.Option("--year", help="The academic year, such as 2024-25.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write: .zip. Default: PROGRAMME-YEAR.zip.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="The language of what is asked, such as cy for Welsh.")
    ] = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Write all that a survey needs: invitation, reminders, information, privacy notice, timetable, questionnaires."""
    from pipelines.academic_year import year_after
    from pipelines.documents import survey_pack

    path = output or Path(f"{programme}-{year}.zip")
    latest_year = year_after(present_time().date())
    instrument = instrument_of(context, catalogue)
    make = maker_of(path, {".zip": lambda asked: survey_pack.pack(asked, programme, year, latest_year, language)})
    put_in_place(path, make(instrument))
    out.print(Text(f"Everything for a survey of {programme} in {year} is in {path}. Begin with start-here.html."))
    own = language or instrument.instrument.language
    print_untranslated(survey_pack.untranslated(instrument, language), own, instrument.instrument.language)
    print_only_english(survey_pack.only_in_english(instrument, language), own)
