"""Suggestions for a mapping: which heading of a file may be which column, and which cell which answer.

Nothing suggested here is applied: a person looks at it and chooses.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import polars as pl

from pipelines.checking.mapped_columns import as_date, different
from pipelines.checking.mapping_entries import Entries
from pipelines.checking.only_ticks import KEYS, seems_ticked
from pipelines.checking.survey_exports import words_of
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Base, Contract
from pipelines.reading.personal_data import value_looks_personal
from pipelines.reading.reader import Sheet

ALIKE = 0.72
"""How similar two texts must be, from 0 to 1, for one to be suggested for the other."""
MOST_CELLS = 30
"""A column with more different cells than this is not gone through cell by cell."""
QUESTION_NUMBER = re.compile(r"^\W*(?:q(?:uestion)?\W*)?\d+\W+")
"""The number of a question before its text."""
LINE_OF_A_TABLE = re.compile(r".\[(?P<line>[^\[\]]+)\]\s*$")


@dataclass(frozen=True)
class UnknownAnswers:
    """Cells that are none of the codes of their columns."""

    codes: tuple[str, ...]
    likely: dict[str, str]
    """The code that a cell is most like, where there is one."""
    columns: dict[str, list[str]]
    """The columns in which each cell stands."""


def suggested_columns(headings: Sequence[str], contract: Contract, catalogue: Catalogue) -> dict[str, str]:
    """For each column that the file lacks, the heading most like its name or question. A heading is used once."""
    free = [heading for heading in headings if heading not in contract.names]
    wanted = [field.name for field in contract.fields if field.name not in headings]
    names = {column: _names(column, catalogue) for column in wanted}
    pairs = (
        (max(_likeness(said, name) for said in _sayings(heading) for name in names[column]), column, heading)
        for column in wanted
        for heading in free
    )
    suggested: dict[str, str] = {}
    for likeness, column, heading in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= ALIKE and column not in suggested and heading not in suggested.values():
            suggested[column] = heading
    return {column: suggested[column] for column in wanted if column in suggested}


def likely_measure(heading: str, catalogue: Catalogue) -> str | None:
    """The measure whose name, title or question is most like a heading, if one is similar enough."""
    likeness = {
        column: max(_likeness(heading, name) for name in _names(column, catalogue)) for column in catalogue.measures
    }
    best = max(likeness, key=lambda column: likeness[column])
    return best if likeness[best] >= ALIKE else None


def suggested_answers(cells: Iterable[str], answers: Sequence[str], words: Mapping[str, str]) -> dict[str, str]:
    """For each cell that is no answer, the answer whose code or words are most like it, where any are similar enough.

    `words`: the answer that each wording stands for.
    """
    texts, suggested = {**words, **{answer: answer for answer in answers}}, {}
    for cell in cells:
        best = max(texts, key=lambda text: _likeness(cell, text))
        if cell not in answers and _likeness(cell, best) >= ALIKE:
            suggested[cell] = texts[best]
    return suggested


def as_mapping(
    dataset: str, columns: Mapping[str, object], recode: Mapping[str, Mapping[str, str]], **others: object
) -> dict[str, object]:
    """What a person chose, as the entries of a mapping. Empty entries are left out."""
    rules: dict[str, object] = {"dataset": dataset, **others, "columns": dict(columns)}
    rules["recode"] = {column: dict(codes) for column, codes in recode.items() if codes}
    return {name: rule for name, rule in rules.items() if rule or name == "columns"}


# ---- boxes to tick, dates, several answers in a cell ----

DATE_ORDERS = ("D/M/Y", "M/D/Y", "Y-M-D")
SEPARATORS = (";", ",")
MOST_ANSWERS = 30


@dataclass(frozen=True)
class TickBoxes:
    """Columns that hold the same cell and blanks, as boxes to tick do, and are asked of the same people."""

    cell: str
    columns: dict[str, str]
    """By column, under which heading it stands."""
    base: Base | None
    """The question that decides who is asked, if the file has it."""
    strayed: bool = False
    """Whether other answers stand there as well, in a few rows or in some programmes."""


def tick_boxes(sheet: Sheet, contract: Contract, columns: Mapping[str, str], catalogue: Catalogue) -> list[TickBoxes]:
    """The columns of which it must be asked what their blanks mean. `columns`: under which heading each stands."""
    found: dict[tuple[str, Base | None, bool], dict[str, str]] = {}
    for column, heading in columns.items():
        tick = _tick(sheet.rows[heading], column, contract, catalogue) if column in contract.ticks else None
        if tick is not None and sheet.rows[heading].null_count():
            base = contract.bases.get(column)
            known = base if base is not None and base.question in columns else None
            strayed = len(different(sheet.rows[heading])) > 1
            if seems_ticked(_asked(sheet, columns, heading, known), tick):
                found.setdefault((tick, known, strayed), {})[column] = heading
    return [TickBoxes(cell, boxes, base, strayed) for (cell, base, strayed), boxes in found.items()]


def _tick(cells: pl.Series, column: str, contract: Contract, catalogue: Catalogue) -> str | None:
    """The cell that may be a tick: the only one, or that which means yes where others strayed in."""
    codes, affirmative = contract.codes(column), contract.ticks[column]
    words = words_of(contract.dataset, [column], catalogue)
    likely = suggested_answers(cells_to_show(cells), codes, words)
    by_cell = {cell: cell if cell in codes else likely.get(cell) for cell in cells_to_show(cells)}
    if len(by_cell) == 1:
        return next((cell for cell, code in by_cell.items() if code in affirmative or cell not in codes), None)
    return next((cell for cell, code in by_cell.items() if code in affirmative), None)


def _asked(sheet: Sheet, columns: Mapping[str, str], heading: str, base: Base | None) -> pl.DataFrame:
    """The cells of those who were asked, as far as it is known, with their programme and year."""
    rows = sheet.rows
    if base is not None:
        asked = rows.filter(pl.col(columns[base.question]).is_in(base.answers))
        rows = asked if asked.height else rows
    keys = [pl.col(columns[key]).alias(key) for key in KEYS if key in columns and columns[key] != heading]
    return rows.select(pl.col(heading).alias("cell"), *keys)


def date_orders(cells: pl.Series) -> list[str]:
    """The orders in which all cells of a column are dates; none where it holds something else."""
    dates = different(cells)
    return [order for order in DATE_ORDERS if dates and all(as_date(cell, order) for cell in dates)]


def answers_in_cells(cells: pl.Series) -> tuple[str, list[str]]:
    """What separates several answers in a cell, and the answers; none where cells hold one each, or look personal."""
    texts = different(cells)
    for separator in SEPARATORS:
        answers = list(dict.fromkeys(part.strip() for text in texts for part in text.split(separator) if part.strip()))
        several = any(separator in text for text in texts)
        if several and len(answers) <= min(MOST_ANSWERS, len(texts)) and not any(map(value_looks_personal, answers)):
            return separator, answers
    return "", []


def suggested_ids(cells: Iterable[str], ids: Iterable[str]) -> dict[str, str]:
    """For each name of a programme, the id that stands in it as a word, where there is exactly one."""
    known = list(ids)
    within = {cell: [known_id for known_id in known if _plain(known_id) in _plain(cell).split()] for cell in cells}
    return {cell: found[0] for cell, found in within.items() if len(found) == 1}


def cells_to_show(cells: pl.Series, codes: Sequence[str] = ()) -> list[str]:
    """The different cells of a column that are no code and do not look personal; none where they are too many."""
    found = [cell for cell in different(cells) if cell not in codes and not value_looks_personal(cell)]
    return found if len(found) <= MOST_CELLS else []


def is_plain(entries: Entries) -> bool:
    """Whether a mapping says nothing but what can be chosen heading by heading."""
    lists = (entries.tick_all, entries.scale, entries.ranges, entries.missing, entries.wide, entries.not_answered)
    plain = all(source.is_plain and source.heading is not None for source in entries.columns.values())
    return plain and not any(lists) and all(isinstance(entry, str) for entry in entries.ignore)


def _names(column: str, catalogue: Catalogue) -> list[str]:
    """What a column may be called: its name, or its question in any language."""
    measure = catalogue.measures.get(column)
    if measure is None:
        return [column]
    translated = (measure.translation("question", language) for language in measure.translations)
    return [column, measure.title, measure.question, *filter(None, translated)]


def _sayings(heading: str) -> list[str]:
    """A heading, and the line in brackets that follows the question of a table."""
    line = LINE_OF_A_TABLE.search(heading)
    return [heading, line["line"]] if line else [heading]


def _likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, _plain(first), _plain(second), autojunk=False).ratio()


def _plain(text: str) -> str:
    """Small letters and single blanks, without accents, marks and a question's number."""
    bare = unicodedata.normalize("NFKD", QUESTION_NUMBER.sub("", text)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
