"""Academic years: opened for collection, closed, and then final. Every function is a part of the caller's transaction.

What publishing has seen of a programme and a closed year is final. A submission that comes later is set aside: it is
kept on record and does not count. Whether it is set aside depends on which programmes, years and measures it holds,
and on no number in it.
"""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import polars as pl

from pipelines.academic_year import EARLIEST, year_after
from pipelines.errors import Refused
from pipelines.instrument.dataset import Dataset
from pipelines.store.records import CLOSED, OPENED


def states(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The last event of each year that was ever opened."""
    return dict(cursor.execute("SELECT academic_year, event FROM year_state").fetchall())


def final_years(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The closed years from which a release has been made, in order."""
    found = cursor.execute(
        """
        SELECT academic_year FROM year_state
        WHERE event = $closed AND publishing < (SELECT count(*) FROM release)
        ORDER BY academic_year
        """,
        {"closed": CLOSED},
    ).fetchall()
    return [year for (year,) in found]


def open_years(cursor: duckdb.DuckDBPyConnection, years: Iterable[str], *, by: str, at: datetime) -> list[str]:
    """Open years for collection; those that are newly open.

    Raises Refused where a release has been made since a year was closed, or nobody can have an audit for it yet.
    """
    state, final, latest = states(cursor), final_years(cursor), year_after(at.date())
    new = sorted({year for year in years if state.get(year) != OPENED})
    for year in new:
        if year in final:
            raise Refused(
                f"{year} cannot be opened again: a release has been made since it was closed, so it is final. "
                f"A programme that has sent nothing for it yet can still be loaded with `openness load`."
            )
        if not EARLIEST <= year <= latest:
            raise Refused(f"Years from {EARLIEST} to {latest} can be opened, and {year} is none of them. Look again.")
    _note(cursor, new, OPENED, by, at)
    return new


def open_new_years(cursor: duckdb.DuckDBPyConnection, years: Iterable[str], *, by: str, at: datetime) -> list[str]:
    """Open the years that were never opened before; which those are. A closed year stays closed."""
    new = sorted(set(years) - set(states(cursor)))
    _note(cursor, new, OPENED, by, at)
    return new


def close_years(cursor: duckdb.DuckDBPyConnection, years: Iterable[str], *, by: str, at: datetime) -> list[str]:
    """Close years; those that are newly closed. Raises Refused where one was never opened."""
    state, asked = states(cursor), sorted(set(years))
    for year in asked:
        if year not in state:
            raise Refused(
                f"{year} was never opened, so it cannot be closed. `openness years` lists the years there are."
            )
    new = [year for year in asked if state[year] == OPENED]
    _note(cursor, new, CLOSED, by, at)
    return new


def _note(cursor: duckdb.DuckDBPyConnection, years: list[str], event: str, by: str, at: datetime) -> None:
    cursor.register("years", pl.DataFrame({"academic_year": years}, schema={"academic_year": pl.String}))
    cursor.execute(
        """
        INSERT INTO year_event (academic_year, event, happened_at, done_by, publishing)
        SELECT academic_year, $event, $at, $by, (SELECT count(*) FROM release) FROM years ORDER BY academic_year
        """,
        {"event": event, "at": at, "by": by},
    )


def set_aside(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, counted: pl.DataFrame, roots: pl.DataFrame
) -> pl.DataFrame:
    """The programmes and years of counted rows that would be set aside: programme_id, academic_year.

    They are those of a closed year of which publishing has seen one of the questions with which the same people may
    have answered (`roots`: definition_table.roots_of_kin), or a file of the same dataset.
    """
    if not dataset.is_counted:  # of the others nothing is ever set aside
        return pl.DataFrame(schema={"programme_id": pl.String, "academic_year": pl.String})
    cursor.register("counted", counted)
    cursor.register("roots", roots)
    return cursor.execute(
        """
        WITH asked AS (
            SELECT DISTINCT programme_id, academic_year, root_id FROM counted JOIN roots USING (measure_id)
        )
        SELECT DISTINCT asked.programme_id, asked.academic_year
        FROM asked
        SEMI JOIN (FROM year_state WHERE event = $closed) AS closed USING (academic_year)
        JOIN seen USING (programme_id, academic_year)
        JOIN submission USING (submission_id)
        WHERE seen.measure_id = asked.root_id OR submission.dataset = $dataset
        ORDER BY ALL
        """,
        {"dataset": dataset, "closed": CLOSED},
    ).pl()


def set_aside_counts(cursor: duckdb.DuckDBPyConnection, chosen: pl.DataFrame) -> pl.DataFrame:
    """What the latest file that was set aside counts for each programme, measure and year that is `chosen`:
    programme_id, measure_id, academic_year, submission_id, respondents, affirmative."""
    cursor.register("chosen", chosen)
    return cursor.execute(
        """
        WITH counted AS (
            SELECT programme_id, measure_id, academic_year, submission_id, scope.submitted_at,
                sum(respondents)::BIGINT AS respondents, sum(affirmative)::BIGINT AS affirmative
            FROM contribution
            JOIN set_aside_scope AS scope USING (submission_id, programme_id, academic_year)
            SEMI JOIN chosen USING (programme_id, measure_id, academic_year)
            GROUP BY ALL
        )
        SELECT * EXCLUDE (submitted_at) FROM counted
        QUALIFY row_number() OVER (
            PARTITION BY programme_id, measure_id, academic_year ORDER BY submitted_at DESC, submission_id
        ) = 1
        ORDER BY ALL
        """
    ).pl()
