"""What is suggested for a code that nobody knows: what was surely meant, or nothing."""

import pytest

from pipelines.instrument.contract import Context, Field
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.instrument.nearest_code import nearest_code
from tests.factories import shipped_catalogue

CATALOGUE = shipped_catalogue()
SPELLINGS: dict[tuple[str, str], dict[str, str | None]] = {
    ("programmes", "region"): {
        "North East": "north_east_and_yorkshire",
        "north-east": "north_east_and_yorkshire",
        "NorthEast": "north_east_and_yorkshire",
        "North East & Yorkshire": "north_east_and_yorkshire",
        "N East and Yorkshire": "north_east_and_yorkshire",
        "Yorkshire": "north_east_and_yorkshire",
        "Yorkshire and the Humber": "north_east_and_yorkshire",
        "North-West": "north_west",
        "North West England": "north_west",
        "Nort West": "north_west",
        "South East England": "south_east",
        "Southeast": "south_east",
        "southwest": "south_west",
        "East England": "east_of_england",
        "Eastern England": "east_of_england",
        "East Anglia": "east_of_england",
        "Greater London": "london",
        "Lodon": "london",
        "Londn": "london",
        "West Midlands": "midlands",
        "Midland": "midlands",
        "North": None,
        "East": None,
        "South": None,
        "England": None,
        "London and South East": None,
        "Midlands and East": None,
        "Midlands & North": None,
        "Yorkshire & Humberside": "north_east_and_yorkshire",
        "North West London": None,
        "Cardiff": None,
        "Scotland": None,
        "n/a": None,
        "?": None,
    },
    ("programmes", "country"): {
        "UK": None,
        "United Kingdom": None,
        "GB": None,
        "Great Britain": None,
        "England and Wales": None,
        "Wales/Cymru": None,
        "Ireland, Republic of": "ireland",
        "England, UK": None,
        "English": "england",
        "Engand": "england",
        "Scottland": "scotland",
        "Cymru": "wales",
        "Walse": "wales",
        "N Ireland": "northern_ireland",
        "N. Ireland": "northern_ireland",
        "NI": "northern_ireland",
        "Ireland (Northern)": "northern_ireland",
        "Nothern Ireland": "northern_ireland",
        "Irland": "ireland",
        "Eire": "ireland",
        "Republic of Ireland": "ireland",
        "Iceland": None,
        "Finland": None,
        "New South Wales": None,
        "Samplonia": None,
    },
    ("programmes", "profession"): {
        "Clinical Psychologist": "clinical_psychology",
        "clin psych": "clinical_psychology",
        "Clinical Psychology Doctorate": "clinical_psychology",
        "DClinPsy": "clinical_psychology",
        "Psychology, clinical": "clinical_psychology",
        "Counseling psychology": "counselling_psychology",
        "Forensic psychologist": "forensic_psychology",
        "Psychiatrist": "psychiatry",
        "Psychiatric": "psychiatry",
        "Core Psychiatry": "psychiatry",
        "Mental health nurse": "mental_health_nursing",
        "Nursing, mental health": "mental_health_nursing",
        "RMN": "mental_health_nursing",
        "Psychiatric nursing": "mental_health_nursing",
        "CBT": "psychological_therapy",
        "IAPT": "psychological_therapy",
        "Occupational therapist": "occupational_therapy",
        "OT": "occupational_therapy",
        "Social worker": "social_work",
        "Music therapy": "arts_therapies",
        "Psychotherapy/counselling": "psychotherapy_counselling",
        "Clinical and forensic psychology": None,
        "Psychology": None,
        "Psych": None,
        "Counselling": None,
        "Mental health": None,
        "Educational psychology": None,
        "Health psychology": None,
        "Forensic psychiatry": None,
        "Learning disability nursing": None,
        "Adult nursing": None,
        "Medicine": None,
        "Therapy": None,
    },
    ("staff_responses", "role"): {
        "superviser": "supervisor",
        "Supervisors": "supervisor",
        "Tutors": "tutor",
        "Clinical tutor": None,
        "Director": None,
        "Supervisor and tutor": None,
    },
    ("trainee_responses", "training_year"): {
        "Year 1": "1",
        "year 2": "2",
        "Year 4": "4",
        "Year 5": None,
        "12": None,
        "first": None,
    },
}
ROWS = [
    (dataset, column, written, meant)
    for (dataset, column), spellings in SPELLINGS.items()
    for written, meant in spellings.items()
]


def the_field(dataset: str, column: str) -> Field:
    fields = contract(Dataset(dataset), CATALOGUE, Context("2025-26")).fields
    return next(field for field in fields if field.name == column)


@pytest.mark.parametrize(("dataset", "column", "written", "meant"), ROWS)
def test_what_was_surely_meant_is_suggested_and_nothing_else(
    dataset: str, column: str, written: str, meant: str | None
) -> None:
    [rule] = [rule for rule in the_field(dataset, column).rules if rule.suggests_nearest]
    assert rule.nearest_code(written) == meant


def test_every_code_list_of_the_catalogue_has_spellings_here() -> None:
    """A list that suggests and is not in the table would be tried by nobody."""
    suggesting = {
        (str(dataset), field.name)
        for dataset in CATALOGUE.datasets
        for field in contract(dataset, CATALOGUE, Context("2025-26")).fields
        if any(rule.suggests_nearest for rule in field.rules)
    }
    assert suggesting == {*SPELLINGS}


@pytest.mark.parametrize("names", [[("one", "a"), ("One", "b")], [("first year", "a"), ("year first", "b")]])
def test_a_name_that_two_codes_have_means_neither(names: list[tuple[str, str]]) -> None:
    assert nearest_code(names[0][0], names[:1]) == "a"
    assert nearest_code(names[0][0], [*names[:1], (names[0][0], "b")]) is None
    assert nearest_code("firts year" if len(names[0][0]) > 3 else "on e", names) is None


@pytest.mark.parametrize(("written", "meant"), [("north west", "b"), ("nort west", "b"), ("north south", None)])
def test_a_whole_word_weighs_more_than_its_letters(written: str, meant: str | None) -> None:
    assert nearest_code(written, [("north_east", "a"), ("north_west", "b")]) == meant
