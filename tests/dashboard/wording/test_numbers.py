"""Numbers, years and names as people write them."""

import pytest

from dashboard.wording import numbers

ONE_YEAR = {"first_year": "2024-25", "last_year": "2024-25"}


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.45, "45"),
        (0.445, "45"),  # half goes up, as people round
        (0.4449, "44"),
        (0.005, "1"),
        (0.0049, "under\xa01"),  # never rounded to none
        (0.995, "100"),
        (0.9951, "over\xa099"),  # never rounded to all
        (0.0, "0"),
        (1.0, "100"),
    ],
)
def test_a_percentage_is_rounded_but_never_to_none_or_all(rate: float, words: str) -> None:
    assert numbers.percent(rate) == words


@pytest.mark.parametrize(
    ("difference", "words"), [(0.154, "15"), (-0.154, "−15"), (0.155, "16"), (-0.004, "0"), (0.0, "0")]
)
def test_a_difference_is_in_points(difference: float, words: str) -> None:
    assert numbers.points(difference) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0.0, "0 points"), (0.004, "less than 1 point"), (0.01, "1 point"), (-0.014, "1 point"), (0.02, "2 points")],
)
def test_a_size_has_its_singular_and_is_never_rounded_to_none(size: float, words: str) -> None:
    assert numbers.in_points(size) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no programmes"), (1, "1 programme"), (2, "2 programmes"), (1_200, "1,200 programmes")]
)
def test_things_are_counted_in_singular_and_plural(count: int, words: str) -> None:
    assert numbers.number_of(count, "programme", "programmes") == words


def test_the_interval_of_a_clear_difference_is_told_by_size() -> None:
    assert numbers.likely_size(-0.52, -0.004) == "likely range less than 1 to 52 points"
    assert numbers.likely_range(-0.07, 0.39) == "likely range −7 to 39 points"


def test_a_number_comes_with_its_people_and_its_interval() -> None:
    row = {"affirmative": 14, "respondents": 31, "rate": 14 / 31, "rate_low": 0.2919, "rate_high": 0.6222}
    assert numbers.pair(row | ONE_YEAR) == "14 of 31 (45%, likely range 29% to 62%)"


@pytest.mark.parametrize(("first", "words"), [("2024-25", "14 of 31"), ("2023-24", "14 of 31 answers")])
def test_over_several_years_answers_are_counted_and_not_people(first: str, words: str) -> None:
    assert numbers.share({"affirmative": 14, "respondents": 31} | ONE_YEAR | {"first_year": first}) == words


@pytest.mark.parametrize(
    ("words", "whole"),
    [("Told anyone", "Told anyone."), ("Told anyone?", "Told anyone?"), ("It is.", "It is.")],
)
def test_a_sentence_ends_once(words: str, whole: str) -> None:
    assert numbers.ended(words) == whole


def test_an_interval_under_two_points_has_a_decimal() -> None:
    row = {"affirmative": 4135, "respondents": 10000, "rate": 0.4135, "rate_low": 0.4038, "rate_high": 0.4232}
    assert numbers.pair(row | ONE_YEAR) == "4,135 of 10,000 (41.4%, likely range 40.4% to 42.3%)"
    wider = row | {"rate_low": 0.4035, "rate_high": 0.4235 + 1e-9}
    assert numbers.pair(wider | ONE_YEAR) == "4,135 of 10,000 (41%, likely range 40% to 42%)"


def test_a_pooled_result_names_its_years() -> None:
    assert numbers.years({"first_year": "2024-25", "last_year": "2024-25"}) == "2024-25"
    assert numbers.years({"first_year": "2022-23", "last_year": "2024-25"}) == "2022-23 to 2024-25"


def test_several_things_are_listed() -> None:
    assert numbers.listed([]) == ""
    assert numbers.listed(["one"]) == "one"
    assert numbers.listed(["one", "two"]) == "one and two"
    assert numbers.listed(["one", "two", "three"]) == "one, two and three"
