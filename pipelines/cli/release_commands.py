"""What anybody asks for who has a release file: whether it says what its own results say."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import AsJson, Home, settings_of
from pipelines.cli.output_file import put_all_in_place, put_in_place
from pipelines.console import listed, number_of, out, print_json
from pipelines.errors import Refused
from pipelines.home_layout import FILE
from pipelines.spreadsheet_safety import inert

if TYPE_CHECKING:
    from pipelines.verification.difference import Change

ReleaseFile = Annotated[
    str | None,
    typer.Argument(help="A release file, its folder, or the id of a release of this home. Default: the latest."),
]
MOST_SHOWN = 20
"""So many faults or changes are printed."""


def verify(context: typer.Context, release: ReleaseFile = None, as_json: AsJson = False, home: Home = None) -> None:
    """Compute every number of a release again from its results alone, and say where it differs."""
    from pipelines.verification.verifying import verify as verified

    found = verified(release_path(context, release, home))
    if as_json:
        print_json(asdict(found))
    else:
        out.print(f"Release {found.release_id}. {found.previous}")
        for fault in found.faults[:MOST_SHOWN]:
            out.print(f"{fault.relation}{f', {fault.row}' if fault.row else ''}: {fault.what}.")
        if len(found.faults) > MOST_SHOWN:
            out.print(f"{len(found.faults) - MOST_SHOWN:,} more; all of them are printed with --json.")
        counted = (
            f"{found.values:,} numbers and words of {found.relations} relations were computed again from its results"
        )
        wrong = number_of(len(found.faults), "thing is", "things are")
        out.print(f"{counted}: {f'{wrong} wrong' if found.faults else 'all are as the file says'}.")
    if found.faults:
        raise typer.Exit(1)


def diff(
    context: typer.Context,
    earlier: Annotated[str, typer.Argument(help="The earlier release: its file, its folder, or its id.")],
    later: Annotated[str, typer.Argument(help="The later one.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A CSV file to write, a row a change.")] = None,
    home: Home = None,
) -> None:
    """Say what changed from one release to another: rows that are new, gone, or say something else."""
    import polars as pl

    from pipelines.verification.difference import differences

    found = differences(*(release_path(context, name, home) for name in (earlier, later)))
    for relation in dict.fromkeys(change.relation for change in found):
        _print_changes(relation, [change for change in found if change.relation == relation])
    if not found:
        out.print("Both say the same.")
    elif output is None:
        out.print("All changes, a row each: give a file with --output.")
    else:
        frame = pl.DataFrame([{name: inert(text) for name, text in asdict(change).items()} for change in found])
        put_in_place(output, frame.write_csv().encode())
        out.print(f"{number_of(len(found), 'change is', 'changes are')} in {output}.")


def export(
    context: typer.Context,
    release: ReleaseFile = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A folder, or a file that ends in .zip; a workbook may end in .xlsx.")
    ] = Path("export"),
    kind: Annotated[str, typer.Option("--as", help="csv, parquet or xlsx.")] = "csv",
    home: Home = None,
) -> None:
    """Write every relation of a release as CSV with a codebook and datapackage.json, as Parquet, or as a workbook."""
    from pipelines.release import export as exports

    if kind not in {*exports.Format}:
        raise typer.BadParameter(f"“{kind}” is not one of {', '.join(exports.Format)}", param_hint="--as")
    path, chosen = release_path(context, release, home), exports.Format(kind)
    if output.suffix.lower() == ".zip":
        put_in_place(output, exports.archive(path, chosen))
    elif output.suffix.lower() == ".xlsx" and chosen == exports.Format.XLSX:
        put_in_place(output, exports.workbook(path))
    else:
        put_all_in_place((output / name, content) for name, content in exports.files(path, chosen))
    out.print(f"The release is in {output}.")


def _print_changes(relation: str, changes: "list[Change]") -> None:
    """How many rows of a relation changed in which way, and the first of the changes."""
    rows = Counter(change for change, _ in {(change.change, change.row) for change in changes})
    out.print(f"{relation}: {', '.join(f'{count:,} {word}' for word, count in sorted(rows.items()))}.")
    for change in changes[:MOST_SHOWN]:
        cell = f": {change.column} was “{change.earlier}” and is “{change.later}”" if change.column else ""
        out.print(f"  {change.change}{f' {change.row}' if change.row else ''}{cell}")
    if len(changes) > MOST_SHOWN:
        out.print(f"  and {len(changes) - MOST_SHOWN:,} more")


def release_path(context: typer.Context, release: str | None, home: Path | None) -> Path:
    """The release file that is meant. Raises Refused where there is none."""
    from pipelines.release.file import current_id, place_of

    if release and (given := Path(release)).exists():
        return given / FILE if given.is_dir() else given
    releases = settings_of(context, home).releases
    wanted = release or current_id(releases)
    if not wanted:
        raise Refused("Nothing is published yet, and no file is named. Name a file release.duckdb.")
    path = place_of(releases, wanted)
    if Path(wanted).name != wanted or not path.is_file():
        raise Refused(f"There is no file and no release {wanted}. `openness releases` lists those of this home.")
    return path


def synthetic(
    context: typer.Context,
    release: ReleaseFile = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write the files to.")] = Path(
        "synthetic"
    ),
    home: Home = None,
) -> None:
    """Write invented response files whose counts are those of a release, for teaching and for trying an analysis."""
    from pipelines.release.synthetic import invent

    invented = invent(release_path(context, release, home))
    put_all_in_place((output / name, frame.write_csv().encode()) for name, frame in invented.files.items())
    out.print(f"{listed(list(invented.files))} in {output}. Everybody in them is invented.")
    if invented.left_out:
        results = number_of(len(invented.left_out), "result is", "results are")
        out.print(f"{results} not in them, because what they depend on is withheld.")
