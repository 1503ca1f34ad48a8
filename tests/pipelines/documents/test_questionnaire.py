"""The questionnaire says everything the catalogue asks, first what a survey must say, and pushes nobody."""

import re
from html import unescape
from typing import Any

import pytest
import typst

from pipelines.documents.questionnaire import Asked, numbers, questionnaire
from pipelines.documents.questionnaire_files import as_html, as_pdf
from pipelines.documents.spoken import Speaker
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from tests.factories import a_catalogue, a_measure, first_catalogue, shipped_catalogue

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
    questions = [one for one in asked(first_catalogue(), group) if one.number]
    assert [(one.number, one.text) for one in questions] == [
        (number, measure.question) for number, measure in enumerate(measures, start=1)
    ]
    assert [len(one.answers) for one in questions] == [len(measure.answers) for measure in measures]
    assert [one.number for one in asked(first_catalogue(), group)].count(None) == 1


@pytest.mark.parametrize("group", GROUPS)
def test_the_more_personal_questions_are_a_section_that_may_be_left_out(group: Group) -> None:
    *others, personal = questionnaire(first_catalogue(), group).sections
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
    assert [one.only_if for one in asked(catalogue)[:3]] == [
        "",
        "",
        "Only if you answered “Agree” or “Strongly agree” to question 2.",
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_role_and_training_year_are_asked_before_what_is_personal_if_you_like_and_why(group: Group) -> None:
    section = questionnaire(first_catalogue(), group).sections[-2]
    [question] = section.questions
    assert section.title == "If you like"
    assert "leave it out" in question.remark
    assert question.remark.endswith("It is never shown for the more personal questions.")


def test_the_rule_is_told_with_the_numbers_of_the_catalogue() -> None:
    tiers = {
        "standard": {"minimum_respondents": 11, "minimum_each_side": 4},
        "sensitive": {"minimum_respondents": 17, "minimum_each_side": 6},
    }
    said = opening(a_catalogue(a_measure("a"), a_measure("b"), a_measure("c", sensitive=True), tiers=tiers))
    assert "at least 11 people of your programme answered the question, at least 4 of them" in said
    assert "(question 3) at least 17 people are needed, and 6 on each side" in said
    assert "more personal" not in opening(a_catalogue())


@pytest.mark.parametrize(
    ("rising", "said"),
    [
        ([4], "4"),
        ([4, 5], "4 and 5"),
        ([1, 2, 3], "1 to 3"),
        ([1, 2, 3, 4, 5, 6, 19, 20], "1 to 6, 19 and 20"),
        ([1, 3, 4, 5], "1 and 3 to 5"),
    ],
)
def test_numbers_of_questions_are_told_in_ranges(rising: list[int], said: str) -> None:
    assert Speaker(a_catalogue()).ranges(rising) == said


@pytest.mark.parametrize("group", GROUPS)
def test_the_opening_says_what_a_survey_must_say(group: Group) -> None:
    said = opening(first_catalogue(), group)
    for must in ("voluntary", "leave out any question", "counted together", "do not write your name", "10 people"):
        assert must in said
    for place in ("wellbeing contact", "116 123", "in2gr8mentalhealth"):
        assert place in said


HELP = "The Listening Line is there."


@pytest.mark.parametrize("helped", [True, False])
def test_where_help_is_comes_from_the_catalogue_alone(helped: bool) -> None:
    instrument = {"id": "test", "version": "1", "title": "Test", "status": "Tests."} | (
        {"help": HELP} if helped else {}
    )
    said = questionnaire(a_catalogue(a_measure(sensitive=True), instrument=instrument), "staff")
    told = [text for _, text in (*said.opening, *said.closing)]
    assert told.count(f"You can stop at any point. {HELP}") == (2 if helped else 0)
    assert ("If this touches something in you" in dict(said.opening)) == helped


def test_a_catalogue_can_say_help_around_its_questions_in_its_language() -> None:
    instrument = {"id": "test", "version": "1", "title": "Test", "status": "Tests.", "help": HELP, "help_cy": "Gofyn."}
    words = {"help": "Stop at will.", "help_cy": "Stopiwch."}
    said = questionnaire(a_catalogue(instrument=instrument, questionnaire=words), "staff", language="cy")
    assert "Stopiwch. Gofyn." in [text for _, text in said.opening]


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_around_the_questions_pushes_anybody(group: Group) -> None:
    around = questionnaire(first_catalogue(), group)
    remarks = [one.remark for one in (*asked(first_catalogue(), group), *around.sections)]
    said = " ".join([opening(first_catalogue(), group), *around.local_lines, *remarks, str(around.closing)])
    said = said.replace("nobody who assesses you should", "")  # it is said to the programme
    assert not re.search(PUSHING, said, re.IGNORECASE)


def test_the_draft_says_that_it_is_one() -> None:
    assert "Draft wording, not a validated scale." in words(as_html(questionnaire(first_catalogue(), "staff")))


def test_the_page_holds_all_of_it_and_takes_nothing_from_elsewhere() -> None:
    page = as_html(questionnaire(first_catalogue(), "trainee"))
    said = words(page)
    for question in asked(first_catalogue(), "trainee"):
        number = f"{question.number}. " if question.number else ""
        around = (question.only_if, f"{number}{question.text}", question.remark)
        assert " ".join(filter(None, around)) in said
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


# ---- tables, terms, and where help is ----

ROWS = ("your supervisor", "a tutor")


def a_table(**given: Any) -> Catalogue:
    """A question, a table of two questions, and another question."""
    rows = [
        a_measure(f"told_{place}", set="told", row=row, question=f"Have you told {row}?", **given)
        for place, row in enumerate(ROWS)
    ]
    table = {"id": "told", "stem": "Have you told …?", "remark": "One box in each line."}
    return a_catalogue(a_measure("before"), *rows, a_measure("after", optional=True), set=[table])


def test_a_table_of_questions_has_one_number() -> None:
    before, table, after = asked(a_table())[:3]
    assert [before.number, table.number, after.number] == [1, 2, 3]
    assert (table.text, table.rows) == ("Have you told …?", ROWS)
    assert table.remark == "One box in each line."
    assert numbers(a_table(), "staff") == {"before": 1, "told_0": 2, "told_1": 2, "after": 3}


def test_a_table_is_printed_with_a_box_for_each_row_and_answer() -> None:
    page = as_html(questionnaire(a_table(), "staff")).decode()
    assert page.count('<td aria-label="Yes">') == len(ROWS)
    assert page.count('<td aria-label="Prefer not to say">') == len(ROWS)
    assert as_pdf(questionnaire(a_table(), "staff")).startswith(b"%PDF")


def test_the_rows_of_a_follow_up_table_are_for_those_who_said_yes_before() -> None:
    follow_up = asked(a_table(base="before"))[1]
    assert follow_up.only_if == "Only if you answered “Yes” to question 1."
    assert follow_up.remark == "One box in each line."


def test_a_follow_up_of_a_row_names_the_row() -> None:
    rows = [a_measure(name, set="told", row=name, question=f"Told {name}?") for name in ("anyone", "somebody")]
    catalogue = a_catalogue(*rows, a_measure("helped", base="anyone"), set=[{"id": "told", "stem": "Told …?"}])
    assert asked(catalogue)[1].only_if == "Only if you answered “Yes” to question 1, “anyone”."


def test_a_short_form_leaves_out_what_is_optional() -> None:
    short = questionnaire(a_table(), "staff", short=True)
    assert [one.number for section in short.sections for one in section.questions] == [1, 2, None]
    assert "after" not in numbers(a_table(), "staff", short=True)


def test_the_form_is_as_long_as_it_is_said_to_be() -> None:
    lengths = {group: len(set(numbers(shipped_catalogue(), group).values())) for group in GROUPS}
    assert lengths == {"staff": 11, "trainee": 20}
    assert len(set(numbers(shipped_catalogue(), "trainee", short=True).values())) == 18


@pytest.mark.parametrize("group", GROUPS)
def test_terms_stand_above_the_questions(group: Group) -> None:
    catalogue = shipped_catalogue()
    said = words(as_html(questionnaire(catalogue, group)))
    terms = [term.text for term in catalogue.term if group in term.groups]
    assert len(terms) == 4
    assert all(said.index(term) < said.index("1. ") for term in terms)
    others = [term.text for term in catalogue.term if group not in term.groups]
    assert others
    assert not any(term in said for term in others)


def test_a_profession_adds_what_its_programmes_call_things() -> None:
    nursing = questionnaire(shipped_catalogue(), "trainee", profession="mental_health_nursing")
    assert "student nurse" in nursing.terms[-1]
    assert len(questionnaire(shipped_catalogue(), "trainee", profession="arts_therapies").terms) == 4
    with pytest.raises(Refused, match=r"mental_health_nurs is not .* Did you mean mental_health_nursing"):
        questionnaire(shipped_catalogue(), "staff", profession="mental_health_nurs")
    with pytest.raises(Refused, match="alchemy is not a profession of the catalogue"):
        questionnaire(shipped_catalogue(), "trainee", profession="alchemy")


@pytest.mark.parametrize("group", GROUPS)
def test_the_most_personal_questions_come_last_and_where_help_is_follows(group: Group) -> None:
    said = questionnaire(shipped_catalogue(), group)
    assert said.sections[-1].title == "Your own experience, if you like"
    (lead, help_again), (_, thanks) = said.closing
    assert lead == "If these questions were hard"
    assert "116 123" in help_again
    assert thanks.startswith("Thank you")


def test_where_nothing_is_personal_help_is_told_once() -> None:
    assert len(questionnaire(a_catalogue(), "staff").closing) == 1


def test_the_programme_says_who_sees_single_answers() -> None:
    lines = questionnaire(a_catalogue(), "staff").local_lines
    assert "Who sees single answers (nobody who assesses you should):" in lines


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


# ---- no question needs what was not said before ----

DEFINED = {
    "“Here”": r"here\b",
    "“Staff”": r"staff\b",
    "“Lived experience”": "lived experience",
    "“To share”": r"shar(?:e[ds]?|ing)\b",
}
"""How a line begins that says what a word means, and the word."""


def said_in_order(group: Group) -> list[str]:
    """What respondents read from the lines above the questions on: each line, then each part."""
    form = questionnaire(shipped_catalogue(), group)
    parts = [
        [
            section.title,
            section.remark,
            *(text for one in section.questions for text in (one.text, one.remark, *one.rows)),
        ]
        for section in form.sections
    ]
    return [*form.terms, *map(" ".join, parts)]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(("line", "word"), DEFINED.items())
def test_a_word_is_used_only_after_the_line_that_says_what_it_means(group: Group, line: str, word: str) -> None:
    said = said_in_order(group)
    defined = next(place for place, text in enumerate(said) if line in text)
    before = " ".join([*said[:defined], said[defined].split(line)[0]])
    assert re.findall(rf"\b{word}", before, re.IGNORECASE) == []
    assert re.findall(rf"\b{word}", " ".join(said[defined + 1 :]), re.IGNORECASE) != []


@pytest.mark.parametrize("group", GROUPS)
def test_what_stands_before_the_lines_needs_none_of_their_words(group: Group) -> None:
    words = "|".join(word for line, word in DEFINED.items() if line != "“Staff”")
    assert re.findall(rf"\b(?:{words})", opening(shipped_catalogue(), group), re.IGNORECASE) == []


@pytest.mark.parametrize("group", GROUPS)
def test_an_answer_that_a_remark_at_a_table_names_is_among_its_answers(group: Group) -> None:
    tables = [one for one in asked(shipped_catalogue(), group) if one.rows]
    named = [(table, answer) for table in tables for answer in re.findall("answer(?:ed)? “(.*?)”", table.remark)]
    assert named
    own = [(table, answer) for table, answer in named if f"“{answer}” to question" not in table.remark]
    assert all(answer in table.answers for table, answer in own)
