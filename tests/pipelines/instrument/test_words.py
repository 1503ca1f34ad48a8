"""The words of an instrument are keys of its catalogue; one that leaves them out speaks of nobody in particular."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.documents.questionnaire import questionnaire
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.instrument.words import STATUSES
from pipelines.release.catalogue_words import catalogue_words
from tests.factories import a_catalogue, a_measure, checked, shared

TWO_GROUPS = (a_measure(), a_measure("seen", group="trainee", pillar="trainee_disclosure"))
STUDENTS = {
    "id": "trainee",
    "people": "students",
    "person": "student",
    "longest_stay": 4,
    "subgroup": "training_year",
    "subgroup_question": "Which year?",
    "subgroup_why": "It helps.",
    "subgroup_codes": [{"code": "1", "label": "Year 1"}, {"code": "2", "label": "Year 2 or later"}],
}


def neutral(*measures: dict[str, Any], **given: Any) -> Catalogue:
    return a_catalogue(*(measures or TWO_GROUPS), **{"group": []} | given)


# ---- without words ----


def test_a_catalogue_without_words_has_neutral_ones() -> None:
    catalogue = neutral()
    assert {group: words.people for group, words in catalogue.groups.items()} == {
        "staff": "staff",
        "trainee": "trainees",
    }
    assert [pillar.title for pillar in catalogue.pillars.values()] == ["First part", "Second part"]
    assert [pillar.question for pillar in catalogue.pillars.values()] == [None, None]
    assert [basis.title for basis in catalogue.bases.values()] == ["What people have done"]
    assert [*catalogue.status_words] == [*STATUSES]
    assert not any(catalogue.status_words.values())
    assert catalogue.answer("prefer_not_to_say") == "Prefer not to say"
    assert catalogue.answer("dont_know") == "Don’t know"


def test_kinds_without_titles_are_called_by_their_ids_in_the_order_of_the_items() -> None:
    items = [{"id": name, "kind": kind, "title": "Title"} for name, kind in (("a", "peer_help"), ("b", "policy"))]
    assert [kind.title for kind in neutral(support_item=items).kinds.values()] == ["Peer help", "Policy"]


@pytest.mark.parametrize(
    ("roles", "rules"),
    [(("", ""), []), (("placement_supervisor", ""), []), (("A. Person", ""), ["subgroup_code"])],
)
def test_without_a_list_of_roles_the_column_is_free_and_nobody_is_asked(
    tmp_path: Path, roles: tuple[str, str], rules: list[str]
) -> None:
    rows = "".join(f"P1,2024-25,{role},yes\n" for role in roles)
    found = checked(tmp_path, "staff_responses", f"programme_id,academic_year,role,asked\n{rows}", neutral())
    assert [finding.rule for finding in found.findings] == rules
    assert len(questionnaire(neutral(), "staff").sections) == 1


@pytest.mark.parametrize(("subgroup", "rules"), [("tutor", []), ("not_stated", []), ("Tutor!", ["subgroup_code"])])
def test_without_a_list_of_roles_counts_have_any_code(tmp_path: Path, subgroup: str, rules: list[str]) -> None:
    heading = "programme_id,academic_year,measure_id,subgroup,respondents,affirmative"
    text = f"{heading}\nP1,2024-25,asked,{subgroup},10,4\n"
    assert [finding.rule for finding in checked(tmp_path, "counts", text, neutral()).findings] == rules


# ---- with words ----


def test_the_words_of_a_group_are_those_of_the_catalogue() -> None:
    catalogue = neutral(group=[STUDENTS])
    assert catalogue.people("trainee") == "students"
    assert catalogue.people("staff") == "staff"
    printed = questionnaire(catalogue, "trainee")
    assert printed.people == "Questions for students"
    assert printed.sections[-1].questions[0].answers == ("Year 1", "Year 2 or later")
    columns = contract(Dataset("trainee_responses"), catalogue, Context("2025-26")).fields
    field = next(column for column in columns if column.codes)
    assert (field.name, field.codes) == ("training_year", ("1", "2"))


def test_answers_pillars_and_sections_are_called_as_the_catalogue_says() -> None:
    pillars = [
        {"id": "trainee_disclosure", "title": "Sharing", "question": "Who?", "section": {"trainee": "Sharing, or not"}},
        {"id": "staff_openness", "title": "Staff"},
    ]
    catalogue = neutral(pillar=pillars, answer_words={"no": "No, never"})
    assert [*catalogue.pillars] == ["trainee_disclosure", "staff_openness"]
    assert catalogue.answer("no") == "No, never"
    assert questionnaire(catalogue, "trainee").sections[0].title == "Sharing, or not"
    assert [section.title for section in questionnaire(catalogue, "staff").sections] == ["Staff"]
    assert questionnaire(catalogue, "staff").sections[0].questions[0].answers[1] == "No, never"


def test_a_release_carries_the_words() -> None:
    frames = catalogue_words(neutral(group=[STUDENTS], answer_words={"no": "No, never"}))
    assert frames["respondent_group"].select("respondent_group", "people", "longest_stay").rows() == [
        ("staff", "staff", None),
        ("trainee", "students", 4),
    ]
    assert frames["subgroup"].select("respondent_group", "subgroup", "label").rows() == [
        ("trainee", "1", "Year 1"),
        ("trainee", "2", "Year 2 or later"),
    ]
    assert dict(frames["answer"].rows())["no"] == "No, never"
    assert frames["pillar"]["place"].to_list() == [0, 1]


def test_the_words_of_the_second_edition_are_read_as_they_stand_there() -> None:
    raw = tomllib.loads(shared("catalogue_v2.toml").read_text(encoding="utf-8"))
    words = {name: raw[name] for name in ("group", "pillar", "basis", "kind", "status", "answer_words")}
    answers = sorted({answer for measure in raw["measure"] for answer in measure["answers"]})
    catalogue = a_catalogue(a_measure("all", answers=answers, affirmative=["yes"]), **words, support_item=[])
    assert catalogue.groups["trainee"].longest_stay == 4
    assert catalogue.status_words["planned"] == "Not true yet, but decided and with a date."
    assert catalogue.pillars["support_offered"].section["staff"] == "Policy"


# ---- every way to be wrong ----


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"group": [STUDENTS, STUDENTS]}, '"trainee" is used twice'),
        ({"group": [STUDENTS | {"subgroup": "programme_id"}]}, "every file has a column programme_id"),
        ({"group": [STUDENTS | {"subgroup_codes": []}]}, "or none of them"),
        ({"group": [STUDENTS | {"subgroup_question": None}]}, "or none of them"),
        ({"group": [STUDENTS | {"subgroup_codes": [{"code": "1", "label": "a"}] * 2}]}, "listed twice"),
        ({"group": [STUDENTS | {"subgroup_codes": [{"code": "not_stated", "label": "a"}]}]}, "left it blank"),
        ({"group": [STUDENTS | {"longest_stay": 0}]}, "greater than or equal to 1"),
        ({"group": [STUDENTS | {"nickname": "a"}]}, "Extra inputs are not permitted"),
        ({"pillar": [{"id": "staff_openness", "title": "Staff"}]}, "its pillar trainee_disclosure is not among"),
        ({"basis": [{"id": "experience", "title": "Seen"}]}, "its basis actual is not among the bases"),
        (
            {"kind": [{"id": "policy", "title": "A"}], "support_item": [{"id": "a", "kind": "luxury", "title": "A"}]},
            "its kind luxury is not among the kinds",
        ),
        ({"status": [{"id": "maybe", "words": "Perhaps."}]}, "Input should be"),
        ({"answer_words": {"never": "Never"}}, "answer_words holds never, which is no answer of any measure"),
    ],
)
def test_wrong_words_are_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(reason)):
        neutral(**given)


def test_a_basis_may_be_any_code_and_has_its_title_from_the_catalogue() -> None:
    unlisted = a_catalogue(a_measure(basis="heard_of"))
    assert [(basis.id, basis.title) for basis in unlisted.bases.values()] == [("heard_of", "Heard of")]
    listed = a_catalogue(a_measure(basis="heard_of"), basis=[{"id": "heard_of", "title": "What people heard"}])
    assert [basis.title for basis in listed.bases.values()] == ["What people heard"]
