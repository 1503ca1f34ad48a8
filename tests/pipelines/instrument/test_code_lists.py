"""Professions, countries, regions and roles are codes of the catalogue. Without a list a column is free."""

from pathlib import Path

import pytest

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from tests.factories import a_catalogue, checked, shared, shipped_catalogue

LISTS = a_catalogue(
    profession=[
        {
            "id": "clinical_psychology",
            "label": "Clinical psychology",
            "also_called": ["clin psy", "psychology_clinical"],
        },
        {"id": "psychiatry", "label": "Psychiatry"},
    ],
    country=[
        {"id": "wales", "label": "Wales"},
        {"id": "england", "label": "England"},
        {"id": "nowhere", "label": "Nowhere", "invented": True},
    ],
    region=[
        {"id": "london", "label": "London", "country": "england"},
        {"id": "far_side", "label": "Far side", "country": "nowhere", "invented": True},
    ],
)
HEADINGS = "programme_id,programme_name,profession,country,region,named"


def sentences(folder: Path, row: str, catalogue: Catalogue = LISTS) -> list[str]:
    text = f"{HEADINGS}\n{row}\n"
    return [f"{finding.rule}: {finding}" for finding in checked(folder, "programmes", text, catalogue).findings]


@pytest.mark.parametrize(
    "row",
    [
        "P1,One,clinical_psychology,england,london,yes",
        "P1,One,psychiatry,wales,,yes",
        "P1,One,psychiatry,nowhere,far_side,yes",
    ],
)
def test_codes_of_the_lists_are_accepted_and_a_region_may_be_blank(tmp_path: Path, row: str) -> None:
    assert sentences(tmp_path, row) == []


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("clinical_psych", "clinical_psychology"),
        ("Clin-psy", "clinical_psychology"),
        ("psychology_clinical", "clinical_psychology"),
        ("psychiatri", "psychiatry"),
    ],
)
def test_an_unknown_profession_is_refused_and_the_nearest_suggested(tmp_path: Path, cell: str, meant: str) -> None:
    (sentence,) = sentences(tmp_path, f"P1,One,{cell},wales,,yes")
    assert f"If you mean {meant}, write it exactly so." in sentence


def test_what_differs_only_in_capitals_is_told_how_it_is_written(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path, "P1,One,psychiatry,Wales,,yes")
    assert sentence.endswith('"Wales" is not one of wales, england. Write it wales, exactly so.')


def test_where_nothing_is_like_it_the_list_is_told_without_what_is_invented(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path, "P1,One,psychiatry,Utopia,,yes")
    assert sentence.endswith('"Utopia" is not one of wales, england. Use one of these codes.')


def test_a_region_lies_in_its_country(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path, "P1,One,psychiatry,wales,london,yes")
    assert sentence.startswith("region_of_country: ")


def test_a_country_that_nobody_knows_says_nothing_of_the_region(tmp_path: Path) -> None:
    (sentence,) = sentences(tmp_path, "P1,One,psychiatry,Utopia,london,yes")
    assert sentence.startswith("one_of: ")


def test_without_lists_the_columns_are_free(tmp_path: Path) -> None:
    assert sentences(tmp_path, "P1,One,anything,Wales,Somewhere,yes", a_catalogue()) == []


def test_three_spellings_of_one_profession_are_refused_and_each_suggests_the_fourth(tmp_path: Path) -> None:
    """Four spellings were four professions, and each lost its comparators."""
    text = shared("cases/instrument/professions.csv").read_text(encoding="utf-8")
    found = [f for f in checked(tmp_path, "programmes", text, shipped_catalogue()).findings if f.column == "profession"]
    assert [finding.lines for finding in found] == [(3,), (4,), (5,)]
    assert all("clinical_psychology, write it exactly so" in finding.fix for finding in found)


@pytest.mark.parametrize(("cell", "meant"), [("superviser", "supervisor"), ("Tutors", "tutor")])
def test_an_unknown_role_suggests_the_nearest(tmp_path: Path, cell: str, meant: str) -> None:
    text = f"programme_id,academic_year,role,asked\nP1,2024-25,{cell},yes\n"
    (finding,) = checked(tmp_path, "staff_responses", text, LISTS).findings
    assert f"If you mean {meant}, write it exactly so." in finding.fix


def test_what_is_invented_is_not_among_the_codes_to_choose_from() -> None:
    fields = {field.name: field.codes for field in contract(Dataset.PROGRAMMES, LISTS, Context("2025-26")).fields}
    assert fields["country"] == ("wales", "england")
    assert fields["region"] == ("london",)
