"""A mapping to complete: everything that a file needs one to say, with what is guessed as comments.

A guess is never in force before a person has looked at it and taken the mark away.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

import polars as pl
import tomli_w

from pipelines.checking.mapped_columns import different
from pipelines.checking.mapping_draft_wide import WideRow, wide_lines, wide_rows
from pipelines.checking.mapping_suggestions import cells_to_show, suggested_answers, suggested_columns
from pipelines.checking.survey_exports import words_of
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.contract import Contract
from pipelines.instrument.dataset import Dataset
from pipelines.reading.personal_data import values_look_personal
from pipelines.reading.personal_headings import column_looks_personal, looks_droppable
from pipelines.reading.reader import Sheet

GUESS = "# ? "
"""What stands before a guess."""
BETWEEN_ANSWERS = ";"
MEASURE = "measure_id"
WIDE = (MEASURE, "respondents", "affirmative")
"""The columns of counts that a wide table makes for each question."""
OPENING = """\
# A draft of a mapping for {file}.
# What begins with “# ?” is a guess: look at it, and take “# ?” away where it is right.
# Every other column must be named under drop or ignore, or deleted from the file.
# What else a mapping can say: docs/sending-an-audit.md.
"""


def draft(sheet: Sheet, contract: Contract, catalogue: Catalogue) -> str:
    """The text of a mapping, in force only for what needs no guess. No cell that looks personal stands in it."""
    personal = [column for column in sheet.headings if _is_personal(sheet, column)]
    free = [column for column in sheet.headings if column not in {*contract.names, *personal}]
    dropped = [column for column in free if looks_droppable(column)]
    free = [column for column in free if column not in dropped]
    suggested = suggested_columns(free, contract, catalogue)
    ticks = [column for column in free if column not in suggested.values() and _is_tick(sheet.rows[column])]
    may_be_wide = contract.dataset == Dataset.COUNTS and MEASURE not in {*sheet.headings, *suggested}
    if may_be_wide:
        suggested = {column: heading for column, heading in suggested.items() if column not in WIDE}
    others = [column for column in free if column not in {*suggested.values(), *ticks}]
    wide = wide_rows(sheet, others, catalogue) if may_be_wide else []
    others = [column for column in others if column not in {name for row in wide for name in row.columns}]
    blocks = [
        OPENING.format(file=sheet.file) + f"dataset = {_text(str(contract.dataset))}",
        _delete(sheet, personal),
        f"drop = {_text(dropped)}",
        _ignore(sheet, others),
        _constants(sheet, contract, {*suggested, *(WIDE if wide else ())}),
        _columns(sheet, contract, suggested),
        *_recodes(sheet, contract, catalogue, suggested),
        _wide(sheet, wide),
        *([] if contract.dataset == Dataset.COUNTS else _boxes(sheet, contract, others, ticks)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text(value: object) -> str:
    """A value as TOML writes it, on one line."""
    written = tomli_w.dumps({"value": value}).removeprefix("value = ").rstrip("\n")
    return " ".join(line.strip() for line in written.splitlines())


def _comment(line: str) -> str:
    """A line of comment. A heading cannot end it: headings hold no line breaks."""
    return f"# {line}"


def _is_personal(sheet: Sheet, column: str) -> bool:
    cells = sheet.rows[column]
    is_id = looks_droppable(sheet.heading_of(column))
    by_heading = column_looks_personal(sheet.heading_of(column), cells) is not None
    return by_heading or values_look_personal(cells, only_certain=is_id) is not None


def _is_tick(cells: pl.Series) -> bool:
    """Whether a column holds one cell and blanks, as a box to tick does."""
    return cells.null_count() > 0 and len(different(cells)) == 1


def _place(sheet: Sheet, column: str) -> str:
    """How a mapping names a column: by its heading, or where that is not clear by its letter."""
    if column in sheet.unclear:
        return f'{{ letter = "{sheet.unclear[column][1]}" }}'
    return _text(column)


def _delete(sheet: Sheet, personal: Sequence[str]) -> str:
    names = [sheet.heading_of(column) or sheet.unclear[column][1] for column in personal]
    return _comment("These look personal, and must be deleted from the file: " + ", ".join(names)) if personal else ""


def _ignore(sheet: Sheet, others: Sequence[str]) -> str:
    names = ", ".join(_place(sheet, column) for column in others)
    said = _comment("Columns that are not needed. These are not known:") if others else _comment("Columns not needed:")
    return f"{said}\n{GUESS if others else ''}ignore = [{names}]"


def _constants(sheet: Sheet, contract: Contract, made: Container[str]) -> str:
    """`made`: the columns that come from others."""
    required = [field.name for field in contract.fields if field.required]
    lacking = [name for name in required if name not in sheet.headings and name not in made]
    lines = [f'{GUESS}{name} = "…"' for name in lacking]
    return (
        "\n".join(["[constants]", _comment("The same in every row, if no column holds it:"), *lines]) if lines else ""
    )


def _columns(sheet: Sheet, contract: Contract, suggested: dict[str, str]) -> str:
    lines = [f"{GUESS}{column} = {_place(sheet, heading)}" for column, heading in suggested.items()]
    known = [field.name for field in contract.fields if field.name not in {*suggested, *sheet.headings}]
    about = [_comment(f"Columns there can be besides: {', '.join(known)}")] if known else []
    return "\n".join(["[columns]", *about, *lines])


def _recodes(sheet: Sheet, contract: Contract, catalogue: Catalogue, suggested: dict[str, str]) -> Iterator[str]:
    """What the cells of guessed columns, and of those that are there already, may mean."""
    codes = {field.name: field.codes for field in contract.fields if field.codes}
    places = {name: name for name in codes if name in sheet.headings} | suggested
    for column, heading in places.items():
        cells = [cell for cell in cells_to_show(sheet.rows[heading]) if cell not in codes.get(column, ())]
        if column in codes and cells:
            likely = suggested_answers(cells, codes[column], words_of(contract.dataset, [column], catalogue))
            lines = [f"{GUESS}{_text(cell)} = {_text(likely.get(cell, '…'))}" for cell in cells]
            about = _comment(f"Codes: {', '.join(codes[column])}; an empty text is a blank")
            yield "\n".join([f"{GUESS}[recode.{column}]", about, *lines])


def _wide(sheet: Sheet, rows: Sequence[WideRow]) -> str:
    """The questions of a table whose rows hold the numbers of several."""
    if not rows:
        return ""
    places = {column: _place(sheet, column) for row in rows for column in row.columns}
    about = [
        _comment("Does each row hold the numbers of several questions? Say of each its measure, how many answered it,"),
        _comment("and how many affirmed it: a number, or a percentage of those who answered, as percent_of says."),
    ]
    return "\n".join([*about, *(f"{GUESS}{line}" for line in wide_lines(rows, places))])


def _boxes(sheet: Sheet, contract: Contract, others: Sequence[str], ticks: Sequence[str]) -> Iterator[str]:
    """Questions of which several answers may be ticked: in a column each, or together in one cell."""
    asked = dict.fromkeys(f'{{ {base.question} = "{base.answers[0]}" }}' for base in contract.bases.values())
    for column in others:
        cells = cells_to_show(sheet.rows[column])
        answers = dict.fromkeys(part.strip() for cell in cells for part in cell.split(BETWEEN_ANSWERS) if part.strip())
        if any(BETWEEN_ANSWERS in cell for cell in cells):
            first = [f"heading = {_place(sheet, column)}", 'separator = ";"']
            yield _tick_all(first, "answers", map(_text, answers), [*asked])
    if ticks:
        found = dict.fromkeys(cell for column in ticks for cell in cells_to_show(sheet.rows[column]))
        places = [_place(sheet, column) for column in ticks]
        yield _tick_all([f"ticked = {_text(list(found))}"], "boxes", places, [*asked])


def _tick_all(first: Sequence[str], name: str, entries: Iterable[str], bases: Sequence[str]) -> str:
    """A question with boxes to tick, to be completed with the columns of its boxes. `entries`: as TOML writes them.

    Who was asked is not guessed: each choice gives other numbers.
    """
    lines = ["[[tick_all]]", 'unticked = "no"', 'asked = "…"', *first, f"[tick_all.{name}]"]
    lines += [f"column_{name}_{at} = {entry}" for at, entry in enumerate(entries, 1)]
    known = f" In this instrument: {', '.join(bases)}." if bases else ""
    about = [
        _comment(
            "A question with boxes to tick? A box that is not ticked is a blank, so say under asked who was asked:"
        ),
        _comment(
            '"everybody", "answered" (whoever ticked any of it), or who gave an answer, as { column = "yes" }.' + known
        ),
        _comment(
            "Write a column in place of column_…_1, column_…_2, …. What no column is about, such as “Nobody”, goes"
        ),
        _comment("under other_boxes or other_answers: whoever ticked it was asked too."),
    ]
    return "\n".join([*about, *(f"{GUESS}{line}" for line in lines)])
