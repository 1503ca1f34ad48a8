"""What is tried by default is a part of everything, the same each time, with something of each kind."""

import pytest

from tests.thorough import examples, few, some


def test_everything_is_tried_in_ci() -> None:
    assert examples(300, everything=True) == 300
    assert some("abcdef", 3, everything=True) == list("abcdef")


def test_of_many_examples_a_quarter_is_tried_and_of_few_all() -> None:
    assert [examples(number, everything=False) for number in (9, 10, 11, 40, 44)] == [9, 10, 10, 10, 11]


def test_by_default_every_third_case_is_tried_from_the_first() -> None:
    assert some("abcdefg", 3, everything=False) == list("adg")


def test_each_kind_is_tried_also_where_it_has_one_case() -> None:
    assert some(["a1", "a2", "a3", "b1"], 2, lambda case: case[0], everything=False) == ["a1", "a3", "b1"]


@pytest.mark.parametrize(("cases", "kept"), [("", ""), ("a", "a"), ("ab", "ab"), ("abc", "abc"), ("abcdef", "adf")])
def test_few_cases_are_the_first_the_middle_one_and_the_last(cases: str, kept: str) -> None:
    assert few(cases) == list(kept)
