"""What the steward asks for: files taken in and taken back, releases made, listed, and attacked."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import (
    AsJson,
    CatalogueFile,
    DatasetOption,
    File,
    HeadingsLine,
    Home,
    MappingFile,
    Reason,
    SheetName,
    mapping_of,
    opened_store,
    settings_of,
    user_name,
)
from pipelines.console import (
    audit_json,
    findings_json,
    number_of,
    out,
    print_audit,
    print_findings,
    print_given_away,
    print_json,
    print_rows,
    progress_bar,
    receipt_words,
    standing,
)
from pipelines.errors import Refused
from pipelines.event_log import note, present_time
from pipelines.findings import errors, notices_of_form
from pipelines.instrument.dataset import Dataset

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.intake.loading import Rejected
    from pipelines.release.overrides import Override
    from pipelines.settings import Settings
    from pipelines.store.store import Store


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
    from pipelines.intake import loading
    from pipelines.intake.catalogue_file import load_catalogue
    from pipelines.reading.reader import read

    settings = settings_of(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    rules = mapping_of(mapping, dataset)
    try:
        rows = read(file, sheet=sheet, headings_line=headings_line)  # before others have to wait
        with progress_bar(len(loading.STEPS)) as progress, opened_store(settings, instrument) as store:
            receipt, warnings = loading.load(
                rows,
                dataset,
                instrument,
                store,
                mapping=rules,
                replace=replace,
                submitted_by=user_name(),
                now=present_time(),
                progress=progress,
            )
    except loading.Rejected as rejected:
        _tell_rejected(rejected, file, dataset, settings, as_json)
        raise
    note(settings.log, "loaded", **asdict(receipt), by=user_name(), notices=notices_of_form(warnings))
    if as_json:
        print_json(asdict(receipt) | {"findings": [finding.as_json() for finding in warnings]})
    else:
        print_findings(warnings)
        out.print(receipt_words(receipt))


def _tell_rejected(rejected: "Rejected", file: Path, dataset: Dataset, settings: "Settings", as_json: bool) -> None:
    """Say why a file was not taken in. Whoever asked for JSON gets nothing else."""
    note(settings.log, "rejected", file=file.name, dataset=dataset, errors=len(errors(rejected.findings)))
    if as_json:
        print_json(findings_json(file, dataset, rejected.findings))
        raise typer.Exit(rejected.exit_code) from None
    print_findings(rejected.findings)


def publish(
    context: typer.Context,
    remark: Annotated[str | None, typer.Option("--remark", help="A sentence to stand in the release.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option(
            "--override",
            help="PROGRAMME/MEASURE/YEAR of a file set aside to let through all the same; with --reason. What that "
            "gives away is told first, and has to be agreed to.",
        ),
    ] = None,
    reason: Reason = None,
    agree: Annotated[
        bool, typer.Option("--agree", help="Agree beforehand to what an --override gives away, for scripts.")
    ] = False,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Make a release of what closed years hold and may be shown, and put it before the readers."""
    from pipelines.intake.catalogue_file import load_catalogue
    from pipelines.release import publishing

    settings = settings_of(context, home, catalogue)
    instrument = load_catalogue(settings.catalogue)
    overrides = tuple(_override(text, reason) for text in override or ())
    with opened_store(settings, instrument) as store:
        if overrides:
            _require_agreement(store, instrument, overrides, agree)
        with progress_bar(4) as progress:
            done = publishing.publish(
                store,
                instrument,
                settings.releases,
                now=present_time(),
                published_by=user_name(),
                remark=remark,
                overrides=overrides,
                progress=progress,
            )
    note(settings.log, "published", release_id=done.release_id, new_results=done.new_results)
    published, suppressed = done.results.get("published", 0), done.results.get("suppressed", 0)
    out.print(
        f"Release {done.release_id} is in place, with {number_of(done.new_results, 'new result', 'new results')}: "
        f"{published} published, {suppressed} suppressed for now."
    )
    if done.clock_is_behind:
        out.print("The clock of this machine is behind the release before it, so it bears that release's time.")
    for sentence in done.to_know:
        out.print(sentence)
    if done.open_years:
        out.print(f"Still open, so not in it: {', '.join(done.open_years)}. `openness close` ends their collection.")


def _require_agreement(store: "Store", catalogue: "Catalogue", overrides: Sequence["Override"], agreed: bool) -> None:
    """Say what overrides give away, and ask. Raises Refused where nobody agrees."""
    from pipelines.steward.waiting import given_away

    print_given_away(given_away(store, catalogue, overrides))
    if agreed:
        return
    if not sys.stdin.isatty():
        raise Refused("Nothing was published. To let this through from a script, say --agree.")
    if not typer.confirm("Let it through all the same?"):
        raise Refused("Nothing was published.")


def _override(text: str, reason: str | None) -> "Override":
    from pipelines.release.overrides import Override

    if not reason:
        raise typer.BadParameter("an override needs a --reason, which stands in the release")
    try:
        programme, measure, year = text.split("/")
    except ValueError:
        raise typer.BadParameter(f"“{text}” is not of the form PROGRAMME/MEASURE/YEAR") from None
    return Override(programme, measure, year, reason)


def withdraw(
    context: typer.Context,
    submission: Annotated[str | None, typer.Option("--submission", help="The submission to take back.")] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="The programme to take back, with everything it sent.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="The release to offer no longer. It may be lost already.")
    ] = None,
    reason: Reason = None,
    home: Home = None,
) -> None:
    """Take back a submission or a programme, or a release. What was published of it goes with the next release, for
    ever."""
    from pipelines.store.store import Store

    if sum(chosen is not None for chosen in (submission, programme, release)) != 1:
        raise typer.BadParameter("give either --submission, --programme or --release")
    if not reason:
        raise typer.BadParameter("say why with --reason")
    settings = settings_of(context, home)
    if release:
        _take_off(settings, release, reason)
        return
    with Store.open_existing(settings.store) as store:
        taken = store.withdraw(submission, programme, by=user_name(), at=present_time(), reason=reason)
    note(settings.log, "withdrawn", submission=submission, programme=programme, scopes=taken.height)
    for submission_id, dataset, programme_id, year in taken.iter_rows():
        in_year = f" in {year}" if year else ""
        out.print(f"Withdrawn: {dataset} of {programme_id}{in_year} (submission {submission_id}).")
    out.print("Run `openness publish` now: the next release is without it, and those that hold it are taken down.")


def _take_off(settings: "Settings", release_id: str, reason: str) -> None:
    """Offer a release no longer, at once and for good."""
    from pipelines.release.history import take_off
    from pipelines.store.store import Store

    with Store.open_existing(settings.store) as store:
        take_off(store, settings.releases, release_id, by=user_name(), at=present_time(), reason=reason)
    note(settings.log, "release_withdrawn", release_id=release_id)
    out.print(f"The release {release_id} is no longer offered.")


def submissions(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List every audit file ever taken in, and how much of it still stands."""
    from pipelines.store.store import Store

    with Store(settings_of(context, home).store, read_only=True) as store:
        rows = store.submissions().drop("rows")  # a file of counts has fewer where nobody was left to be asked
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


def releases(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List every release ever made, and whether it is still offered."""
    import polars as pl

    from pipelines.store.store import Store

    settings = settings_of(context, home)
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


def audit(
    context: typer.Context,
    insider: Annotated[
        str | None,
        typer.Option("--insider", help="Also as somebody of this programme, who knows one person's answers."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Try to take everything ever published apart, and say how far publishing reaches."""
    from pipelines.release.between_the_lines import thin_crowds
    from pipelines.steward.next_release import attack_everything
    from pipelines.store.store import Store

    settings = settings_of(context, home)
    with progress_bar(1) as progress, Store(settings.store, read_only=True) as store:
        found, reach = attack_everything(store, settings, progress, insider)
        to_know = thin_crowds(store, settings.releases)
    if as_json:
        print_json(audit_json(found, reach) | {"to_know": to_know})
    else:
        print_audit(found, reach)
        out.print(*to_know, sep="\n")
    raise typer.Exit(0 if found.passed else 1)
