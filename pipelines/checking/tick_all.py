"""Questions of which several answers may be ticked: a column for each box, or all answers in one cell.

A tick is an answer, and a box that is not ticked is a blank: of somebody who was asked it means no. A mapping says who
was asked, because a blank cannot.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from pipelines.checking.mapped_columns import MappedFile, column_named, different
from pipelines.checking.mapping_entries import Place, TickAll
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.personal_data import value_looks_personal
from pipelines.reading.reader import Sheet, tidy

MOST_PARTS = 60
"""A cell of more answers than this is none that a person ticked."""
MOST_SHOWN = 6
"""Cells of a column that are listed where none is the right one."""


def make_ticked(mapped: MappedFile, question: TickAll, available: Mapping[str, pl.Series]) -> None:
    """Make the columns of one such question. `available`: the columns by which it can be told who was asked."""
    ticks = _boxes(mapped, question) if question.boxes else _in_one_cell(mapped, question)
    others = _other_boxes(mapped, question)
    asked = _asked(question, [*ticks.values(), *others], available, mapped.rows.height)
    mapped.findings += _codes_nobody_gave(mapped, question, available)
    for column, ticked in ticks.items():
        frame = pl.DataFrame({"ticked": ticked, "asked": asked})
        answer = pl.when("ticked").then(pl.lit(question.answer)).when("asked").then(pl.lit(question.unticked))
        mapped.made[column] = frame.select(answer).to_series()


def missing_to_tell(question: TickAll, available: Mapping[str, object]) -> list[str]:
    """The columns by which it would be told who was asked, and that there are not."""
    return [column for column in question.asked if column not in available] if isinstance(question.asked, dict) else []


def _asked(question: TickAll, ticks: Sequence[pl.Series], available: Mapping[str, pl.Series], height: int) -> pl.Series:
    if question.asked == "answered":
        return _any(ticks)
    asked = pl.repeat(value=True, n=height, eager=True)
    for column, codes in question.asked.items() if isinstance(question.asked, dict) else ():
        asked &= available[column].is_in(codes).fill_null(value=False)
    return asked


def _codes_nobody_gave(mapped: MappedFile, question: TickAll, available: Mapping[str, pl.Series]) -> Iterator[Finding]:
    """Codes by which nobody is found who was asked.

    Where the code cannot be an answer to that question, it is misspelled, and everybody who was asked would be lost.
    Where it can, it may be that nobody gave this answer.
    """
    by_column = question.asked.items() if isinstance(question.asked, dict) and not mapped.rows.is_empty() else ()
    for column, codes in by_column:
        cells = different(available[column])
        possible = [code for code in codes if code in mapped.answers.get(column, ())]
        for code in codes:
            if code not in cells and code not in possible:
                yield _never_given(mapped, column, code, cells)
        if possible and len(possible) == len(codes) and not set(codes) & {*cells}:
            expected = f"Nobody has {_or(codes)} here, so nobody is taken as asked, and boxes not ticked say nothing."
            yield never_found(mapped.sheet, column, expected)


def _never_given(mapped: MappedFile, column: str, code: str, cells: Sequence[str]) -> Finding:
    shown = [cell for cell in cells if value_looks_personal(cell) is None][:MOST_SHOWN]
    there = f"There stands {_or(shown)}." if shown else "All its cells are blank."
    expected = (
        f"By the mapping those were asked who have “{code}” here, and “{code}” never stands in the column. {there}"
    )
    fix = "Write the code under asked letter by letter as it stands in the column after recoding."
    return Finding("error", FindingRule.MAPPED_CODE_MISSING, mapped.sheet.file, expected, fix, column=column)


# ---- a column for each box ----


def _boxes(mapped: MappedFile, question: TickAll) -> dict[str, pl.Series]:
    """By column, whether any of its boxes is ticked."""
    return {
        column: _any([_ticked(mapped, question, place) for place in places])
        for column, places in question.boxes.items()
    }


def _other_boxes(mapped: MappedFile, question: TickAll) -> list[pl.Series]:
    """Whether boxes are ticked that no column is about; of answers in one cell, whether any answer is given."""
    if question.heading:
        return [mapped.cells(question.heading).is_not_null()]
    return [
        mapped.cells(place).is_not_null() & ~mapped.cells(place).is_in(question.not_ticked)
        for place in question.other_boxes
    ]


def _any(ticks: Sequence[pl.Series]) -> pl.Series:
    frame = pl.DataFrame({str(at): ticked for at, ticked in enumerate(ticks)})
    return frame.select(pl.any_horizontal("*")).to_series()


def _ticked(mapped: MappedFile, question: TickAll, place: Place) -> pl.Series:
    cells = mapped.cells(place)
    known = {*question.ticked, *question.not_ticked}
    expected = f"a tick. A tick is {_or(question.ticked)}"
    wrong = [cell for cell in different(cells) if cell not in known]
    fix = "Name it in the mapping under ticked or not_ticked."
    mapped.report(Finding("error", FindingRule.NOT_A_TICK, mapped.sheet.file, expected, fix), place, cells, wrong)
    ticked = cells.is_in(question.ticked).fill_null(value=False)
    if column_named(mapped.sheet, place) and not ticked.any():
        mapped.findings.append(
            never_found(mapped.sheet, place, f"No cell is {_or(question.ticked)}: nobody ticked it.")
        )
    return ticked


def never_found(sheet: Sheet, place: object, expected: str) -> Finding:
    """That an entry of the mapping meets no cell of the file."""
    fix = "If somebody did, compare what the mapping says with the cells of the file, letter by letter."
    return Finding("warning", FindingRule.MAPPED_CELL_MISSING, sheet.file, expected, fix, column=str(place))


def _or(cells: Sequence[str]) -> str:
    return " or ".join(f"“{cell}”" for cell in cells)


# ---- all answers in one cell ----


def _in_one_cell(mapped: MappedFile, question: TickAll) -> dict[str, pl.Series]:
    """By column, whether one of its answers is among those of the cell. Each cell must be made of known answers alone.

    A part that is not known could be half of an answer with the separator in it, so nothing is read from such a cell.
    """
    place = question.heading or Place(heading="")
    cells = mapped.cells(place)
    known = frozenset(question.all_answers)
    read = {cell: answers_in(cell, known, question.separator) for cell in different(cells)}
    _report_unread(mapped, question, place, cells, read)
    given = {answer for answers in read.values() for answer in answers or ()}
    for answer in dict.fromkeys(answer for texts in question.answers.values() for answer in texts):
        if answer not in given and column_named(mapped.sheet, place):
            mapped.findings.append(never_found(mapped.sheet, place, f"No cell holds “{answer}”: nobody ticked it."))
    return {column: _holds(cells, read, frozenset(texts)) for column, texts in question.answers.items()}


def _holds(cells: pl.Series, read: Mapping[str, tuple[str, ...] | None], answers: frozenset[str]) -> pl.Series:
    holding = [cell for cell, given in read.items() if given and not answers.isdisjoint(given)]
    return cells.is_in(holding).fill_null(value=False)


def _report_unread(
    mapped: MappedFile,
    question: TickAll,
    place: Place,
    cells: pl.Series,
    read: Mapping[str, tuple[str, ...] | None],
) -> None:
    listed = "; ".join(dict.fromkeys(question.all_answers))
    expected = f"made of the answers that the mapping lists, separated by “{question.separator}”: {listed}"
    fix = "Name every answer in the mapping: under answers, or if no column is about it, under other_answers."
    wrong = [cell for cell, answers in read.items() if answers is None]
    mapped.report(Finding("error", FindingRule.NOT_A_TICK, mapped.sheet.file, expected, fix), place, cells, wrong)


def answers_in(cell: str, known: frozenset[str], separator: str) -> tuple[str, ...] | None:
    """The answers that a cell is made of. None where it is made of others, or can be read in more than one way.

    An answer may hold the separator itself, as “Yes, a supervisor” does where commas separate.
    """
    parts = cell.split(separator)
    if len(parts) > MOST_PARTS:
        return None
    ways = list(_ways(tuple(parts), known, separator))
    return ways[0] if len(ways) == 1 else None


def _ways(parts: tuple[str, ...], known: frozenset[str], separator: str) -> Iterator[tuple[str, ...]]:
    """Up to two ways to read the parts as answers."""

    @cache
    def after(start: int) -> tuple[tuple[str, ...], ...]:
        if start == len(parts):
            return ((),)
        found = list(after(start + 1)) if not parts[start].strip() else []
        for end in range(start + 1, len(parts) + 1):
            answer = tidy(separator.join(parts[start:end]))
            if answer in known:
                found += [(answer, *rest) for rest in after(end)]
        return tuple(dict.fromkeys(found))[:2]

    yield from after(0)
