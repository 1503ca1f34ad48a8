"""The data dictionary of the release file, made from its contract.

`python -m pipelines.release.dictionary` prints it.
"""

import polars as pl

from pipelines.release.columns import Column, DataType, Relation
from pipelines.release.schema import RELATIONS

_OPENING = """\
# The release file

This data dictionary is made from `pipelines/release/schema.py`. Do not edit it. To make it again:

    uv run python -m pipelines.release.dictionary > docs/release-file.md

A release is one DuckDB file, `releases/<release_id>/release.duckdb`. It is never changed. Open it read-only:

    import duckdb
    release = duckdb.connect("release.duckdb", read_only=True)
    release.sql("FROM result WHERE status = 'published'")

The same comments stand in the file: `SELECT * FROM duckdb_columns()` shows them.
Every number about people is computed from published results (the relation [`result`](#result)), and from nothing else.
A cell may be empty (null) only where *may be empty* says yes.
Each row differs from every other row of its relation in at least one of the columns that are marked *key*.
"""
_TYPES: dict[DataType, str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.List(pl.String): "VARCHAR[]",
}


def dictionary() -> str:
    """The text of `docs/release-file.md`."""
    contents = "\n".join(f"- [`{name}`](#{name}): {_first_sentence(each.comment)}" for name, each in RELATIONS.items())
    return "\n".join([_OPENING, "## Relations\n", f"{contents}\n", *map(_section, RELATIONS, RELATIONS.values())])


def _first_sentence(comment: str) -> str:
    return f"{comment.split('. ', maxsplit=1)[0].removesuffix('.')}."


def _section(name: str, relation: Relation) -> str:
    rows = [_row(column_name, column, column_name in relation.key) for column_name, column in relation.columns.items()]
    rules = [f"- Checked before it is published: {rule.sentence}." for rule in relation.rules]
    heading = ["| column | type | key | may be empty | values | meaning |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## {name}\n", f"{relation.comment}\n", *heading, *rows, "", *rules, *([""] if rules else [])])


def _row(name: str, column: Column, in_key: bool) -> str:
    limit = str(column.limit or "")
    cells = (
        f"`{name}`",
        _TYPES[column.dtype],
        "key" if in_key else "",
        "yes" if column.nullable else "",
        limit,
        column.comment,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    print(dictionary(), end="")  # noqa: T201  this is what it is for
