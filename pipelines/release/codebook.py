"""The codebook of a release, made from the comments that stand in its file: as Markdown, and as a Frictionless package.

The file's own comments are used and not those of this version of the software, so that an older release is described
as it was published. Keys and limits do not stand in a file. They come from the contract of this version.
"""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.release.columns import Among, AtLeast, Between, Column
from pipelines.release.file import Described
from pipelines.release.schema import RELATIONS

Descriptions = Mapping[str, Described]
PACKAGE_FILE, CODEBOOK_FILE = "datapackage.json", "codebook.md"
_HEADING = "| column | type | key | meaning |\n|---|---|---|---|"
_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR[]": "array",
}
"""What Frictionless calls the types of DuckDB."""


def codebook(release: Mapping[str, Any], descriptions: Descriptions) -> str:
    """Every relation and column of a release in words. `release`: the row of the relation release."""
    opening = [
        f"# Codebook of release {release['release_id']}\n",
        f"{_cell(release['title'])}. {_cell(release['instrument_status'])}\n",
        "This codebook is made from the comments in the release file. A row differs from every other row of its "
        "relation in at least one of the columns that are marked *key*.\n",
    ]
    return "\n".join([*opening, *(_section(name, described) for name, described in descriptions.items())])


def _section(name: str, described: Described) -> str:
    keys = RELATIONS[name].key if name in RELATIONS else ()
    rows = [
        f"| `{_cell(column)}` | {_cell(dtype)} | {'key' if column in keys else ''} | {_cell(comment)} |"
        for column, (dtype, comment) in described.columns.items()
    ]
    return "\n".join([f"## {_cell(name)}\n", f"{_cell(described.comment)}\n", _HEADING, *rows, ""])


def _cell(words: str) -> str:
    """Words that stay in their cell, and that no reader of Markdown takes for HTML."""
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;")


def data_package(release: Mapping[str, Any], descriptions: Descriptions) -> str:
    """The release as CSV files, described as a Frictionless Data Package: what stands in `datapackage.json`."""
    published = release["published_at"].isoformat(timespec="seconds")
    package = {
        "profile": "tabular-data-package",
        "name": f"openness-{release['release_id']}",
        "id": release["content_hash"],
        "title": release["title"],
        "description": " ".join(filter(None, (release["instrument_status"], release["remark"]))),
        "created": f"{published}Z",
        "resources": [_resource(name, described) for name, described in descriptions.items()],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(name: str, described: Described) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(name, column, *about) for column, about in described.columns.items()],
        "missingValues": [""],
    }
    if keys := _primary_key(name, described):
        schema["primaryKey"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": described.comment,
        "schema": schema,
    }


def _primary_key(name: str, described: Described) -> list[str]:
    """The key of a relation; none where Frictionless allows none: with a column of lists, or that may be empty."""
    keys = RELATIONS[name].key if name in RELATIONS else ()
    columns = [RELATIONS[name].columns[key] for key in keys if key in described.columns]
    allowed = all(not column.nullable and column.dtype != pl.List(pl.String) for column in columns)
    return list(keys) if allowed and len(columns) == len(keys) else []


def _field(relation: str, name: str, dtype: str, comment: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": _TYPES.get(dtype, "any"), "description": comment}
    column = RELATIONS[relation].columns.get(name) if relation in RELATIONS else None
    if column and (constraints := _constraints(column)):
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> dict[str, Any]:
    required: dict[str, Any] = {} if column.nullable else {"required": True}
    match column.limit:
        case AtLeast(lowest):
            return {**required, "minimum": lowest}
        case Between(lowest, highest):
            return {**required, "minimum": lowest, "maximum": highest}
        case Among(words):
            return {**required, "enum": list(words)}
    return required
