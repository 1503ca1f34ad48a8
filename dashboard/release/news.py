"""What a release says that the one before it did not. Both files are read, and nothing else."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.home_layout import FILE

_ATTACH = "ATTACH '{path}' AS {name} (READ_ONLY)"
_YEARS = """
    WITH fresh AS (
        SELECT measure_id, programme_id, years, subgroup FROM later.result WHERE status = 'published'
        EXCEPT
        SELECT measure_id, programme_id, years, subgroup FROM earlier.result WHERE status = 'published'
    )
    SELECT DISTINCT years[-1] AS year FROM fresh ORDER BY year
"""
_TITLES = """
    SELECT title FROM {later}.measure
    WHERE NOT retired AND measure_id NOT IN (SELECT measure_id FROM {earlier}.measure WHERE NOT retired)
    ORDER BY place
"""
_PROGRAMMES = """
    SELECT coalesce(programme_name, programme_id) AS name FROM {later}.programme
    WHERE programme_id NOT IN (SELECT programme_id FROM {earlier}.programme) ORDER BY name
"""


@dataclass(frozen=True)
class News:
    """What is new and what is gone since the release before."""

    years: list[str]
    """The last years of results that were not published before."""
    measures: list[str]
    measures_gone: list[str]
    programmes: list[str]
    programmes_gone: list[str]


def news(release: Path, earlier_id: str | None) -> News | None:
    """What changed since the release before; None where there is none, or it is no longer offered."""
    earlier = release.parent.parent / (earlier_id or "") / FILE
    if not earlier_id or not earlier.is_file():
        return None
    with duckdb.connect() as connection:
        for name, path in (("earlier", earlier), ("later", release)):
            connection.execute(_ATTACH.format(path=str(path).replace("'", "''"), name=name))

        def listed(sql: str) -> list[str]:
            return [text for (text,) in connection.execute(sql).fetchall()]

        fresh, stale = {"earlier": "earlier", "later": "later"}, {"earlier": "later", "later": "earlier"}
        return News(
            listed(_YEARS),
            *(listed(sql.format(**names)) for sql in (_TITLES, _PROGRAMMES) for names in (fresh, stale)),
        )
