"""Each sentence about a programme among others. One comparison has one verdict."""

from typing import Any

import pytest

from dashboard.wording import comparison as wording
from tests.dashboard.wording.test_sentences import PAIR, a_difference, a_result

UP, DOWN, NEITHER = ({"direction": direction} for direction in ("up", "down", "none"))
MORE, LESS = a_difference(0.2, 0.05, 0.35), a_difference(-0.2, -0.35, -0.05)


def compared(verdict: str | None, difference: dict[str, float], **given: Any) -> dict[str, Any]:
    return a_result(verdict=verdict, detectable_more=0.31, detectable_less=0.29, **given) | difference


NONE_AT_AN_END = a_difference(0.2, 0, 0.35), a_difference(-0.2, -0.35, 0)


def test_a_result_without_a_clear_difference_says_so_and_nothing_else() -> None:
    for difference in (a_difference(0.1, -0.05, 0.24), *NONE_AT_AN_END):
        assert wording.compared_sentence(compared("no_clear_difference", difference), UP) == (
            f"This programme: {PAIR}. There is no clear difference from the other programmes. With 31 answers, a "
            "difference of 31 points would be shown and found four times in five. Smaller ones are often missed."
        )


@pytest.mark.parametrize(("difference", "side"), [(MORE, "more"), (LESS, "less")])
def test_a_difference_that_is_more_than_chance_and_within_the_limits_is_told_with_both(
    difference: dict[str, float], side: str
) -> None:
    row = compared("no_clear_difference", difference)
    assert wording.verdict_sentence(row, UP) == (
        f"That is 20 points {side} than in the others together (likely range 5 to 35 points), which is no more than "
        "programmes usually differ: it does not stand out."
    )
    assert wording.verdict(row) == f"does not stand out: 20 points {side} (likely range 5 to 35 points)"


@pytest.mark.parametrize(
    ("verdict", "difference", "measure", "said"),
    [
        (
            "stands_out_higher",
            MORE,
            UP,
            "20 points more than in the other programmes together (likely range 5 to 35 points). Here more is better.",
        ),
        (
            "stands_out_lower",
            LESS,
            DOWN,
            "20 points less than in the other programmes together (likely range 5 to 35 points). Here less is better.",
        ),
        (
            "stands_out_lower",
            LESS,
            NEITHER,
            "20 points less than in the other programmes together (likely range 5 to 35 points).",
        ),
    ],
)
def test_what_stands_out_says_by_how_much_and_no_side_is_better_without_a_direction(
    verdict: str, difference: dict[str, float], measure: dict[str, str], said: str
) -> None:
    assert wording.verdict_sentence(compared(verdict, difference), measure) == f"It stands out: {said}"


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (MORE, "That is 20 points more than in the others together (likely range 5 to 35 points)."),
        (
            a_difference(0.01, -0.2, 0.25),
            "The difference from the others together is 1 point (likely range −20 to 25 points).",
        ),
    ],
)
def test_with_few_programmes_there_is_a_difference_and_no_verdict(difference: dict[str, float], said: str) -> None:
    sentence = wording.verdict_sentence(compared(None, difference), UP)
    assert sentence == f"{said} {wording.TOO_FEW_FOR_A_VERDICT}"
    assert "ten programmes" in sentence


def test_a_result_without_others_is_told_alone() -> None:
    assert wording.compared_sentence(a_result(), UP) == f"This programme: {PAIR}."
    assert wording.compared_sentence(a_result(status="suppressed"), UP).startswith("This programme: suppressed for now")
    assert wording.compared_sentence(None, UP).startswith("This programme is not among these")


UNCLEAR = "no_clear_difference"


@pytest.mark.parametrize(
    ("more", "less", "said", "cell"),
    [
        (
            0.31,
            0.35,
            "a difference of 35 points would be shown and found four times in five. Smaller ones are often missed.",
            "35 points",
        ),
        (
            None,
            0.35,
            "35 points less would be shown and found four times in five. No difference the other way would: those that "
            "are large enough are mostly withheld, or not possible.",
            "35 points less",
        ),
        (
            0.4,
            None,
            "40 points more would be shown and found four times in five. No difference the other way would: those that "
            "are large enough are mostly withheld, or not possible.",
            "40 points more",
        ),
        (
            None,
            None,
            "no difference would be shown and found four times in five: those that are large enough are mostly "
            "withheld, or not possible.",
            "none so often",
        ),
    ],
)
def test_what_could_be_found_and_shown_is_said_with_its_answers_and_its_direction(
    more: float | None, less: float | None, said: str, cell: str
) -> None:
    row = compared(UNCLEAR, MORE) | {"detectable_more": more, "detectable_less": less}
    assert wording.detectable_sentence(row) == f"With 31 answers, {said}"
    several = row | {"first_year": "2022-23"}
    assert wording.detectable_sentence(several) == f"With 31 answers over several years, {said}"
    assert wording.detectable(row) == cell


def test_where_no_verdict_is_ever_given_nothing_is_said_to_be_found() -> None:
    few = compared(None, MORE) | {"detectable_more": None, "detectable_less": None}
    assert wording.detectable_sentence(few) == ""
    assert wording.detectable(few) == "none, as there is no verdict"
    assert "four times in five" not in wording.compared_sentence(few, UP)


@pytest.mark.parametrize(
    ("status", "comparator", "verdict"),
    [
        ("published", "too few comparable programmes with a result", "nothing to compare with"),
        ("suppressed", "nothing to compare", "nothing to compare"),
        ("not_collected", "nothing to compare", "nothing to compare"),
    ],
)
def test_a_cell_without_a_comparison_says_why(status: str, comparator: str, verdict: str) -> None:
    alone = a_result(status=status)
    assert wording.comparator(alone) == comparator
    assert wording.verdict(alone) == wording.detectable(alone) == verdict


@pytest.mark.parametrize(
    ("verdict", "difference", "said"),
    [
        ("stands_out_higher", MORE, "stands out: 20 points more (likely range 5 to 35 points)"),
        ("no_clear_difference", a_difference(0.1, -0.05, 0.24), "no clear difference"),
        (
            None,
            LESS,
            "20 points less (likely range 5 to 35 points), no verdict: fewer than ten programmes with this one",
        ),
    ],
)
def test_a_verdict_in_a_table(verdict: str | None, difference: dict[str, float], said: str) -> None:
    assert wording.verdict(compared(verdict, difference)) == said


def a_funnel(**given: Any) -> dict[str, Any]:
    return {
        "years": ["2024-25"],
        "programmes": 15,
        "first_year": "2022-23",
        "last_year": "2024-25",
        "compared": 13,
        "standing_out": 2,
        "standing_out_by_chance": 0.65,
        "spread": 0.06,
        "spread_high": 0.11,
    } | given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {},
            "13 programmes are drawn here, with results that cover 2024-25. The lines are for results of 2024-25, and "
            "are made from 15 programmes with results of 2022-23 to 2024-25. 13 results of exactly 2024-25 can be set "
            "against them, and 2 results stand out. By chance alone it could be up to 0.7. Beyond chance, programmes "
            "have a spread of about 6 points. It could be up to 11 points.",
        ),
        (
            {"years": ["2022-23", "2023-24", "2024-25"], "compared": 1, "standing_out": 0},
            "The lines are for results of 2022-23 to 2024-25, and are made from 15 programmes with results of 2022-23 "
            "to 2024-25. 1 result of exactly 2022-23 to 2024-25 can be set against them, and no results stand out. By "
            "chance alone it could be up to 0.7. Results of other years are set against lines of their own years",
        ),
        (
            {"spread_high": 0.0641},
            "programmes have a spread of about 6 points. The lines allow for it:",
        ),
        (
            {"compared": 1, "standing_out": 1},
            "1 result of exactly 2024-25 can be set against them, and 1 result stands out.",
        ),
        ({"standing_out": 0}, "and no results stand out."),
        (
            {"spread": 0.0},
            "No spread between programmes is found beyond chance. A spread of up to 11 points could be missed.",
        ),
        ({"spread": None}, "There are fewer than ten programmes here, too few to say whether a result stands out."),
    ],
)
def test_a_funnel_says_how_many_stand_out_and_how_far_programmes_differ(given: dict[str, Any], said: str) -> None:
    assert said in wording.funnel_sentence(a_funnel(**given), 13, "2024-25")


def test_without_a_comparator_there_are_no_lines() -> None:
    assert wording.funnel_sentence(None, 0, "2024-25").startswith("There are no lines here")


OTHERS = {"affirmative": 120, "respondents": 270, "rate": 0.444, "rate_low": 0.386, "rate_high": 0.504}
SPAN = {"first_year": "2022-23", "last_year": "2024-25"}


@pytest.mark.parametrize(("programmes", "words"), [(11, "11 of the 13"), (13, "all 13")])
def test_the_comparator_says_how_many_programmes_stand_behind_it_and_its_years(programmes: int, words: str) -> None:
    every = OTHERS | SPAN | {"programmes": programmes, "asked": 13}
    numbers = "120 of 270 answers (44%, likely range 39% to 50%)"
    ends = f"{numbers}, in {words} programmes that asked. Their results are of 2022-23 to 2024-25."
    assert wording.comparator_sentence(every) == f"All together: {ends}"
    own = a_result() | {f"comparator_{name}": value for name, value in every.items()}
    assert (
        wording.others_sentence(own, None) == f"The others together: {ends.replace('programmes', 'other programmes')}"
    )
    assert wording.others_sentence(None, every) == f"All together: {ends}"
    in_a_table = "120 of 270 (44%, likely range 39% to 50%)"
    assert wording.comparator(own) == f"{in_a_table} in {programmes} programmes"


def test_no_comparator_says_why() -> None:
    assert "fewer than two thirds of those that asked" in wording.comparator_sentence(None)


def test_places_have_words() -> None:
    assert wording.place("everybody", "everybody") == "all programmes"
    assert wording.place("profession", "clinical_psychology") == "profession: clinical psychology"
    assert wording.comparator_name("everybody", "everybody") == "Compared with all other programmes."
    assert wording.comparator_name("profession", "clinical_psychology") == (
        "Compared with the other programmes of the same profession (clinical psychology)."
    )
