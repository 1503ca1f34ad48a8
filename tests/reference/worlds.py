"""Small worlds to publish from: programmes, what a store holds of them, and the frames of the release it becomes."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.pairs import PAIR
from pipelines.disclosure.waiting_lists import advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.release.frames import compose
from pipelines.release.schema import RELATIONS
from pipelines.release.unnamed import only_what_is_new
from pipelines.store.records import ITEM_WORDING, Holdings, ReleaseNote
from tests.factories import NOW, UNNAMED, a_catalogue, a_measure, contributions

YEARS = ("2021-22", "2022-23", "2023-24", "2024-25")
YEAR = YEARS[-1]

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("modelled"),
    a_measure("lived", sensitive=True),
    a_measure("told", sensitive=True, base="lived"),
    a_measure("trainee_asked", group="trainee"),
    support_item=[
        {"id": "policy", "kind": "policy", "title": "Policy"},
        {"id": "example", "kind": "culture", "title": "Example", "personal": True},
    ],
    gap=[{"id": "gap", "title": "Gap", "expected": "asked", "modelled": "modelled"}],
)

Rows = Sequence[tuple[str, str, str, str | None, int, int]]


def programmes(**places: tuple[str, str, str | None, bool]) -> pl.DataFrame:
    """Profession, country, region, named, for each programme."""
    return pl.DataFrame(
        [(who, who, f"code-{who}", f"Name of {who}", *place) for who, place in places.items()],
        schema={
            "programme_id": pl.String,
            "known_as": pl.String,
            "code": pl.String,
            "programme_name": pl.String,
            "profession": pl.String,
            "country": pl.String,
            "region": pl.String,
            "named": pl.Boolean,
        },
        orient="row",
    )


COHORT = {
    **dict.fromkeys(("programme_id", "academic_year", "respondent_group", "collected_by"), pl.String),
    "invited": pl.Int64,
}
SUPPORT = {
    **dict.fromkeys(("programme_id", "academic_year", "item_id", "status", "evidence_url"), pl.String),
    **dict.fromkeys(("since", "reviewed_on"), pl.Date),
}
CORRECTION = ("measure_id", "definition", "before", "after", "reason")


def holdings(rows: Rows, registered: pl.DataFrame | None = None, **given: pl.DataFrame) -> Holdings:
    """What a store holds that was never published from: contributions, and whatever else is given."""
    ids = sorted({row[0] for row in rows})
    fields: dict[str, Any] = {
        "submissions": frozenset({"a-submission"}),
        "invented": False,
        "programmes": programmes(**dict.fromkeys(ids, ("p", "C", None, True))) if registered is None else registered,
        "cohorts": pl.DataFrame(schema=COHORT),
        "support": pl.DataFrame(schema=SUPPORT),
        "contributions": contributions(*rows).with_columns(
            submission_id=pl.lit("a-submission"), dataset=pl.lit("staff_responses"), definition=pl.col("measure_id")
        ),
        "withdrawn": texts("submission_id", "programme_id", "academic_year"),
        "unnamed": pl.DataFrame(schema=UNNAMED),
        "said_before": texts("dataset", "programme_id", "academic_year"),
        "open_years": [],
        "pairs": pl.DataFrame(schema=PAIR),
        "editions": texts("catalogue_version", "first_year"),
        "items": pl.DataFrame(schema=ITEM_WORDING),
        "definitions": texts("measure_id", "definition"),
        "corrections": texts(*CORRECTION).with_columns(pl.lit(None, pl.Datetime("us")).alias("accepted_at")),
        "ledger": Ledger.empty(),
    }
    whole = {
        name: pl.concat([given[name], fields[name].clear()], how="diagonal_relaxed")
        for name in ("cohorts", "support")
        if name in given
    }
    return Holdings(**(fields | given | whole))


def texts(*columns: str) -> pl.DataFrame:
    """No rows."""
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


NO_OVERRIDES = texts(*YEAR_KEYS, "reason")
A_NOTE = ReleaseNote("an-id", 1, NOW, "tester", None, NO_OVERRIDES, content_hash="a-hash")


def published(
    held: Holdings, catalogue: Catalogue = INSTRUMENT, let_through: Rows = (), one_year: bool = True
) -> Ledger:
    """The ledger after the next publishing of it.

    `let_through`: counts that were set aside, and that overrides let through.
    `one_year`: everybody stays for one year, so that there are as many people as answers; else as the catalogue says.
    """
    number = 1 + max(held.ledger.seen["publishing"].max() or 0, 0)
    overridden = contributions(*let_through).select(
        *YEAR_KEYS, pl.lit("set-aside").alias("submission_id"), "respondents", "affirmative"
    )
    measures = catalogue.measure_frame
    if one_year:
        measures = measures.with_columns(longest_stay=pl.lit(1, pl.Int64))
    return held.ledger + advance(
        held.ledger, held.contributions, measures, number, held.withdrawn, overridden, held.unnamed
    )


def frames(
    held: Holdings, catalogue: Catalogue = INSTRUMENT, let_through: Rows = (), one_year: bool = True
) -> dict[str, pl.DataFrame]:
    """The frames of the next release of it, as they are written."""
    overrides = NO_OVERRIDES.with_columns(release_id=pl.lit("an-id"))
    ledger = published(held, catalogue, let_through, one_year)
    made = compose(A_NOTE, catalogue, only_what_is_new(held), ledger, overrides)
    return {name: relation.shaped(made[name]) for name, relation in RELATIONS.items()}


def told(who: str, year: str = YEAR, measure: str = "asked", n: int = 20, k: int = 10) -> Any:
    """A contribution of enough people to be published."""
    return (who, year, measure, None, n, k)


def waits(who: str, year: str = YEAR, measure: str = "asked") -> Any:
    """A contribution of too few people to be published."""
    return told(who, year, measure, 5, 2)
