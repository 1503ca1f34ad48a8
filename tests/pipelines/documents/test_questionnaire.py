"""The questionnaire says everything the catalogue asks, first what a survey must say, and pushes nobody."""

import re
from html import unescape

import pytest
import typst

from pipelines.documents import wording
from pipelines.documents.questionnaire import Asked, as_html, as_pdf, questionnaire
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.support_words import FOR_READERS
from tests.factories import a_catalogue, a_measure, first_catalogue

GROUPS: tuple[Group, ...] = ("staff", "trainee")
PUSHING = r"\b(?:must|should|please (?:share|tell|answer)|encourage|important to|help us|honest|brave)"


def asked(catalogue: Catalogue, group: Group = "staff") -> list[Asked]:
    return [one for section in questionnaire(catalogue, group).sections for one in section.questions]


def opening(catalogue: Catalogue, group: Group = "staff") -> str:
    return " ".join(f"{lead}. {said}" for lead, said in questionnaire(catalogue, group).opening)


def words(page: bytes) -> str:
    """What a page says, without its marks."""
    body = page.decode().split("</style>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("group", GROUPS)
def test_every_question_is_there_with_its_answers_in_order_and_the_more_personal_ones_last(group: Group) -> None:
    measures = first_catalogue().asked_of(group)
    measures = [*(one for one in measures if not one.sensitive), *(one for one in measures if one.sensitive)]
    *questions, subgroup = asked(first_catalogue(), group)
    assert [(one.number, one.text) for one in questions] == [
        (number, measure.question) for number, measure in enumerate(measures, start=1)
    ]
    assert [len(one.answers) for one in questions] == [len(measure.answers) for measure in measures]
    assert subgroup.number is None


@pytest.mark.parametrize("group", GROUPS)
def test_the_more_personal_questions_are_a_section_that_may_be_left_out(group: Group) -> None:
    *others, personal, _ = questionnaire(first_catalogue(), group).sections
    assert "Leave out whatever you wish" in personal.remark
    assert len(personal.questions) == sum(measure.sensitive for measure in first_catalogue().asked_of(group))
    assert not any(section.remark for section in others)
    assert personal.remark in words(as_html(questionnaire(first_catalogue(), group)))


def test_answers_are_plain_words() -> None:
    codes = ["strongly_agree", "prefer_not_to_say", "dont_know", "no"]
    question = asked(a_catalogue(a_measure(answers=codes, affirmative=["strongly_agree"])))[0]
    assert question.answers == ("Strongly agree", "Prefer not to say", "Don’t know", "No")


def test_a_follow_up_says_whom_it_is_for_and_others_say_nothing() -> None:
    scale = {"answers": ["disagree", "agree", "strongly_agree"], "affirmative": ["agree", "strongly_agree"]}
    catalogue = a_catalogue(
        a_measure("elsewhere", group="trainee"),
        a_measure("first"),
        a_measure("base", **scale),
        a_measure("b", base="base"),
    )
    assert [one.remark for one in asked(catalogue)[:3]] == [
        "",
        "",
        "Only if you answered “Agree” or “Strongly agree” to question 2.",
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_role_and_training_year_are_asked_last_if_you_like_and_why(group: Group) -> None:
    last = questionnaire(first_catalogue(), group).sections[-1]
    [question] = last.questions
    assert last.title == "If you like"
    assert "leave it out" in question.remark
    assert "never for the more personal questions" in question.remark


def test_the_rule_is_told_with_the_numbers_of_the_catalogue() -> None:
    tiers = {
        "standard": {"minimum_respondents": 11, "minimum_each_side": 4},
        "sensitive": {"minimum_respondents": 17, "minimum_each_side": 6},
    }
    said = opening(a_catalogue(a_measure("a"), a_measure("b"), a_measure("c", sensitive=True), tiers=tiers))
    assert "at least 11 people of your programme answered the question, at least 4 of them" in said
    assert "(question 3) it takes at least 17 people, and 6 on each side" in said
    assert "more personal" not in opening(a_catalogue())


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([4], "4"),
        ([4, 5], "4 and 5"),
        ([1, 2, 3], "1 to 3"),
        ([1, 2, 3, 4, 5, 6, 19, 20], "1 to 6, 19 and 20"),
        ([1, 3, 4, 5], "1 and 3 to 5"),
    ],
)
def test_numbers_of_questions_are_told_in_ranges(numbers: list[int], said: str) -> None:
    assert wording.ranges(numbers) == said


@pytest.mark.parametrize("group", GROUPS)
def test_the_opening_says_what_a_survey_must_say(group: Group) -> None:
    said = opening(first_catalogue(), group)
    for must in ("voluntary", "leave out any question", "counted together", "do not write your name", "10 people"):
        assert must in said
    for place in ("wellbeing contact", "116 123", "in2gr8mentalhealth"):
        assert place in said
        assert place in FOR_READERS


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_around_the_questions_pushes_anybody(group: Group) -> None:
    around = questionnaire(first_catalogue(), group)
    remarks = [one.remark for one in (*asked(first_catalogue(), group), *around.sections)]
    said = " ".join([opening(first_catalogue(), group), *around.local_lines, *remarks, around.closing])
    assert not re.search(PUSHING, said, re.IGNORECASE)


def test_the_draft_says_that_it_is_one() -> None:
    assert "Draft wording, not a validated scale." in words(as_html(questionnaire(first_catalogue(), "staff")))


def test_the_page_holds_all_of_it_and_takes_nothing_from_elsewhere() -> None:
    page = as_html(questionnaire(first_catalogue(), "trainee"))
    said = words(page)
    for question in asked(first_catalogue(), "trainee"):
        assert f"{question.text} {question.remark}".strip() in said
    assert said.count("Prefer not to say") == sum(
        "prefer_not_to_say" in measure.answers for measure in first_catalogue().asked_of("trainee")
    )
    assert not re.search(rb"https?:|src=|<script|@import|url\(", page)


def test_what_the_catalogue_says_is_text_and_never_markup() -> None:
    catalogue = a_catalogue(a_measure(question='<b>#panic("no")</b> & *so* on_ $x$ ?'))
    page = as_html(questionnaire(catalogue, "staff"))
    assert b"&lt;b&gt;" in page
    assert b"<b>" not in page
    assert as_pdf(questionnaire(catalogue, "staff")).startswith(b"%PDF")


@pytest.mark.parametrize("group", GROUPS)
def test_the_pdf_is_tagged_and_the_same_to_the_byte(group: Group) -> None:
    content = questionnaire(first_catalogue(), group)
    pdf = as_pdf(content)
    assert pdf == as_pdf(content)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    assert b"CreationDate" not in pdf


def test_a_group_that_is_asked_nothing_has_no_questionnaire() -> None:
    with pytest.raises(Refused, match="no questions for trainees"):
        questionnaire(a_catalogue(), "trainee")


def test_letters_that_no_font_has_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise typst.TypstError("no glyph")

    monkeypatch.setattr(typst, "compile", fail)
    content = questionnaire(a_catalogue(a_measure(question="\U00013000?")), "staff")
    with pytest.raises(Refused, match="Make an HTML file instead"):
        as_pdf(content)
    assert "\U00013000" in as_html(content).decode()
