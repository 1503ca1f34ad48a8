"""A status that follows from a date: reviewed within the last 24 months before the end of the academic year."""

from datetime import date

import polars as pl
import pytest

from pipelines.checking.computed_items import with_computed_items
from tests.factories import a_catalogue, shipped_catalogue

POLICY = {"id": "policy", "kind": "policy", "title": "Policy"}
REVIEWED = POLICY | {"id": "reviewed", "computed": {"item": "policy", "date": "reviewed_on", "months": 24}}
CATALOGUE = a_catalogue(support_item=[POLICY, REVIEWED])


def support(*rows: tuple[str, str, str, date | None]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows,
        orient="row",
        schema={"academic_year": pl.String, "item_id": pl.String, "status": pl.String, "reviewed_on": pl.Date},
    )
    return frame.with_columns(
        programme_id=pl.lit("P1"), since=pl.lit(date(2020, 1, 1)), evidence_url=pl.lit("https://site.org/")
    )


@pytest.mark.parametrize(
    ("status", "reviewed_on", "expected"),
    [
        ("in_place", date(2023, 9, 1), "in_place"),  # less than 24 months before 31 August 2025
        ("in_place", date(2023, 8, 31), "not_in_place"),  # 24 months
        ("in_part", date(2025, 8, 31), "in_place"),
        ("in_place", None, "not_known"),
        ("not_known", date(2025, 1, 1), "not_known"),
        ("planned", None, "not_in_place"),
        ("not_in_place", date(2025, 1, 1), "not_in_place"),
    ],
)
def test_the_status_follows_from_the_date(status: str, reviewed_on: date | None, expected: str) -> None:
    rows = with_computed_items(support(("2024-25", "policy", status, reviewed_on)), CATALOGUE)
    assert rows.filter(pl.col("item_id") == "reviewed").select("status", "since", "evidence_url").rows() == [
        (expected, None, None)
    ]


def test_each_year_is_judged_by_its_own_end() -> None:
    given = [(year, "policy", "in_place", date(2022, 9, 1)) for year in ("2023-24", "2024-25")]
    rows = with_computed_items(support(*given), CATALOGUE)
    assert rows["status"].to_list() == ["in_place", "in_place", "in_place", "not_in_place"]


def test_a_year_ends_when_the_instrument_says() -> None:
    october = CATALOGUE.model_copy(update={"instrument": CATALOGUE.instrument.model_copy(update={"first_month": 10})})
    rows = support(("2024-25", "policy", "in_place", date(2023, 9, 30)))
    assert [with_computed_items(rows, catalogue)["status"][1] for catalogue in (CATALOGUE, october)] == [
        "in_place",
        "not_in_place",
    ]


def test_where_the_item_itself_is_not_sent_nothing_follows() -> None:
    assert with_computed_items(support(), CATALOGUE).height == 0


def test_a_catalogue_without_computed_items_changes_nothing() -> None:
    rows = support(("2024-25", "policy", "in_place", None))
    assert with_computed_items(rows, a_catalogue(support_item=[POLICY])).equals(rows)


def test_the_words_of_not_in_place_fit_an_item_whose_policy_is_only_planned() -> None:
    """A computed item is not in place then, although something is decided."""
    assert "decided" not in (shipped_catalogue().status_words["not_in_place"] or "")
