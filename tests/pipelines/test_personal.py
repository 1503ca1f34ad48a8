"""Which headings look like personal data, and which may be dropped while reading."""

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.personal import looks_droppable, looks_personal
from pipelines.reading import read
from tests.factories import shared

LOOK_PERSONAL = [
    ("Name", "a name"),
    ("Names of those you told", "a name"),
    ("first_name", "a name"),
    ("Last Name", "a name"),
    ("Your full name (optional)", "a name"),
    ("Surname", "a name"),
    ("Trainee name", "a name"),
    ("RecipientLastName", "a name"),
    ("Username", "a name"),
    ("E-mail", "an e-mail address"),
    ("Email Address", "an e-mail address"),
    ("RecipientEmail", "an e-mail address"),
    ("your_e_mail", "an e-mail address"),
    ("Telephone", "a telephone number"),
    ("Phone number:", "a telephone number"),
    ("Mobile", "a telephone number"),
    ("Student ID", "a student, staff or health number"),
    ("StudentNumber", "a student, staff or health number"),
    ("Staff no.", "a student, staff or health number"),
    ("Student no (on your card)", "a student, staff or health number"),
    ("NHS number", "a student, staff or health number"),
    ("HCPC PIN", "a student, staff or health number"),
    ("Registration number", "a student, staff or health number"),
    ("Date of birth", "a date of birth"),
    ("DOB", "a date of birth"),
    ("birthdate", "a date of birth"),
    ("IP Address", "an address"),
    ("IPAddress", "an address"),
    ("IP", "an address"),
    ("Address line 1", "an address"),
    ("Postcode", "an address"),
    ("Zip code", "an address"),
    ("Comments", "free text"),
    ("Any other comments?", "free text"),
    ("Free text", "free text"),
    ("Other (please specify)", "free text"),
    ("If not, please explain why.", "free text"),
]

LOOK_IMPERSONAL = [
    "programme_id",
    "programme_name",
    "role",
    "training_year",
    "Country",
    "Response ID",
    "supervisor",
    "Self-employed",
    "I know the names of people I could turn to.",
    "Have staff here named their own difficulties in teaching?",
    "I feel staff no longer have time to talk about how we are.",
    "Is there a staff code of conduct about sharing?",
    "Does this programme address the effect of placements on mental health?",
    "Would you use a mobile app that points to support?",
    "Is support by phone offered outside working hours?",
    "Have comments by staff made it harder to share?",
    "Would you recommend this programme to a friend with lived experience?",
    "Have you had a birth or bereavement in the family during training?",
    "Do you know the number of sessions the service offers?",
]

DROPPABLE = [
    "Response ID",
    "ResponseId",
    "Respondent ID",
    "Unique response number",
    "submission_id",
    "Collector ID",
    "ID",
    "#",
    "Timestamp",
    "Time stamp",
    "Start Date",
    "Completion time",
    "Submitted at",
    "RecordedDate",
]

NOT_DROPPABLE = [
    "programme_id",
    "academic_year",
    "Name",
    "E-mail",
    "Country",
    "Identity",
    "Have you ever been late in responding?",
    "At what date did you start?",
]


@pytest.mark.parametrize(("heading", "kind"), LOOK_PERSONAL)
def test_a_heading_that_announces_personal_data_is_recognised(heading: str, kind: str) -> None:
    assert looks_personal(heading) == kind


@pytest.mark.parametrize("heading", LOOK_IMPERSONAL)
def test_a_heading_that_only_sounds_like_personal_data_is_not_mistaken_for_it(heading: str) -> None:
    assert looks_personal(heading) is None


@pytest.mark.parametrize("heading", ["NAME", "E-MAIL", "e-mail", "date of BIRTH", "STUDENTID", "nhs NUMBER"])
def test_capitals_make_no_difference(heading: str) -> None:
    assert looks_personal(heading)


@pytest.mark.parametrize("heading", DROPPABLE)
def test_response_ids_and_time_stamps_may_be_dropped(heading: str) -> None:
    assert looks_droppable(heading)
    assert looks_personal(heading) is None


@pytest.mark.parametrize("heading", NOT_DROPPABLE)
def test_nothing_else_may_be_dropped(heading: str) -> None:
    assert not looks_droppable(heading)


@pytest.mark.parametrize("path", ["catalogue.toml", "data/osmi/catalogue.toml", "data/nhs_staff_survey/catalogue.toml"])
def test_no_question_of_a_real_catalogue_looks_personal(path: str) -> None:
    questions = [measure.question for measure in load_catalogue(shared(path)).measure]
    assert [question for question in questions if looks_personal(question) or looks_droppable(question)] == []


@pytest.mark.parametrize("year", [2014, 2016, 2018])
def test_no_heading_of_a_real_survey_without_personal_data_looks_personal(year: int) -> None:
    headings = read(shared(f"data/osmi/osmi_{year}.csv")).headings
    assert [heading for heading in headings if looks_personal(heading) or looks_droppable(heading)] == []
