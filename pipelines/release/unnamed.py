"""What a programme that is not named shows of itself: only what it shares with others, and only what is new."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipelines.disclosure.ledger import YEAR_KEYS
from pipelines.disclosure.waiting_lists import SUBMISSION_KEYS
from pipelines.errors import Refused
from pipelines.instrument.dataset import Dataset
from pipelines.release.schema import LEAST_ALIKE
from pipelines.store.records import Holdings

PLACES = ("profession", "country", "region")
"""What can be shown of a programme, from what many share to what few share."""
SCOPE = ("dataset", "programme_id", "academic_year")
"""What a file speaks for."""


def hide_what_few_share(programmes: pl.DataFrame) -> pl.DataFrame:
    """Programmes with profession, country and region; those that are not named show only what enough of them show.

    All of them are one crowd. It is split by profession, each of these crowds by country, and each of those by region:
    see `_crowds`. So no crowd has fewer than LEAST_ALIKE programmes, also among those that show nothing, or less than
    others; unless there are fewer in all, where nothing can help.
    """
    return pl.concat([programmes.filter("named"), *_crowds(programmes.filter(~pl.col("named")), PLACES)])


def _crowds(programmes: pl.DataFrame, places: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """A crowd split by the first of these places, and what comes of it by the next.

    A place is shown where LEAST_ALIKE share it. All others stay together and show none of these places. If they are
    too few, the smallest crowd that could show its place (the first by name, if there are several) shows none either.
    """
    if not places:
        yield programmes
        return
    place, *finer = places
    alike = programmes.drop_nulls(place).group_by(place).len().filter(pl.col("len") >= LEAST_ALIKE).sort("len", place)
    too_few = 0 < programmes.height - alike["len"].sum() < LEAST_ALIKE
    shown = alike[place].to_list()[too_few:]
    for name in shown:
        yield from _crowds(programmes.filter(pl.col(place) == name), tuple(finer))
    others = programmes.filter(~pl.col(place).is_in(shown).fill_null(value=False))
    yield others.with_columns(pl.lit(None, pl.String).alias(name) for name in places)


def only_what_is_new(holdings: Holdings) -> Holdings:
    """What a release may say: without what was said of a programme before it got the code it has now."""
    said_before = holdings.said_before
    return replace(
        holdings,
        contributions=holdings.contributions.join(said_before, on=SCOPE, how="anti"),
        cohorts=_without(holdings.cohorts, said_before, Dataset.COHORTS),
        support=_without(holdings.support, said_before, Dataset.SUPPORT),
    )


def require_seen_under_its_code(chosen: pl.DataFrame, holdings: Holdings) -> None:
    """Raises Refused where a count is to be let through of a year that was seen while its programme was still named:
    nothing of what was seen then is shown any more. `chosen`: YEAR_KEYS."""
    since = holdings.unnamed.rename({"publishing": "since"})
    seen = holdings.ledger.seen.join(since, on="programme_id").filter(pl.col("publishing") < pl.col("since"))
    for programme, measure, year in holdings.present_ids(chosen.join(seen, on=YEAR_KEYS, how="semi")).iter_rows():
        raise Refused(
            f"{measure} of {programme} in {year} was seen while the programme was named. Since it is not named any "
            f"more, nothing of that is shown, so there is nothing to override."
        )


def told_overrides(overrides: pl.DataFrame, releases: pl.DataFrame, holdings: Holdings) -> pl.DataFrame:
    """The overrides of earlier releases that the next one tells too: not those of a programme that was still named
    then, because they would join its name and its code; nor those of what was taken back.

    `overrides` and `releases` as the store gives them.
    """
    since = holdings.unnamed.rename({"publishing": "since"})
    taken_back = holdings.ledger.seen.filter("known").join(holdings.withdrawn, on=SUBMISSION_KEYS, how="semi")
    return (
        overrides.join(releases.select("release_id", "publishing"), on="release_id", maintain_order="left")
        .join(since, on="programme_id", how="left", maintain_order="left")
        .filter(pl.col("publishing") >= pl.col("since").fill_null(0))
        .join(taken_back, on=[*YEAR_KEYS, "publishing"], how="anti")
        .select(overrides.columns)
    )


def _without(rows: pl.DataFrame, said_before: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    shown_before = said_before.filter(pl.col("dataset") == str(dataset))
    return rows.join(shown_before, on=SCOPE[1:], how="anti")
