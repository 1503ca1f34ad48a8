"""Questions for a team meeting: chosen a second time in plain Python, and never about who should share what."""

import re
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from tests.factories import PROJECT, a_catalogue, a_measure, first_catalogue
from tests.reference.worlds import YEAR, YEARS, frames, holdings, programmes, published, told, waits

TO = ("programme_id", "academic_year", "question_id")


# ---- which, and how many ----


def asking(*questions: dict[str, str], direction: str = "up") -> Catalogue:
    """A catalogue of these questions, each named and worded alike."""
    return a_catalogue(
        a_measure(direction=direction),
        a_measure("modelled"),
        support_item=[{"id": "policy", "kind": "policy", "title": "Policy"}],
        gap=[{"id": "gap", "title": "Gap", "expected": "asked", "modelled": "modelled"}],
        question=[{"text": f"{question['id']}?"} | question for question in questions],
    )


def asked(rows: list[Any], catalogue: Catalogue, who: str = "aa", year: str = YEAR, **given: Any) -> list[str]:
    """The questions a programme is given for a year, in order."""
    made = frames(holdings(rows, **given), catalogue)["meeting_question"]
    return made.filter(pl.col("programme_id") == who, pl.col("academic_year") == year)["question_id"].to_list()


ABOUT_GAP = {"id": "about_gap", "gap": "gap"}
ABOUT_MEASURE = {"id": "about_measure", "measure": "asked"}
ABOUT_ITEM = {"id": "about_item", "item": "policy"}


def always(*ids: str) -> list[dict[str, str]]:
    return [{"id": question} for question in ids]


@pytest.mark.parametrize("number", [2, 3, 4])
def test_at_most_three_questions_are_asked_in_the_order_of_the_catalogue(number: int) -> None:
    ids = ["d", "b", "c", "a"][:number]
    assert asked([told("aa")], asking(*always(*ids))) == ids[:3]


def test_a_question_with_a_reason_stands_where_the_catalogue_has_it() -> None:
    first, last = [ABOUT_MEASURE, *always("a", "b", "c")], [*always("a", "b"), ABOUT_MEASURE, *always("c")]
    few = [told("aa", k=5)]
    assert asked(few, asking(*first)) == ["about_measure", "a", "b"]
    assert asked(few, asking(*last)) == ["a", "b", "about_measure"]
    assert asked([told("aa", k=10)], asking(*first)) == ["a", "b", "c"]


def test_questions_are_asked_of_whoever_took_part_and_for_that_year() -> None:
    """Whether or not there is enough to be published."""
    made = frames(holdings([waits("aa"), told("bb", YEARS[0])]), asking(*always("a")))["meeting_question"]
    assert made.select(TO).rows() == [("aa", YEAR, "a"), ("bb", YEARS[0], "a")]


def test_a_catalogue_without_questions_asks_none() -> None:
    assert asked([told("aa")], asking()) == []


@pytest.mark.parametrize(("modelled", "there"), [(11, True), (12, False)])
def test_a_gap_is_asked_about_where_it_is_beyond_doubt(modelled: int, there: bool) -> None:
    """17 of 20 expect it. The interval of the difference begins at 2 points for 11 of 20, and at −3 for 12."""
    rows = [told("aa", k=17), told("aa", measure="modelled", k=modelled)]
    assert asked(rows, asking(ABOUT_GAP)) == ["about_gap"] * there


def test_a_gap_the_other_way_round_is_not_asked_about() -> None:
    rows = [told("aa", k=3), told("aa", measure="modelled", k=17)]
    assert asked(rows, asking(ABOUT_GAP)) == []


@pytest.mark.parametrize(
    ("direction", "k", "there"), [("up", 5, True), ("up", 6, False), ("down", 15, True), ("down", 14, False)]
)
def test_a_measure_is_asked_about_where_most_find_it_wanting_beyond_doubt(direction: str, k: int, there: bool) -> None:
    """5 of 20 are at most 47 %, 6 of 20 at most 52 %."""
    assert asked([told("aa", k=k)], asking(ABOUT_MEASURE, direction=direction)) == ["about_measure"] * there


@pytest.mark.parametrize(("direction", "k"), [("up", 15), ("down", 5)])
def test_a_measure_that_is_as_it_should_be_is_not_asked_about(direction: str, k: int) -> None:
    assert asked([told("aa", k=k)], asking(ABOUT_MEASURE, direction=direction)) == []


@pytest.mark.parametrize(("k", "questions"), [(3, ["harm"]), (2, [])])
def test_where_a_few_are_too_many_a_measure_is_asked_about_as_soon_as_it_is_published(
    k: int, questions: list[str]
) -> None:
    """3 of 20 are published, 2 of 20 are not."""
    harm = {"id": "harm", "measure": "asked", "when": "published"}
    assert asked([told("aa", k=k)], asking(harm, direction="down")) == questions


@pytest.mark.parametrize(
    ("direction", "others", "k", "there"),
    [("up", 16, 12, True), ("up", 16, 13, False), ("down", 4, 8, True), ("down", 4, 7, False)],
)
def test_a_measure_is_asked_about_where_the_programme_stands_outside(
    direction: str, others: int, k: int, there: bool
) -> None:
    """12 of 20 are 2.2 standard errors from 80 %, 13 of 20 are 1.6."""
    rows = [told("aa", k=k), *(told(f"p{number}", k=others) for number in range(12))]
    assert asked(rows, asking(ABOUT_MEASURE, direction=direction)) == ["about_measure"] * there


def test_a_programme_is_asked_by_where_it_stands_among_everybody() -> None:
    """The only one of its profession."""
    others = {f"p{number}": ("p", "C", None, True) for number in range(12)}
    rows = [told("aa", k=12), *(told(who, k=16) for who in others)]
    registered = programmes(aa=("q", "C", None, True), **others)
    assert asked(rows, asking(ABOUT_MEASURE), registered=registered) == ["about_measure"]


@pytest.mark.parametrize(("direction", "others", "k"), [("up", 8, 14), ("down", 12, 6)])
def test_who_stands_outside_on_the_better_side_is_not_asked(direction: str, others: int, k: int) -> None:
    rows = [told("aa", k=k), *(told(f"p{number}", k=others) for number in range(12))]
    made = frames(holdings(rows), asking(ABOUT_MEASURE, direction=direction))
    verdicts = made["comparison"].filter(pl.col("programme_id") == "aa")["verdict"].to_list()
    assert verdicts == [{"up": "stands_out_higher", "down": "stands_out_lower"}[direction]] * 3
    assert "aa" not in made["meeting_question"]["programme_id"].to_list()


def test_a_result_of_more_years_is_a_reason_in_each_of_them() -> None:
    rows = [told("aa", year, n=9, k=1) for year in YEARS[:3]]
    assert [asked(rows, asking(ABOUT_MEASURE), year=year) for year in YEARS] == [["about_measure"]] * 3 + [[]]


def support(status: str, year: str = YEAR) -> pl.DataFrame:
    row = {"programme_id": "aa", "academic_year": year, "item_id": "policy", "status": status, "since": None}
    return pl.DataFrame([row], schema_overrides={"since": pl.Date})


@pytest.mark.parametrize(
    ("status", "there"),
    [("in_place", False), ("in_part", False), ("planned", True), ("not_in_place", True), ("not_known", False)],
)
def test_an_item_is_asked_about_where_the_programme_says_it_is_missing(status: str, there: bool) -> None:
    assert asked([told("aa")], asking(ABOUT_ITEM), support=support(status)) == ["about_item"] * there


@pytest.mark.parametrize(("year", "there"), [(YEAR, True), (YEARS[0], False)])
def test_an_item_is_asked_about_in_the_year_of_which_it_is_told(year: str, there: bool) -> None:
    rows = [told("aa", YEARS[0]), told("aa")]
    assert asked(rows, asking(ABOUT_ITEM), support=support("planned", year)) == ["about_item"] * there


def test_of_an_item_in_a_year_without_an_audit_nothing_is_asked() -> None:
    assert asked([told("aa")], asking(ABOUT_ITEM), year=YEARS[0], support=support("planned", YEARS[0])) == []


def test_of_an_item_that_points_at_somebody_nothing_is_asked() -> None:
    catalogue = asking(ABOUT_ITEM)
    [item] = catalogue.support_item
    personal = catalogue.model_copy(update={"support_item": (item.model_copy(update={"personal": True}),)})
    given = support("not_in_place")
    assert [asked([told("aa")], one, support=given) for one in (catalogue, personal)] == [["about_item"], []]


# ---- nothing that is not published ----


@pytest.mark.slow
@pytest.mark.parametrize(("n", "k"), [(20, 1), (20, 2), (20, 18), (20, 20), (9, 0), (9, 3), (9, 9)])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_no_question_hangs_on_a_number_that_is_not_published(n: int, k: int, direction: str) -> None:
    """Of one who would stand outside, and in whose gap there would be no doubt."""
    catalogue = asking(ABOUT_GAP, ABOUT_MEASURE, *always("a"), direction=direction)
    others = [told(f"p{number}", measure=one) for number in range(3) for one in ("asked", "modelled")]
    rows = [*others, told("aa", measure="modelled", k=3)]
    one, other = (frames(holdings([*rows, told("aa", n=n, k=said)]), catalogue) for said in (0, k))
    assert one["meeting_question"].equals(other["meeting_question"])
    assert "suppressed" in one["result"]["status"].to_list()
    assert asked([*rows, told("aa", n=n, k=0)], catalogue) == ["a"]


@pytest.mark.parametrize(("k", "questions"), [(3, ["about_measure", "a"]), (17, ["about_gap", "a"])])
def test_the_same_questions_hang_on_a_number_that_is(k: int, questions: list[str]) -> None:
    others = [told(f"p{number}", measure=one) for number in range(3) for one in ("asked", "modelled")]
    rows = [*others, told("aa", measure="modelled", k=3), told("aa", k=k)]
    assert asked(rows, asking(ABOUT_GAP, ABOUT_MEASURE, *always("a"))) == questions


def test_a_later_file_that_waits_brings_no_question() -> None:
    """20 are published; the file comes again with 9 more, of whom none or all said yes."""
    catalogue = asking(ABOUT_MEASURE, *always("a"))
    ledger = published(holdings([told("aa")]))
    made = [asked([told("aa", n=29, k=10 + more)], catalogue, ledger=ledger) for more in (0, 9)]
    assert made == [["a"], ["a"]]


# ---- about conditions, never about who should share ----

TELLING = r"(?:shar\w*|tell\w*|disclos\w*|open up|come out|reveal\w*|speak up|be (?:more )?open)"
URGING = (
    r"\bdisclos",
    r"\b(?:tell|talk to|confide in) us\b",
    rf"\b(?:should|must|ought to|need to|have to|dare) (?:\w+ )?{TELLING}",
    rf"\b(?:encourag\w+|persuad\w+|urg\w+|push\w*|get|make|want|ask|invite) [\w ]*?\b(?:to )?{TELLING}",
    rf"\bmore (?:people|trainees|staff|of \w+) (?:to )?{TELLING}",
    rf"(?:^|[.!?:] )(?:please |do |just )?{TELLING}",
    rf"\bwhy (?:do|does|did|are|have|has)(?:n.t)?\b[^.!?]*\b{TELLING}",
)


def urges(text: str) -> bool:
    """Whether a question asks somebody to share, or asks for more sharing."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in URGING)


@pytest.mark.parametrize(
    "text",
    [
        "Who has something to disclose?",
        "What would you like to tell us?",
        "Who should share more?",
        "Which trainees ought to be open?",
        "How do we encourage trainees to share?",
        "How can we get more trainees to open up?",
        "What would make them tell a supervisor?",
        "How could more trainees share?",
        "Please share what you live with. Would you?",
        "It helps. Tell a tutor?",
        "Why do trainees not tell their tutors?",
        "Why haven't they shared?",
    ],
)
def test_a_question_that_urges_is_recognised(text: str) -> None:
    assert urges(text)


@pytest.mark.parametrize(
    "text",
    [
        "What happens here after somebody shares?",
        "What should a written policy say?",
        "Who is told what, if a trainee shares something?",
        "How do we say that not sharing is a legitimate choice?",
    ],
)
def test_a_question_about_conditions_does_not_urge(text: str) -> None:
    assert not urges(text)


def catalogues() -> Iterable[Catalogue]:
    """Every catalogue that comes with the project."""
    return [load_catalogue(path) for path in sorted((PROJECT / "data").rglob("catalogue*.toml"))]


def test_no_question_of_a_catalogue_urges_anyone_to_share() -> None:
    texts = [question.text for catalogue in catalogues() for question in catalogue.question]
    assert len(texts) >= len(first_catalogue().question) > 10
    assert [text for text in texts if urges(text)] == []


def test_every_question_of_a_catalogue_is_one() -> None:
    texts = [question.text for catalogue in catalogues() for question in catalogue.question]
    assert [text for text in texts if not text.endswith("?")] == []
