"""A release as a site that anybody can host: static pages, pictures, the release itself, and SQL in the browser.

Everything comes from the release. No page asks another place for anything, and only the page for SQL runs scripts.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dashboard.release.reader import Release
from dashboard.report import report
from dashboard.site import duckdb_wasm, field, programme, reference
from dashboard.site.frame import MENU, page
from dashboard.site.markup import Html
from dashboard.wording import numbers
from pipelines.errors import Refused
from pipelines.progress import Progress
from pipelines.release.export import Format, archive, codebook_of, ddi_of, workbook

HERE = Path(__file__).parent
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""An id that may be the name of a file."""
LOOKS = "style.css", "icon.svg"
SCRIPTS = "sql.js", "sql_worker.js"

File = tuple[str, bytes]
"""Its address within the site, and its content."""


def files(release: Release, wasm: Path | None, progress: Progress) -> Iterator[File]:
    """Every file of the site. Without the folder of DuckDB-Wasm the site has no SQL. Raises Refused where something is
    wrong with that folder or with the release."""
    if wasm is not None:
        yield from duckdb_wasm.files(wasm)
    yield from ((name, (HERE / name).read_bytes()) for name in (*LOOKS, *(SCRIPTS if wasm else ())))
    took_part = release.took_part()
    addresses = {name: _address(name) for name in took_part}
    yield from _pages(release, addresses, runs=wasm is not None)
    for name, years in took_part.items():
        progress(f"Page of {name}")
        yield from _programme(release, name, years)
    progress("Files to take away")
    yield from _forms(release)


def steps(release: Release) -> int:
    """How many steps making a site takes, for those who wait."""
    return len(release.took_part()) + 1


def _address(name: str) -> str:
    """Where a programme's page stands. An id that is none could lead out of the folder."""
    if not SAFE.fullmatch(name):
        raise Refused(f"The release has a programme whose id cannot be the name of a file: {name!r}.")
    return f"programmes/{name}.html"


def _pages(release: Release, addresses: dict[str, str], *, runs: bool) -> Iterator[File]:
    pictures = field.pictures(release)
    yield from ((address, drawn.encode()) for address, drawn in pictures.items())
    bodies: dict[str, Html] = {
        "index.html": field.start(release, addresses),
        "field.html": field.body(release, pictures),
        "data.html": reference.data(release),
        "sql.html": reference.sql(runs=runs),
        "codebook.html": reference.codebook(release),
        "about.html": reference.about(release),
    }
    for address, body in bodies.items():
        script = "sql.js" if runs and address == "sql.html" else ""
        yield address, page(address, MENU[address], body, field.foot(release), script)


def _programme(release: Release, name: str, years: list[str]) -> Iterator[File]:
    """The page of a programme, and its pictures."""
    told: dict[str, programme.Told] = {}
    for year in programme.years_told(release, name, years):
        content = report.content(release, name, year)
        drawn, address = programme.drawing(content), f"pictures/{name}-{year}.svg"
        told[year] = programme.Told(content, f"../{address}" if drawn else None)
        if drawn:
            yield address, drawn.encode()
    title = numbers.programme_name(release.programme(name))
    yield _address(name), page(_address(name), title, programme.body(release, name, told), field.foot(release))


def _forms(release: Release) -> Iterator[File]:
    """The release in every form."""
    path, names = release.path, reference.FORMS
    yield names["duckdb"], release.file()
    yield names["parquet"], archive(path, Format.PARQUET)
    yield names["csv"], archive(path, Format.CSV)
    yield names["xlsx"], workbook(path)
    yield names["ddi"], ddi_of(path)
    yield reference.CODEBOOK_FILE, codebook_of(path)
