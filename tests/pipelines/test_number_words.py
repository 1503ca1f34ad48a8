"""Numbers as words, and where they come from: no sentence holds a threshold that stands elsewhere as a number."""

import ast
import re

import pytest

from pipelines.number_words import in_tenths, in_words
from tests.factories import PROJECT

NUMBER = re.compile(r"\b(three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|thirds?|quarters?)\b")
PLAIN = {
    "three years": "the example on the About page has so many",
    "Of twenty such comparisons": "what an interval of 95% means",
    "Of every twenty comparisons": "the same",
    "two programmes in three lie within one": "what a standard deviation means",
    "ound four times in five": "what a power of 80% means",
    "if one in ten says yes": "a share that a plan supposes, and no threshold",
}
"""Numbers in sentences that are no thresholds."""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "none"),
        (1, "one"),
        (10, "ten"),
        (15, "fifteen"),
        (19, "nineteen"),
        (20, "twenty"),
        (21, "twenty-one"),
        (30, "thirty"),
        (99, "ninety-nine"),
        (100, "100"),
        (1_000, "1,000"),
        (2 / 3, "two thirds"),
        (1 / 3, "one third"),
        (3 / 4, "three quarters"),
        (1 / 2, "one half"),
    ],
)
def test_a_number_is_written_in_words_as_far_as_that_reads_well(number: float, words: str) -> None:
    assert in_words(number) == words


def test_a_share_can_be_told_in_tenths() -> None:
    assert in_tenths(0.9) == "nine in ten"


def numbers_in(text: str) -> list[str]:
    """The sentences in a module that hold a number as a word. Docstrings are no sentences on a page."""
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if NUMBER.search(node.value) and not any(plain in node.value for plain in PLAIN)
    ]


def test_a_number_in_a_sentence_would_be_found() -> None:
    assert numbers_in('RULE = f"{shown} of fewer than three programmes"') == [" of fewer than three programmes"]
    assert not numbers_in('"""Of three programmes."""\nRULE = f"of {in_words(3)}"')


def test_sentences_on_pages_make_their_numbers_from_what_is_applied() -> None:
    modules = [*PROJECT.glob("dashboard/**/*.py"), *PROJECT.glob("pipelines/steward/*.py")]
    found = {str(path): numbers_in(path.read_text(encoding="utf-8")) for path in modules}
    assert not {name: sentences for name, sentences in found.items() if sentences}
