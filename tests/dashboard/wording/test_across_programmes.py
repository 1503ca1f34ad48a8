"""Each sentence about all programmes at once."""

from datetime import date
from typing import Any

import pytest

from dashboard.wording import across_programmes as wording
from dashboard.wording.numbers import plain
from pipelines.instrument.words import STATUSES


def an_item(status: str = "in_place", kind: str = "policy", **given: Any) -> dict[str, Any]:
    return {
        "programme_id": "alder",
        "programme_name": "Alder",
        "kind": kind,
        "kind_title": kind.capitalize(),
        "title": "Title",
        "status": status,
        "since": None,
    } | given


def an_association(correlation: float | None, low: float = 0.0, high: float = 0.0, **given: Any) -> dict[str, Any]:
    return {
        "title": "Do they go together?",
        "x_title": "Has been open",
        "y_title": "Has seen it",
        "x_people": "supervisors and tutors",
        "y_people": "trainees",
        "correlation": correlation,
        "correlation_low": low,
        "correlation_high": high,
        "programmes": 12,
        "asked": 13,
        "first_respondents": 277,
        "second_respondents": 1324,
        "attenuation": 0.7,
    } | given


def test_support_is_told_by_kind_as_everything_some_or_nothing() -> None:
    own = [
        an_item(kind="policy"),
        an_item("planned", kind="policy"),
        an_item(kind="culture"),
        an_item("not_in_place", kind="culture"),
        an_item(kind="supervision"),
        an_item("in_part", kind="support"),
    ]
    assert wording.support_sentence(own) == (
        "In place, as the programme says of itself: everything asked about on supervision; "
        "some of what was asked about on policy and culture; nothing yet on support."
    )


def test_nothing_sent_about_support_is_said() -> None:
    assert wording.support_sentence([]).startswith("This programme sent nothing about support")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words_and_a_sign_in_the_key(status: str) -> None:
    assert wording.own_status([an_item(status)]) == plain(status)
    assert f"{wording.SIGNS[status]} {plain(status)}" in wording.KEY


def test_what_a_status_means_is_told_where_the_catalogue_says_it() -> None:
    told = {"status": "in_part", "words": "True for some."}
    assert "“In part”: True for some." in wording.support_how_to_read([told])
    assert "In part" not in wording.support_how_to_read([told | {"words": None}])
    assert "does not say that people know it" in wording.support_how_to_read([])


def test_how_to_read_two_rates_names_the_people_of_the_catalogue() -> None:
    said = wording.together_how_to_read(an_association(0.5) | {"y_people": "students"})
    assert "more of its students" in said
    assert "trainees" not in said


def test_signs_differ_without_colour() -> None:
    assert [*wording.SIGNS] == [*STATUSES]
    assert len(set(wording.SIGNS.values())) == len(STATUSES)


def test_a_status_says_since_when_it_is_known() -> None:
    assert wording.own_status([an_item(since=date(2023, 10, 1))]) == "in place since October 2023"
    assert wording.own_status([]) == "nothing said"


def test_the_others_are_named_by_what_they_say() -> None:
    others = [
        an_item(programme_name="Cedar"),
        an_item("planned", programme_name="Elm"),
        an_item(programme_name=None, programme_id="programme-1a"),
    ]
    assert wording.who_says_what(others) == "in place: Cedar, programme-1a; planned: Elm"
    assert wording.who_says_what([]) == wording.NOBODY_ELSE


@pytest.mark.parametrize(
    ("value", "words"), [(0.462, "0.46"), (-0.155, "−0.16"), (0.005, "0.01"), (-0.004, "0.00"), (1.0, "1.00")]
)
def test_a_correlation_has_two_decimals(value: float, words: str) -> None:
    assert wording.correlation(value) == words


def test_an_association_says_what_stands_behind_it_and_what_it_cannot_say() -> None:
    assert wording.association_sentence(an_association(0.618, 0.053, 0.883)) == (
        "There is a link between the two: where one is higher, the other tends to be higher too. The correlation is "
        "0.62 (likely range 0.05 to 0.88), in 12 of the 13 programmes that asked both. It stands on 277 answers "
        "of supervisors and tutors and 1,324 answers of trainees. Small numbers pull this figure towards zero: on "
        "average a perfect link would show here as about 0.70. Programmes chose to take part, and people chose to "
        "answer. So it is about those who did. A link does not say what causes what."
    )


def test_programmes_that_hardly_differ_could_show_no_link() -> None:
    assert "hardly any link could show here" in wording.association_sentence(an_association(0.1, attenuation=0.0))


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.0, 0.8, "There is no clear link between the two."),
        (-0.8, 0.0, "There is no clear link between the two."),
        (0.001, 0.8, "where one is higher, the other tends to be higher too."),
        (-0.8, -0.001, "where one is higher, the other tends to be lower."),
    ],
)
def test_an_interval_that_holds_none_is_not_told_as_going_together(low: float, high: float, verdict: str) -> None:
    assert verdict in wording.association_sentence(an_association((low + high) / 2, low, high))


def test_all_programmes_that_asked_are_called_all() -> None:
    assert "in all 13 programmes" in wording.association_sentence(an_association(0.5, 0.1, 0.8, programmes=13))


def test_no_association_says_why() -> None:
    said = wording.association_sentence(an_association(None))
    assert "at least ten programmes" in said
    assert "two thirds of those that asked both" in said


def test_the_charts_are_told_to_those_who_cannot_see_them() -> None:
    assert wording.support_alt("Policy").startswith("Policy: ")
    assert "0.62 (likely range 0.05 to 0.88)" in wording.association_alt(an_association(0.618, 0.053, 0.883))


def test_nothing_ranks_judges_or_claims_a_cause() -> None:
    fixed = " ".join(
        value for name, value in vars(wording).items() if name.isupper() and isinstance(value, str)
    ).lower()
    for word in ("you should", "league", "worst", "best ", "poor", "failing", "effect", "because of", "leads to"):
        assert word not in fixed, word
