"""Which headings and values look like personal data, and which columns may be dropped while reading."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.catalogue_file import load_catalogue
from pipelines.reading.personal_data import value_looks_personal, values_look_personal
from pipelines.reading.personal_headings import column_looks_personal, looks_droppable, looks_personal
from pipelines.reading.reader import read
from tests.factories import a_catalogue, checked, shared

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

IN_OTHER_WORDS = [
    ("Nom", "a name"),
    ("Prénom", "a name"),
    ("Votre nom", "a name"),
    ("Vorname", "a name"),
    ("Enw", "a name"),
    ("Cyfenw", "a name"),
    ("Apellidos", "a name"),
    ("Initials", "a name"),
    ("Your initials", "a name"),
    ("Courriel", "an e-mail address"),
    ("Correo electrónico", "an e-mail address"),
    ("Cyfeiriad e-bost", "an e-mail address"),
    ("What is your e-mail address?", "an e-mail address"),
    ("Geburtsdatum", "a date of birth"),
    ("Dyddiad geni", "a date of birth"),
    ("Téléphone", "a telephone number"),
    ("Handynummer", "a telephone number"),
    ("Anschrift", "an address"),
    ("LocationLatitude", "a precise location"),
    ("Longitude", "a precise location"),
    ("ExternalReference", "an id that leads to a person"),
    ("External Data Reference", "an id that leads to a person"),
    ("PROLIFIC_PID", "an id that leads to a person"),
    ("Panel ID", "an id that leads to a person"),
    ("Participant ID", "an id that leads to a person"),
    ("token. Token", "an id that leads to a person"),
    ("Prénom et nom", "a name"),
    ("Nom, prénom", "a name"),
    ("Apellido(s)", "a name"),
    ("Ainm agus sloinne", "a name"),
    ("Naam en voornaam", "a name"),
    ("Imię i nazwisko", "a name"),
    ("Nome e cognome", "a name"),
    ("Имя", "a name"),
    ("Όνομα", "a name"),
    ("名前", "a name"),
    ("Who is your tutor?", "a name"),
    ("Name the supervisor you told", "a name"),
    ("Unique code (your initials and day of birth)", "a name"),
    ("Geb.-Datum", "a date of birth"),
    ("Year of birth", "a date of birth"),
    ("Année de naissance", "a date of birth"),
    ("Rok urodzenia", "a date of birth"),
    ("UCAS ID", "a student, staff or health number"),
    ("HCPC registration", "a student, staff or health number"),
    ("Matr.-Nr.", "an id that leads to a person"),
    ("Numero di matricola", "an id that leads to a person"),
    ("PESEL", "an id that leads to a person"),
    ("LinkedIn", "an id that leads to a person"),
    ("Twitter handle", "an id that leads to a person"),
    ("ORCID", "an id that leads to a person"),
    ("RID", "an id that leads to a person"),
    ("Participant", "an id that leads to a person"),
    ("Contact details", "an address"),
    ("Kontaktdaten", "an address"),
    ("Numer telefonu", "a telephone number"),
    ("Adres e-mail", "an e-mail address"),
    ("Pre\u0301nom", "a name"),
    ("Sylwadau", "free text"),
    ("Kommentare", "free text"),
]

LOOK_IMPERSONAL = [
    "Name of programme",
    "Name of your training programme",
    "Enw'r rhaglen",
    "Nom du programme",
    "Name of the university",
    "Name of placement",
    "Name the main barrier",
    "Address as",
    "Staff number on placement",
    "Cap",
    "Portable",
    "Supervision",
    "Nombre de séances",
    "Has anybody sent you an e-mail about the policy?",
    "Was the policy sent by e-mail?",
    "Did anybody reply to your e-mail?",
    "Latitude to choose placements",
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

ANSWERED_BY_NOBODYS_NAME = {
    "Supervisor name known to you": ["yes", "no"],
    "Student number (year size)": ["20", "21"],
    "Your e-mail read by": ["tutor", "nobody"],
}


@pytest.mark.parametrize("heading", ANSWERED_BY_NOBODYS_NAME)
def test_a_heading_that_goes_on_is_judged_by_its_answers(heading: str) -> None:
    assert column_looks_personal(heading, pl.Series(ANSWERED_BY_NOBODYS_NAME[heading] * 10)) is None
    assert column_looks_personal(heading, pl.Series([f"Tom{number}" for number in range(20)])) is not None


@pytest.mark.parametrize("heading", ["Supervisor name", "Name", "Naam", "Supervisor name known to you"])
def test_names_that_come_several_times_are_names(heading: str) -> None:
    assert column_looks_personal(heading, pl.Series(["Jones", "Patel"] * 10)) == "a name"


@pytest.mark.parametrize("cell", ["51.507351, -0.127758", "52.48,-1.89", "-33.8568;151.2153"])
def test_degrees_are_a_precise_location(cell: str) -> None:
    assert value_looks_personal(cell) == "a precise location"


@pytest.mark.parametrize("cell", ["1.5, 2.5", "3.4", "12.50", "2.1 3.2 4.3"])
def test_other_numbers_are_no_location(cell: str) -> None:
    assert value_looks_personal(cell) is None


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


@pytest.mark.parametrize(("heading", "kind"), [*LOOK_PERSONAL, *IN_OTHER_WORDS])
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


# ---- a heading with what stands below it ----


def test_a_personal_heading_over_blank_cells_announces_nothing() -> None:
    """Microsoft Forms and Qualtrics add such columns to an anonymous survey."""
    assert column_looks_personal("Name", cells(*[None] * 5)) is None
    assert column_looks_personal("Email", cells("anonymous", "anonymous")) is None
    assert column_looks_personal("Email", cells("anonymous", "somebody")) == "an e-mail address"


def test_a_question_that_mentions_something_personal_is_judged_by_its_answers() -> None:
    question = "If you had an e-mail from staff, was it kind?"
    assert column_looks_personal(question, cells("yes", "no", "yes", "no")) is None
    assert column_looks_personal(question, cells("yes", "no", "perhaps")) == "an e-mail address"


def test_a_short_heading_is_believed_whatever_stands_below_it() -> None:
    assert column_looks_personal("Supervisor name", cells(*["Ash", "Elm"] * 20)) == "a name"


# ---- values ----

PERSONAL_VALUES = [
    ("jane@example.org", "an e-mail address"),
    ("write to j.doe@mail.example.ac.uk please", "an e-mail address"),
    ("943 476 5919", "a student, staff or health number"),
    ("943-476-5919", "a student, staff or health number"),
    ("9434765919", "a student, staff or health number"),
    ("12/03/1985", "a date of birth"),
    ("1985-03-12", "a date of birth"),
    ("SW1A 1AA", "an address"),
    ("m1 1ae", "an address"),
    ("192.168.0.1", "an address"),
    ("2001:db8:85a3:0:0:8a2e:370:7334", "an address"),
    ("07700 900123", "a telephone number"),
    ("+44 7700 900123", "a telephone number"),
    ("Dr Okonkwo", "a name"),
    ("Prof. J. Smith", "a name"),
    ("Sarah Smith", "a name"),
    ("Smith, Sarah", "a name"),
    ("x" * 301, "free text"),
]

IMPERSONAL_VALUES = [
    "943 476 5918",
    "1111111111",
    "yes",
    "prefer_not_to_say",
    "Strongly agree",
    "Clinical Psychology",
    "New York",
    "United States of America",
    "More than 1000",
    "26-100",
    "2024-25",
    "2024-09-01",
    "12/03/2024",
    "10:15:30",
    "45.5",
    "RX4",
    "E12000001",
    "I am not sure, but I would probably tell my supervisor",
    "x" * 300,
]


def cells(*values: str | None) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


@pytest.mark.parametrize(("value", "kind"), PERSONAL_VALUES)
def test_a_value_that_is_personal_is_recognised_alone_and_in_a_column(value: str, kind: str) -> None:
    assert value_looks_personal(value) == kind
    assert values_look_personal(cells(value)) == kind


@pytest.mark.parametrize("value", IMPERSONAL_VALUES)
def test_a_value_that_is_not_is_left_alone(value: str) -> None:
    assert value_looks_personal(value) is None
    assert values_look_personal(cells(value, "yes", "no")) is None


def test_one_personal_cell_in_a_thousand_is_enough() -> None:
    assert values_look_personal(cells(*["yes"] * 999, "jane@example.org")) == "an e-mail address"


def test_one_name_may_be_something_else_and_two_are_names() -> None:
    assert values_look_personal(cells("Victoria Hospital", "General", "Royal")) is None
    assert values_look_personal(cells("Sarah Smith", "Peter Jones", "Royal")) == "a name"


def test_ten_digits_are_health_numbers_only_if_most_check() -> None:
    epoch = [str(1408713600 + 61 * second) for second in range(100)]
    assert values_look_personal(cells(*epoch)) is None
    assert values_look_personal(cells("9434765919", "no")) == "a student, staff or health number"


def test_numbers_all_different_are_student_numbers_unless_they_count_up() -> None:
    numbers = ["4711001", "3817222", "9081177", "1200393", "5582110"]
    assert values_look_personal(cells(*numbers)) == "a student or staff number"
    assert values_look_personal(cells(*numbers[:4])) is None
    assert values_look_personal(cells(*sorted(numbers))) is None
    assert values_look_personal(cells(*numbers), only_certain=True) is None
    assert values_look_personal(cells(*numbers, *numbers)) is None


def test_sentences_all_different_are_free_text() -> None:
    sentences = [f"I have told {n} people and it went quite well for me" for n in range(5)]
    assert values_look_personal(cells(*sentences)) == "free text"
    assert values_look_personal(cells(*sentences[:4])) is None
    assert values_look_personal(cells(*sentences, *sentences)) is None


@pytest.mark.parametrize("path", ["osmi/osmi_2014.csv", "osmi/osmi_2016.csv", "osmi/osmi_2018.csv"])
def test_no_column_of_a_real_survey_without_personal_data_looks_personal(path: str) -> None:
    sheet = read(shared(f"data/{path}"))
    assert [heading for heading in sheet.headings if values_look_personal(sheet.rows[heading])] == []


def test_no_cell_of_a_personal_column_is_ever_repeated(tmp_path: Path) -> None:
    rows = "".join(f"P1,2024-25,{cell},{cell}\n" for cell in ("jane@example.org", "943 476 5919", "Sarah Smith"))
    text = f"programme_id,academic_year,asked,other\n{rows}"
    sentences = [str(finding) for finding in checked(tmp_path, "staff_responses", text, a_catalogue()).findings]
    assert sentences == [
        f"file.csv, column {column}: What stands in the column looks like an e-mail address. Personal data must not be "
        "sent, not even to be ignored. Delete the column, or these cells, from the file."
        for column in ("asked", "other")
    ]


def test_a_personal_cell_in_a_declared_column_is_not_repeated_either(tmp_path: Path) -> None:
    text = "programme_id,academic_year,asked\njane@example.org,2024-25,yes\n"
    sentences = [str(finding) for finding in checked(tmp_path, "staff_responses", text, a_catalogue()).findings]
    assert len(sentences) == 1
    assert "jane" not in sentences[0]
    assert "row 2, column programme_id" in sentences[0]


def test_programmes_may_be_named_after_people_and_support_may_be_older_than_them(tmp_path: Path) -> None:
    text = "programme_id,programme_name,profession,country,named\nP1,Mary Seacole,nursing,United Kingdom,yes\n"
    assert checked(tmp_path, "programmes", text, a_catalogue()).findings == ()
    catalogue = a_catalogue(support_item=[{"id": "rota", "kind": "support", "title": "Rota"}])
    text = "programme_id,academic_year,item_id,status,since\nP1,2024-25,rota,in_place,1998-09-01\n"
    assert checked(tmp_path, "support", text, catalogue).findings == ()
