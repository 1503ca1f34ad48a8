"""What a programme administrator asks for: questions to print, a template, a file checked, and what is lacking."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli.options import (
    AsJson,
    CatalogueFile,
    DatasetArgument,
    DatasetOption,
    File,
    HeadingsLine,
    Home,
    MappingFile,
    SheetName,
    YearOption,
    academic_year_of,
    instrument_of,
    mapping_of,
    settings_of,
)
from pipelines.cli.output_file import maker_of, put_in_place
from pipelines.console import (
    findings_json,
    out,
    print_findings,
    print_json,
    print_lacking,
    print_survey_made,
    print_untranslated,
    progress_bar,
    rows_of,
)
from pipelines.errors import Refused
from pipelines.event_log import present_time
from pipelines.instrument.dataset import Group

SurveyTool = Literal["redcap", "limesurvey", "xlsform", "qualtrics", "forms"]
"""The survey tools that a questionnaire can be made for."""


def check(
    context: typer.Context,
    file: File,
    dataset: DatasetOption,
    mapping: MappingFile = None,
    sheet: SheetName = None,
    headings_line: HeadingsLine = None,
    as_json: AsJson = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Say everything that is wrong with an audit file. Stores nothing."""
    from pipelines.intake import loading
    from pipelines.intake.catalogue_file import load_catalogue
    from pipelines.reading.reader import read
    from pipelines.store.store import store_if_there

    settings = settings_of(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    with progress_bar(len(loading.STEPS) - 1) as progress, store_if_there(settings.store) as store:
        rules = mapping_of(mapping, dataset)
        source = read(file, sheet=sheet, headings_line=headings_line)
        examined = loading.examine(
            source, dataset, instrument, store, mapping=rules, now=present_time(), progress=progress
        )
    if as_json:
        print_json(findings_json(file, dataset, examined.findings))
    else:
        print_findings(examined.findings)
        if examined.accepted:
            out.print(f"{file.name}: no errors in {rows_of(examined.sheet.rows.height)}. It can be loaded.")
    raise typer.Exit(0 if examined.accepted else 1)


def questionnaire(
    context: typer.Context,
    group: Annotated[Group, typer.Argument(help="Who is asked: a respondent group of the catalogue, such as staff.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write: .pdf or .html. Default: questionnaire-GROUP.pdf."),
    ] = None,
    tool: Annotated[
        SurveyTool | None,
        typer.Option(
            "--for",
            help="Make a file that this survey tool imports, or for Microsoft and Google Forms (forms) the steps. Its "
            "export can be loaded without a mapping.",
        ),
    ] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="With --for: the programme's id, which stands in each answer.")
    ] = None,
    year: YearOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="The language to print it in, such as cy for Welsh.")
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="Leave out the questions that are optional.")] = False,
    profession: Annotated[
        str | None, typer.Option("--profession", help="Add what programmes of this profession call things.")
    ] = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Print the questions, with what a survey must say first, as PDF or HTML; or make the file of a survey tool."""
    from pipelines.documents.questionnaire import questionnaire as made_for
    from pipelines.documents.questionnaire_files import FORMATS
    from pipelines.documents.survey import survey
    from pipelines.documents.survey_files import TOOLS, file_name

    instrument = instrument_of(context, catalogue)
    asked = made_for(instrument, group, language=language, short=short, profession=profession)
    if tool is None:
        path = output or Path(f"questionnaire-{group}.pdf")
        put_in_place(path, maker_of(path, FORMATS)(asked))
        out.print(f"The questions for {instrument.people(group)} are in {path}.")
    else:
        made = survey(asked, instrument, group, programme, academic_year_of(year))
        path = output or Path(file_name(tool, group))
        put_in_place(path, maker_of(path, {TOOLS[tool].ending: TOOLS[tool].make})(made))
        print_survey_made(path, instrument.people(group), TOOLS[tool].name, TOOLS[tool].steps, made)
    print_untranslated(asked.untranslated, asked.language, instrument.instrument.language)


def template(
    context: typer.Context,
    dataset: DatasetArgument,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook with drop-downs and explanations.")] = False,
    programme: Annotated[str | None, typer.Option("--programme", help="A programme id to begin rows with.")] = None,
    year: YearOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write: .csv or .xlsx. Default: DATASET.csv, or .xlsx."),
    ] = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Write an empty audit file to fill in. One that is there already is left alone."""
    from pipelines.academic_year import year_after
    from pipelines.documents import templates
    from pipelines.instrument.contract import Context
    from pipelines.instrument.datasets import contract

    path = output or Path(f"{dataset}.xlsx" if xlsx else f"{dataset}.csv")
    make = maker_of(path, {".xlsx": templates.as_xlsx} if xlsx else templates.FORMATS)
    if path.exists():
        raise Refused(f"{path} is there already, and may have been filled in. Choose another name with -o.")
    instrument = instrument_of(context, catalogue)
    rules = contract(dataset, instrument, Context(year_after(present_time().date())))
    put_in_place(path, make(templates.template(rules, instrument, programme, academic_year_of(year))))
    out.print(f"{path} is ready to be filled in. `openness check {path} --dataset {dataset}` tells what is amiss.")


def lacking(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help="The programme, by its id.")],
    year: YearOption = None,
    as_json: AsJson = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """List what a programme's year still lacks. Without --year: the latest year of which something came in."""
    from pipelines.academic_year import year_of
    from pipelines.intake import completeness
    from pipelines.intake.catalogue_file import load_catalogue
    from pipelines.store.store import Store

    chosen_year = academic_year_of(year)
    settings = settings_of(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    this_year = year_of(present_time().date(), instrument.instrument.first_month)
    with Store(settings.store, read_only=True) as store:
        academic_year, missing = completeness.find_missing(store, instrument, programme, chosen_year, this_year)
    if as_json:
        print_json({"programme_id": programme, "academic_year": academic_year, "lacking": missing.to_dicts()})
    else:
        print_lacking(programme, academic_year, missing)
