"""Suggestions for a mapping: which heading of a file may be which column, and which cell which answer.

Nothing suggested here is applied: a person looks at it and chooses.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Contract

ALIKE = 0.72
"""How similar two texts must be, from 0 to 1, for one to be suggested for the other."""
QUESTION_NUMBER = re.compile(r"^\W*(?:q(?:uestion)?\W*)?\d+\W+")
"""The number of a question before its text."""


def suggested_columns(headings: Sequence[str], contract: Contract, catalogue: Catalogue) -> dict[str, str]:
    """For each column that the file lacks, the heading most like its name or question. A heading is used once."""
    free = [heading for heading in headings if heading not in contract.names]
    wanted = [field.name for field in contract.fields if field.name not in headings]
    pairs = (
        (max(_likeness(heading, name) for name in _names(column, catalogue)), column, heading)
        for column in wanted
        for heading in free
    )
    suggested: dict[str, str] = {}
    for likeness, column, heading in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= ALIKE and column not in suggested and heading not in suggested.values():
            suggested[column] = heading
    return {column: suggested[column] for column in wanted if column in suggested}


def suggested_answers(cells: Iterable[str], answers: Sequence[str]) -> dict[str, str]:
    """For each cell that is no answer, the answer most like it, where one is similar enough."""
    suggested = {}
    for cell in cells:
        best = max(answers, key=lambda answer: _likeness(cell, answer))
        if cell not in answers and _likeness(cell, best) >= ALIKE:
            suggested[cell] = best
    return suggested


def as_mapping(
    dataset: str, columns: Mapping[str, str], recode: Mapping[str, Mapping[str, str]], **others: object
) -> dict[str, object]:
    """What a person chose, as the entries of a mapping. Empty entries are left out."""
    rules: dict[str, object] = {"dataset": dataset, **others, "columns": dict(columns)}
    rules["recode"] = {column: dict(codes) for column, codes in recode.items() if codes}
    return {name: rule for name, rule in rules.items() if rule or name == "columns"}


def _names(column: str, catalogue: Catalogue) -> list[str]:
    measure = catalogue.measures.get(column)
    return [column, measure.title, measure.question] if measure else [column]


def _likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, _plain(first), _plain(second), autojunk=False).ratio()


def _plain(text: str) -> str:
    """Small letters and single blanks, without accents, marks and a question's number."""
    bare = unicodedata.normalize("NFKD", QUESTION_NUMBER.sub("", text)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
