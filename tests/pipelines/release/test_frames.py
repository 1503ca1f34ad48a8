"""The frames of a release: everything from published results, each number computed a second time in plain Python."""

import csv
from collections import Counter
from datetime import date
from itertools import combinations_with_replacement
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.release.schema import RELATIONS
from pipelines.release.unnamed import hide_what_few_share
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store
from pipelines.verification.comparators import plain_comparators
from pipelines.verification.rows import Row
from tests.factories import (
    PROJECT,
    released,
)
from tests.reference.twins import assert_agrees
from tests.reference.worlds import (
    INSTRUMENT,
    YEAR,
    YEARS,
    frames,
    holdings,
    programmes,
    told,
    waits,
)
from tests.thorough import examples

# ---- comparators ----


def assert_comparators_agree(made: dict[str, pl.DataFrame]) -> None:
    each_side = {measure.id: INSTRUMENT.tier(measure).minimum_each_side for measure in INSTRUMENT.measure}
    comparators, comparisons = plain_comparators(made["result"].to_dicts(), made["programme"].to_dicts(), each_side)
    found = made["comparator"].with_columns(pl.col("years").list.join(" "))
    by_years = {(key[0], " ".join(key[1]), *key[2:]): row for key, row in comparators.items()}
    _assert_same(found, ("measure_id", "years", "kind", "name"), by_years)
    of_result = made["comparison"].drop("measure_id", "programme_id", "first_year", "last_year")
    _assert_same(of_result, ("result_id", "kind", "name"), comparisons)


def _assert_same(frame: pl.DataFrame, keys: tuple[str, ...], naive: dict[Any, Row]) -> None:
    if naive or not frame.is_empty():
        assert_agrees(frame, keys, naive)


@st.composite
def worlds(draw: st.DrawFn) -> Holdings:
    """Up to nine programmes in four years: each published, waiting for the next year, or not taking part."""
    ids = [f"p{number}" for number in range(draw(st.integers(1, 9)))]
    place = st.tuples(
        st.sampled_from(["p", "q"]), st.sampled_from(["C", "D"]), st.sampled_from([None, "R"]), st.booleans()
    )
    rows = []
    for who in ids:
        for year in YEARS:
            kind = draw(st.sampled_from(["published", "published", "published", "few affirmative", "absent"]))
            if kind != "absent":
                n = draw(st.integers(10, 40))
                k = draw(st.integers(3, n - 3) if kind == "published" else st.integers(0, 3))
                rows.append(told(who, year, n=n, k=k))
    return holdings(rows, programmes(**{who: draw(place) for who in ids}))


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
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
    return made["comparator"].filter(pl.col("kind") == "everybody", pl.col("years") == [year]).to_dicts()


# ---- results ----


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


def shown_of(**places: tuple[str, str, str | None, bool]) -> dict[str, list[str | None]]:
    """Profession, country and region that a release shows of programmes."""
    shown = frames(holdings([told("own")], programmes(own=("p", "C", "R", False), **places)))["programme"]
    rows = shown.select("programme_id", "profession", "country", "region").iter_rows()
    return {who.removeprefix("code-"): place for who, *place in rows}


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ([("p", "C", "R")] * 2, ["p", "C", "R"]),
        ([("p", "C", "R"), ("p", "C", "S")], ["p", "C", None]),
        ([("p", "C", "R"), ("p", "D", "R")], ["p", None, None]),
        ([("p", "C", "R"), ("q", "C", "R")], [None, None, None]),
        ([("p", "C", "R")], [None, None, None]),
    ],
    ids=["three share all", "three share the country", "three share the profession", "nothing", "two"],
)
def test_an_unnamed_programme_shows_what_three_unnamed_ones_share(
    places: list[tuple[str, str, str]], shown: list[str | None]
) -> None:
    """Those that are named do not count, however many share it; and they show all they have."""
    others = {f"p{number}": (*place, False) for number, place in enumerate(places)}
    named: Any = {f"n{number}": ("p", "C", "R", True) for number in range(5)}
    found = shown_of(**others, **named)
    assert found["own"] == shown
    assert [found[who] for who in named] == [["p", "C", "R"]] * 5


def test_nobody_stands_out_by_what_is_not_shown() -> None:
    """Three could show their region. A fourth, of the same country, would be the only one there without a region."""
    found = shown_of(a=("p", "C", "R", False), b=("p", "C", "R", False), c=("p", "C", "S", False))
    assert [found[who] for who in ("own", "a", "b", "c")] == [["p", "C", None]] * 4


def test_whoever_is_of_no_large_crowd_is_hidden_in_the_smallest() -> None:
    """Four could show that they are p, and three that they are q. The eighth is the only one of another profession."""
    four = {f"p{number}": ("p", "C", None, False) for number in range(3)}
    found = shown_of(
        **four, **{f"q{number}": ("q", "C", None, False) for number in range(3)}, z=("z", "C", None, False)
    )
    assert [found[who] for who in ("own", *four)] == [["p", "C", None]] * 4
    assert [found[who] for who in ("q0", "q1", "q2", "z")] == [[None, None, None]] * 4


PLACES_THERE_ARE = [("p", "C", "R"), ("p", "C", "S"), ("p", "C", None), ("p", "D", None), ("q", "C", "R")]


@pytest.mark.parametrize("number", range(1, 8))
def test_nobody_stands_in_a_crowd_of_one_or_two_whatever_is_shown_or_not(number: int) -> None:
    """Every set of so many unnamed programmes. What one shows is true of it. Where there are one or two in all, nobody
    can be hidden."""
    for places in combinations_with_replacement(PLACES_THERE_ARE, number):
        rows = programmes(**{f"p{at}": (*place, False) for at, place in enumerate(places)})
        shown = hide_what_few_share(rows.select("programme_id", "profession", "country", "region", "named"))
        crowds = Counter(shown.select("profession", "country", "region").iter_rows())
        assert min(crowds.values()) >= min(3, number), places
        assert sorted(shown["programme_id"]) == sorted(rows["programme_id"])
        truly = dict(zip(rows["programme_id"], places, strict=True))
        for programme, *place in shown.select("programme_id", "profession", "country", "region").iter_rows():
            assert all(told in (None, true) for told, true in zip(place, truly[programme], strict=True))


def test_what_is_not_shown_is_not_compared_either() -> None:
    named = {f"q{number}": ("p", "C", "R", True) for number in range(4)}
    made = frames(holdings([told("own"), *map(told, named)], programmes(own=("p", "C", "R", False), **named)))
    compared = made["comparison"].filter(pl.col("programme_id") == "code-own")
    assert set(compared["kind"]) == {"everybody"}
    assert dict(made["comparator"].select("kind", "asked").iter_rows()) == {
        "profession": 4,
        "country": 4,
        "region": 4,
        "everybody": 5,
    }


@pytest.mark.parametrize(("invited", "response"), [(40, "half_or_more"), (41, "under_half")])
@pytest.mark.parametrize("named", [True, False])
def test_how_many_were_invited_is_told_of_named_programmes_and_of_the_others_by_degree(
    invited: int, response: str, named: bool
) -> None:
    cohorts = pl.DataFrame(
        [("own", YEAR, "staff", invited)],
        schema=["programme_id", "academic_year", "respondent_group", "invited"],
        orient="row",
    )
    registered = programmes(own=("p", "C", "R", named), other=("p", "C", "R", named))
    made = frames(holdings([told("own"), told("other")], registered, cohorts=cohorts))["result"]
    shown = made.filter(pl.col("status") == "published").select("programme_id", "invited", "response").rows()
    own, other = ("own", "other") if named else ("code-own", "code-other")
    assert sorted(shown) == [(other, None, None), (own, invited if named else None, response)]


def if_others_answered(invited: int, *, named: bool) -> tuple[float | None, float | None]:
    """8 of 20 answered yes; what the rate would be if nobody, or everybody, else who was invited had."""
    cohorts = pl.DataFrame(
        [("own", YEAR, "staff", invited)],
        schema=["programme_id", "academic_year", "respondent_group", "invited"],
        orient="row",
    )
    registered = programmes(own=("p", "C", "R", named))
    made = frames(holdings([told("own", n=20, k=8)], registered, cohorts=cohorts))["result"]
    return made.filter(pl.col("status") == "published").select("rate_if_none", "rate_if_all").row(0)


@pytest.mark.parametrize(
    ("invited", "bounds"), [(40, (None, None)), (50, (8 / 50, 38 / 50)), (200, (8 / 200, 188 / 200))]
)
def test_where_under_half_answered_it_is_told_what_the_rate_could_be(
    invited: int, bounds: tuple[float | None, float | None]
) -> None:
    assert if_others_answered(invited, named=True) == bounds


@pytest.mark.parametrize("invited", [41, 50, 200, 10_000])
def test_what_an_unnamed_programme_could_be_tells_no_more_than_that_under_half_answered(invited: int) -> None:
    assert if_others_answered(invited, named=False) == (8 / 40, 28 / 40)


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


def test_the_day_of_an_item_is_told_of_named_programmes_only() -> None:
    items = pl.DataFrame(
        [(who, YEAR, "policy", "in_place", date(2020, 1, 1)) for who in ("aa", "bb")],
        schema=["programme_id", "academic_year", "item_id", "status", "since"],
        orient="row",
    )
    registered = programmes(aa=("p", "C", "R", True), bb=("p", "C", "R", False))
    shown = frames(holdings([told("aa"), told("bb")], registered, support=items))["support"]
    assert shown.select("programme_id", "since").rows() == [("aa", date(2020, 1, 1)), ("code-bb", None)]


def test_a_home_tells_of_personal_items_no_more_than_that(demo_home: Settings) -> None:
    personal = released(demo_home.home, "support_item").filter("personal").select("item_id")
    support = released(demo_home.home, "support")
    told_of = support.join(personal, on="item_id")
    assert set(told_of["status"]) == {"in_place", "not_known"}
    assert told_of["since"].null_count() == told_of.height
    assert support["since"].null_count() < support.height


@pytest.mark.parametrize(
    ("who", "item", "there"),
    [("aa", "policy", True), ("aa", "example", False), ("aa", "unheard_of", False), ("bb", "policy", False)],
)
def test_links_and_days_are_told_of_named_programmes_and_of_items_that_point_at_nobody(
    who: str, item: str, there: bool
) -> None:
    """aa is named, bb is not; example points at a person; of unheard_of nobody knows any more."""
    day, link = date(2024, 5, 1), "https://www.example.ac.uk/policy"
    row = {"programme_id": who, "academic_year": YEAR, "item_id": item, "status": "in_place"}
    support = pl.DataFrame([row | {"since": day, "reviewed_on": day, "evidence_url": link}])
    registered = programmes(aa=("p", "C", None, True), bb=("p", "C", None, False))
    made = frames(holdings([told("aa"), told("bb")], registered, support=support))["support"]
    told_of = made.select("since", "reviewed_on", "evidence_url").row(0)
    assert told_of == ((day, day, link) if there else (None, None, None))


@pytest.mark.parametrize(("status", "shown"), [("in_place", "in_place"), ("planned", "not_known")])
@pytest.mark.parametrize("personal", [True, False])
def test_an_item_of_an_earlier_edition_is_shown_as_it_was_then(status: str, shown: str, personal: bool) -> None:
    row = {"programme_id": "aa", "academic_year": YEAR, "item_id": "old", "status": status}
    items = pl.DataFrame([{"item_id": "old", "title": "Old item", "kind": "policy", "personal": personal}])
    made = frames(holdings([told("aa")], support=pl.DataFrame([row]), items=items))
    assert made["support"]["status"].to_list() == [shown if personal else status]
    [old] = made["support_item"].filter(item_id="old").to_dicts()
    assert (old["title"], old["retired"]) == ("Old item", True)


@pytest.mark.parametrize(
    ("named", "others", "told_as"),
    [(True, "steward", None), (True, "programme", "programme"), (False, "programme", None)],
)
def test_who_collected_is_told_of_named_programmes_where_it_was_the_same_in_all_years(
    named: bool, others: str, told_as: str | None
) -> None:
    cohorts = pl.DataFrame(
        [
            {
                "programme_id": "aa",
                "academic_year": year,
                "respondent_group": "staff",
                "invited": 30,
                "collected_by": by,
            }
            for year, by in zip(YEARS[:2], ("programme", others), strict=True)
        ]
    )
    rows = [told("aa", year, n=9, k=4) for year in YEARS[:2]]
    made = frames(holdings(rows, programmes(aa=("p", "C", None, named)), cohorts=cohorts))["result"]
    assert made.filter(status="published", measure_id="asked")["collected_by"].to_list() == [told_as]
