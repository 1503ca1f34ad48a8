"""How one submission goes into the tables of the store: its rows, what it speaks for, and what it takes the place of.

Every function is a part of the caller's transaction. Programmes stand under the first id they ever had.
"""

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.instrument.dataset import Dataset
from pipelines.store.definition_table import add_definitions, add_items
from pipelines.store.records import Submission, describe_scope
from pipelines.version import CODE_VERSION

TABLES = {Dataset.PROGRAMMES: "programme", Dataset.COHORTS: "cohort", Dataset.SUPPORT: "support"}
"""Of datasets that are kept row by row; of the others counts are kept."""

_INSERT_ROWS = {
    Dataset.PROGRAMMES: "INSERT INTO programme BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.COHORTS: "INSERT INTO cohort BY NAME SELECT $id AS submission_id, * FROM counted",
    Dataset.SUPPORT: "INSERT INTO support BY NAME SELECT $id AS submission_id, * FROM counted",
}
_INSERT_COUNTED = """
    INSERT INTO contribution BY NAME
    SELECT $id AS submission_id, counted.*, definition FROM counted LEFT JOIN definitions USING (measure_id)
"""


def standing_clashes(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, scope: pl.DataFrame, elsewhere: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What stands of a dataset for these programmes and years, and `elsewhere` (ELSEWHERE) in others: submission_id,
    dataset, programme_id, academic_year."""
    sought = scope.select("programme_id", "academic_year", pl.lit(str(dataset)).alias("dataset"))
    cursor.register("scope", sought if elsewhere is None else pl.concat([sought, elsewhere]))
    return cursor.execute(
        """
        SELECT standing.* FROM standing_scope AS standing
        JOIN scope ON standing.programme_id = scope.programme_id
            AND standing.academic_year IS NOT DISTINCT FROM scope.academic_year AND standing.dataset = scope.dataset
        ORDER BY ALL
        """
    ).pl()


def refuse_mixing(cursor: duckdb.DuckDBPyConnection, submission: Submission) -> None:
    """A store holds either invented programmes or real ones. Raises Refused where this would mix them."""
    for (invented,) in cursor.execute(
        "SELECT invented FROM submission WHERE invented <> $invented LIMIT 1", {"invented": submission.invented}
    ).fetchall():
        held, offered = ("invented", "real") if invented else ("real", "invented")
        raise Refused(f"This store holds {held} programmes; {offered} ones cannot be added. Choose another --home.")


def already_held(submission: Submission, clashes: pl.DataFrame) -> str:
    """Why a submission is not taken in without --replace."""
    return (
        f"{submission.file}: the store already has {submission.dataset} for {describe_scope(clashes)}. "
        f"To put this file in their place, load it again with --replace; the earlier one stays on record."
    )


def supersede(cursor: duckdb.DuckDBPyConnection, clashes: pl.DataFrame, submission_id: str) -> None:
    """Note of what stands, as `standing_clashes` gives it, that this submission has taken its place."""
    cursor.register("clashes", clashes)
    cursor.execute(
        """
        UPDATE submission_scope SET superseded_by = $id FROM clashes
        WHERE submission_scope.submission_id = clashes.submission_id
            AND submission_scope.programme_id = clashes.programme_id
            AND submission_scope.academic_year IS NOT DISTINCT FROM clashes.academic_year
        """,
        {"id": submission_id},
    )


def insert(
    cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str, set_aside: pl.DataFrame
) -> None:
    """Add a submission and its rows. `set_aside`: programmes and years of which it does not count."""
    _insert_submission(cursor, submission, submission_id)
    cursor.register("scope", submission.scope)
    cursor.register("set_aside", set_aside)
    cursor.execute(
        """
        INSERT INTO submission_scope BY NAME
        SELECT $id AS submission_id, programme_id, academic_year, NULL AS superseded_by,
            set_aside.programme_id IS NOT NULL AS set_aside
        FROM scope LEFT JOIN set_aside USING (programme_id, academic_year)
        """,
        {"id": submission_id},
    )
    add_definitions(cursor, submission.definitions, submission.submitted_at)
    add_items(cursor, submission.items)
    cursor.register("pairs", submission.pairs)
    cursor.execute("INSERT INTO pair BY NAME SELECT $id AS submission_id, * FROM pairs", {"id": submission_id})
    cursor.register("counted", submission.counted)
    cursor.execute(_INSERT_ROWS.get(submission.dataset, _INSERT_COUNTED), {"id": submission_id})
    if submission.dataset == Dataset.PROGRAMMES:
        _insert_aliases(cursor)


def _insert_submission(cursor: duckdb.DuckDBPyConnection, submission: Submission, submission_id: str) -> None:
    cursor.execute(
        """
        INSERT INTO submission (
            submission_id, dataset, sha256, mapping_sha256, rows, submitted_by, submitted_at, code_version,
            instrument_id, catalogue_version, invented, publishing
        ) VALUES ($id, $dataset, $sha256, $mapping, $rows, $by, $at, $code, $instrument, $version, $invented,
            (SELECT count(*) FROM release))
        """,
        {
            "id": submission_id,
            "dataset": submission.dataset,
            "sha256": submission.sha256,
            "mapping": submission.mapping_sha256,
            "rows": submission.rows,
            "by": submission.submitted_by,
            "at": submission.submitted_at,
            "code": CODE_VERSION,
            "instrument": submission.instrument_id,
            "version": submission.catalogue_version,
            "invented": submission.invented,
        },
    )


def _insert_aliases(cursor: duckdb.DuckDBPyConnection) -> None:
    """Later ids of the programmes in `counted`."""
    cursor.execute(
        """
        INSERT INTO programme_alias (programme_id, first_id)
        SELECT known_as, counted.programme_id FROM counted
        ANTI JOIN programme_alias ON counted.known_as = programme_alias.programme_id
        WHERE known_as <> counted.programme_id
        """
    )


def under_former_ids(submission: Submission, present: dict[str, str]) -> pl.DataFrame:
    """Programmes of a file, each under the id that it says it formerly had; known_as is the one it has now.

    `present`: the id the store keeps, by the present id. Raises Refused where a programme says it was formerly one that
    is not registered.
    """
    sent = submission.counted.with_columns(known_as="programme_id")
    for formerly in sent["formerly"].drop_nulls():
        if formerly not in present:
            raise Refused(f"{submission.file}: formerly {formerly}: no such programme is registered. Correct the id.")
    former = pl.col("formerly").replace_strict(present, default=None)
    return sent.with_columns(pl.coalesce(former, "programme_id").alias("programme_id")).drop("formerly")


def refuse_twice(file: str, programmes: pl.DataFrame) -> None:
    """Raises Refused where a file of programmes has one under its present and its former id."""
    for twice in programmes.filter(pl.col("programme_id").is_duplicated())["known_as"]:
        raise Refused(f"{file}: {twice} comes twice, under its present and its former id. Delete one row.")


def refuse_used_ids(
    file: str, programmes: pl.DataFrame, renamed: set[str], used: pl.DataFrame, codes: set[str]
) -> None:
    """Raises Refused where a programme gets an id that another has or had: the two would become one.

    `programmes`: programme_id (the first id) and known_as (the one in the file). `renamed`: the ids in the file of
    programmes that say which one they formerly had; they may have an id of their own back. `used`: every id that was
    ever known_as, with the first and the last id of its programme. `codes`: under which releases showed programmes.
    """
    owners = {known_as: (first, last) for known_as, first, last in used.iter_rows()}
    spelled = {known_as.casefold(): known_as for known_as in owners}
    for first_id, known_as in programmes.select("programme_id", "known_as").iter_rows():
        if known_as.casefold() in codes:
            raise Refused(
                f"{file}: {known_as} is the code under which a release shows a programme that is not named. Choose "
                f"another id."
            )
        owner, last_id = owners.get(known_as, (first_id, known_as))
        if owner != first_id or (known_as not in renamed and last_id != known_as):
            raise Refused(
                f"{file}: the id {known_as} belongs to a programme that is registered as {last_id}. An id is never "
                f"given to another programme. Choose a new one; or write {last_id} if it is that programme."
            )
        alike = spelled.get(known_as.casefold(), known_as)
        if known_as not in owners and owners.get(alike, (first_id,))[0] != first_id:
            raise Refused(
                f"{file}: the id {known_as} differs from the registered {alike} in capitals only. Write {alike} if it "
                f"is that programme; else choose an id that nobody can take for it."
            )


def without(scope: pl.DataFrame, set_aside: pl.DataFrame) -> pl.DataFrame:
    """The programmes and years of a submission that count."""
    return scope.join(
        set_aside, on=["programme_id", "academic_year"], how="anti", nulls_equal=True, maintain_order="left"
    )
