"""What a release says: everything from published results, each number computed a second time in plain Python."""

import csv
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import permutations
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipelines.disclosure.audit import attack_ledger, require_safe
from pipelines.disclosure.rule import LIST_KEYS, Part, Thresholds
from pipelines.disclosure.rule import published as is_published
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger, advance
from pipelines.errors import Refused, StoreUnavailable
from pipelines.instrument.catalogue import Catalogue, load_catalogue
from pipelines.release.frames import compose
from pipelines.release.publishing import Override, publish
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.store import Holdings, ReleaseNote, Store
from tests.factories import (
    NOW,
    PROJECT,
    a_catalogue,
    a_file,
    a_measure,
    contributions,
    counts_csv,
    loaded,
    programmes_csv,
    released,
)
from tests.pipelines.statistics.test_estimators import naive_newcombe, naive_wilson

YEARS = ("2021-22", "2022-23", "2023-24", "2024-25")
YEAR = YEARS[-1]
NEVER_THE_SAME = ("release_id", "published_at")

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

Row = dict[str, Any]
Rows = list[tuple[str, str, str, str | None, int, int]]


# ---- small worlds ----


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


def holdings(rows: Rows, registered: pl.DataFrame | None = None, **given: pl.DataFrame) -> Holdings:
    """What a store holds that was never published from: contributions, and whatever else is given."""
    ids = sorted({row[0] for row in rows})
    cohort = {"programme_id": pl.String, "academic_year": pl.String, "respondent_group": pl.String, "invited": pl.Int64}
    item = {
        "programme_id": pl.String,
        "academic_year": pl.String,
        "item_id": pl.String,
        "status": pl.String,
        "since": pl.Date,
    }
    fields: dict[str, Any] = {
        "submissions": 1,
        "invented": False,
        "programmes": programmes(**dict.fromkeys(ids, ("p", "C", None, True))) if registered is None else registered,
        "cohorts": pl.DataFrame(schema=cohort),
        "support": pl.DataFrame(schema=item),
        "contributions": contributions(*rows).with_columns(
            submission_id=pl.lit("a-submission"), dataset=pl.lit("staff_responses")
        ),
        "withdrawn": texts("submission_id", "programme_id", "academic_year"),
        "ledger": Ledger.empty(),
    }
    return Holdings(**(fields | given))


def texts(*columns: str) -> pl.DataFrame:
    """No rows."""
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


NO_OVERRIDES = texts(*YEAR_KEYS, "reason")
A_NOTE = ReleaseNote("an-id", 1, NOW, "tester", None, NO_OVERRIDES)


def published(held: Holdings, catalogue: Catalogue = INSTRUMENT) -> Ledger:
    """The ledger after the next publishing of it."""
    number = 1 + max(held.ledger.versions["publishing"].max() or 0, 0)
    measures, nothing = catalogue.measure_frame, texts(*YEAR_KEYS)
    return held.ledger + advance(held.ledger, held.contributions, measures, number, held.withdrawn, nothing).new


def frames(held: Holdings, catalogue: Catalogue = INSTRUMENT) -> dict[str, pl.DataFrame]:
    """The frames of the next release of it, as they are written."""
    overrides = NO_OVERRIDES.with_columns(release_id=pl.lit("an-id"))
    made = compose(A_NOTE, catalogue, held, published(held, catalogue), overrides)
    return {name: relation.shaped(made[name]) for name, relation in RELATIONS.items()}


def told(who: str, year: str = YEAR, measure: str = "asked", n: int = 20, k: int = 10) -> Any:
    """Enough to be published."""
    return (who, year, measure, None, n, k)


def waits(who: str, year: str = YEAR, measure: str = "asked") -> Any:
    return told(who, year, measure, 5, 2)


# ---- comparators, in plain Python, from the published relations alone ----


def naive_members(result: list[Row], programme: list[Row]) -> dict[Any, dict[str, Row | None]]:
    """Who stands behind each comparator, as point 9 of the design has it, and the result taken; none while it waits."""
    places = {row["programme_id"]: _places(row) for row in programme}
    published = naive_published(result)
    asked: dict[tuple[str, str], set[str]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] != "not_collected":
            for year in row["years"]:
                asked.setdefault((row["measure_id"], year), set()).add(row["programme_id"])
    members: dict[Any, dict[str, Row | None]] = {}
    for (measure, year), programmes in asked.items():
        for who in programmes:
            taken = _taken(published.get((measure, who), []), year)
            for place in places[who]:
                members.setdefault((measure, year, *place), {})[who] = taken
    return members


def naive_published(result: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Published results of everybody asked, by measure and programme."""
    published: dict[tuple[str, str], list[Row]] = {}
    for row in result:
        if row["subgroup"] is None and row["status"] == "published":
            published.setdefault((row["measure_id"], row["programme_id"]), []).append(row)
    return published


def naive_comparators(result: list[Row], programme: list[Row]) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """Comparators and comparisons by key."""
    published = naive_published(result)
    comparators: dict[Any, Row] = {}
    comparisons: dict[Any, Row] = {}
    for (measure, year, *place), taken in naive_members(result, programme).items():
        _add(comparators, (measure, year, *place), list(taken.values()))
        for who in taken:
            others = [row for other, row in taken.items() if other != who]
            for own in published.get((measure, who), []):
                if own["last_year"] == year:
                    _add(comparisons, (own["result_id"], *place), others, own)
    return comparators, comparisons


def _places(row: Row) -> set[tuple[str, str]]:
    places = {("profession", row["profession"]), ("country", row["country"]), ("everybody", "everybody")}
    return places | ({("region", f"{row['region']}, {row['country']}")} if row["region"] is not None else set())


def _taken(of_programme: list[Row], year: str) -> Row | None:
    """The latest result that ends in the year or, while the year is in none, in the two before it.

    Of two that end together the one of more people; of two of as many the later.
    """
    waits = not any(year in row["years"] for row in of_programme)
    earliest = int(year[:4]) - (2 if waits else 0)
    ending = [row for row in of_programme if earliest <= int(row["last_year"][:4]) <= int(year[:4])]
    return max(ending, key=lambda row: (row["last_year"], row["respondents"], row["result_id"]), default=None)


def _add(found: dict[Any, Row], key: Any, taken: list[Row | None], own: Row | None = None) -> None:
    pooled = [row for row in taken if row is not None]
    if len(pooled) < 3 or 3 * len(pooled) < 2 * len(taken):
        return
    n, k = sum(row["respondents"] for row in pooled), sum(row["affirmative"] for row in pooled)
    low, high = naive_wilson(k, n)
    found[key] = {
        "asked": len(taken),
        "programmes": len(pooled),
        "coverage": len(pooled) / len(taken),
        "respondents": n,
        "affirmative": k,
        "rate": k / n,
        "rate_low": low,
        "rate_high": high,
    }
    if own is not None:
        one, other = (own["affirmative"], own["respondents"]), (k, n)
        down, up = naive_newcombe(one, other)
        found[key] = {f"comparator_{name}": value for name, value in found[key].items()}
        found[key] |= {"difference": one[0] / one[1] - k / n, "difference_low": down, "difference_high": up}


def assert_comparators_agree(made: dict[str, pl.DataFrame]) -> None:
    comparators, comparisons = naive_comparators(made["result"].to_dicts(), made["programme"].to_dicts())
    _assert_same(made["comparator"], ("measure_id", "academic_year", "kind", "name"), comparators)
    of_result = made["comparison"].drop("measure_id", "programme_id", "first_year", "last_year")
    _assert_same(of_result, ("result_id", "kind", "name"), comparisons)


def _assert_same(frame: pl.DataFrame, keys: tuple[str, ...], naive: dict[Any, Row]) -> None:
    found = {tuple(row.pop(key) for key in keys): row for row in frame.to_dicts()}
    assert found.keys() == naive.keys()
    assert len(found) == frame.height
    for key, row in found.items():
        assert row.keys() >= naive[key].keys()
        assert all(isclose(row[name], value, abs_tol=1e-9) for name, value in naive[key].items()), key


@pytest.mark.parametrize("home", ["demo_home", "nhs_home"])
def test_every_comparator_can_be_computed_from_the_published_results(home: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(home).home
    made = {name: released(folder, name) for name in ("result", "programme", "comparator", "comparison")}
    assert made["comparator"].height > 0
    assert_comparators_agree(made)


@st.composite
def worlds(draw: st.DrawFn) -> Holdings:
    """Up to nine programmes in four years: each published, waiting or not taking part; some published before, and
    their files come again with more people, so that two results end together."""
    ids = [f"p{number}" for number in range(draw(st.integers(1, 9)))]
    place = st.tuples(
        st.sampled_from(["p", "q"]), st.sampled_from(["C", "D"]), st.sampled_from([None, "R"]), st.booleans()
    )
    rows, more = [], []
    for who in ids:
        for year in YEARS:
            kinds = ["published", "published", "again", "waiting", "absent"]
            kind = draw(st.sampled_from(kinds))
            if kind == "waiting":
                rows.append(waits(who, year))
            elif kind != "absent":
                n, k = draw(enough_people())
                rows.append(told(who, year, n=n, k=k))
            if kind == "again":
                m, j = draw(enough_people())
                more.append(told(who, year, n=n + m, k=k + j))
    world = holdings(rows, programmes(**{who: draw(place) for who in ids}))
    again = {row[:2] for row in more}
    later = holdings([row for row in rows if row[:2] not in again] + more)
    return replace(world, contributions=later.contributions, ledger=published(world)) if more else world


def enough_people() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(10, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(3, n - 3)))


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_comparators_of_any_world_agree_with_their_naive_twin(world: Holdings) -> None:
    assert_comparators_agree(frames(world))


@pytest.mark.parametrize(("others", "there"), [(2, False), (3, True)])
def test_a_programme_is_compared_with_at_least_three_others(others: int, there: bool) -> None:
    made = frames(holdings([told("own"), *(told(f"p{number}") for number in range(others))]))
    own = made["comparison"].filter(pl.col("programme_id") == "own")
    assert own["comparator_programmes"].to_list() == [others] * 3 * there


@pytest.mark.parametrize(("programmes", "there"), [(2, False), (3, True)])
def test_a_comparator_stands_on_at_least_three_programmes(programmes: int, there: bool) -> None:
    made = frames(holdings([told(f"p{number}") for number in range(programmes)]))
    assert made["comparator"]["programmes"].to_list() == [programmes] * 3 * there


@pytest.mark.parametrize(
    ("published", "waiting", "there"),
    [(4, 2, True), (4, 3, False), (3, 1, True), (3, 2, False), (6, 3, True), (6, 4, False), (20, 10, True)],
)
def test_a_comparator_covers_at_least_two_thirds_of_those_asked(published: int, waiting: int, there: bool) -> None:
    rows = [told(f"p{number}") for number in range(published)] + [waits(f"w{number}") for number in range(waiting)]
    made = frames(holdings([told("own"), *rows]))
    own = made["comparison"].filter(pl.col("programme_id") == "own", pl.col("kind") == "everybody")
    assert own["comparator_coverage"].to_list() == [published / (published + waiting)] * there


@pytest.mark.parametrize(("years_before", "there"), [(1, True), (2, True), (3, False)])
def test_while_a_year_waits_a_result_of_the_two_before_is_taken(years_before: int, there: bool) -> None:
    earlier = YEARS[-1 - years_before]
    rows = [told(f"p{number}") for number in range(3)] + [waits("late"), told("late", earlier, n=100, k=50)]
    [everybody] = _everybody(frames(holdings(rows)), YEAR)
    assert (everybody["programmes"], everybody["respondents"]) == ((4, 160) if there else (3, 60))


def test_of_two_earlier_results_the_later_is_taken() -> None:
    rows = [told(f"p{number}") for number in range(3)]
    rows += [waits("late"), told("late", YEARS[1], n=100, k=50), told("late", YEARS[2], n=40, k=20)]
    assert _everybody(frames(holdings(rows)), YEAR)[0]["respondents"] == 100


def test_a_year_that_is_published_stands_for_itself_and_a_later_one_for_nothing_before() -> None:
    rows = [told(f"p{number}", YEARS[2]) for number in range(3)] + [told("p0", YEARS[1], n=90), told("p0", n=50)]
    assert _everybody(frames(holdings(rows)), YEARS[2])[0]["respondents"] == 60


def test_who_did_not_take_part_in_the_year_is_not_in_its_comparator() -> None:
    rows = [told(f"p{number}") for number in range(3)] + [told("gone", YEARS[2])]
    assert _everybody(frames(holdings(rows)), YEAR)[0]["asked"] == 3


def _everybody(made: dict[str, pl.DataFrame], year: str) -> list[Row]:
    return made["comparator"].filter(pl.col("kind") == "everybody", pl.col("academic_year") == year).to_dicts()


# ---- results ----


@pytest.mark.parametrize("home", ["demo_home", "osmi_home", "nhs_home"])
def test_every_published_result_has_its_rate_and_interval(home: str, request: pytest.FixtureRequest) -> None:
    published = released(request.getfixturevalue(home).home, "result").filter(pl.col("status") == "published")
    assert published.height > 0
    for n, k, rate, low, high in published.select(
        "respondents", "affirmative", "rate", "rate_low", "rate_high"
    ).iter_rows():
        assert (rate, low, high) == pytest.approx((k / n, *naive_wilson(k, n)), abs=1e-9)


@pytest.mark.parametrize(
    ("measure", "n", "invited"), [("asked", 10, 49), ("asked", 9, None), ("trainee_asked", 10, None)]
)
def test_invited_is_told_only_with_a_published_result_of_that_group(measure: str, n: int, invited: int | None) -> None:
    cohorts = pl.DataFrame(
        {"programme_id": ["aa"], "academic_year": [YEAR], "respondent_group": ["staff"], "invited": [49]}
    )
    made = frames(holdings([told("aa", measure=measure, n=n, k=4)], cohorts=cohorts))
    row = made["result"].row(by_predicate=pl.col("measure_id") == measure, named=True)
    assert row["invited"] == invited
    assert made["result"].filter(pl.col("status") != "published")["invited"].drop_nulls().is_empty()


def test_what_a_home_invited_is_what_its_cohorts_say(demo_home: Settings) -> None:
    with (PROJECT / "data" / "demo" / "cohorts.csv").open(encoding="utf-8", newline="") as file:
        invited = {
            (r["programme_id"], r["academic_year"], r["respondent_group"]): r["invited"] for r in csv.DictReader(file)
        }
    groups = dict(released(demo_home.home, "measure").select("measure_id", "respondent_group").iter_rows())
    named = released(demo_home.home, "programme").filter("named").select("programme_id")
    based = set(released(demo_home.home, "measure").filter(pl.col("base").is_not_null())["measure_id"])
    whole = released(demo_home.home, "result").filter(pl.col("status") == "published", pl.col("subgroup").is_null())
    result = whole.join(named, on="programme_id").to_dicts()
    years = Counter((row["programme_id"], row["measure_id"], year) for row in result for year in row["years"])
    for row in result:
        measure, who = row["measure_id"], row["programme_id"]
        found = [invited.get((who, year, groups[measure])) for year in row["years"]]
        alone = all(years[who, measure, year] == 1 for year in row["years"])
        told = measure not in based and alone and None not in found
        assert row["invited"] == (sum(int(people) for people in found if people) if told else None)
    assert any(len(row["years"]) > 1 and row["invited"] for row in result)
    assert len(result) > 500


# ---- gaps ----


@pytest.mark.parametrize(("year", "there"), [(YEAR, True), (YEARS[-2], False)])
def test_a_gap_needs_both_sides_in_the_same_years(year: str, there: bool) -> None:
    made = frames(holdings([told("aa"), told("aa", year, "modelled")]))
    assert made["gap"].select("gap_id", "first_year").rows() == [("gap", YEAR)] * there


@pytest.mark.parametrize("other", [waits("aa", measure="modelled"), told("bb", measure="modelled")])
def test_a_gap_needs_both_sides_published_for_the_same_programme(other: Any) -> None:
    assert frames(holdings([told("aa"), other]))["gap"].is_empty()


def test_every_gap_is_expected_less_modelled_with_an_interval_for_the_same_people(demo_home: Settings) -> None:
    published = released(demo_home.home, "result").filter(pl.col("status") == "published", pl.col("subgroup").is_null())
    sides = {
        (row["measure_id"], row["programme_id"], tuple(row["years"])): row
        for row in published.sort(
            "respondents", "result_id"
        ).to_dicts()  # of two of the same years the one of more people
    }
    pairs = released(demo_home.home, "gap_pair").to_dicts()
    naive = {
        (pair["gap_id"], who, years): (expected, modelled)
        for pair in pairs
        for (measure, who, years), expected in sides.items()
        if measure == pair["expected"] and (modelled := sides.get((pair["modelled"], who, years)))
    }
    gaps = {
        (row["gap_id"], row["programme_id"], tuple(row["years"])): row
        for row in released(demo_home.home, "gap").to_dicts()
    }
    assert gaps.keys() == naive.keys()
    assert gaps
    for key, (expected, modelled) in naive.items():
        (low, high), (other_low, other_high) = (
            naive_wilson(s["affirmative"], s["respondents"]) for s in (expected, modelled)
        )
        found = [gaps[key][name] for name in ("difference", "difference_low", "difference_high")]
        difference = (
            expected["affirmative"] / expected["respondents"] - modelled["affirmative"] / modelled["respondents"]
        )
        assert found == pytest.approx([difference, low - other_high, high - other_low], abs=1e-9)


# ---- who is not named ----


def test_an_unnamed_programme_is_nowhere_in_the_file(demo_home: Settings) -> None:
    """Neither its id nor its name, as bytes; the same search finds those that are named."""
    with (PROJECT / "data" / "demo" / "programmes.csv").open(encoding="utf-8", newline="") as file:
        registered = list(csv.DictReader(file))
    [path] = demo_home.releases.glob("*/release.duckdb")
    content = path.read_bytes()
    for row in registered:
        words = [row["programme_id"].encode(), row["programme_name"].encode()]
        assert [word in content for word in words] == [row["named"] == "yes"] * 2
    assert {row["named"] for row in registered} == {"yes", "no"}


def test_an_unnamed_programme_stands_under_its_code_everywhere(demo_home: Settings) -> None:
    with Store(demo_home.store, read_only=True) as store:
        registered = store.holdings().programmes.to_dicts()
    named = {row["programme_id"] for row in registered if row["named"]}
    codes = {row["code"] for row in registered if not row["named"]}
    relations = [name for name, relation in RELATIONS.items() if "programme_id" in relation.columns]
    assert len(relations) >= 5
    shown = {relation: set(released(demo_home.home, relation)["programme_id"]) for relation in relations}
    assert all(ids <= named | codes for ids in shown.values())
    assert all(codes <= shown[relation] for relation in ("programme", "result", "comparison", "gap", "support"))


def test_no_cell_of_the_file_holds_the_id_or_name_of_an_unnamed_programme(demo_home: Settings) -> None:
    with Store(demo_home.store, read_only=True) as store:
        unnamed = store.holdings().programmes.filter(~pl.col("named"))
    secret = [*unnamed["programme_id"], *unnamed["programme_name"]]
    text = "\n".join(released(demo_home.home, name).write_json() for name in RELATIONS)
    assert [word for word in secret if word in text] == []
    assert all(code in text for code in unnamed["code"])


@pytest.mark.parametrize(("sharing", "region"), [(2, None), (3, "R")])
def test_the_region_of_an_unnamed_programme_shows_where_three_share_it(sharing: int, region: str | None) -> None:
    """Three with its profession and region; those who share only one of them do not count."""
    others = {f"p{number}": ("p", "C", "R", True) for number in range(sharing - 1)}
    apart = {"q": ("q", "C", "R", True), "d": ("p", "D", "R", True), "s": ("p", "C", "S", True)}
    registered = programmes(own=("p", "C", "R", False), **others, **apart)
    made = frames(holdings([told("own")], registered))
    shown = dict(made["programme"].select("programme_id", "region").iter_rows())
    assert shown == {"code-own": region} | dict.fromkeys(others, "R") | {"q": "R", "d": "R", "s": "S"}


def test_a_region_that_is_not_shown_is_not_compared_either() -> None:
    registered = programmes(own=("p", "C", "R", False), **{f"q{number}": ("q", "C", "R", True) for number in range(4)})
    made = frames(holdings([told("own"), *(told(f"q{number}") for number in range(4))], registered))
    compared = made["comparison"].filter(pl.col("programme_id") == "code-own")
    assert set(compared["kind"]) == {"country", "everybody"}
    assert made["comparator"].filter(pl.col("kind") == "region")["asked"].to_list() == [4]


# ---- support ----


@pytest.mark.parametrize("status", ["in_place", "in_part", "planned", "not_in_place", "not_known"])
def test_an_item_that_points_at_somebody_is_in_place_or_not_known(status: str) -> None:
    items = pl.DataFrame(
        {
            "programme_id": ["aa", "aa"],
            "academic_year": [YEAR, YEAR],
            "item_id": ["policy", "example"],
            "status": [status, status],
            "since": [date(2020, 1, 1), date(2020, 1, 1)],
        }
    )
    shown = frames(holdings([told("aa")], support=items))["support"].select("item_id", "status", "since").rows()
    assert shown == [
        ("example", "in_place" if status == "in_place" else "not_known", None),
        ("policy", status, date(2020, 1, 1)),
    ]


def test_a_home_tells_of_personal_items_no_more_than_that(demo_home: Settings) -> None:
    personal = released(demo_home.home, "support_item").filter("personal").select("item_id")
    support = released(demo_home.home, "support")
    told_of = support.join(personal, on="item_id")
    assert set(told_of["status"]) == {"in_place", "not_known"}
    assert told_of["since"].null_count() == told_of.height
    assert support["since"].null_count() < support.height


# ---- what a suppressed number may change: nothing ----


def everything_but_when(home: Path) -> dict[str, pl.DataFrame]:
    made = {name: released(home, name) for name in RELATIONS}
    return made | {"release": made["release"].drop(NEVER_THE_SAME)}


def assert_the_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    assert one.keys() == other.keys() == RELATIONS.keys()
    for name in RELATIONS:
        assert_frame_equal(one[name], other[name], check_exact=True)


@pytest.mark.parametrize(("n", "k", "changed"), [(9, 4, 0), (9, 4, 9), (20, 2, 0), (20, 1, 20), (20, 18, 19)])
def test_a_suppressed_number_changes_nothing_in_the_release(
    store: Store, tmp_path: Path, n: int, k: int, changed: int
) -> None:
    """Once as the first release of a store, once as its next after the file was replaced."""
    _load_small_home(store, tmp_path, n, k)
    first = publish(store, INSTRUMENT, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    before = everything_but_when(tmp_path / "home")
    assert before["result"].filter(pl.col("status") == "suppressed").height > 0

    _load_counts(store, tmp_path, n, changed, replace=True)
    publish(store, INSTRUMENT, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    assert_the_same(everything_but_when(tmp_path / "home"), before)

    with Store(tmp_path / "anew" / "store.duckdb") as anew:
        _load_small_home(anew, tmp_path, n, changed)
        other = publish(anew, INSTRUMENT, tmp_path / "anew" / "releases", now=NOW, published_by="tester")
    assert other.path.read_bytes() == first.path.read_bytes()


def _load_small_home(store: Store, tmp_path: Path, n: int, k: int) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb", "cc", "dd", "ee")), "programmes", INSTRUMENT)
    _load_counts(store, tmp_path, n, k)


def _load_counts(store: Store, tmp_path: Path, n: int, k: int, *, replace: bool = False) -> None:
    rows = [(who, YEAR, measure, 20, 10) for who in ("bb", "cc", "dd", "ee") for measure in ("asked", "modelled")]
    rows += [("aa", YEAR, "asked", n, k), ("aa", YEARS[2], "asked", 20, 10), ("aa", YEAR, "modelled", 20, 10)]
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT, replace=replace)


@pytest.mark.parametrize("seed", range(5))
def test_all_suppressed_numbers_of_a_home_together_change_nothing(demo_home: Settings, seed: int) -> None:
    """Every k that was withheld is drawn anew, those of measures with a base at will."""
    catalogue = load_catalogue(demo_home.catalogue)
    with Store(demo_home.store, read_only=True) as store:
        held = store.holdings()
    unpublished = replace(held, ledger=Ledger.empty())
    changed = _with_other_suppressed(held, random.Random(seed))  # noqa: S311
    keys = (*YEAR_KEYS, "subgroup")
    assert not changed.sort(keys).equals(held.contributions.sort(keys))
    assert_the_same(frames(unpublished, catalogue), frames(replace(unpublished, contributions=changed), catalogue))


def _with_other_suppressed(held: Holdings, chance: random.Random) -> pl.DataFrame:
    """Each list that waits with other answers with which it would wait; what is on no list yet, with any."""
    years = {row["version_id"]: row for row in held.ledger.versions.to_dicts()}
    placed = set(held.ledger.parts.explode("versions")["versions"])
    others = {version: chance.randint(0, row["respondents"]) for version, row in years.items() if version not in placed}
    for _, rows in held.ledger.waiting.group_by(LIST_KEYS, maintain_order=True):
        others |= _drawn_anew(rows.to_dicts(), chance)
    drawn = pl.DataFrame(
        [[years[version][key] for key in YEAR_KEYS] + [k] for version, k in others.items()],
        schema=[*((key, pl.String) for key in YEAR_KEYS), ("other", pl.Int64)],
        orient="row",
    )
    totals = (
        held.contributions.join(drawn, on=YEAR_KEYS)
        .group_by(YEAR_KEYS)
        .agg(pl.col("submission_id", "dataset", "other").first(), pl.col("respondents").sum())
        .with_columns(subgroup=pl.lit(None, pl.String))
        .rename({"other": "affirmative"})
    )
    unchanged = held.contributions.join(drawn, on=YEAR_KEYS, how="anti")
    return pl.concat([unchanged, totals.select(unchanged.columns)])


def _drawn_anew(waiting: list[Row], chance: random.Random) -> dict[int, int]:
    """k by version, for a list that goes on waiting at each of its lengths; none, where a part is of several years."""
    if any(len(part["versions"]) > 1 for part in waiting):
        return {}
    parts = [Part(part["respondents"], (place,), part["least"], part["most"]) for place, part in enumerate(waiting)]
    tier = Thresholds(waiting[0]["minimum_respondents"], waiting[0]["minimum_each_side"])
    for _ in range(1000):
        drawn = [chance.randint(part.least, part.most) for part in parts]
        if not any(is_published(tuple(parts[:end]), sum(drawn[:end]), tier) for end in range(1, len(parts) + 1)):
            return {part["versions"][0]: k for part, k in zip(waiting, drawn, strict=True)}
    return {}


# ---- one release after another ----


def test_what_was_published_never_changes_when_its_file_is_replaced(store: Store, tmp_path: Path) -> None:
    releases = tmp_path / "home" / "releases"
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    for k, waiting in ((10, 9), (15, 12)):
        rows = [("aa", YEARS[2], "asked", 20, k), ("aa", YEAR, "asked", waiting, 4)]
        loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT, replace=True)
        publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    numbers = released(tmp_path / "home", "result").filter(pl.col("measure_id") == "asked")
    assert numbers.select("first_year", "respondents", "affirmative").rows() == [(YEARS[2], 20, 10), (YEAR, 12, 4)]


def test_what_was_published_stays_when_its_file_no_longer_has_it(store: Store, tmp_path: Path) -> None:
    releases = tmp_path / "home" / "releases"
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    for measure in ("asked", "modelled"):
        loaded(store, a_file(tmp_path, counts_csv(("aa", YEAR, measure, 20, 10))), "counts", INSTRUMENT, replace=True)
        publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    result = released(tmp_path / "home", "result").filter(pl.col("status") == "published")
    assert result["measure_id"].to_list() == ["asked", "modelled"]


def test_publishing_twice_adds_nothing(store: Store, tmp_path: Path) -> None:
    _load_small_home(store, tmp_path, 9, 4)
    releases = tmp_path / "home" / "releases"
    first = publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    before = everything_but_when(tmp_path / "home")
    second = publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    assert (first.new_results, second.new_results) == (10, 0)
    assert first.results == second.results
    assert_the_same(everything_but_when(tmp_path / "home"), before)


def test_the_order_in_which_files_came_does_not_matter(tmp_path: Path) -> None:
    cohorts = "programme_id,academic_year,respondent_group,invited\n" + "".join(
        f"{who},{YEAR},{group},40\n" for who in ("aa", "bb", "cc", "dd") for group in ("staff", "trainee")
    )
    support = "programme_id,academic_year,item_id,status,since\n"
    support += f"aa,{YEAR},policy,in_place,2020-01-01\nbb,{YEAR},example,planned,\n"
    answers = "".join(f"dd,{YEAR},{answer}\n" for answer in ["yes"] * 7 + ["no"] * 6)
    files = [
        ("counts", counts_csv(*(("aa", year, "asked", 20, 10) for year in YEARS))),
        ("counts", counts_csv(*((who, YEAR, "asked", 30, 10) for who in ("bb", "cc")))),
        ("staff_responses", f"programme_id,academic_year,asked\n{answers}"),
        ("cohorts", cohorts),
        ("support", support),
    ]
    made = []
    for number, order in enumerate(list(permutations(files))[::37]):
        home = tmp_path / str(number)
        with Store(home / "store.duckdb") as store:
            loaded(store, a_file(tmp_path, programmes_csv("aa", "bb", "cc", "dd")), "programmes", INSTRUMENT)
            for dataset, text in order:
                loaded(store, a_file(tmp_path, text), dataset, INSTRUMENT)
            publish(store, INSTRUMENT, home / "releases", now=NOW, published_by="tester")
        made.append(everything_but_when(home))
    assert made[0]["comparison"].height > 0
    assert len(made) == 4
    for other in made[1:]:
        assert_the_same(other, made[0])


def test_the_order_of_rows_does_not_matter(demo_home: Settings) -> None:
    catalogue = load_catalogue(demo_home.catalogue)
    with Store(demo_home.store, read_only=True) as store:
        held = store.holdings()
    unpublished = replace(held, ledger=Ledger.empty())
    shuffled = {
        name: getattr(held, name).sample(fraction=1, shuffle=True, seed=1)
        for name in ("programmes", "cohorts", "support", "contributions")
    }
    assert_the_same(frames(replace(unpublished, **shuffled), catalogue), frames(unpublished, catalogue))


@pytest.mark.parametrize("registered", [False, True])
def test_a_store_without_counts_has_nothing_to_publish(store: Store, tmp_path: Path, registered: bool) -> None:
    if registered:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    with pytest.raises(Refused, match="nothing to publish yet"):
        publish(store, INSTRUMENT, tmp_path / "releases", now=NOW, published_by="tester")
    assert not (tmp_path / "releases").exists()


def test_a_release_says_what_it_is(store: Store, tmp_path: Path) -> None:
    _load_small_home(store, tmp_path, 9, 4)
    publish(store, INSTRUMENT, tmp_path / "home" / "releases", now=NOW, published_by="tester", remark="The first")
    row = released(tmp_path / "home", "release").row(0, named=True)
    said = ("published_at", "instrument_id", "submissions", "invented", "remark", "sensitive_minimum_respondents")
    assert [row[name] for name in said] == [NOW, "test", 2, False, "The first", 15]


def test_every_published_number_is_noted_in_the_store(demo_home: Settings) -> None:
    with duckdb.connect(demo_home.store, read_only=True) as connection:
        noted = connection.execute(
            """
            SELECT result_id, NULL, measure_id, years, respondents, affirmative FROM result
            UNION ALL
            SELECT result_id, subgroup, measure_id, years, share.respondents, share.affirmative
            FROM result_subgroup AS share JOIN result USING (result_id)
            """
        )
        rows = noted.fetchall()
    result = released(demo_home.home, "result").filter(pl.col("status") == "published")
    shown = result.select("result_id", "subgroup", "measure_id", "years", "respondents", "affirmative").rows()
    assert sorted(rows, key=str) == sorted(shown, key=str)
    assert {subgroup is None for _, subgroup, *_ in rows} == {True, False}


def test_another_instrument_cannot_publish_what_a_store_holds(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("P1"), "programmes.csv"), "programmes", INSTRUMENT)
    other = a_catalogue(instrument={"id": "other", "version": "1", "title": "Other", "status": "For tests."})
    with pytest.raises(Refused, match="made with the catalogue “test”, not with “other”"):
        publish(store, other, tmp_path / "releases", now=NOW, published_by="tester")
    assert not (tmp_path / "releases").exists()


# ---- pools, corrections, overrides, withdrawals: through the store into the release ----


def load_again(store: Store, tmp_path: Path, *rows: tuple[str, str, str, int, int]) -> str:
    path = a_file(tmp_path, counts_csv(*rows))
    return loaded(store, path, "counts", INSTRUMENT, replace=True).submission_id


def published_now(store: Store, tmp_path: Path, *overrides: Override) -> list[tuple[Any, ...]]:
    """Publish; then years, n and k of every published result of `asked`."""
    releases = tmp_path / "home" / "releases"
    publish(store, INSTRUMENT, releases, now=NOW, published_by="tester", overrides=overrides)
    shown = released(tmp_path / "home", "result").filter(
        pl.col("status") == "published", pl.col("measure_id") == "asked"
    )
    return shown.select("years", "respondents", "affirmative").rows()


@pytest.fixture
def _registered(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)


@pytest.mark.usefixtures("_registered")
def test_a_pool_of_counts_and_responses_is_one_result(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 9, 4))
    answers = "".join(f"aa,{YEARS[2]},{answer}\n" for answer in ["yes"] * 3 + ["no"] * 5)
    answers = f"programme_id,academic_year,asked\n{answers}"
    loaded(store, a_file(tmp_path, answers), "staff_responses", INSTRUMENT)
    assert published_now(store, tmp_path) == [([YEARS[0], YEARS[2]], 17, 7)]
    [row] = released(tmp_path / "home", "result").filter(pl.col("measure_id") == "asked").to_dicts()
    assert (row["first_year"], row["last_year"], row["status"]) == (YEARS[0], YEARS[2], "published")


@pytest.mark.usefixtures("_registered")
def test_a_programme_that_is_renamed_keeps_its_lists_and_results(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10), ("aa", YEARS[1], "asked", 9, 4))
    before = published_now(store, tmp_path)
    renamed = programmes_csv("aa", named="no").replace("Name of aa", "Another name")
    loaded(store, a_file(tmp_path, renamed), "programmes", INSTRUMENT, replace=True)
    assert published_now(store, tmp_path) == before == [([YEARS[0]], 20, 10)]
    load_again(store, tmp_path, ("aa", YEARS[2], "asked", 9, 4))
    assert published_now(store, tmp_path) == [*before, ([YEARS[1], YEARS[2]], 18, 8)]


@pytest.mark.usefixtures("_registered")
def test_a_correction_is_held_until_it_is_overridden_and_the_release_says_so(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEAR, "asked", 19, 9))
    releases = tmp_path / "home" / "releases"
    held = publish(store, INSTRUMENT, releases, now=NOW, published_by="tester").held
    assert held == [("aa", "asked", YEAR)]
    override = Override("aa", "asked", YEAR, "One had answered twice")
    for overrides in ((override,), ()):
        assert published_now(store, tmp_path, *overrides) == [([YEAR], 20, 10)]
        [said] = released(tmp_path / "home", "release")["overrides"].to_list()
        assert said == [f"aa, asked, {YEAR}: One had answered twice"]


@pytest.mark.usefixtures("_registered")
def test_what_an_override_gives_away_of_others_in_its_pool_is_listed_and_refuses_nothing(
    store: Store, tmp_path: Path
) -> None:
    """60 of 84; then all 24 of the first year say yes, where before none had: so all 60 of the second did."""
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 24, 0), ("aa", YEARS[1], "asked", 60, 60))
    before = published_now(store, tmp_path)
    assert before == [(list(YEARS[:2]), 84, 60)]
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 24, 24), ("aa", YEARS[1], "asked", 60, 60))
    override = Override("aa", "asked", YEARS[0], "Read upside down")
    assert published_now(store, tmp_path, override) == published_now(store, tmp_path) == before
    known = attack_ledger(store.ledger()).known
    assert known["years"].to_list() == [[YEARS[0]], [YEARS[1]], [YEARS[0]]]


@pytest.mark.usefixtures("_registered")
def test_a_ledger_that_nobody_can_have_written_stops_publishing_with_a_sentence(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10))
    published_now(store, tmp_path)
    damaged = replace(store.ledger(), parts=store.ledger().parts.clear())
    with pytest.raises(StoreUnavailable, match="The ledger contradicts itself: a result has a part that never waited"):
        require_safe(damaged, lambda _: None)


@pytest.mark.usefixtures("_registered")
def test_an_override_of_what_is_not_held_is_refused(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    with pytest.raises(Refused, match="no held correction"):
        published_now(store, tmp_path, Override("aa", "asked", YEAR, "No reason"))
    assert store.release_ids() == []


@pytest.mark.usefixtures("_registered")
@pytest.mark.parametrize(("people", "programme"), [(20, None), (29, "aa")], ids=["a submission", "a programme"])
def test_with_a_file_goes_what_it_replaced(store: Store, tmp_path: Path, people: int, programme: str | None) -> None:
    """The first file was published, and replaced; its people are in the second, which is withdrawn."""
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10), ("aa", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    second = load_again(store, tmp_path, ("aa", YEAR, "asked", people, 10), ("bb", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    chosen = None if programme else second
    store.withdraw(chosen, programme, by="tester", at=NOW, reason="Asked to")
    if programme:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT, replace=True)
    left = [([YEARS[0]], 20, 10)] if programme is None else [([YEAR], 20, 10)]
    assert published_now(store, tmp_path) == left
    assert store.release_ids() == [f"{NOW.date()}-{number}" for number in (1, 2, 3)]
    assert {path.name for path in (tmp_path / "home" / "releases").glob("[!.]*")} == {f"{NOW.date()}-3", "current"}


@pytest.mark.usefixtures("_registered")
def test_what_another_file_stands_for_is_not_withdrawn_with_the_one_it_replaced(store: Store, tmp_path: Path) -> None:
    first = load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10), ("aa", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEAR, "asked", 29, 14))
    store.withdraw(first, None, by="tester", at=NOW, reason="Asked to")
    assert published_now(store, tmp_path) == [([YEAR], 20, 10)]


@pytest.mark.usefixtures("_registered")
def test_what_was_withdrawn_and_came_again_is_used_up(store: Store, tmp_path: Path) -> None:
    first = load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    store.withdraw(first, None, by="tester", at=NOW, reason="Asked to")
    again = load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    assert again != first
    assert published_now(store, tmp_path) == []
    load_again(store, tmp_path, ("aa", YEAR, "asked", 35, 17))
    assert published_now(store, tmp_path) == [([YEAR], 15, 7)]
