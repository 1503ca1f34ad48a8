"""DuckDB-Wasm, as the package of npm has it. It is no part of Openness: whoever makes a site names where it lies."""

import json
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import Refused

NAME, OLDEST = "@duckdb/duckdb-wasm", (1, 30)
"""The package, and the first of its versions that reads a release."""
TAKEN = {
    "dist/duckdb-browser-blocking.cjs": "duckdb-browser-blocking.js",
    "dist/duckdb-eh.wasm": "duckdb-eh.wasm",
    "package.json": "package.json",
    "README.md": "README.md",
}
"""What is taken of it, and under which name: web servers know the media type of `.js`, and not of `.cjs`. The last two
say who made it, and under what licence."""
HOW = f"Fetch it with `npm pack {NAME}`, unpack it, and name the folder “package”."


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the package that a site needs. Raises Refused where the folder is no such package."""
    _check(folder)
    for name, taken in TAKEN.items():
        try:
            yield f"duckdb-wasm/{taken}", (folder / name).read_bytes()
        except OSError:
            raise Refused(f"{folder} lacks {name} of the npm package {NAME}. {HOW}") from None


def _check(folder: Path) -> None:
    try:
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        name, version = str(package["name"]), str(package["version"])
        edition = tuple(int(part) for part in version.split(".")[:2])
    except (OSError, ValueError, LookupError, TypeError):
        raise Refused(f"{folder} is not the npm package {NAME}. {HOW}") from None
    if name != NAME:
        raise Refused(f"{folder} is the npm package {name}, and not {NAME}. {HOW}")
    if edition < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise Refused(f"{folder} is version {version} of {NAME}, and a release needs {needed} or later. {HOW}")
