"""A release as a site that anybody can host."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Home
from pipelines.cli.output_file import put_all_in_place
from pipelines.cli.release_commands import ReleaseFile, release_path
from pipelines.console import number_of, out, progress_bar
from pipelines.errors import Refused, reason_of

LIST = "files.txt"
"""The file of a site that lists all of them, one a line."""


def site(
    context: typer.Context,
    release: ReleaseFile = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to write the site to: new, empty, or with a site in it.")
    ] = Path("site"),
    wasm: Annotated[
        Path | None,
        typer.Option(
            "--duckdb-wasm",
            help="A folder with the npm package @duckdb/duckdb-wasm, unpacked, for SQL in the browser. `npm pack "
            "@duckdb/duckdb-wasm` fetches it. Without it the site has no box for SQL.",
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Write a release as a site that anybody can host: pages, pictures, files to take away, and SQL in the browser."""
    from dashboard.release.reader import Release
    from dashboard.site.site import files, steps
    from pipelines.release.file import descriptions

    path = release_path(context, release, home)
    descriptions(path)  # refused where it is damaged
    before = _files_before(output)
    with Release(path) as opened, progress_bar(steps(opened)) as progress:
        written = _write(output, files(opened, wasm, progress))
    _remove(output, before - written)
    out.print(f"The site is in {output}: {number_of(len(written), 'file', 'files')}. Any web server can show it.")
    if wasm is None:
        out.print("It has no box for SQL, because --duckdb-wasm names no package. Its queries are there to be copied.")


def _files_before(folder: Path) -> set[str]:
    """The files of the site that stands in a folder. Raises Refused where it holds something else."""
    try:
        return set((folder / LIST).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        if not folder.exists() or not any(folder.iterdir()):
            return set()
    except OSError as error:
        raise Refused(f"{folder} cannot be read: {reason_of(error)}.") from None
    except UnicodeDecodeError:
        pass  # no list of ours
    raise Refused(f"{folder} holds something that is no site of a release. Name a new folder, or an empty one.")


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> set[str]:
    """Write all files of a site, or none; which they are."""
    names: list[str] = []

    def placed() -> Iterator[tuple[Path, bytes]]:
        for name, content in files:
            names.append(name)
            yield folder / name, content
        yield folder / LIST, "".join(f"{name}\n" for name in sorted(names)).encode()

    put_all_in_place(placed())
    return set(names)


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Take away what only the site before had: a programme that is no longer shown must not stay on the web."""
    whole = folder.resolve()
    for name in names:
        path = (whole / name).resolve()
        if path.is_relative_to(whole) and path.is_file():
            path.unlink()
