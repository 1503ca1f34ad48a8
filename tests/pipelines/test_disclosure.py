"""What may be published, at each of its limits, and that nothing else ever is."""

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.catalogue import Catalogue
from pipelines.disclosure import newly_published, statuses
from tests.factories import a_catalogue, a_measure, contributions

YEAR = "2024-25"

Row = tuple[str, str, str, str | None, int, int]
Result = tuple[str, str, list[str], int, int]

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("lived", sensitive=True),
    a_measure("told", sensitive=True, base="lived"),
    a_measure("told_tutor", sensitive=True, base="lived", within="told"),
    a_measure("helped", sensitive=True, base="told"),
    a_measure("inner", within="asked"),
    a_measure("trainee_asked", group="trainee"),
)


def already(*results: Result) -> pl.DataFrame:
    """What has been published before: programme, measure, years, n, k."""
    return pl.DataFrame(
        [(who, measure, years[0], years[-1], years, n, k) for who, measure, years, n, k in results],
        schema={
            "programme_id": pl.String,
            "measure_id": pl.String,
            "first_year": pl.String,
            "last_year": pl.String,
            "years": pl.List(pl.String),
            "respondents": pl.Int64,
            "affirmative": pl.Int64,
        },
        orient="row",
    )


def new(*rows: Row, before: tuple[Result, ...] = (), catalogue: Catalogue = INSTRUMENT) -> list[Result]:
    published = newly_published(contributions(*rows), catalogue.measure_frame, already(*before))
    return published.select("programme_id", "measure_id", "years", "respondents", "affirmative").rows()


def said(*rows: Row, before: tuple[Result, ...] = ()) -> dict[str, str]:
    """The status of each measure, where there is one programme and year."""
    found = statuses(contributions(*rows), INSTRUMENT.measure_frame, already(*before))
    return dict(found.select("measure_id", "status").rows())


STANDARD = [
    (9, 4, False),
    (10, 4, True),
    (20, 2, False),
    (20, 3, True),
    (20, 17, True),
    (20, 18, False),
    (10, 2, False),
    (10, 3, True),
    (10, 7, True),
    (10, 8, False),
    (0, 0, False),
    (1000, 0, False),
    (1000, 1000, False),
]
SENSITIVE = [
    (14, 7, False),
    (15, 7, True),
    (30, 3, False),
    (30, 4, True),
    (30, 26, True),
    (30, 27, False),
    (15, 3, False),
    (15, 4, True),
    (15, 11, True),
    (15, 12, False),
]


@pytest.mark.parametrize(("n", "k", "shown"), STANDARD)
def test_a_result_stands_on_ten_people_and_three_on_each_side(n: int, k: int, shown: bool) -> None:
    assert new(("aa", YEAR, "asked", None, n, k)) == [("aa", "asked", [YEAR], n, k)] * shown


@pytest.mark.parametrize(("n", "k", "shown"), SENSITIVE)
def test_a_sensitive_result_stands_on_fifteen_people_and_four_on_each_side(n: int, k: int, shown: bool) -> None:
    assert new(("aa", YEAR, "lived", None, n, k)) == [("aa", "lived", [YEAR], n, k)] * shown


@pytest.mark.parametrize(("n", "k", "shown"), [(19, 9, False), (20, 9, True), (30, 4, False), (30, 5, True)])
def test_a_catalogue_may_ask_for_more(n: int, k: int, shown: bool) -> None:
    tier = {"minimum_respondents": 20, "minimum_each_side": 5}
    strict = a_catalogue(tiers={"standard": tier, "sensitive": tier})
    assert bool(new(("aa", YEAR, "asked", None, n, k), catalogue=strict)) is shown


@pytest.mark.parametrize("measure", ["told", "told_tutor", "helped", "inner"])
def test_a_measure_with_a_base_or_within_another_waits_however_many_answered(measure: str) -> None:
    assert new(("aa", YEAR, measure, None, 1000, 500)) == []


@pytest.mark.parametrize(("n", "k", "shown"), [(4, 2, False), (5, 2, True), (10, 0, False), (10, 1, True)])
def test_subgroups_are_summed_before_anything_is_decided(n: int, k: int, shown: bool) -> None:
    rows = [("aa", YEAR, "asked", "supervisor", 5, 2), ("aa", YEAR, "asked", "tutor", n, k)]
    assert new(*rows) == [("aa", "asked", [YEAR], 5 + n, 2 + k)] * shown


def test_years_are_not_added_up_yet() -> None:
    assert new(("aa", "2023-24", "asked", None, 9, 4), ("aa", YEAR, "asked", None, 9, 4)) == []


@pytest.mark.parametrize(("n", "k"), [(20, 10), (21, 11), (500, 250), (5, 2)])
def test_a_published_year_is_never_published_again_whatever_its_file_says_now(n: int, k: int) -> None:
    before = ("aa", "asked", [YEAR], 20, 10)
    assert new(("aa", YEAR, "asked", None, n, k), before=(before,)) == []


def test_every_year_of_a_result_is_used_up() -> None:
    before = ("aa", "asked", ["2022-23", YEAR], 20, 10)
    rows = [("aa", year, "asked", None, 30, 15) for year in ("2022-23", "2023-24", YEAR)]
    assert new(*rows, before=(before,)) == [("aa", "asked", ["2023-24"], 30, 15)]


@pytest.mark.parametrize("other", [("bb", "asked", [YEAR]), ("aa", "lived", [YEAR]), ("aa", "asked", ["2023-24"])])
def test_only_that_programme_measure_and_year_are_used_up(other: tuple[str, str, list[str]]) -> None:
    assert new(("aa", YEAR, "asked", None, 20, 10), before=((*other, 20, 10),)) == [("aa", "asked", [YEAR], 20, 10)]


@pytest.mark.parametrize(("n", "status"), [(9, "suppressed"), (10, "published")])
def test_what_is_withheld_is_suppressed(n: int, status: str) -> None:
    row = ("aa", YEAR, "asked", None, n, 4)
    assert said(row, before=tuple(new(row)))["asked"] == status


@pytest.mark.parametrize(("n", "k"), [(0, 0), (1, 1), (12, 0), (12, 12), (1000, 2)])
def test_there_is_one_word_for_everything_withheld(n: int, k: int) -> None:
    assert said(("aa", YEAR, "asked", None, n, k))["asked"] == "suppressed"


def test_a_question_without_a_column_was_not_collected() -> None:
    assert said(("aa", YEAR, "asked", None, 20, 10))["lived"] == "not_collected"


@pytest.mark.parametrize("measure", ["told", "told_tutor", "helped"])
@pytest.mark.parametrize("k", [0, 1, 12])
def test_a_measure_with_a_base_is_not_collected_only_where_its_first_base_is_not(measure: str, k: int) -> None:
    """0 of 12 with the base leaves nobody to ask, and saying so would tell that it was 0."""
    assert said(("aa", YEAR, "lived", None, 12, k))[measure] == "suppressed"
    assert said(("aa", YEAR, "asked", None, 12, k))[measure] == "not_collected"


@pytest.mark.parametrize("more", [[], [("aa", YEAR, "told", None, 0, 0)], [("aa", YEAR, "told", None, 5, 2)]])
def test_nothing_is_said_of_a_measure_with_a_base_by_whether_its_own_column_came(more: list[Row]) -> None:
    assert said(("aa", YEAR, "lived", None, 12, 6), *more)["told"] == "suppressed"


def test_nothing_is_said_of_a_group_that_did_not_take_part() -> None:
    assert "trainee_asked" not in said(("aa", YEAR, "asked", None, 20, 10))


def test_each_programme_and_year_is_told_apart() -> None:
    rows = [("aa", YEAR, "asked", None, 20, 10), ("bb", "2023-24", "lived", None, 20, 10)]
    found = statuses(contributions(*rows), INSTRUMENT.measure_frame, already())
    asked = found.filter(pl.col("status") == "suppressed")
    assert set(asked.select("programme_id", "academic_year", "measure_id").rows()) == {
        ("aa", YEAR, "asked"),
        ("bb", "2023-24", "lived"),
        ("bb", "2023-24", "told"),
        ("bb", "2023-24", "told_tutor"),
        ("bb", "2023-24", "helped"),
    }


@st.composite
def many_contributions(draw: st.DrawFn) -> list[Row]:
    """Small numbers around every limit, for two programmes and years, as totals or subgroups."""
    rows: list[Row] = []
    for programme in ("aa", "bb"):
        for year in ("2023-24", YEAR):
            for measure in draw(st.sets(st.sampled_from(list(INSTRUMENT.measures)), max_size=4)):
                for subgroup in draw(st.sampled_from([[None], ["1"], ["1", "2"]])):
                    n = draw(st.integers(0, 32))
                    rows.append((programme, year, measure, subgroup, n, draw(st.integers(0, n))))
    return rows


def naively_new(rows: list[Row], before: list[Result]) -> list[Result]:
    """The same decision in plain Python, written from the design alone."""
    total: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for programme, year, measure, _, n, k in rows:
        total[programme, measure, year][0] += n
        total[programme, measure, year][1] += k
    used = {(programme, measure, year) for programme, measure, years, _, _ in before for year in years}
    results = []
    for (programme, measure, year), (n, k) in sorted(total.items()):
        people, side = {"asked": (10, 3), "trainee_asked": (10, 3), "lived": (15, 4)}.get(measure, (10**9, 10**9))
        if n >= people and k >= side and n - k >= side and (programme, measure, year) not in used:
            results.append((programme, measure, [year], n, k))
    return results


@given(many_contributions(), many_contributions())
def test_two_publishings_agree_with_a_naive_twin_and_never_go_below_the_limits(
    first: list[Row], second: list[Row]
) -> None:
    """The second stands for files that replaced the first."""
    before = new(*first)
    after = new(*second, before=tuple(before))
    assert before == naively_new(first, [])
    assert after == naively_new(second, before)
    for _, measure, _, n, k in before + after:
        people, side = (15, 4) if measure == "lived" else (10, 3)
        assert n >= people
        assert side <= k <= n - side
    stand = [(programme, measure, year) for programme, measure, years, *_ in before + after for year in years]
    assert len(set(stand)) == len(stand)


@given(many_contributions())
def test_whatever_was_asked_is_said_to_be_published_or_suppressed(rows: list[Row]) -> None:
    published = new(*rows)
    found = statuses(contributions(*rows), INSTRUMENT.measure_frame, already(*published))
    stated = {(who, what, year): status for who, what, year, status in found.rows()}
    assert len(stated) == found.height
    shown = {(who, what, year) for who, what, years, _, _ in published for year in years}
    assert {key for key, status in stated.items() if status == "published"} == shown
    roots = {"told": "lived", "told_tutor": "lived", "helped": "lived"}
    asked = {(who, what, year) for who, year, what, *_ in rows}
    for (who, what, year), status in stated.items():
        assert (status == "not_collected") == ((who, roots.get(what, what), year) not in asked)
