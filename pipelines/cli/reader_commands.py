"""What those ask for who read what is published: the dashboard, a programme's report, and the demonstration."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import CatalogueFile, Home, Port, settings_of
from pipelines.cli.output_file import put_in_place
from pipelines.cli.server import LOOPBACK, serve
from pipelines.console import listed, number_of, out, progress_bar
from pipelines.errors import Refused
from pipelines.event_log import present_time
from pipelines.instrument.dataset import Group


def demo(
    context: typer.Context,
    no_dashboard: Annotated[bool, typer.Option("--no-dashboard", help="Load and publish only.")] = False,
    port: Port = 8501,
    home: Home = None,
) -> None:
    """Load and publish invented programmes, then show them in the dashboard."""
    from pipelines import demo as demonstration

    settings = settings_of(context, home)
    with progress_bar(demonstration.STEPS) as progress:
        demonstration.prepare(settings, present_time(), progress)
    out.print(f"The demonstration is published in {settings.releases}.")
    if not no_dashboard:
        serve(settings, port)


def dashboard(
    context: typer.Context,
    port: Port = 8501,
    listen: Annotated[
        str,
        typer.Option("--listen", help="The address to listen on, where people sign in. Default: this machine only."),
    ] = LOOPBACK,
    public: Annotated[
        str | None,
        typer.Option(
            "--public", help="The address that visitors type, where a proxy with TLS stands before the server."
        ),
    ] = None,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Show the latest release in the dashboard, at http://127.0.0.1:8501."""
    serve(settings_of(context, home, catalogue), port, listen, public)


def report(
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
    field: Annotated[
        bool, typer.Option("--field", help="The state of the field, of all programmes together. No programme is named.")
    ] = False,
    sheet: Annotated[
        Group | None, typer.Option("--sheet", help="One page for the meeting of this respondent group, such as staff.")
    ] = None,
    home: Home = None,
) -> None:
    """Print a programme's report from the latest release as PDF: two to six pages for its board."""
    from dashboard.release.reader import Release, current
    from dashboard.report import field as fields
    from dashboard.report import report as reports
    from dashboard.report import sheet as sheets

    if [programme is not None, every, field].count(True) != 1:
        raise typer.BadParameter("give either a PROGRAMME or --all or --field")
    if output and not every and output.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"“{output}” does not end in .pdf, and nothing else is written over")
    path = current(settings_of(context, home).releases)
    if path is None:
        raise Refused("Nothing is published yet. Run `openness publish` first.")
    with Release(path) as release:
        if field:
            put_in_place(output or Path(fields.FILE_NAME), fields.field_report(release))
            out.print(f"The state of the field is in {output or fields.FILE_NAME}.")
            return
        programme_years = _programme_years(release.took_part(), programme, year)
        with progress_bar(len(programme_years)) as progress:
            for programme_id, academic_year in programme_years:
                progress(f"Report of {programme_id}, {academic_year}")
                whose = (programme_id, academic_year)
                name = sheets.file_name(*whose, sheet) if sheet else reports.file_name(*whose)
                file = _report_file(output, every, name)
                printed = sheets.sheet(release, *whose, sheet) if sheet else reports.report(release, *whose)
                put_in_place(file, printed)
    count = number_of(len(programme_years), "report is", "reports are")
    out.print(f"{count} in {file.parent if every else file}.")


def _report_file(output: Path | None, every: bool, name: str) -> Path:
    """Where a report is written: in a folder if it is one of all, else under the name asked for."""
    return (output or Path("reports")) / name if every else output or Path(name)


def _programme_years(took_part: dict[str, list[str]], programme: str | None, year: str | None) -> list[tuple[str, str]]:
    """The programmes to report on, each with its year: one, or all that took part. Refused where there is none."""
    if programme is not None and programme not in took_part:
        raise Refused(f"The release has no programme {programme}. It has {listed(list(took_part))}.")
    candidates = {name: years for name, years in took_part.items() if programme in {name, None}}
    wanted = [(name, year or years[0]) for name, years in candidates.items() if year in {None, *years}]
    if not wanted:
        all_years = {academic_year for years in candidates.values() for academic_year in years}
        known = listed(sorted(all_years, reverse=True))
        raise Refused(f"{programme or 'They'} took part in {known}, and not in {year}.")
    return wanted
