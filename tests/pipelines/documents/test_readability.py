"""Every question can be read at 13. `uv run python -m tests.reference.reading_age` prints the age of each."""

import subprocess
import sys

import pytest

from tests.factories import PROJECT, a_catalogue, a_measure, shipped_catalogue
from tests.reference.reading_age import OLDEST, ages, reading_age, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("told", 1), ("here", 1), ("likely", 2), ("trained", 1), ("pushed", 1), ("wanted", 2), ("shared", 1),
        ("programme", 2), ("difficulty", 4), ("experience", 4), ("supervisor", 4), ("mental", 2), ("people", 2),
        ("being", 2), ("someone", 2), ("career", 2), ("expect", 2), ("agreement", 3), ("university", 5),
        ("trainees", 2), ("talked", 1), ("private", 2), ("things", 1), ("because", 2), ("worse", 1),
        ("employer", 3), ("confidentiality", 7), ("profession", 3), ("training", 2), ("answered", 2), ("themselves", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hard_sentence_is_older_than_an_easy_one() -> None:
    easy, hard = "Do you feel safe here?", "Institutional confidentiality considerations necessitate deliberation."
    assert reading_age(easy) < OLDEST < reading_age(hard)


def test_every_question_can_be_read_at_thirteen() -> None:
    assert {name: age for name, age in ages(shipped_catalogue()).items() if age > OLDEST} == {}


def test_the_command_prints_the_age_of_every_question_the_hardest_first() -> None:
    command = [sys.executable, "-m", "tests.reference.reading_age"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    found = [line.split(maxsplit=1) for line in printed]
    assert {measure.id for measure in shipped_catalogue().measure} < {name for _, name in found}
    assert [float(age) for age, _ in found] == sorted((float(age) for age, _ in found), reverse=True)


def test_a_question_that_is_too_hard_is_found() -> None:
    question = "To what extent does institutional confidentiality facilitate your disclosure of difficulties?"
    assert ages(a_catalogue(a_measure(question=question)))["asked"] > OLDEST
