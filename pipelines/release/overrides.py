"""Overrides: counts that were set aside because their year is final, and that the steward lets through all the same."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import polars as pl

from pipelines.disclosure.ledger import MEASURE_KEYS, YEAR_KEYS
from pipelines.disclosure.waiting_lists import used_up
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.release.unnamed import require_seen_under_its_code
from pipelines.store.records import Holdings
from pipelines.store.store import Store

_NOTHING_SET_ASIDE = "nothing of it was set aside, so there is nothing to let through"
_NOT_PUT_TO_EVERYBODY = "this question is not put to everybody, and only what is put to everybody can be let through"
_NOTHING_SEEN = (
    "publishing has seen no answers to it. An override takes the place of what was seen, and here there is nothing to "
    "take the place of"
)
_COUNTS_ALREADY = "what was set aside was let through before: it counts already"
_USED_UP = (
    "what was seen of it stands in a published number, or is used up. Such a number never changes, and what a new file "
    "adds to it or takes from it is no group of people that could be counted with others. If the number is wrong, take "
    "back the file it came from with `openness withdraw`, and then let the new file through"
)
_ONE_YEAR_AT_A_TIME = (
    "another year of the same question is to be let through as well, and the first may make what waits enough to be "
    "published. Let one year through, and then the next"
)


@dataclass(frozen=True)
class Override:
    """A count that was set aside and that the steward lets through, and the reason. The release shows both."""

    programme_id: str
    measure_id: str
    academic_year: str
    reason: str


def rows_of(store: Store, overrides: Sequence[Override]) -> pl.DataFrame:
    """Overrides as rows, YEAR_KEYS and reason, each under the id that its programme was first registered with."""
    schema = dict.fromkeys((*YEAR_KEYS, "reason"), pl.String)
    return store.first_ids(pl.DataFrame([astuple(override) for override in overrides], schema=schema, orient="row"))


def counts_let_through(store: Store, catalogue: Catalogue, holdings: Holdings, chosen: pl.DataFrame) -> pl.DataFrame:
    """The counts set aside that overrides let through: YEAR_KEYS, submission_id, respondents, affirmative.

    `chosen`: YEAR_KEYS, under the first ids of their programmes. An override takes the place of what publishing saw and
    what still waits, and of nothing else. Raises Refused where the measure is not put to everybody, where nothing was
    set aside, where what was seen stood under a name that is not shown any more, where nothing was seen, where it was
    let through before, where what was seen does not wait any more, or where two years of a question are chosen. Of a
    measure that is not put to everybody nothing is looked for: whether there are counts may tell that nobody was asked.
    """
    dependent = chosen.join(catalogue.measure_frame.filter(pl.col("parent").is_not_null()), on="measure_id", how="semi")
    require_seen_under_its_code(_without(chosen, dependent), holdings)
    counts, seen = store.set_aside_counts(chosen), holdings.ledger.seen
    gone = used_up(holdings.ledger, holdings.withdrawn, holdings.unnamed)
    for rows, why in (
        (dependent, _NOT_PUT_TO_EVERYBODY),
        (_without(chosen, counts), _NOTHING_SET_ASIDE),
        (_without(chosen, seen), _NOTHING_SEEN),
        (counts.join(seen, on=(*YEAR_KEYS, "submission_id"), how="semi"), _COUNTS_ALREADY),
        (chosen.join(gone, on=YEAR_KEYS, how="semi"), _USED_UP),
        (chosen.filter(pl.struct(MEASURE_KEYS).is_duplicated()), _ONE_YEAR_AT_A_TIME),
    ):
        for programme, measure, year in holdings.present_ids(rows.select(YEAR_KEYS)).iter_rows():
            raise Refused(f"{measure} of {programme} in {year} cannot be let through: {why}. Nothing was published.")
    return counts


def _without(chosen: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return chosen.join(rows, on=YEAR_KEYS, how="anti", maintain_order="left")
