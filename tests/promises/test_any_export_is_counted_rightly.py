"""Random answers in the shape of each survey tool, with a complete mapping, come to the counts of a plain loop.

Or the file is refused; its counts are never different.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.checking.mapping import read_mapping
from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import ExaminedFile, examine
from pipelines.reading.reader import read_bytes
from tests.factories import NOW, first_catalogue
from tests.reference import export_mappings as maps
from tests.reference.export_mappings import LIVED, PEOPLE, SAFE, TOLD
from tests.thorough import examples

CATALOGUE = first_catalogue()
DEGREES = ("strongly_disagree", "disagree", "neither", "agree", "strongly_agree")
LABELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


@dataclass(frozen=True)
class Person:
    """What somebody answered. `sent`: whether to the end, and not as a preview."""

    lived: str | None
    told: frozenset[str]
    safe: int | None
    sent: bool


PERSON = st.builds(
    Person,
    lived=st.sampled_from(["yes", "yes", "no", None]),
    told=st.frozensets(st.sampled_from([*PEOPLE])),
    safe=st.none() | st.integers(0, 4),
    sent=st.sampled_from([True, True, True, False]),
)
Answers = list[Person]
Rows = list[list[str]]


def consistent(person: Person) -> Person:
    """Nobody is asked whom they told who did not say yes."""
    return person if person.lived == "yes" else Person(person.lived, frozenset(), person.safe, person.sent)


ANSWERS = st.lists(PERSON, min_size=1, max_size=14)
CONSISTENT = st.lists(PERSON.map(consistent), min_size=1, max_size=14)


def expected(people: Answers) -> dict[str, tuple[int, int]]:
    """The counts of a plain loop."""
    counts = {
        "lived_experience": (0, 0),
        "safe_to_share": (0, 0),
        "told_anyone": (0, 0),
        **dict.fromkeys(PEOPLE, (0, 0)),
    }

    def add(measure: str, yes: bool) -> None:
        n, k = counts[measure]
        counts[measure] = n + 1, k + yes

    for person in people:
        if person.lived is not None:
            add("lived_experience", person.lived == "yes")
        if person.safe is not None:
            add("safe_to_share", person.safe >= DEGREES.index("agree"))
        if person.lived == "yes":
            add("told_anyone", bool(person.told))
            for column in PEOPLE:
                add(column, column in person.told)
    return counts


# ---- how each tool writes it ----


def lived_label(person: Person) -> str:
    return {"yes": "Yes", "no": "No", None: ""}[person.lived]


def label(person: Person) -> str:
    return "" if person.safe is None else LABELS[person.safe]


def boxes(person: Person, tick: str, blank: str) -> list[str]:
    return [tick if column in person.told else blank for column in PEOPLE]


def joined(person: Person, separator: str, end: str = "") -> str:
    told = [answer for column, answer in PEOPLE.items() if column in person.told]
    return separator.join(told) + (end if told else "")


def jisc(people: Answers) -> Iterator[list[str]]:
    yield [
        "Response ID",
        f"1. {LIVED}",
        f"2. {TOLD}",
        *(f"2.{n}. {who}" for n, who in enumerate(PEOPLE.values(), 1)),
        f"3. {SAFE}",
    ]
    for at, person in enumerate(people):
        yield [f"7000{at:02}-{at}", lived_label(person), joined(person, ", "), *boxes(person, "1", ""), label(person)]


def limesurvey(people: Answers) -> Iterator[list[str]]:
    told = [f"told[SQ00{n}]. {TOLD} [{who}]" for n, who in enumerate(PEOPLE.values(), 1)]
    first = ["id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "startlanguage. Start language"]
    yield [*first, f"le. {LIVED}", *told, f"safe[SQ001]. {SAFE}"]
    for at, person in enumerate(people, 1):
        safe = "" if person.safe is None else f"A{person.safe + 1}"
        sent = "2025-03-03 09:00:00" if person.sent else ""
        yield [str(at), sent, "5", "en", lived_label(person)[:1], *boxes(person, "Y", ""), safe]


def redcap(people: Answers) -> Iterator[list[str]]:
    told = [f"told___{n}" for n, _ in enumerate(PEOPLE, 1)]
    yield ["record_id", "redcap_survey_identifier", "survey_timestamp", "lived", *told, "safe", "survey_complete"]
    for at, person in enumerate(people, 1):
        lived = {"yes": "1", "no": "0", None: ""}[person.lived]
        safe = "" if person.safe is None else str(person.safe + 1)
        yield [str(at), "", "2025-03-03 09:00:00", lived, *boxes(person, "1", "0"), safe, "2" if person.sent else "0"]


def microsoft(people: Answers) -> Iterator[list[str]]:
    yield ["ID", "Start time", "Completion time", "Email", "Name", LIVED, TOLD, SAFE]
    for at, person in enumerate(people, 1):
        first = [str(at), "2025-03-03 09:00:00", "2025-03-03 09:05:00", "anonymous", ""]
        yield [*first, lived_label(person), joined(person, ";", ";"), label(person)]


def google(people: Answers) -> Iterator[list[str]]:
    yield ["Timestamp", "Which programme are you on?", "What year are you in?", LIVED, TOLD, SAFE]
    for at, person in enumerate(people):
        stamp = f"{at % 28 + 1:02}/{(7, 10)[at % 2]:02}/2025 10:00:00"
        name = ("Alder Programme (DClinPsy)", "Birch Programme")[at % 3 == 0]
        yield [stamp, name, f"Year {at % 3 + 1}", lived_label(person), joined(person, ", "), label(person)]


def qualtrics(people: Answers) -> Iterator[list[str]]:
    first = ["StartDate", "Status", "Progress", "Finished", "ResponseId"]
    yield [*first, "Q1", "Q2", "Q3"]
    yield ["Start Date", "Response Type", "Progress", "Finished", "Response ID", LIVED, TOLD, SAFE]
    yield [f'{{"ImportId": "{name}"}}' for name in (*first, "QID1", "QID2", "QID3")]
    for at, person in enumerate(people):
        status = "IP Address" if person.sent else "Survey Preview"
        answers = [lived_label(person), joined(person, ","), label(person)]
        yield ["2025-03-03 09:00:00", status, "100", "True", f"R_{at}aBcD", *answers]


SHAPES: dict[str, tuple[Callable[[Answers], Iterator[list[str]]], str, str, bool]] = {
    "jisc": (jisc, maps.JISC, ",", False),
    "limesurvey": (limesurvey, maps.LIMESURVEY, ";", True),
    "redcap": (redcap, maps.REDCAP, ",", True),
    "microsoft": (microsoft, maps.MICROSOFT, ",", False),
    "google": (google, maps.GOOGLE, ",", False),
    "qualtrics": (qualtrics, maps.QUALTRICS, ",", True),
}
"""By tool: how it writes answers, a complete mapping, what separates cells, and whether it marks what was not sent."""


def exported(rows: Iterator[list[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def examined(tool: str, people: Answers) -> ExaminedFile:
    write, mapping, delimiter, _ = SHAPES[tool]
    sheet = read_bytes("export.csv", exported(write(people), delimiter))
    rules = read_mapping("mapping.toml", mapping.encode(), "trainee_responses")
    return examine(sheet, Dataset("trainee_responses"), CATALOGUE, None, mapping=rules, now=NOW)


def counts_of(file: ExaminedFile) -> dict[str, tuple[int, int]] | None:
    if file.counted is None:
        return None
    sums = file.counted.group_by("measure_id").agg(pl.col("respondents", "affirmative").sum())
    return {row["measure_id"]: (row["respondents"], row["affirmative"]) for row in sums.to_dicts()}


def counted_people(tool: str, people: Answers) -> Answers:
    """Those who are counted. Where nobody at all was sent, the file is refused."""
    return [person for person in people if person.sent] if SHAPES[tool][3] else people


@pytest.mark.parametrize("tool", SHAPES)
@settings(max_examples=examples(40))
@given(people=ANSWERS)
def test_counts_are_those_of_a_plain_loop_or_the_file_is_refused(tool: str, people: Answers) -> None:
    found = counts_of(examined(tool, people))
    if found is not None:
        loop = expected(counted_people(tool, people))
        assert found == {measure: loop[measure] for measure in found}


@pytest.mark.parametrize("tool", SHAPES)
@settings(max_examples=examples(20))
@given(people=CONSISTENT)
def test_a_consistent_file_with_more_than_one_answer_is_not_refused(tool: str, people: Answers) -> None:
    """Without this the test above could pass because everything is refused.

    Two say no, because a single no among few answers is taken for one that strayed among ticks.
    """
    no, yes = Person("no", frozenset(), 1, True), Person("yes", frozenset(["told_tutor"]), 3, True)
    answers = [*people, no, no, yes]
    file = examined(tool, answers)
    assert counts_of(file) is not None, [str(finding) for finding in file.findings]


@pytest.mark.parametrize("tool", SHAPES)
def test_the_plain_loop_would_notice_a_difference(tool: str) -> None:
    people = [Person("yes", frozenset(["told_tutor"]), 3, True), Person("no", frozenset(), 1, True)]
    found = counts_of(examined(tool, people))
    assert found is not None
    assert found["told_tutor"] == (1, 1)
    assert found != expected(people[:1])


# ---- what stands below a table ----

PEOPLE_24 = range(24)
FIRST_COLUMNS: dict[str, list[tuple[str, ...]]] = {
    "nothing": [() for _ in PEOPLE_24],
    "Response ID": [(str(1000 + at),) for at in PEOPLE_24],
    "ID": [(str(at + 1),) for at in PEOPLE_24],
    "Timestamp": [(f"2025/01/{at + 1:02} 10:{at:02}:00",) for at in PEOPLE_24],
    "_uuid": [(f"{7919**5 * (at + 3):016x}-ab",) for at in PEOPLE_24],
    "Campus": [(("Leeds", "York", "Hull")[at % 3],) for at in PEOPLE_24],
    "Year of training": [(str(at % 3 + 1),) for at in PEOPLE_24],
    "Year of training,Campus": [(str(at % 3 + 1), ("Leeds", "York", "Hull")[at % 3]) for at in PEOPLE_24],
}
"""The columns before two boxes to tick, and their cells."""
BELOW = [
    ["Exported on Monday"],
    ["Exported on Monday", "Reported by Anna", "Checked by Bob"],
    ["Exported:,Monday"],
    ["N,24"],
    ["24"],
    ["n = 24"],
    [",Total"],
    ["Total,24"],
    ["Responses: 24"],
    ["Response rate,80%"],
    ["", "Group,n", "Supervisors,12", "Tutors,8"],
    ["", "Supervisors,12", "Tutors,8"],
    ["", "1,Strongly disagree", "2,Disagree"],
    ["1 = Leeds", "2 = York"],
    ["---"],
    ["CONFIDENTIAL"],
    ["© 2025 University of X"],
    ["https://example.org/survey"],
    ["2025-03-01"],
]


def ticked(columns: str, below: list[str]) -> dict[str, tuple[int, int]] | None:
    """What two boxes come to that everybody was asked, with these lines below the table."""
    names = [] if columns == "nothing" else columns.split(",")
    boxes = [("Seen" if at % 3 == 0 else "", "Other" if at % 4 == 1 else "") for at in PEOPLE_24]
    rows = [[*first, *ticks] for first, ticks in zip(FIRST_COLUMNS[columns], boxes, strict=True)]
    width = len(names) + 2
    rows += [(line.split(",") + [""] * width)[:width] for line in below]
    sheet = read_bytes("export.csv", exported(iter([[*names, "Box A", "Box B"], *rows]), ","))
    ignored = ", ".join(f'"{name}"' for name in names)
    mapping = maps.trainees(
        f"ignore = [{ignored}]",
        {},
        maps.ALDER,
        '[[tick_all]]\nunticked = "no"\nasked = "everybody"\nticked = "Seen"\nother_boxes = ["Box B"]',
        '[tick_all.boxes]\nsees_openness = "Box A"',
    )
    rules = read_mapping("mapping.toml", mapping.encode(), "trainee_responses")
    return counts_of(examine(sheet, Dataset("trainee_responses"), CATALOGUE, None, mapping=rules, now=NOW))


@pytest.mark.parametrize("columns", FIRST_COLUMNS)
@pytest.mark.parametrize("below", BELOW, ids=" / ".join)
def test_what_stands_below_a_table_is_nobody_who_ticked_nothing(columns: str, below: list[str]) -> None:
    assert ticked(columns, below) is None


@pytest.mark.parametrize("columns", FIRST_COLUMNS)
def test_without_it_everybody_in_the_table_counts(columns: str) -> None:
    people = 24 if columns != "nothing" else 12  # a row without any cell is none
    assert ticked(columns, []) == {"sees_openness": (people, 8)}
