"""Exports of surveys that were made with our own survey files: they are the dataset already, but for names.

Where a tool is recognised by its own columns, these are left out, and names and answers are ours again. Nothing is
guessed: a column counts only under the name that the survey file gave it, and an answer by its code or in the very
words under which it was asked. What the tool wrote of a person stays, and is refused like any other personal column.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.measures import Measure
from pipelines.instrument.survey_codes import columns_by_name, short_answers
from pipelines.instrument.words import Subgroup
from pipelines.reading.personal_headings import NOBODY
from pipelines.reading.reader import Sheet, tidy

CONSTANTS = ("programme_id", "academic_year")
TEXTS = r"opening(?:_\d+)?|closing(?:_\d+)?|part_\d+|about_\w+"
"""Texts of a survey file. Some tools give them a column, which stays blank."""
LIMESURVEY_NAME = re.compile(r"(?:(?P<table>[A-Za-z0-9]+)[\[_])?(?P<name>[A-Za-z0-9]+)\]?(?:\. .*)?", re.DOTALL)
"""`name`, `table[name]` or `table_name`, with or without the question behind it."""


@dataclass(frozen=True)
class Tool:
    """The columns by which a tool is recognised, those it adds, and those of them that may lead to a person."""

    recognised: tuple[str, ...]
    added: str
    personal: str = "(?!)"
    short_names: bool = False
    """Whether it has names of its own for columns and answers."""


TOOLS = (
    Tool(
        ("responseid", "recordeddate"),
        r"startdate|enddate|status|progress|duration \(in seconds\)|finished|recordeddate|responseid"
        r"|distributionchannel|userlanguage|q_\w+",
        "ipaddress|recipient(?:last|first)name|recipientemail|external(?:data)?reference|location(?:lat|long)itude",
    ),
    Tool(
        ("record_id", r"openness_\w+_complete"),
        r"record_id|\w+_timestamp|\w+_complete|redcap_(?:event_name|repeat_\w+|data_access_group)",
        "redcap_survey_identifier",
    ),
    Tool(
        (r"id(?:\. .*)?", r"submitdate(?:\. .*)?", r"lastpage(?:\. .*)?"),
        r"(?:id|submitdate|lastpage|startlanguage|seed|startdate|datestamp|interviewtime|grouptime\w*)(?:\. .*)?",
        r"(?:ipaddr|refurl|token)(?:\. .*)?",
        short_names=True,
    ),
    Tool(
        ("_uuid", "_submission_time"),
        r"start|end|today|audit|_id|_uuid|_submission_time|_validation_status|_notes|_status|_tags|_index|__version__"
        r"|_version_|meta/\w+|formhub/uuid",
        "_submitted_by|username|phonenumber|deviceid|simserial|subscriberid",
    ),
    Tool(
        ("key", "submissiondate"),
        r"submissiondate|completiondate|key|status|reviewstate|edits|formversion|formdef_version|attachments\w+|start"
        r"|end|starttime|endtime|today|duration|audit|(?:meta-)?instance(?:id|name)",
        "submitter(?:id|name)|username|phonenumber|deviceid|devicephonenum|simid|simserial|subscriberid|caseid",
    ),
)
"""Qualtrics, REDCap, LimeSurvey, KoboToolbox, and ODK and SurveyCTO."""


def as_dataset(sheet: Sheet, dataset: Dataset, catalogue: Catalogue) -> Sheet:
    """The sheet with our names and codes, if it is an export of a survey of ours; else as it is."""
    group = catalogue.group_of(dataset)
    tool = _tool_of(sheet) if group else None
    if group is None or tool is None:
        return sheet
    answers = answers_of(dataset, catalogue)
    columns = _columns(sheet, tool, answers)
    if not {*columns.values()} & {*answers} - {catalogue.groups[group].subgroup_column}:
        return sheet
    rows = sheet.rows.drop(_left_out(sheet, tool, columns)).rename(columns)
    rows = rows.with_columns(
        _our_codes(rows[column], answers[column], words_of(dataset, [column], catalogue))
        for column in answers
        if column in rows.columns
    )
    return replace(
        sheet,
        rows=rows,
        letters={columns.get(heading, heading): letter for heading, letter in sheet.letters.items()},
        places={columns.get(heading, heading): place for heading, place in sheet.places.items()},
        blanks_explained=frozenset(answers),
    )


def _tool_of(sheet: Sheet) -> Tool | None:
    return next((tool for tool in TOOLS if all(_has(sheet, pattern) for pattern in tool.recognised)), None)


def _has(sheet: Sheet, pattern: str) -> bool:
    return any(_matches(pattern, heading) for heading in sheet.headings)


def _matches(pattern: str, heading: str) -> bool:
    return re.fullmatch(pattern, heading.lower(), re.DOTALL) is not None


def answers_of(dataset: Dataset, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The columns of the questions that a dataset of answers has, with the codes of their answers."""
    group = catalogue.group_of(dataset)
    if group is None:
        return {}
    words = catalogue.groups[group]
    codes = tuple(subgroup.code for subgroup in words.subgroup_codes)
    return ({words.subgroup_column: codes} if words.subgroup_column else {}) | {
        measure.id: measure.answers for measure in catalogue.asked_of(group)
    }


def _columns(sheet: Sheet, tool: Tool, answers: Iterable[str]) -> dict[str, str]:
    """Heading -> our column. Where two headings stand for one column, neither does."""
    known = [*CONSTANTS, *answers]
    names = dict.fromkeys(known, "") | {column: column for column in known}
    names |= columns_by_name(known) if tool.short_names else {}
    found = {heading: names.get(_name(heading, tool), "") for heading in sheet.headings if heading not in sheet.unclear}
    times = Counter(found.values())
    return {heading: column for heading, column in found.items() if column and times[column] == 1}


def _name(heading: str, tool: Tool) -> str:
    """What a heading names: behind that of a group or table, and before the question."""
    if not tool.short_names:
        return re.split(r"[/-]", heading)[-1]
    match = LIMESURVEY_NAME.fullmatch(heading)
    return match["name"] if match else heading


def _left_out(sheet: Sheet, tool: Tool, columns: Mapping[str, str]) -> list[str]:
    """The columns that the tool added, and those of texts, which are blank."""
    others = [heading for heading in sheet.headings if heading not in columns and heading not in sheet.unclear]
    return [
        heading
        for heading in others
        if _matches(tool.added, heading)
        or (_matches(tool.personal, heading) and _tells_nobody(sheet.rows[heading]))
        or (_matches(TEXTS, re.split(r"[/-]", heading)[-1]) and sheet.rows[heading].null_count() == sheet.rows.height)
    ]


def _tells_nobody(cells: pl.Series) -> bool:
    """Whether a column is blank, or says the same of everybody, such as the name of a public link."""
    filled = cells.drop_nulls().str.to_lowercase()
    return bool(filled.is_in(NOBODY).all()) or filled.n_unique() == 1 < filled.len()


def _our_codes(cells: pl.Series, codes: Sequence[str], words: Mapping[str, str]) -> pl.Series:
    """Cells with our codes for a tool's codes and for the words of answers. All others stay as they are."""
    short = {short: code for code, short in short_answers(codes).items()}
    return cells.replace({**words, **short, **{code: code for code in codes}})


def words_of(dataset: Dataset, columns: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """The answer that each wording stands for in these columns, in every language of the catalogue. What could be two
    is left out."""
    found: dict[str, set[str]] = {}
    for column in columns:
        for words, code in _words(dataset, column, catalogue):
            found.setdefault(tidy(words), set()).add(code)
    return {words: next(iter(meant)) for words, meant in found.items() if len(meant) == 1}


def _words(dataset: Dataset, column: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each wording of an answer or of a subgroup, and its code."""
    group, measure = catalogue.group_of(dataset), catalogue.measures.get(column)
    if measure is not None:
        yield from ((words, code) for code in measure.answers for words in _answer_words(catalogue, measure, code))
    elif group is not None and column == catalogue.groups[group].subgroup_column:
        subgroups = catalogue.groups[group].subgroup_codes
        yield from ((words, subgroup.code) for subgroup in subgroups for words in _labels(subgroup))


def _answer_words(catalogue: Catalogue, measure: Measure, code: str) -> list[str]:
    languages = {*catalogue.translations, *measure.translations}
    translated = (catalogue.translated_answers(measure, language).get(code) for language in languages)
    return [catalogue.answer(code), *filter(None, translated)]


def _labels(subgroup: Subgroup) -> list[str]:
    return [subgroup.label, *(str(texts["label"]) for texts in subgroup.translations.values() if "label" in texts)]
