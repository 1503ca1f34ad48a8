"""Turn a survey tool's export into a dataset: columns renamed, answers recoded, rows kept, other columns left out.

A mapping is a TOML file, the same for the command line and for the page. Nothing is guessed: what it does not name
stays as it is and is then checked. `openness mapping draft` writes one to complete.

    dataset = "trainee_responses"
    ignore = ["How did you hear of us?"]      # columns not used; or ignore_others = true
    drop = ["Response ID"]                    # response ids and time stamps, dropped while reading
    missing = ["N/A", "-oth-"]                # cells that are blank in truth, in every column

    [columns]                                 # column = "heading in the file"
    told_tutor = "Have you told a tutor?"
    free_to_choose = { letter = "F" }         # or { position = 6 }, where headings are blank or come twice
    told_peer = ["Told one?", "Told others?"] # yes where any is yes, no where all are no, else what else is answered
    academic_year = { heading = "Timestamp", date = "D/M/Y" }     # or "M/D/Y", "Y-M-D"
                                              # first_month = 10, if the year does not begin as the instrument’s does

    [constants]                               # column = the same value in every row
    programme_id = "alder"

    [recode.told_tutor]                       # "cell in the file" = "code"; "" is a blank cell
    "Yes, I have" = "yes"

    [ranges.would_tell]                       # numbers from … to …, both included
    "0-49" = "unlikely"

    [[scale]]                                 # one recoding for several columns
    columns = ["safe_to_share", "free_to_choose"]
    codes = { "Strongly agree" = "strongly_agree", "Agree" = "agree" }

    [[tick_all]]                              # a question with boxes to tick, a column each
    unticked = "no"                           # what it means not to have ticked, if one was asked
    asked = { lived_experience = "yes" }      # or "everybody", or "answered": whoever ticked any of these boxes
    ticked = "1"                              # the cells that are a tick; not_ticked = "0"
    other_boxes = ["2.4. Nobody"]             # boxes that no column is about
    boxes = { told_tutor = "2.2. A tutor", told_anyone = ["2.1. A supervisor", "2.2. A tutor"] }

    [[tick_all]]                              # the same, with all answers in one cell
    unticked = "no"
    asked = "answered"
    heading = "Whom have you told?"
    separator = ";"
    answers = { told_supervisor = "A supervisor", told_anyone = ["A supervisor", "A tutor"] }
    other_answers = ["Nobody"]                # every answer that can stand there must be named

    [keep]                                    # which rows: the cells to keep, not to keep, or any that are filled
    "Do you agree to take part?" = ["Yes"]
    "Status" = { not = ["Survey Preview"] }
    "Submitted" = { filled = true }

A column of one answer and blanks is refused, because its blanks may be boxes that nobody ticked: `tick_all` says so,
and `not_answered = ["sees_openness"]` says that they are no answers. For `counts`, each row of the file may stand for
several:

    [[wide]]
    constants = { measure_id = "told_supervisor" }
    columns = { respondents = "Q2 n", affirmative = { heading = "Q2 %", percent_of = "Q2 n" } }
    [[wide]]
    constants = { measure_id = "safe_to_share" }
    columns = { respondents = { sum = ["Q3 yes", "Q3 no"] }, affirmative = "Q3 yes" }
"""

from collections import abc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any

import polars as pl
import tomli_w
from pydantic import ValidationError

from pipelines.academic_year import FIRST_MONTH
from pipelines.checking.checker import personal_values
from pipelines.checking.mapped_columns import MappedFile, column_named, different, make_columns
from pipelines.checking.mapping_entries import Entries, Keep, Place, Source, contradiction
from pipelines.checking.mapping_text import entries_of
from pipelines.checking.tick_all import make_ticked, missing_to_tell, never_found
from pipelines.errors import MappingError
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.personal_headings import column_looks_personal
from pipelines.reading.reader import LINE, Sheet

LONGEST_ENTRY = 80
"""Characters of an entry's name that are shown where it is wrong."""
MOST_FINDINGS = 30
"""Headings that the file lacks, each told by itself."""


@dataclass(frozen=True)
class Mapping:
    """A mapping as read, with the hash that tells one version from another."""

    file: str
    sha256: str
    rules: Entries

    def columns_in(self, sheet: Sheet, column: str) -> tuple[str, ...]:
        """The columns of a sheet from which the mapping makes a column; the column itself where it says nothing."""
        named = [column_named(sheet, place) for place in self.places(column)]
        return tuple(name for name in named if name) or (column,)

    def places(self, column: str) -> tuple[Place, ...]:
        """From where in the file the mapping makes a column."""
        boxes = [place for question in self.rules.tick_all for place in question.boxes.get(column, ())]
        boxes += [
            question.heading for question in self.rules.tick_all if question.heading and column in question.answers
        ]
        source = self.rules.columns.get(column)
        return (*(source.places if source else ()), *boxes)


def read_mapping(name: str, content: bytes, dataset: str) -> Mapping:
    """A mapping for a dataset, from the content of its file.

    Raises MappingError, naming the file, the entry and the reason.
    """
    try:
        rules = Entries.model_validate(entries_of(name, content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        entry = ", ".join(map(str, first["loc"]))[:LONGEST_ENTRY]
        raise MappingError(name, f"{entry}: {first['msg'].removeprefix('Value error, ')}.") from None
    reason = contradiction(rules, dataset)
    if reason:
        raise MappingError(name, reason)
    return Mapping(name, sha256(content).hexdigest(), rules)


def make_mapping(rules: Any, name: str = "mapping.toml") -> tuple[Mapping, bytes]:
    """A mapping from its entries, and the TOML that says the same."""
    content = tomli_w.dumps(rules).encode()
    return read_mapping(name, content, str(rules["dataset"])), content


def missing_headings(mapping: Mapping, sheet: Sheet) -> list[str]:
    """What the mapping names that the file does not have."""
    return list(dict.fromkeys(str(place) for place in _named(mapping.rules) if column_named(sheet, place) is None))


def apply(
    mapping: Mapping,
    sheet: Sheet,
    answers: abc.Mapping[str, Sequence[str]] | None = None,
    first_month: int = FIRST_MONTH,
) -> Sheet:
    """The sheet with the dataset's own columns and codes. A heading that the file lacks is a finding.

    `answers`: the codes that a column of the dataset may hold, where it is known. `first_month`: the month in which
    academic years begin.
    """
    rules = mapping.rules
    missing = dict.fromkeys([*missing_headings(mapping, sheet), *_not_there_to_tell(rules, sheet)])
    findings = [_missing(sheet, heading) for heading in islice(missing, MOST_FINDINGS)]
    if len(missing) > MOST_FINDINGS:
        findings.append(_more_missing(sheet, len(missing) - MOST_FINDINGS))
    clashing = _clashing(sheet, rules)
    findings += [_clash(sheet, column) for column in clashing]
    mapped = MappedFile(sheet, sheet.rows.clear() if findings else _kept(sheet, rules), answers or {}, first_month)
    if 0 < mapped.rows.height < sheet.rows.height or (not findings and mapped.rows.height < sheet.rows.height):
        findings.append(_some_kept(sheet, mapped.rows.height))
    findings += _personal(sheet, rules)
    others = [heading for heading in _others(sheet, rules) if heading not in clashing]
    rows = _rows(mapped, rules, others)
    return replace(
        sheet,
        rows=rows,
        findings=(*sheet.findings, *findings, *mapped.findings, *_never_met(sheet, mapped, rules)),
        letters=_letters(sheet, mapping),
        unclear={column: place for column, place in sheet.unclear.items() if column in others},
        blanks_explained=_explained(rules),
    )


# ---- rows ----


def _kept(sheet: Sheet, rules: Entries) -> pl.DataFrame:
    """The rows to keep, with blanks for the cells that are blank in truth."""
    rows = sheet.rows.filter(*(_keeps(sheet, heading, keep) for heading, keep in rules.keep.items()))
    cells = pl.col(sheet.headings)
    blanked = pl.when(~cells.is_in(rules.missing)).then(cells)
    return rows.with_columns(blanked) if rules.missing and sheet.headings else rows


def _keeps(sheet: Sheet, heading: str, keep: Keep) -> pl.Expr:
    cells = pl.col(column_named(sheet, Place(heading=heading)) or heading)
    keeps = cells.is_in(keep.equals) if keep.equals else pl.lit(value=True)
    if keep.filled:
        keeps &= cells.is_not_null()
    return keeps & ~cells.is_in(keep.is_not).fill_null(value=False) if keep.is_not else keeps


def _rows(mapped: MappedFile, rules: Entries, others: list[str]) -> pl.DataFrame:
    """The rows of the dataset; several for each row of the file, where it is a wide table."""
    make_columns(mapped, rules, rules.columns)
    for question in rules.tick_all:
        available = {column: mapped.rows[column] for column in others} | mapped.made
        if not missing_to_tell(question, available):
            make_ticked(mapped, question, available)
    rows = _with(mapped.rows.select(LINE), mapped.made, rules.constants).with_columns(mapped.rows.select(others))
    if not rules.wide:
        return rows
    return pl.concat(
        [_with(rows, _wide(mapped, rules, row.columns), row.constants) for row in rules.wide], how="diagonal"
    )


def _wide(mapped: MappedFile, rules: Entries, sources: dict[str, Source]) -> dict[str, pl.Series]:
    mapped.made = {}
    make_columns(mapped, rules, sources)
    return mapped.made


def _with(rows: pl.DataFrame, made: dict[str, pl.Series], constants: dict[str, str]) -> pl.DataFrame:
    columns = [cells.alias(column) for column, cells in made.items()]
    return rows.with_columns(
        *columns, *(pl.lit(value or None, pl.String).alias(column) for column, value in constants.items())
    )


# ---- columns ----


def _named(rules: Entries) -> list[Place]:
    """The columns of the file that the mapping needs."""
    by_letter = [place for place in rules.ignore if isinstance(place, Place)]
    return [*rules.places, *(Place(heading=heading) for heading in rules.keep), *by_letter]


def _letters(sheet: Sheet, mapping: Mapping) -> dict[str, str]:
    """The letter of each column, also under the name that the mapping gives it."""
    places = {column: source.places[0] for column, source in mapping.rules.columns.items()}
    names = {column: column_named(sheet, place) or "" for column, place in places.items()}
    return sheet.letters | {column: sheet.letters[name] for column, name in names.items() if name in sheet.letters}


def _used(sheet: Sheet, rules: Entries) -> set[str]:
    """The columns of the sheet that the mapping makes columns of."""
    return {name for place in rules.places if (name := column_named(sheet, place))}


def _others(sheet: Sheet, rules: Entries) -> list[str]:
    """The columns that the mapping does not mention stay, for the contract to judge. So do all personal ones."""
    used = _used(sheet, rules)
    return [
        column
        for column in sheet.headings
        if column not in used
        and (not _left_out(sheet, rules, column) or column_looks_personal(sheet.heading_of(column), sheet.rows[column]))
    ]


def _left_out(sheet: Sheet, rules: Entries, column: str) -> bool:
    named = {*rules.keep, *rules.drop, *(entry for entry in rules.ignore if isinstance(entry, str))}
    by_letter = {column_named(sheet, entry) for entry in rules.ignore if isinstance(entry, Place)}
    return rules.ignore_others or column in by_letter or sheet.heading_of(column) in named


def _explained(rules: Entries) -> frozenset[str]:
    """The columns of which it is said what their blank cells mean."""
    recoded = {column for column in rules.columns if "" in rules.codes(column)}
    ticked = {column for question in rules.tick_all for column in question.columns}
    return frozenset(recoded | ticked | {*rules.constants, *rules.not_answered})


# ---- findings ----


def _personal(sheet: Sheet, rules: Entries) -> Iterator[Finding]:
    """Columns whose cells look personal and do not come before the contract as they are.

    A column that is dropped, or from which dates are read, must do so without doubt.
    """
    plain = {source.places[0] for source in rules.columns.values() if source.is_plain}
    judged_later = {column_named(sheet, place) for place in plain}
    to_search = [column for column in sheet.headings if column not in judged_later]
    dated = {column_named(sheet, source.places[0]) for source in rules.columns.values() if source.date}
    dropped = [column for column in to_search if sheet.heading_of(column) in rules.drop or column in dated]
    left_out = [column for column in to_search if column in _used(sheet, rules) or _left_out(sheet, rules, column)]
    yield from personal_values(sheet, [column for column in left_out if column not in dropped])
    yield from personal_values(sheet, dropped, only_certain=True)


def _never_met(sheet: Sheet, mapped: MappedFile, rules: Entries) -> Iterator[Finding]:
    """Columns for which the mapping recodes cells, none of which is in the file: its cells may be spelled otherwise."""
    if not sheet.rows.is_empty():
        for heading, keep in rules.keep.items():
            yield from _never_kept(sheet, heading, keep)
    if mapped.rows.is_empty():
        return
    for column, source in rules.columns.items():
        codes = [cell for cell in rules.codes(column) if cell]
        cells = [mapped.cells(place) for place in source.places]
        if (
            codes
            and any(found.is_not_null().any() for found in cells)
            and not any(found.is_in(codes).any() for found in cells)
        ):
            expected = f"None of the cells that the mapping recodes for {column} is in the file."
            yield never_found(sheet, source.places[0], expected)


def _never_kept(sheet: Sheet, heading: str, keep: Keep) -> Iterator[Finding]:
    """Cells by which rows are kept or not and of which the file has none. One that differs in capitals is an error."""
    name = column_named(sheet, Place(heading=heading))
    if name is None:
        return
    cells = {*different(sheet.rows[name])}
    named = {*keep.equals, *keep.is_not}
    alike = {cell.casefold(): cell for cell in cells - named}
    for cell in (cell for cell in (*keep.equals, *keep.is_not) if cell and cell not in cells):
        if cell.casefold() in alike:
            expected = f"Under [keep] the mapping names “{cell}”, and the file has “{alike[cell.casefold()]}”."
            fix = "Write it in the mapping as it stands in the file."
            yield Finding("error", FindingRule.MAPPED_CODE_MISSING, sheet.file, expected, fix, column=heading)
        else:
            yield never_found(sheet, heading, f"No cell is “{cell}”, which the mapping names under [keep].")


def _some_kept(sheet: Sheet, kept: int) -> Finding:
    expected = f"The mapping keeps {kept:,} of the file's {sheet.rows.height:,} rows."
    return Finding("warning", FindingRule.SOME_KEPT, sheet.file, expected, "If these are too few, look under [keep].")


def _not_there_to_tell(rules: Entries, sheet: Sheet) -> Iterable[str]:
    available = dict.fromkeys([*rules.columns, *_others(sheet, rules), *rules.made])
    return dict.fromkeys(column for question in rules.tick_all for column in missing_to_tell(question, available))


def _missing(sheet: Sheet, heading: str) -> Finding:
    letters = [letter for unclear, letter in sheet.unclear.values() if unclear == heading]
    if letters:
        expected = f"The mapping names this column, and there are several: {', '.join(letters)}."
        fix = f'Name it by its letter, such as {{ letter = "{letters[0]}" }}, or rename all but one in the file.'
        return Finding("error", FindingRule.MAPPED_COLUMN_REPEATED, sheet.file, expected, fix, column=heading)
    return Finding(
        severity="error",
        rule=FindingRule.MAPPED_COLUMN_MISSING,
        file=sheet.file,
        column=heading,
        expected="The mapping names this column, and the file does not have it.",
        fix="Check the heading in the mapping against the file, letter by letter.",
    )


def _more_missing(sheet: Sheet, more: int) -> Finding:
    expected = f"The mapping names {more:,} more columns that the file does not have."
    fix = "Check whether this is the mapping for this file."
    return Finding("error", FindingRule.MAPPED_COLUMN_MISSING, sheet.file, expected, fix)


def _clashing(sheet: Sheet, rules: Entries) -> list[str]:
    others = _others(sheet, rules)
    return [column for column in dict.fromkeys(rules.made) if column in others]


def _clash(sheet: Sheet, column: str) -> Finding:
    return Finding(
        severity="error",
        rule=FindingRule.MAPPED_COLUMN_CLASHES,
        file=sheet.file,
        column=column,
        expected="The file already has a column of this name, and the mapping makes another.",
        fix="List the file's own column under ignore, or take it out of the mapping.",
    )
