"""What a file would come to, beside what is published and what waits, before anybody says yes to it.

Nothing here depends on a stored k that is not published, so nobody can learn one by trying files: of what is held only
how many answered is looked at, and of what is published the results. Of a programme that is not named nothing held is
told at all, because anybody can put its id into a file and so find out under which code it is published.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.disclosure.rule import LIST_KEYS
from pipelines.disclosure.waiting_lists import Ledger
from pipelines.findings import Finding
from pipelines.instrument.catalogue import Catalogue
from pipelines.statistics.estimators import difference, with_interval
from pipelines.store.store import Store

FAR = 0.2
"""A rate is far from the last published one if its difference is beyond this by its whole interval."""
SHRUNK = 0.5
"""A programme is much smaller than before below this share of those who answered then."""


def preview(counted: pl.DataFrame, catalogue: Catalogue, store: Store) -> pl.DataFrame:
    """A row for each programme, year and measure of a file: programme_id, academic_year, measure_id, title,
    respondents, affirmative, minimum_respondents, enough (people, by this file alone; whether it is published depends
    on more), waiting (how many people already wait), last_first_year, last_last_year, last_respondents,
    last_affirmative (the last published result, if there is one). In the order of the catalogue.
    """
    measures = catalogue.measure_frame.select("measure_id", "place", "minimum_respondents")
    titles = {measure.id: measure.title for measure in catalogue.measure}
    ledger = _of_named(store)
    return (
        _totals(counted, store)
        .join(_last_published(ledger), on=LIST_KEYS, how="left")
        .join(_people_waiting(ledger), on=LIST_KEYS, how="left")
        .join(measures, on="measure_id")
        .sort("programme_id", "academic_year", "place")
        .select(
            pl.col("sent_as").alias("programme_id"),
            "academic_year",
            "measure_id",
            pl.col("measure_id").replace_strict(titles, default=None).alias("title"),
            "respondents",
            "affirmative",
            "minimum_respondents",
            (pl.col("respondents") >= pl.col("minimum_respondents")).alias("enough"),
            pl.col("waiting").fill_null(0),
            pl.col("^last_.*$"),
        )
    )


def surprises(file: str, counted: pl.DataFrame, catalogue: Catalogue, store: Store) -> Iterator[Finding]:
    """Warnings: more answers than people invited, a programme much smaller than before, a rate far from the last.

    `counted` is what a file comes to: answers as counts, or how many were invited. Of other files there is nothing.
    """
    if "measure_id" in counted.columns:
        totals, ledger = _totals(counted, store), _of_named(store)
        fix = "Look for rows that came twice, or correct the number invited."
        yield from _more_than_invited(file, totals, _only_named(store.cohorts(), store), catalogue, fix)
        yield from _much_smaller(file, totals, ledger)
        yield from _far_from_the_last(file, totals, catalogue, ledger)
    elif "invited" in counted.columns:
        invited = store.first_ids(counted.with_columns(sent_as="programme_id"))
        fix = "Correct the number invited, or the answers sent before."
        yield from _more_than_invited(file, _only_named(store.answered(), store), invited, catalogue, fix)


def _totals(counted: pl.DataFrame, store: Store) -> pl.DataFrame:
    """Everybody in the file, under the id it was sent with (sent_as) and the one the store keeps."""
    keys = ("programme_id", "academic_year", "measure_id")
    totals = counted.group_by(keys, maintain_order=True).agg(pl.col("respondents", "affirmative").sum())
    return store.first_ids(totals.with_columns(sent_as="programme_id"))


def _named(store: Store) -> pl.DataFrame:
    return store.programmes().filter("named").select("programme_id")


def _only_named(rows: pl.DataFrame, store: Store) -> pl.DataFrame:
    return rows.join(_named(store), on="programme_id", how="semi")


def _of_named(store: Store) -> Ledger:
    """The ledger, without the lists and results of programmes that are not named."""
    ledger, named = store.ledger(), _named(store)
    versions, parts, results = (
        frame.join(named, on="programme_id", how="semi", maintain_order="left")
        for frame in (ledger.versions, ledger.parts, ledger.results)
    )
    return replace(ledger, versions=versions, parts=parts, results=results)


def _last_published(ledger: Ledger) -> pl.DataFrame:
    last = ledger.published.sort("last_year", "result_id").unique(LIST_KEYS, keep="last", maintain_order=True)
    names = ("first_year", "last_year", "respondents", "affirmative")
    return last.select(*LIST_KEYS, *(pl.col(name).alias(f"last_{name}") for name in names))


def _people_waiting(ledger: Ledger) -> pl.DataFrame:
    return ledger.waiting.group_by(LIST_KEYS).agg(pl.col("respondents").sum().alias("waiting"))


def _more_than_invited(
    file: str, answered: pl.DataFrame, invited: pl.DataFrame, catalogue: Catalogue, fix: str
) -> Iterator[Finding]:
    """By the question that most people of a group answered. One of the two frames is of the file, and has sent_as."""
    groups = catalogue.measure_frame.select("measure_id", pl.col("group").alias("respondent_group"))
    by = ["programme_id", "academic_year", "respondent_group"]
    most = answered.join(groups, on="measure_id").sort("respondents").unique(by, keep="last", maintain_order=True)
    over = most.join(invited, on=by).filter(pl.col("respondents") > pl.col("invited")).sort(by)
    for programme, year, group, n, of in over.select("sent_as", *by[1:], "respondents", "invited").iter_rows():
        expected = f"{programme}, {year}: {n:,} {group} answered, of {of:,} invited. That is more than 100 %."
        yield Finding("warning", "more_than_invited", file, expected, fix)


def _much_smaller(file: str, totals: pl.DataFrame, ledger: Ledger) -> Iterator[Finding]:
    by = ["programme_id", "academic_year"]
    seen = ledger.versions.group_by(*LIST_KEYS, "academic_year").agg(pl.col("respondents").sum())
    before = seen.group_by(by).agg(pl.col("respondents").max().alias("before"))
    both = (
        totals.group_by(by)
        .agg(pl.col("respondents").max(), pl.col("sent_as").first())
        .join(before, on="programme_id", suffix="_before")
        .filter(pl.col("academic_year_before") < pl.col("academic_year"))
        .sort("academic_year_before")
        .unique(by, keep="last", maintain_order=True)
        .filter(pl.col("respondents") < SHRUNK * pl.col("before"))
        .sort(by)
    )
    for row in both.iter_rows(named=True):
        expected = (
            f"{row['sent_as']}, {row['academic_year']}: at most {row['respondents']:,} answered a question, after "
            f"{row['before']:,} in {row['academic_year_before']}."
        )
        yield Finding("warning", "much_smaller", file, expected, "If rows are missing, export the file again.")


def _far_from_the_last(file: str, totals: pl.DataFrame, catalogue: Catalogue, ledger: Ledger) -> Iterator[Finding]:
    """Beyond what chance does. Rates of which neither way is better differ as they do, and are left alone."""
    judged = [measure.id for measure in catalogue.measure if measure.direction != "none"]
    rates = with_interval(_last_published(ledger).rename(lambda name: name.removeprefix("last_")))
    published = rates.rename(lambda name: name if name in LIST_KEYS else f"last_{name}")
    mine = with_interval(totals.filter(pl.col("respondents") > 0, pl.col("measure_id").is_in(judged)))
    both = mine.join(published, on=LIST_KEYS)
    _, low, high = difference("rate", "last_rate")
    far = both.filter((pl.col("academic_year") > pl.col("last_last_year")) & ((low > FAR) | (high < -FAR)))
    for row in far.sort(*LIST_KEYS).iter_rows(named=True):
        expected = (
            f"{row['sent_as']}, {row['academic_year']}: {row['affirmative']:,} of {row['respondents']:,}, where the "
            f"last published result was {_last_result(row)}."
        )
        fix = "If answers were coded the other way round, correct them; if it is so, leave it."
        yield Finding("warning", "far_from_the_last", file, expected, fix, column=row["measure_id"])


def _last_result(row: dict[str, Any]) -> str:
    return f"{row['last_affirmative']:,} of {row['last_respondents']:,} ({row['last_last_year']})"
