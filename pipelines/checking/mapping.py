"""Turn a survey tool's export into a dataset: columns renamed, answers recoded, rows kept, other columns left out.

A mapping is a TOML file. Nothing is guessed: what it does not name stays as it is and is then checked.

    dataset = "trainee_responses"
    ignore = ["How did you hear of us?"]      # columns not used; or ignore_others = true
    drop = ["Response ID"]                    # response ids and time stamps, dropped while reading

    [columns]                                 # column = "heading in the file"
    told_supervisor = "Have you told a supervisor?"

    [constants]                               # column = the same value in every row
    academic_year = "2024-25"

    [recode.told_supervisor]                  # "cell in the file" = "code"; "" is a blank cell
    "Yes, I have" = "yes"

    [keep]                                    # "heading in the file" = the cells of the rows to keep
    "Do you agree to take part?" = ["Yes"]
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

import polars as pl
import tomli_w
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from pipelines.checking.checker import personal_values
from pipelines.errors import MappingError
from pipelines.finding_rules import FindingRule
from pipelines.findings import Finding
from pipelines.reading.personal_headings import column_looks_personal, looks_droppable
from pipelines.reading.reader import LINE, Sheet, tidy

Tidy = Annotated[str, AfterValidator(tidy)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    columns: dict[str, Tidy]
    constants: dict[str, Tidy] = {}
    recode: dict[str, dict[Tidy, Tidy]] = {}
    keep: dict[Tidy, tuple[Tidy, ...]] = {}
    ignore: tuple[Tidy, ...] = ()
    ignore_others: bool = False
    drop: tuple[Tidy, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping as read, with the hash that tells one version from another."""

    file: str
    sha256: str
    rules: _Rules


def read_mapping(name: str, content: bytes, dataset: str) -> Mapping:
    """A mapping for a dataset, from the content of its file.

    Raises MappingError, naming the file, the entry and the reason.
    """
    try:
        rules = _Rules.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise MappingError(name, "the mapping is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, f"the mapping is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise MappingError(name, f"{', '.join(map(str, first['loc']))}: {first['msg']}.") from None
    _check(name, rules, dataset)
    return Mapping(name, sha256(content).hexdigest(), rules)


def make_mapping(rules: Any, name: str = "mapping.toml") -> tuple[Mapping, bytes]:
    """A mapping from its entries, and the TOML that says the same."""
    content = tomli_w.dumps(rules).encode()
    return read_mapping(name, content, str(rules["dataset"])), content


def missing_headings(mapping: Mapping, sheet: Sheet) -> list[str]:
    """What the mapping names that the file does not have."""
    return [heading for heading in _named(mapping.rules) if heading not in sheet.headings]


def apply(mapping: Mapping, sheet: Sheet) -> Sheet:
    """The sheet with the dataset's own columns and codes. A heading that the file lacks is a finding."""
    rules = mapping.rules
    missing = missing_headings(mapping, sheet)
    clashing = _clashing(sheet, rules)
    findings = [_missing(sheet, heading) for heading in missing] + [_clash(sheet, column) for column in clashing]
    rows = sheet.rows.clear() if findings else sheet.rows
    rows = rows.with_columns(pl.lit(None, pl.String).alias(heading) for heading in missing)
    findings += _personal(sheet, rules)
    kept = rows.filter(*(pl.col(heading).is_in(cells) for heading, cells in rules.keep.items()))
    findings += [_some_kept(sheet, kept.height, rows.height)] if kept.height < rows.height else []
    others = [heading for heading in _others(sheet, rules) if heading not in clashing]
    return replace(
        sheet,
        rows=kept.select(LINE, *_mapped(rules), *others),
        findings=(*sheet.findings, *findings),
        letters=_letters(sheet, rules),
        unclear={column: place for column, place in sheet.unclear.items() if column in others},
    )


def _check(name: str, rules: _Rules, dataset: str) -> None:
    if rules.dataset != dataset:
        raise MappingError(name, f"this mapping is for {rules.dataset}, and the file was given as {dataset}.")
    doubled = set(rules.columns) & set(rules.constants)
    if doubled:
        raise MappingError(name, f"{min(doubled)} is given both as a column and as a constant; keep one.")
    without_column = set(rules.recode) - set(rules.columns)
    if without_column:
        raise MappingError(name, f"recode.{min(without_column)}: there is no such entry under [columns].")
    if rules.ignore and rules.ignore_others:
        raise MappingError(name, "give either the list ignore or ignore_others = true, not both.")
    for heading in rules.drop:
        if not looks_droppable(heading):
            reason = "only response ids and time stamps can be dropped"
            raise MappingError(name, f'drop, "{heading}": {reason}.')


def _named(rules: _Rules) -> list[str]:
    return list(dict.fromkeys([*rules.columns.values(), *rules.keep]))


def _mapped(rules: _Rules) -> list[pl.Expr]:
    columns = [
        _recoded(heading, rules.recode.get(column, {})).alias(column) for column, heading in rules.columns.items()
    ]
    return columns + [pl.lit(value or None, pl.String).alias(column) for column, value in rules.constants.items()]


def _letters(sheet: Sheet, rules: _Rules) -> dict[str, str]:
    """The letter of each column, also under the name that the mapping gives it."""
    renamed = {column: sheet.letters[heading] for column, heading in rules.columns.items() if heading in sheet.letters}
    return sheet.letters | renamed


def _recoded(heading: str, codes: dict[str, str]) -> pl.Expr:
    cell = pl.col(heading).fill_null("") if "" in codes else pl.col(heading)
    recoded = cell.replace(codes) if codes else cell
    return pl.when(recoded != "").then(recoded)


def _others(sheet: Sheet, rules: _Rules) -> list[str]:
    """The columns that the mapping does not mention stay, for the contract to judge. So do all personal ones."""
    unused = [column for column in sheet.headings if column not in rules.columns.values()]
    return [
        column
        for column in unused
        if not _left_out(sheet, rules, column) or column_looks_personal(sheet.heading_of(column), sheet.rows[column])
    ]


def _left_out(sheet: Sheet, rules: _Rules, column: str) -> bool:
    return rules.ignore_others or sheet.heading_of(column) in {*rules.keep, *rules.drop, *rules.ignore}


def _personal(sheet: Sheet, rules: _Rules) -> Iterator[Finding]:
    """Columns left out whose cells look personal. A column that is dropped must do so without doubt."""
    others = [column for column in sheet.headings if column not in rules.columns.values()]
    left_out = [column for column in others if _left_out(sheet, rules, column)]
    dropped = [column for column in left_out if sheet.heading_of(column) in rules.drop]
    yield from personal_values(sheet, [column for column in left_out if column not in dropped])
    yield from personal_values(sheet, dropped, only_certain=True)


def _some_kept(sheet: Sheet, kept: int, rows: int) -> Finding:
    expected = f"The mapping keeps {kept:,} of the file's {rows:,} rows."
    return Finding("warning", FindingRule.SOME_KEPT, sheet.file, expected, "If these are too few, look under [keep].")


def _missing(sheet: Sheet, heading: str) -> Finding:
    letters = [letter for unclear, letter in sheet.unclear.values() if unclear == heading]
    if letters:
        expected = f"The mapping names this column, and there are several: {', '.join(letters)}."
        fix = "Rename or delete all but one in the file."
        return Finding("error", FindingRule.MAPPED_COLUMN_REPEATED, sheet.file, expected, fix, column=heading)
    return Finding(
        severity="error",
        rule=FindingRule.MAPPED_COLUMN_MISSING,
        file=sheet.file,
        column=heading,
        expected="The mapping names this column, and the file does not have it.",
        fix="Check the heading in the mapping against the file, letter by letter.",
    )


def _clashing(sheet: Sheet, rules: _Rules) -> list[str]:
    others = _others(sheet, rules)
    return [column for column in (*rules.columns, *rules.constants) if column in others]


def _clash(sheet: Sheet, column: str) -> Finding:
    return Finding(
        severity="error",
        rule=FindingRule.MAPPED_COLUMN_CLASHES,
        file=sheet.file,
        column=column,
        expected="The file already has a column of this name, and the mapping makes another.",
        fix="List the file's own column under ignore, or take it out of the mapping.",
    )
