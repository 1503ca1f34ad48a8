"""What anybody asks for who has a release file: whether it says what its own results say."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import AsJson, Home, settings_of
from pipelines.console import number_of, out, print_json
from pipelines.errors import Refused
from pipelines.home_layout import CURRENT, FILE

ReleaseFile = Annotated[
    str | None,
    typer.Argument(help="A release file, its folder, or the id of a release of this home. Default: the latest."),
]
MOST_SHOWN = 20
"""So many faults are printed; all of them with --json."""


def verify(context: typer.Context, release: ReleaseFile = None, as_json: AsJson = False, home: Home = None) -> None:
    """Compute every number of a release again from its results alone, and say where it differs."""
    from dataclasses import asdict

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


def release_path(context: typer.Context, release: str | None, home: Path | None) -> Path:
    """The release file that is meant. Raises Refused where there is none."""
    from pipelines.release.file import place_of

    if release and (given := Path(release)).exists():
        return given / FILE if given.is_dir() else given
    releases = settings_of(context, home).releases
    pointer = releases / CURRENT
    wanted = release or (pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None)
    if wanted is None:
        raise Refused("Nothing is published yet, and no file is named. Name a file release.duckdb.")
    path = place_of(releases, wanted)
    if Path(wanted).name != wanted or not path.is_file():
        raise Refused(f"There is no file and no release {wanted}. `openness releases` lists those of this home.")
    return path
