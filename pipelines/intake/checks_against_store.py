"""What is found when a file is set beside what the store holds: people counted twice, what is unlikely, and what stands
in the way.

No finding depends on a stored k that is not published, and a warning that it is unlike earlier files is given only of
named programmes: see named_programmes. Of what would be set aside nothing else is said, so that the words are the same
whatever the file holds.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.disclosure.ledger import MEASURE_KEYS, Ledger
from pipelines.errors import AlreadyHeld
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.intake.named_programmes import file_totals, last_published, named_ledger, only_named
from pipelines.statistics.estimators import difference, with_interval
from pipelines.store.records import CLOSED, ELSEWHERE, describe_scope, scope_of
from pipelines.store.store import Store
from pipelines.store.submission_tables import without

FAR = 0.2
"""A rate is far from the last published one if its difference is beyond this by its whole interval."""
_YEAR = ["programme_id", "academic_year"]
UNTOLD = "Of programmes that are not named it is not told here whether these rows or answers came in before."
SHRUNK = 0.5
"""A programme is much smaller than before below this share of those who answered then."""


def programmes_not_checked(file: str) -> Finding:
    """There is no store to ask."""
    expected = "It was not checked whether the programmes are registered, because there is no store here."
    fix = "Nothing to do; it will be checked when the file is loaded."
    return Finding("warning", FindingRule.PROGRAMMES_NOT_CHECKED, file, expected, fix)


def rows_that_count(counted: pl.DataFrame, dataset: Dataset, catalogue: Catalogue, store: Store) -> pl.DataFrame:
    """The rows of a file that would count: those of a measure that would be set aside count nobody."""
    if "measure_id" not in counted.columns:
        return counted
    return without(counted, store.set_aside(dataset, counted, store.roots_of_kin(catalogue)))


def counted_elsewhere(
    file: str,
    counting: pl.DataFrame,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store,
    named: frozenset[str] | None,
) -> Iterator[Finding]:
    """The same people counted in two datasets. `counting`: the rows that would count. `named`: the only programmes of
    which it is told, if not all.

    It goes by questions put to everybody, in the file and in the store: whether there is a count of a follow-up
    question may tell that nobody said yes before, and no follow-up comes without the question it follows.
    """
    if "measure_id" not in counting.columns:
        return
    rows = _told(named, _put_to_everybody(counting, catalogue))
    fix = "Send a measure of one programme and year either as responses or as counts."
    for programme, year, sent, held, other in store.counted_elsewhere(
        _same_people(rows, catalogue, store), dataset
    ).iter_rows():
        edition = f"Another edition may have asked those people the same as {sent}, or as a question that follows it. "
        expected = (
            f"{programme}, {year}: {held} has come in already as {other}. {edition if sent != held else ''}"
            f"People must not be counted twice."
        )
        yield Finding("error", FindingRule.COUNTED_ELSEWHERE, file, expected, fix, column=sent)
    for programme, year, sent, held, other in store.counted_elsewhere(_tied(rows, catalogue), dataset).iter_rows():
        expected = (
            f"{programme}, {year}: {held} has come in already as {other}. A yes to {sent} and a yes to {held} "
            f"are compared, so both must come from the same people."
        )
        yield Finding("error", FindingRule.COUNTED_ELSEWHERE, file, expected, fix, column=sent)


def untold_elsewhere(
    counted: pl.DataFrame, dataset: Dataset, catalogue: Catalogue, store: Store, named: frozenset[str] | None
) -> pl.DataFrame:
    """The same, of programmes that are not `named`, by their first ids: programme_id, academic_year, dataset.

    It is told to nobody. The file takes the place of what came in before, so that nobody is counted twice.
    """
    if named is None or "measure_id" not in counted.columns:
        return pl.DataFrame(schema=ELSEWHERE)
    rows = _put_to_everybody(rows_that_count(counted, dataset, catalogue, store), catalogue)
    rows = store.first_ids(rows.filter(~pl.col("programme_id").is_in(named)))
    sought = pl.concat([_same_people(rows, catalogue, store), _tied(rows, catalogue)])
    return store.counted_elsewhere(sought, dataset).select(*ELSEWHERE).unique(maintain_order=True)


def refuse_untold(file: str, counted: pl.DataFrame, dataset: Dataset, named: frozenset[str] | None) -> None:
    """Raises AlreadyHeld where a file speaks for programmes that are not `named`, whatever is held of them."""
    scope = scope_of(dataset, counted)
    if _told(named, scope).height < scope.height:
        raise AlreadyHeld(f"{file}: {UNTOLD} Say that this file takes the place of whatever came in before.")


def _put_to_everybody(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The rows of questions that are put to everybody."""
    to_everybody = [measure.id for measure in catalogue.measure if measure.base is None]
    return rows.filter(pl.col("measure_id").is_in(to_everybody))


def _same_people(rows: pl.DataFrame, catalogue: Catalogue, store: Store) -> pl.DataFrame:
    """What may count the same people as these rows: programme_id, academic_year, sent (the measure in the file),
    measure_id (a question put to everybody: see `Store.roots_of_kin`)."""
    roots = store.roots_of_kin(catalogue).select(sent="measure_id", measure_id="root_id")
    return _sent(rows).join(roots, on="sent", maintain_order="left")


def _tied(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What holds a measure of these rows, or stands within it, and is not in the file itself: columns as above. If it
    came in as another dataset, no file could be held to the bound between the two."""
    within = [(measure.id, measure.within) for measure in catalogue.measure if measure.within and measure.base is None]
    ties = pl.DataFrame(
        [*within, *((outer, inner) for inner, outer in within)],
        schema={"sent": pl.String, "measure_id": pl.String},
        orient="row",
    )
    return _sent(rows).join(ties, on="sent", maintain_order="left").join(rows, on=[*_YEAR, "measure_id"], how="anti")


def _sent(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(*_YEAR, sent="measure_id").unique(maintain_order=True)


def hindrances(
    file: str,
    counted: pl.DataFrame,
    dataset: Dataset,
    catalogue: Catalogue,
    store: Store,
    named: frozenset[str] | None,
) -> Iterator[Finding]:
    """Why a file without errors would not be taken in all the same, or only if asked to. `named`: as above."""
    if store.holds_invented():
        expected = "This home holds the demonstration, with which no other programmes are mixed."
        yield Finding(
            "warning", FindingRule.DEMONSTRATION, file, expected, "Load it into a home of its own, with --home."
        )
    aside = store.set_aside(dataset, counted, store.roots_of_kin(catalogue))
    yield from set_aside(file, aside)
    scope = without(scope_of(dataset, counted), aside)
    told = _told(named, scope)
    clashes = store.clashes(dataset, told)
    if clashes.height:
        expected = f"The store already has {dataset} for {describe_scope(clashes)}."
        fix = "To put this file in their place, load it with --replace; the earlier one stays on record."
        yield Finding("warning", FindingRule.ALREADY_HELD, file, expected, fix)
    if told.height < scope.height:
        fix = (
            "If they did, in this kind of file or another, this takes the place of all of it, also of questions that "
            "this file does not have. So put every question into it. The earlier one stays on record."
        )
        yield Finding("warning", FindingRule.PERHAPS_HELD, file, UNTOLD, fix)


def set_aside(file: str, aside: pl.DataFrame) -> Iterator[Finding]:
    """A file of a closed year of which results were looked at already: whatever is in it, it does not count."""
    if aside.height:
        expected = (
            f"{describe_scope(aside)}: the year is closed, and results of it were looked at already. What was seen "
            f"first stays, so this is kept on record and does not count, whatever is in it."
        )
        fix = "If it must count all the same, ask the steward, who can let it through with a reason."
        yield Finding("warning", FindingRule.SET_ASIDE, file, expected, fix)


def years_not_open(file: str, counted: pl.DataFrame, dataset: Dataset, store: Store) -> Iterator[Finding]:
    """Academic years of a file that are closed, or were not opened yet."""
    states = store.year_states()
    for year in scope_of(dataset, counted)["academic_year"].drop_nulls().unique().sort():
        if states.get(year) == CLOSED:
            expected = f"{year} is closed: its collection is over."
            fix = "If your programme is late, send the file to the steward, who can still load it."
            yield Finding("error", FindingRule.YEAR_NOT_OPEN, file, expected, fix, column="academic_year")
        elif year not in states:
            expected = f"{year} is not open for collection yet."
            fix = "Correct the year; or ask the steward to open it."
            yield Finding("error", FindingRule.YEAR_NOT_OPEN, file, expected, fix, column="academic_year")


def _told(named: frozenset[str] | None, rows: pl.DataFrame) -> pl.DataFrame:
    return rows if named is None else rows.filter(pl.col("programme_id").is_in(named))


# ---- what is unlikely beside what has come in before, and may be right all the same ----


def surprises(file: str, counting: pl.DataFrame, catalogue: Catalogue, store: Store) -> Iterator[Finding]:
    """Warnings: more answers than people invited, a programme much smaller than before, a rate far from the last.

    `counting` is what of a file would count: answers as counts, or how many were invited. Of other files there is
    nothing.
    """
    if "measure_id" in counting.columns:
        totals, ledger = file_totals(counting, store), named_ledger(store)
        fix = "Look for rows that came twice, or correct the number invited."
        yield from _more_than_invited(file, totals, only_named(store.cohorts(), store), catalogue, fix)
        yield from _much_smaller(file, totals, ledger)
        yield from _far_from_the_last(file, totals, catalogue, ledger)
    elif "invited" in counting.columns:
        invited = store.first_ids(counting.with_columns(sent_as="programme_id"))
        fix = "Correct the number invited, or the answers sent before."
        yield from _more_than_invited(file, only_named(store.answered(), store), invited, catalogue, fix)


def _more_than_invited(
    file: str, answered: pl.DataFrame, invited: pl.DataFrame, catalogue: Catalogue, fix: str
) -> Iterator[Finding]:
    """By the question that most people of a group answered. One of the two frames is of the file, and has sent_as."""
    groups = catalogue.measure_frame.select("measure_id", pl.col("group").alias("respondent_group"))
    keys = ["programme_id", "academic_year", "respondent_group"]
    most = answered.join(groups, on="measure_id").sort("respondents").unique(keys, keep="last", maintain_order=True)
    over = most.join(invited, on=keys).filter(pl.col("respondents") > pl.col("invited")).sort(keys)
    for row in over.iter_rows(named=True):
        expected = (
            f"{row['sent_as']}, {row['academic_year']}: {row['respondents']:,} {row['respondent_group']} answered, of "
            f"{row['invited']:,} invited. That is more than 100 %."
        )
        yield Finding("warning", FindingRule.MORE_THAN_INVITED, file, expected, fix)


def _much_smaller(file: str, totals: pl.DataFrame, ledger: Ledger) -> Iterator[Finding]:
    """By the question that most people answered, then and now."""
    keys = ["programme_id", "academic_year"]
    seen = ledger.seen.group_by(*MEASURE_KEYS, "academic_year").agg(pl.col("respondents").sum())
    before = seen.group_by(keys).agg(pl.col("respondents").max().alias("before"))
    shrunk = (
        totals.group_by(keys)
        .agg(pl.col("respondents").max(), pl.col("sent_as").first())
        .join(before, on="programme_id", suffix="_before")
        .filter(pl.col("academic_year_before") < pl.col("academic_year"))
        .sort("academic_year_before")
        .unique(keys, keep="last", maintain_order=True)
        .filter(pl.col("respondents") < SHRUNK * pl.col("before"))
        .sort(keys)
    )
    for row in shrunk.iter_rows(named=True):
        expected = (
            f"{row['sent_as']}, {row['academic_year']}: at most {row['respondents']:,} answered a question, after "
            f"{row['before']:,} in {row['academic_year_before']}."
        )
        yield Finding(
            "warning", FindingRule.MUCH_SMALLER, file, expected, "If rows are missing, export the file again."
        )


def _far_from_the_last(file: str, totals: pl.DataFrame, catalogue: Catalogue, ledger: Ledger) -> Iterator[Finding]:
    """Beyond what chance does. Rates of which neither way is better differ as they do, and are left alone."""
    judged = [measure.id for measure in catalogue.measure if measure.direction != "none"]
    rates = with_interval(last_published(ledger).rename(lambda name: name.removeprefix("last_")))
    published = rates.rename(lambda name: name if name in MEASURE_KEYS else f"last_{name}")
    sent = with_interval(totals.filter(pl.col("respondents") > 0, pl.col("measure_id").is_in(judged)))
    both = sent.join(published, on=MEASURE_KEYS)
    _, low, high = difference("rate", "last_rate")
    far = both.filter((pl.col("academic_year") > pl.col("last_last_year")) & ((low > FAR) | (high < -FAR)))
    for row in far.sort(*MEASURE_KEYS).iter_rows(named=True):
        expected = (
            f"{row['sent_as']}, {row['academic_year']}: {row['affirmative']:,} of {row['respondents']:,}, where the "
            f"last published result was {_last_result(row)}."
        )
        fix = "If answers were coded the other way round, correct them; if it is so, leave it."
        yield Finding("warning", FindingRule.FAR_FROM_THE_LAST, file, expected, fix, column=row["measure_id"])


def _last_result(row: dict[str, Any]) -> str:
    return f"{row['last_affirmative']:,} of {row['last_respondents']:,} ({row['last_last_year']})"
