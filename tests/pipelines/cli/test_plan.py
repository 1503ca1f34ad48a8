"""`openness plan`: what could be seen, in words and as JSON, before anybody is asked."""

import json

import pytest

from pipelines import cli


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What the command line says, in whichever way."""
    with pytest.raises(SystemExit) as left:
        cli.main(["plan", *arguments])
    assert left.value.code == code
    return "".join(capsys.readouterr())


def test_a_plan_counts_those_who_answer(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--staff", "24", "--trainees", "30", "--response", "0.6")
    assert "24 supervisors and tutors are invited each year, and about 14 answer." in text
    assert "30 trainees are invited each year, and about 18 answer." in text
    assert "4 questions, sensitive: " in text
    assert "A year can be shown by itself if at least 15 people answer." in text
    assert "If about half say yes, a result is shown after 3 years." in text
    assert "If about half say yes, a result is shown after 1 year." in text
    assert "A second result is shown after 2 years. From one to the next, no change would be found" in text
    assert "Among fewer than ten programmes, this one counted, no difference is ever called clear." in text


def test_a_plan_for_one_person_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--staff", "1", "--trainees", "2")
    assert "1 person of the group “supervisors and tutors” is invited each year." in text
    assert "2 trainees are invited each year, and 2 answer." in text
    assert "2 trainees are invited each year, and about 1 answers." in said(
        capsys, "--trainees", "2", "--response", "0.5"
    )


def test_a_plan_promises_only_what_can_come(capsys: pytest.CaptureFixture[str]) -> None:
    many = said(capsys, "--staff", "40")
    assert "From one to the next, a change of about 31 points would be found four times in five." in many
    few = said(capsys, "--staff", "9")
    assert "So no change and no difference from others can be hoped for." in few
    assert "four times in five" not in few
    once = said(capsys, "--trainees", "4")
    assert "If about half say yes, a result is shown after 9 years." in once
    assert "A second result can hardly be hoped for within ten years, and so no change." in once


@pytest.mark.parametrize(("people", "years"), [("10", 1), ("9", None)])
def test_a_plan_for_other_programs_has_the_same_numbers(
    people: str, years: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.loads(said(capsys, "--staff", people, "--json"))
    usual = next(row for row in rows if not row["sensitive"])
    assert (usual["invited"], usual["answering"], usual["years_if_half"]) == (int(people), int(people), years)
    assert "talks_with_trainees" in usual["measures"]
    assert {row["respondent_group"] for row in rows} == {"staff"}


def test_a_plan_is_made_for_any_group_of_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--invite", "staff=24") == said(capsys, "--staff", "24")
    refused = said(capsys, "--invite", "crew=20", code=3)
    assert "asks no group crew. Its groups: staff, trainee." in refused


@pytest.mark.parametrize("text", ["crew", "crew=", "crew=0", "crew=-1", "crew=many", "=²"])
def test_a_group_without_a_number_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is not a group and how many are invited" in said(capsys, "--invite", text, code=2)


def test_a_plan_needs_somebody_to_be_invited(capsys: pytest.CaptureFixture[str]) -> None:
    assert "how many are invited each year" in said(capsys, code=2)
