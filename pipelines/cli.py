"""The command line. Says what it does in words; every error is a sentence, and the exit code tells its kind."""

import getpass
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.text import Text

from pipelines import CODE_VERSION, demo
from pipelines.academic_year import is_academic_year, year_after, year_of
from pipelines.checking.mapping import Mapping
from pipelines.console import (
    audit_json,
    err,
    findings_json,
    listed,
    number_of,
    out,
    print_audit,
    print_findings,
    print_json,
    print_lacking,
    print_rows,
    progress_bar,
    receipt_words,
    rows_of,
    standing,
)
from pipelines.disclosure import audit as auditing
from pipelines.documents import questionnaire, templates, wording
from pipelines.errors import OpennessError, Refused
from pipelines.event_log import note
from pipelines.findings import errors
from pipelines.instrument.catalogue import Group, load_catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.intake import completeness, loading
from pipelines.intake.mapping_file import load_mapping
from pipelines.reading.reader import read
from pipelines.release import publishing
from pipelines.settings import PROJECT, Settings
from pipelines.store.store import Store, store_if_there

UNFORESEEN = 70
"""The exit code of an error nobody foresaw."""

SAFETY = (
    "--server.address=127.0.0.1",
    "--server.allowedHosts=127.0.0.1",
    "--server.allowedHosts=localhost",
    "--server.enableCORS=true",
    "--server.enableXsrfProtection=true",
    "--server.maxUploadSize=60",
    "--server.fileWatcherType=none",
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    "--client.toolbarMode=minimal",
    "--runner.magicEnabled=false",
)
"""What keeps the server to this machine and its errors to itself. Given as arguments, so that no file can lack it."""

app = typer.Typer(
    help="Openness: are qualified staff modelling the openness they expect of trainees?",
    epilog="Exit codes: 0 done; 1 what was examined has errors; 2 usage, or a file that cannot be read; "
    "3 refused; 4 the store is busy or unavailable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
Home = Annotated[
    Path | None,
    typer.Option("--home", help="The folder of store and releases (or OPENNESS_HOME). Default: data."),
]
CatalogueFile = Annotated[
    Path | None,
    typer.Option("--catalogue", help="The instrument (or OPENNESS_CATALOGUE). Default: the first instrument."),
]
File = Annotated[Path, typer.Argument(help="The audit file: CSV, or an Excel workbook (.xlsx).")]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Which sheet of a workbook, if it has several.")]
HeadingsLine = Annotated[
    int | None, typer.Option("--headings-line", help="The line the column headings are on, if not the first.", min=1)
]
DatasetOption = Annotated[Dataset, typer.Option("--dataset", help="Which of the six kinds of audit file it is.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="A TOML file that turns an export into the dataset.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why. It is kept; an override's stands in the release.")]
YearOption = Annotated[str | None, typer.Option("--year", help="The academic year, such as 2024-25.")]
Port = Annotated[int, typer.Option("--port", help="The port the dashboard listens on, on this machine only.")]


@app.callback()
def everything(context: typer.Context, home: Home = None, catalogue: CatalogueFile = None) -> None:
    """--home and --catalogue may stand before or after the command."""
    context.obj = {"home": home, "catalogue": catalogue}


@app.command("demo")
def demo_command(
    context: typer.Context,
    no_dashboard: Annotated[bool, typer.Option("--no-dashboard", help="Load and publish only.")] = False,
    port: Port = 8501,
    home: Home = None,
) -> None:
    """Load and publish invented programmes, then show them in the dashboard."""
    settings = _settings(context, home)
    with progress_bar(demo.STEPS) as progress:
        demo.prepare(settings, _now(), progress)
    out.print(f"The demonstration is published in {settings.releases}.")
    if not no_dashboard:
        _serve(settings, port)


@app.command()
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
    settings = _settings(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    with progress_bar(len(loading.STEPS) - 1) as progress, store_if_there(settings.store) as store:
        rules = _mapping(mapping, dataset)
        source = read(file, sheet=sheet, headings_line=headings_line)
        examined = loading.examine(source, dataset, instrument, store, mapping=rules, now=_now(), progress=progress)
    if as_json:
        print_json(findings_json(file, dataset, examined.findings))
    else:
        print_findings(examined.findings)
        if examined.accepted:
            out.print(f"{file.name}: no errors in {rows_of(examined.sheet.rows.height)}. It can be loaded.")
    raise typer.Exit(0 if examined.accepted else 1)


@app.command()
def load(
    context: typer.Context,
    file: File,
    dataset: DatasetOption,
    mapping: MappingFile = None,
    sheet: SheetName = None,
    headings_line: HeadingsLine = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what was sent before.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Check an audit file and store its counts: all of it, or nothing."""
    settings = _settings(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    rules = _mapping(mapping, dataset)
    try:
        with progress_bar(len(loading.STEPS)) as progress, Store(settings.store) as store:
            receipt, warnings = loading.load(
                read(file, sheet=sheet, headings_line=headings_line),
                dataset,
                instrument,
                store,
                mapping=rules,
                replace=replace,
                submitted_by=_user(),
                now=_now(),
                progress=progress,
            )
    except loading.Rejected as rejected:
        note(settings.log, "rejected", file=file.name, dataset=dataset, errors=len(errors(rejected.findings)))
        if as_json:
            print_json(findings_json(file, dataset, rejected.findings))
            raise typer.Exit(rejected.exit_code) from None
        print_findings(rejected.findings)
        raise
    note(settings.log, "loaded", **asdict(receipt))
    if as_json:
        print_json(asdict(receipt) | {"findings": [finding.as_json() for finding in warnings]})
    else:
        print_findings(warnings)
        out.print(receipt_words(receipt))


@app.command()
def publish(
    context: typer.Context,
    remark: Annotated[str | None, typer.Option("--remark", help="A sentence to stand in the release.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option(
            "--override",
            help="PROGRAMME/MEASURE/YEAR of a held correction to let through; with --reason. What it corrects, and "
            "what stands with that, is given away; `openness audit` lists it.",
        ),
    ] = None,
    reason: Reason = None,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Make a release of everything that may be shown, and put it before the readers."""
    settings = _settings(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    overrides = tuple(_override(text, reason) for text in override or ())
    with progress_bar(4) as progress, Store(settings.store) as store:
        done = publishing.publish(
            store,
            instrument,
            settings.releases,
            now=_now(),
            published_by=_user(),
            remark=remark,
            overrides=overrides,
            progress=progress,
        )
    note(settings.log, "published", release_id=done.release_id, new_results=done.new_results)
    published, suppressed = done.results.get("published", 0), done.results.get("suppressed", 0)
    out.print(
        f"Release {done.release_id} is in place, with {done.new_results} new results: "
        f"{published} published, {suppressed} suppressed for now."
    )
    for programme, measure, year in done.held:
        out.print(f"Held: the correction of {measure} of {programme} in {year} cannot be published as it is.")


@app.command()
def withdraw(
    context: typer.Context,
    submission: Annotated[str | None, typer.Option("--submission", help="The submission to take back.")] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="The programme to take back, with everything it sent.")
    ] = None,
    reason: Reason = None,
    home: Home = None,
) -> None:
    """Take back a submission or a programme. What was published of it goes with the next release, for ever."""
    if (submission is None) == (programme is None):
        raise typer.BadParameter("give either --submission or --programme")
    if not reason:
        raise typer.BadParameter("say why with --reason")
    settings = _settings(context, home)
    with Store.open_existing(settings.store) as store:
        taken = store.withdraw(submission, programme, by=_user(), at=_now(), reason=reason)
    note(settings.log, "withdrawn", submission=submission, programme=programme, scopes=taken.height)
    for of, dataset, programme_id, year in taken.iter_rows():
        out.print(f"Withdrawn: {dataset} of {programme_id}{f' in {year}' if year else ''} (submission {of}).")
    out.print("Run `openness publish` now: the next release is without it, and those that hold it are taken down.")


@app.command()
def submissions(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List every audit file ever taken in, and how much of it still stands."""
    with Store(_settings(context, home).store, read_only=True) as store:
        rows = store.submissions()
    if as_json:
        print_rows(rows)
        return
    for row in rows.iter_rows(named=True):
        years = f", {', '.join(row['academic_years'])}" if row["academic_years"] else ""
        programmes = number_of(row["programmes"], "programme", "programmes")
        out.print(
            f"{row['submission_id']}  {row['submitted_at']:%Y-%m-%d %H:%M}  {row['dataset']} of {programmes}{years}, "
            f"by {row['submitted_by']}: {standing(row)}"
        )


@app.command()
def releases(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List every release ever made, and whether it is still offered."""
    settings = _settings(context, home)
    with Store(settings.store, read_only=True) as store:
        rows = store.releases()
    offered = [(settings.releases / release_id).exists() for release_id in rows["release_id"]]
    rows = rows.with_columns(pl.Series("offered", offered, dtype=pl.Boolean))
    if as_json:
        print_rows(rows)
        return
    for row in rows.iter_rows(named=True):
        state = "" if row["offered"] else "  (no longer offered)"
        out.print(f"{row['release_id']}  {row['published_at']:%Y-%m-%d %H:%M}  {row['remark'] or ''}{state}")


@app.command()
def audit(
    context: typer.Context,
    insider: Annotated[
        str | None,
        typer.Option("--insider", help="Also as somebody of this programme, who knows one person's answers."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Try to take everything ever published apart, and say how far publishing reaches."""
    settings = _settings(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    with progress_bar(1) as progress, Store(settings.store, read_only=True) as store:
        ledger = store.ledger()
        found = auditing.attack_ledger(ledger, progress, insider)
    reach = auditing.reach(ledger, instrument)
    if as_json:
        print_json(audit_json(found, reach))
    else:
        print_audit(found, reach)
    raise typer.Exit(0 if found.passed else 1)


@app.command()
def dashboard(context: typer.Context, port: Port = 8501, home: Home = None, catalogue: CatalogueFile = None) -> None:
    """Show the latest release in the dashboard, at http://127.0.0.1:8501."""
    _serve(_settings(context, home, catalogue), port)


@app.command("report")
def report_command(
    context: typer.Context,
    programme: Annotated[
        str | None, typer.Argument(help="The programme, by the id or code it has in the release.")
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", help="The academic year. Default: the latest the programme took part in.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The PDF to write; with --all the folder. Default: openness-PROGRAMME-YEAR.pdf; with --all, reports.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="A report for every programme.")] = False,
    home: Home = None,
) -> None:
    """Print a programme's report from the latest release as PDF: two to four pages for its board."""
    from dashboard.release import Release, current  # noqa: PLC0415
    from dashboard.report import report as reports  # noqa: PLC0415  loaded by the one command that needs it

    if (programme is not None) == every:
        raise typer.BadParameter("give either a PROGRAMME or --all")
    if output and not every and output.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"“{output}” does not end in .pdf, and nothing else is written over")
    path = current(_settings(context, home).releases)
    if path is None:
        raise Refused("Nothing is published yet. Run `openness publish` first.")
    with Release(path) as release:
        wanted = _wanted(release.took_part(), programme, year)
        folder = (output or Path("reports")) if every else Path()
        with progress_bar(len(wanted)) as progress:
            for one, of in wanted:
                progress(f"Report of {one}, {of}")
                file = folder / reports.file_name(one, of) if every or not output else output
                _put_in_place(file, reports.report(release, one, of))
    out.print(f"{number_of(len(wanted), 'report is', 'reports are')} in {folder if every else file}.")


# ---- before there is a file ----


@app.command("questionnaire")
def questionnaire_command(
    context: typer.Context,
    group: Annotated[Group, typer.Argument(help="Who is asked: staff or trainee.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write: .pdf or .html. Default: questionnaire-GROUP.pdf."),
    ] = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Print the questions, with what a survey must say first, as PDF or HTML."""
    path = output or Path(f"questionnaire-{group}.pdf")
    asked = questionnaire.questionnaire(load_catalogue(_settings(context, None, catalogue).catalogue), group)
    make = _made_as(path, questionnaire.FORMATS)
    _put_in_place(path, make(asked))
    out.print(f"The questions for {wording.PEOPLE[group]} are in {path}.")


@app.command("template")
def template_command(
    context: typer.Context,
    dataset: Annotated[Dataset, typer.Argument(help="Which of the six kinds of audit file it is to be.")],
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
    path = output or Path(f"{dataset}.xlsx" if xlsx else f"{dataset}.csv")
    make = _made_as(path, {".xlsx": templates.as_xlsx} if xlsx else templates.FORMATS)
    if path.exists():
        raise Refused(f"{path} is there already, and may have been filled in. Choose another name with -o.")
    instrument = load_catalogue(_settings(context, None, catalogue).catalogue)
    rules = contract(dataset, instrument, Context(year_after(_now().date())))
    _put_in_place(path, make(templates.template(rules, instrument, programme, _year(year))))
    out.print(f"{path} is ready to be filled in. `openness check {path} --dataset {dataset}` tells what is amiss.")


@app.command("lacking")
def lacking_command(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help="The programme, by its id.")],
    year: YearOption = None,
    as_json: AsJson = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """List what a programme's year still lacks. Without --year: the latest year of which something came in."""
    asked = _year(year)
    settings = _settings(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    with Store(settings.store, read_only=True) as store:
        of, missing = completeness.find_missing(store, instrument, programme, asked, year_of(_now().date()))
    if as_json:
        print_json({"programme_id": programme, "academic_year": of, "lacking": missing.to_dicts()})
    else:
        print_lacking(programme, of, missing)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; leave with its exit code."""
    try:
        app(args=arguments)
    except OpennessError as error:
        err.print(Text(str(error)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped. What had not been finished was not kept.")
        sys.exit(130)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        err.print(Text(_unforeseen(error)))
        sys.exit(UNFORESEEN)


def _unforeseen(error: Exception) -> str:
    """Kind and place of an error. Its text is left out: it may hold an answer."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return (
        f"Something went wrong that was not foreseen. The step it happened in was undone. "
        f"Please report: {where}, version {CODE_VERSION}."
    )


def _settings(context: typer.Context, home: Path | None, catalogue: Path | None = None) -> Settings:
    """What the command line gives, after the command or before it; else the environment, else the defaults."""
    given: dict[str, Any] = {"home": home or context.obj["home"], "catalogue": catalogue or context.obj["catalogue"]}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _override(text: str, reason: str | None) -> publishing.Override:
    if not reason:
        raise typer.BadParameter("an override needs a --reason, which stands in the release")
    try:
        programme, measure, year = text.split("/")
    except ValueError:
        raise typer.BadParameter(f"“{text}” is not of the form PROGRAMME/MEASURE/YEAR") from None
    return publishing.Override(programme, measure, year, reason)


def _mapping(path: Path | None, dataset: Dataset) -> Mapping | None:
    return load_mapping(path, dataset) if path else None


def _wanted(took_part: dict[str, list[str]], programme: str | None, year: str | None) -> list[tuple[str, str]]:
    """The programmes to report on, each with its year: one, or all that took part. Refused where there is none."""
    if programme is not None and programme not in took_part:
        raise Refused(f"The release has no programme {programme}. It has {listed(list(took_part))}.")
    asked = {one: years for one, years in took_part.items() if programme in {one, None}}
    wanted = [(one, year or years[0]) for one, years in asked.items() if year in {None, *years}]
    if not wanted:
        known = listed(sorted({of for years in asked.values() for of in years}, reverse=True))
        raise Refused(f"{programme or 'They'} took part in {known}, and not in {year}.")
    return wanted


def _year(text: str | None) -> str | None:
    if text is not None and not is_academic_year(text):
        raise typer.BadParameter(f"“{text}” is not an academic year of two consecutive years, such as 2024-25")
    return text


def _made_as(path: Path, formats: dict[str, Callable[[Any], bytes]]) -> Callable[[Any], bytes]:
    """What makes a file of such a name."""
    if path.suffix.lower() not in formats:
        raise typer.BadParameter(f"“{path}” does not end in {' or '.join(formats)}")
    return formats[path.suffix.lower()]


def _put_in_place(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that there is never half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _serve(settings: Settings, port: int) -> None:
    """Become Streamlit, in the project's folder, where its configuration is: what stops this stops the dashboard."""
    out.print(f"The dashboard is at http://127.0.0.1:{port}. Press Ctrl+C to stop it.")
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "dashboard" / "app.py")]
    places = {
        "OPENNESS_HOME": str(settings.home.resolve()),
        "OPENNESS_CATALOGUE": str(settings.catalogue.resolve()),
    }
    sys.stdout.flush()
    os.chdir(PROJECT)
    command += [*SAFETY, f"--server.port={port}"]
    os.execve(sys.executable, command, {**os.environ, **places})  # noqa: S606  fixed


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "unknown"


if __name__ == "__main__":
    main()
