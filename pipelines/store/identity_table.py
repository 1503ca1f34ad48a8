"""Under which code a programme that is not named appears in releases, and since when.

A programme gets a code with the first release that knows it, and keeps it until it is named. When it is no longer
named after that, it gets another code, so that nobody can tell what stood under its name from what stands under its
code. Every function is a part of the caller's transaction.
"""

import secrets

import duckdb
import polars as pl


def codes(cursor: duckdb.DuckDBPyConnection, programmes: pl.DataFrame) -> pl.DataFrame:
    """Programmes, each with its code (null where it has none yet, and where it is no longer named since), and
    told_by_name: whether it is named, and no release shows it under a code still. Whoever saw its name beside what is
    held of it before the next release could tell whose that code is."""
    kept = cursor.execute("SELECT programme_id, code, named AS was_named FROM last_identity").pl()
    code = pl.when(pl.col("named") | ~pl.col("was_named")).then("code")
    by_name = pl.col("named") & pl.col("was_named").fill_null(value=True)
    return (
        programmes.join(kept, on="programme_id", how="left", maintain_order="left")
        .with_columns(code.alias("code"), by_name.alias("told_by_name"))
        .drop("was_named")
    )


def draw_codes(cursor: duckdb.DuckDBPyConnection, programmes: pl.DataFrame) -> pl.DataFrame:
    """Programmes with their codes, and a new one for each that has none.

    It is random, so that nothing about the programme can be told from it, is no programme's id, and is kept by
    `record_identities`.
    """
    known = cursor.execute("SELECT code FROM identity UNION SELECT lower(known_as) FROM programme").fetchall()
    taken = {code for (code,) in known}
    drawn = []
    for code in programmes["code"]:
        drawn.append(code or _new_code(taken))
        taken.add(drawn[-1])
    return programmes.with_columns(pl.Series("code", drawn, dtype=pl.String))


def record_identities(cursor: duckdb.DuckDBPyConnection, programmes: pl.DataFrame, publishing: int) -> None:
    """Keep code and name of the programmes of a release, where they are new or have changed."""
    cursor.register("programmes", programmes.select("programme_id", "code", "named"))
    cursor.execute(
        """
        INSERT INTO identity BY NAME
        SELECT programme_id, $publishing AS publishing, code, named FROM programmes
        ANTI JOIN last_identity USING (programme_id, code, named)
        """,
        {"publishing": publishing},
    )


def unnamed(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Programmes that a release showed by name, and that were not named after that: programme_id, publishing (the
    first since then; that of the next release, where none has been made)."""
    return cursor.execute(
        """
        WITH step AS (
            SELECT programme_id, publishing, named,
                lag(named) OVER (PARTITION BY programme_id ORDER BY publishing) AS was_named
            FROM identity
            UNION ALL
            SELECT programme_id, (SELECT count(*) + 1 FROM release), standing_programme.named = 'yes',
                last_identity.named
            FROM standing_programme JOIN last_identity USING (programme_id)
        )
        SELECT programme_id, max(publishing) AS publishing FROM step WHERE was_named AND NOT named
        GROUP BY programme_id ORDER BY programme_id
        """
    ).pl()


def codes_given(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every code under which a release showed a programme: code, programme_id, and former: whether the programme was
    named after that and is not named any more, so that whoever saw both knows whose the code was."""
    return cursor.execute(
        """
        SELECT identity.code, programme_id,
            bool_or(identity.code <> last_identity.code AND NOT last_identity.named) AS former
        FROM identity JOIN last_identity USING (programme_id) WHERE NOT identity.named
        GROUP BY ALL ORDER BY ALL
        """
    ).pl()


def said_before(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What releases said of programmes that are not named, before they got the code they have now: dataset,
    programme_id, academic_year."""
    return cursor.execute(
        """
        SELECT DISTINCT dataset, programme_id, academic_year
        FROM said JOIN code_since USING (programme_id)
        SEMI JOIN (FROM standing_programme WHERE named <> 'yes') AS hidden USING (programme_id)
        WHERE said.publishing < code_since.since
        ORDER BY ALL
        """
    ).pl()


def _new_code(taken: set[str]) -> str:
    draw = iter(lambda: f"programme-{secrets.token_hex(3)}", None)
    return next(code for code in draw if code not in taken)
