"""A survey as the file that a survey tool imports. Columns and answers have our names, so its exports need no mapping.

Nothing in the files changes with the day, so the same catalogue gives the same bytes. The layouts are those that the
makers of the tools describe: REDCap's data dictionary, LimeSurvey's tab-separated structure, XLSForm (KoboToolbox, ODK,
SurveyCTO), and Qualtrics' advanced text format.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

import xlsxwriter

from pipelines.documents.survey import Clause, Page, Question, Row, Survey
from pipelines.documents.survey_steps import as_steps
from pipelines.instrument.dataset import Group
from pipelines.instrument.survey_codes import choice_numbers, short_answers, short_name

ROW_BEGINS = "… "
"""Before the words of a row, which go on where its table's heading has dots."""
UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook must have some day; a fixed one gives the same bytes

# ---- REDCap ----

REDCAP = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number"),
    *("Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)"),
    *("Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name"),
    *("Matrix Ranking?", "Field Annotation"),
)
NAME, FORM, HEADER, KIND, LABEL, CHOICES, NOTE, _, _, _, _, BRANCHING, _, _, _, MATRIX, _, ANNOTATION = REDCAP


def as_redcap(survey: Survey) -> bytes:
    """A data dictionary: a row for each field of a single form, with branching logic."""
    text = io.StringIO()
    writer = csv.DictWriter(text, REDCAP, restval="", lineterminator="\r\n")
    writer.writeheader()
    for field in _redcap_fields(survey):
        writer.writerow({FORM: f"openness_{survey.group}", **field})
    return text.getvalue().encode()


def _redcap_fields(survey: Survey) -> Iterator[dict[str, str]]:
    yield {NAME: "record_id", KIND: "text", LABEL: "Record ID"}
    for column, value in survey.constants.items():
        hidden = f'@HIDDEN-SURVEY @DEFAULT="{value}"'
        yield {NAME: column, KIND: "text", LABEL: column, ANNOTATION: hidden}
    yield {NAME: "opening", KIND: "descriptive", LABEL: _paragraphs(survey.opening)}
    for page in survey.pages:
        for place, question in enumerate(page.questions):
            yield from _redcap_question(question, [page.title, page.remark] if place == 0 else [])
    yield {NAME: "closing", KIND: "descriptive", LABEL: _paragraphs(survey.closing)}


def _redcap_question(question: Question, titles: list[str]) -> Iterator[dict[str, str]]:
    """A field for each row. The heading of a table is a section header above its first."""
    heading = [question.heading, question.below] if question.is_table else []
    for place, row in enumerate(question.rows):
        yield {
            NAME: row.column,
            HEADER: _paragraphs([*titles, *heading]) if place == 0 else "",
            KIND: "radio",
            LABEL: f"{ROW_BEGINS}{row.text}" if question.is_table else question.heading,
            CHOICES: " | ".join(f"{code}, {label.replace('|', '/')}" for code, label in question.answers.items()),
            NOTE: "" if question.is_table else question.below,
            BRANCHING: " and ".join(f"({_redcap_clause(clause)})" for clause in row.asked_if),
            MATRIX: question.name if question.is_table else "",
        }


def _redcap_clause(clause: Clause) -> str:
    return " or ".join(f"[{clause.column}] = '{answer}'" for answer in clause.answers)


def _paragraphs(texts: Iterable[str]) -> str:
    return "<br><br>".join(escape(text, quote=False) for text in texts if text)


# ---- LimeSurvey ----

LIMESURVEY = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "encrypted", "other", "default", "same_default", "same_script", "equation", "hidden"),
)
PRIVATE = {"anonymized": "Y", **dict.fromkeys(("datestamp", "ipaddr", "refurl", "savetimings"), "N")}
"""Settings by which nothing is kept that tells who answered."""
NUMBERED_BY_US = {"showqnumcode": "X"}
"""No number but that in the text, which other texts refer to."""


def as_limesurvey(survey: Survey) -> bytes:
    """The tab-separated structure of a survey: a row for each setting, group, question, line of a table, and answer."""
    text = io.StringIO()
    writer = csv.DictWriter(text, LIMESURVEY, restval="", delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    codes = {row.column: short_answers([*question.answers]) for question in survey.questions for row in question.rows}
    names = _limesurvey_names(survey)
    for number, row in enumerate(_limesurvey_rows(survey, names, codes), start=1):
        writer.writerow({"id": str(number), **row})
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _limesurvey_names(survey: Survey) -> dict[str, str]:
    """How the relevance of a question names each column."""
    names: dict[str, str] = {}
    for question in survey.questions:
        for row in question.rows:
            table = f"{short_name(question.name)}_" if question.is_table else ""
            names[row.column] = f"{table}{short_name(row.column)}"
    return names


def _limesurvey_rows(
    survey: Survey, names: dict[str, str], codes: dict[str, dict[str, str]]
) -> Iterator[dict[str, str]]:
    language = survey.language.partition("-")[0]
    for name, value in {"language": language, "format": "G", "allowprev": "Y", **NUMBERED_BY_US, **PRIVATE}.items():
        yield {"class": "S", "name": name, "text": value}
    texts = {"surveyls_title": survey.title, "surveyls_welcometext": _paragraphs(survey.opening)}
    for name, value in {**texts, "surveyls_endtext": _paragraphs(survey.closing)}.items():
        yield {"class": "SL", "name": name, "text": value, "language": language}
    for number, page in enumerate(survey.pages):
        yield {
            "class": "G",
            "type/scale": f"G{number}",
            "name": page.title,
            "relevance": "1",
            "text": _paragraphs([page.remark]),
            "language": language,
        }
        for column, value in survey.constants.items() if number == 0 else ():
            yield {
                **_limesurvey_question("*", short_name(column), "1", value, language),
                "equation": value,
                "hidden": "1",
            }
        for question in page.questions:
            yield from _limesurvey_question_rows(question, names, codes, language)


def _limesurvey_question_rows(
    question: Question, names: dict[str, str], codes: dict[str, dict[str, str]], language: str
) -> Iterator[dict[str, str]]:
    first = question.rows[0]
    shown_if = _limesurvey_relevance(question.asked_if, names, codes)
    name = short_name(question.name if question.is_table else first.column)
    text, help_ = _paragraphs([question.heading]), _paragraphs([question.below])
    yield {**_limesurvey_question("F" if question.is_table else "L", name, shown_if, text, language), "help": help_}
    for row in question.rows if question.is_table else ():
        more = [clause for clause in row.asked_if if clause not in question.asked_if]
        relevance = _limesurvey_relevance(more, names, codes)
        words = _paragraphs([f"{ROW_BEGINS}{row.text}"])
        line = {"class": "SQ", "type/scale": "0", "name": short_name(row.column), "relevance": relevance}
        yield {**line, "text": words, "language": language, "mandatory": "N"}
    for answer, code in short_answers([*question.answers]).items():
        words = _paragraphs([question.answers[answer]])
        yield {"class": "A", "type/scale": "0", "name": code, "text": words, "language": language}


def _limesurvey_question(kind: str, name: str, relevance: str, text: str, language: str) -> dict[str, str]:
    question = {"class": "Q", "type/scale": kind, "name": name, "relevance": relevance, "text": text}
    return {**question, "language": language, "mandatory": "N", "other": "N"}


def _limesurvey_relevance(clauses: Sequence[Clause], names: dict[str, str], codes: dict[str, dict[str, str]]) -> str:
    """An expression that is true for whoever is asked; 1 for everybody."""
    told = (
        " || ".join(f'{names[clause.column]}.NAOK == "{codes[clause.column][answer]}"' for answer in clause.answers)
        for clause in clauses
    )
    return " && ".join(f"({clause})" for clause in told) or "1"


# ---- XLSForm ----

XLSFORM = ("type", "name", "label", "hint", "relevant", "calculation")


def as_xlsform(survey: Survey) -> bytes:
    """A workbook with the sheets `survey`, `choices` and `settings`."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    lists = {tuple(question.answers.items()): "" for question in survey.questions}
    lists = {answers: f"answers_{number}" for number, answers in enumerate(lists, start=1)}
    choices = [(name, code, label) for answers, name in lists.items() for code, label in answers]
    form = f"openness_{survey.group}"
    settings = [(survey.title, form, survey.language.partition("-")[0])]
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": survey.title, "created": UNDATED})
        for name, headings, rows in (
            ("survey", XLSFORM, _xlsform_rows(survey, lists)),
            ("choices", ("list_name", "name", "label"), choices),
            ("settings", ("form_title", "form_id", "default_language"), settings),
        ):
            sheet = book.add_worksheet(name)
            for line, cells in enumerate((headings, *rows)):
                sheet.write_row(line, 0, cells)
    return content.getvalue()


def _xlsform_rows(survey: Survey, lists: dict[tuple[tuple[str, str], ...], str]) -> Iterator[tuple[str, ...]]:
    for column, value in survey.constants.items():
        yield "calculate", column, "", "", "", f"'{value}'"
    for number, paragraph in enumerate(survey.opening, start=1):
        yield "note", f"opening_{number}", paragraph, "", "", ""
    for number, page in enumerate(survey.pages, start=1):
        yield "note", f"part_{number}", f"**{page.title}**", page.remark, "", ""
        for question in page.questions:
            yield from _xlsform_question(question, lists[tuple(question.answers.items())])
    for number, paragraph in enumerate(survey.closing, start=1):
        yield "note", f"closing_{number}", paragraph, "", "", ""


def _xlsform_question(question: Question, answers: str) -> Iterator[tuple[str, ...]]:
    """A question for each row; above those of a table its heading."""
    if question.is_table:
        yield "note", question.name, question.heading, question.below, _xlsform_relevant(question.asked_if), ""
    for row in question.rows:
        text, hint = (f"{ROW_BEGINS}{row.text}", "") if question.is_table else (question.heading, question.below)
        yield f"select_one {answers}", row.column, text, hint, _xlsform_relevant(row.asked_if), ""


def _xlsform_relevant(clauses: Sequence[Clause]) -> str:
    told = (" or ".join(f"${{{clause.column}}} = '{answer}'" for answer in clause.answers) for clause in clauses)
    return " and ".join(f"({clause})" for clause in told)


# ---- Qualtrics ----


def as_qualtrics(survey: Survey) -> bytes:
    """The advanced text format. It has no branching: the line above a question says whom it is for."""
    lines = ["[[AdvancedFormat]]", ""]
    for column, value in survey.constants.items():
        lines += [f"[[ED:{column}:{value}]]"]
    opening = _qualtrics_text("opening", survey.opening)
    closing = _qualtrics_text("closing", survey.closing)
    for number, page in enumerate(survey.pages):
        lines += ["", f"[[Block:{page.title}]]", "", *(opening if number == 0 else [])]
        lines += _qualtrics_page(page, number + 1)
    return "\n".join([*lines, *closing, ""]).encode()


def _qualtrics_page(page: Page, number: int) -> list[str]:
    lines = _qualtrics_text(f"part_{number}", [page.title, page.remark])
    for question in page.questions:
        if question.is_table:
            lines += _qualtrics_text(question.name, [question.only_if, question.heading, question.remark])
        for row in question.rows:
            lines += _qualtrics_question(question, row)
    return lines


def _qualtrics_question(question: Question, row: Row) -> list[str]:
    alone = [question.only_if, question.heading, question.remark]
    text = f"{ROW_BEGINS}{row.text}" if question.is_table else _paragraphs(alone)
    answers = zip(choice_numbers([*question.answers]).values(), question.answers.values(), strict=True)
    choices = [line for number, label in answers for line in (f"[[Choice:{number}]]", label)]
    return [
        "[[Question:MC:SingleAnswer:Vertical]]",
        f"[[ID:{row.column}]]",
        text,
        "[[AdvancedChoices]]",
        *choices,
        "",
    ]


def _qualtrics_text(name: str, texts: Iterable[str]) -> list[str]:
    return ["[[Question:DB]]", f"[[ID:{name}]]", _paragraphs(texts), ""]


# ---- all of them ----


@dataclass(frozen=True)
class Tool:
    """A survey tool: the end of its file's name, what makes the file, and what to do with it."""

    name: str
    ending: str
    make: Callable[[Survey], bytes]
    steps: str


TOOLS = {
    "redcap": Tool(
        "REDCap",
        ".csv",
        as_redcap,
        "In a new project, upload the file under Data Dictionary, and enable the form as a survey. Use the public "
        "link, so that nobody is known by an e-mail address, and choose custom question numbering, because the numbers "
        "stand in the texts. Export as CSV, raw data.",
    ),
    "limesurvey": Tool(
        "LimeSurvey",
        ".txt",
        as_limesurvey,
        "Create a survey by importing the file. Check that answers are anonymised. Export the responses as CSV with "
        "question codes as headings and answer codes.",
    ),
    "xlsform": Tool(
        "KoboToolbox, ODK or SurveyCTO (XLSForm)",
        ".xlsx",
        as_xlsform,
        "Upload the file as a new form, and let it be filled in without an account. Export as CSV, with XML values and "
        "headers.",
    ),
    "qualtrics": Tool(
        "Qualtrics",
        ".txt",
        as_qualtrics,
        "Import the file as a survey. It cannot hold branching: where a line above a question says for whom it "
        "is, keep the line, and add display logic that says the same. Turn on anonymised responses. Export as CSV with "
        "choice text.",
    ),
    "forms": Tool("Microsoft Forms or Google Forms", ".html", as_steps, "Follow the steps in the document."),
}


def file_name(tool: str, group: Group) -> str:
    """What the file of a group's survey for a tool is called."""
    return f"questionnaire-{group}-{tool}{TOOLS[tool].ending}"
