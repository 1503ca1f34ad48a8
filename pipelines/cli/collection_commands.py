"""What a programme does on its own computer, with or without a store: count its answers, and prepare a survey."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from pipelines.cli.options import (
    AsJson,
    CatalogueFile,
    DatasetOption,
    File,
    HeadingsLine,
    Home,
    MappingFile,
    SheetName,
    given_settings,
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
from pipelines.errors import Refused, StoreUnavailable
from pipelines.event_log import present_time

if TYPE_CHECKING:
    from pipelines.settings import Settings


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
    short: Annotated[bool, typer.Option("--short", help="Leave out the questions that are optional.")] = False,
    profession: Annotated[
        str | None,
        typer.Option(
            "--profession",
            help="Add what programmes of this profession call things. Default: the profession that the programme is "
            "registered with, where the home has a store.",
        ),
    ] = None,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Write all that a survey needs: invitation, reminders, information, privacy notice, timetable, questionnaires."""
    from pipelines.academic_year import year_after
    from pipelines.documents import survey_pack

    path, latest_year = output or Path(f"{programme}-{year}.zip"), year_after(present_time().date())
    instrument = instrument_of(context, catalogue)
    registered = _registered_profession(given_settings(context, home, catalogue), programme)
    known = registered if registered in instrument.professions else None
    asking = survey_pack.Asking(language, short, profession or known)
    make = maker_of(path, {".zip": lambda asked: survey_pack.pack(asked, programme, year, latest_year, asking)})
    put_in_place(path, make(instrument))
    out.print(Text(f"Everything for a survey of {programme} in {year} is in {path}. Begin with start-here.html."))
    own = language or instrument.instrument.language
    print_untranslated(survey_pack.untranslated(instrument, asking), own, instrument.instrument.language)
    print_only_english(survey_pack.only_in_english(instrument, language), own)


def _registered_profession(settings: "Settings", programme: str) -> str | None:
    """The profession that a programme is registered with. Where a store does not have the programme, that is said."""
    from pipelines.store.store import store_if_there

    try:
        with store_if_there(settings.store) as store:
            if store is None:
                return None
            professions = dict(store.programmes().select("known_as", "profession").iter_rows())
    except StoreUnavailable:
        out.print("The store cannot be read now, so it is not known whether the programme is registered.")
        return None
    if programme not in professions:
        out.print(Text(f"{programme} is not registered in {settings.store}. Register it before you send its files."))
    return professions.get(programme)
