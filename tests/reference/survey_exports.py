"""Survey tools, played: a file that each imports is read as the tool reads it, answered, and exported as it exports.

Nothing here is told what our names and codes are. Only the file says them, and in it the tool's own rules.
"""

import csv
import io
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import fastexcel
import polars as pl

Answers = dict[str, str]
"""Variable -> the code of the answer; a variable that was not shown or not answered is not there."""


@dataclass
class Variable:
    """A question of the file as a tool knows it: its codes with their words, and whether somebody is shown it."""

    name: str
    choices: dict[str, str]
    is_shown: Callable[[Answers], bool]
    export_name: str = ""


@dataclass
class Form:
    constants: dict[str, str]
    variables: list[Variable]
    texts: list[str] = field(default_factory=list)

    def play(self, people: int, chance: random.Random) -> list[Answers]:
        """Random answers, in the order of the form; about one in six is left out."""
        played: list[Answers] = []
        for _ in range(people):
            answers: Answers = {}
            for variable in self.variables:
                if variable.is_shown(answers) and chance.random() > 1 / 6:
                    answers[variable.name] = chance.choice([*variable.choices])
            played.append(answers)
        return played


# ---- REDCap ----


def redcap_form(content: bytes) -> Form:
    """A data dictionary as REDCap reads it; raises where it would refuse it."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert rows[0]["Variable / Field Name"] == "record_id"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", row["Variable / Field Name"]) for row in rows)
    assert len({row["Variable / Field Name"] for row in rows}) == len(rows)
    constants = {}
    variables = []
    for row in rows:
        default = re.search(r'@DEFAULT="(.*?)"', row["Field Annotation"])
        if default:
            constants[row["Variable / Field Name"]] = default[1]
        if row["Field Type"] == "radio":
            choices = [choice.split(", ", 1) for choice in row["Choices, Calculations, OR Slider Labels"].split(" | ")]
            shown = _redcap_logic(row["Branching Logic (Show field only if...)"])
            variables.append(Variable(row["Variable / Field Name"], dict(choices), shown))  # type: ignore[arg-type]
    _require_matrices(rows)
    return Form(constants, variables)


def _require_matrices(rows: Sequence[dict[str, str]]) -> None:
    """The fields of a matrix stand together and have the same choices."""
    names = [row["Matrix Group Name"] for row in rows]
    for name in {*names} - {""}:
        places = [place for place, other in enumerate(names) if other == name]
        assert places == list(range(places[0], places[-1] + 1))
        assert len({rows[place]["Choices, Calculations, OR Slider Labels"] for place in places}) == 1


def _redcap_logic(logic: str) -> Callable[[Answers], bool]:
    python = re.sub(r"\[(\w+)\]", r"answers.get('\1', '')", logic).replace("<>", "!=").replace(" = ", " == ")
    return lambda answers: bool(eval(python, {"answers": answers})) if python else True  # noqa: S307


def redcap_export(form: Form, played: Iterable[Answers]) -> bytes:
    """CSV, raw data."""
    names = [*form.constants, *(variable.name for variable in form.variables)]
    headings = ["record_id", "redcap_survey_identifier", "openness_trainee_timestamp", *names]
    rows = [
        {
            "record_id": number,
            "openness_trainee_timestamp": f"2026-03-{number % 28 + 1:02d} 10:11:12",
            "openness_trainee_complete": 2,
            **form.constants,
            **answers,
        }
        for number, answers in enumerate(played, start=1)
    ]
    return _csv([*headings, "openness_trainee_complete"], rows)


# ---- LimeSurvey ----


def limesurvey_form(content: bytes) -> Form:
    """A tab-separated structure as LimeSurvey reads it; raises where it would refuse it."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter="\t"))
    form = Form({}, [])
    open_variables: list[Variable] = []
    names: list[str] = []
    for row in rows:
        name = row["name"]
        match row["class"], row["type/scale"]:
            case "Q", "*":
                form.constants[name] = row["equation"]
            case "Q", kind:
                shown = _limesurvey_logic(row["relevance"])
                table = name
                open_variables = [] if kind == "F" else [Variable(name, {}, shown)]
                form.variables += open_variables
            case "SQ", _:
                both = _both(shown, _limesurvey_logic(row["relevance"]))
                open_variables.append(Variable(f"{table}_{name}", {}, both, f"{table}[{name}]"))
                form.variables.append(open_variables[-1])
            case "A", _:
                assert re.fullmatch(r"[A-Za-z0-9]{1,5}", name)
                for variable in open_variables:
                    assert name not in variable.choices
                    variable.choices[name] = row["text"]
        if row["class"] in {"Q", "SQ"}:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", name)
            names.append(name)
    assert len({*names}) == len(names)
    return form


def _both(first: Callable[[Answers], bool], second: Callable[[Answers], bool]) -> Callable[[Answers], bool]:
    return lambda answers: first(answers) and second(answers)


def _limesurvey_logic(relevance: str) -> Callable[[Answers], bool]:
    python = re.sub(r"(\w+)\.NAOK", r"answers.get('\1', '')", relevance).replace("&&", "and").replace("||", "or")
    return lambda answers: bool(eval(python, {"answers": answers}))  # noqa: S307


def limesurvey_export(form: Form, played: Iterable[Answers], *, full: bool = False, questions: bool = False) -> bytes:
    """CSV with question codes, and answer codes or `full` answers. `questions`: the text behind each code."""
    behind = ". What it asks" if questions else ""
    own = [
        f"{name}{'. About it' if questions else ''}"
        for name in ("id", "submitdate", "lastpage", "startlanguage", "seed")
    ]
    headings = {variable.name: f"{variable.export_name or variable.name}{behind}" for variable in form.variables}
    rows = []
    for number, answers in enumerate(played, start=1):
        mine = dict(zip(own, (number, "1980-01-01 00:00:00", 5, "en", 1_000_000_007 * number % 2**31), strict=True))
        rows.append(mine | {f"{name}{behind}": value for name, value in form.constants.items()})
        for variable in form.variables:
            code = answers.get(variable.name, "")
            rows[-1][headings[variable.name]] = variable.choices.get(code, "") if full else code
    return _csv([*own, *(f"{name}{behind}" for name in form.constants), *headings.values()], rows)


# ---- XLSForm ----


def xlsform(content: bytes) -> Form:
    """A workbook as pyxform's readers read it."""
    book = fastexcel.read_excel(content)
    sheets = {
        name: book.load_sheet_by_name(name, dtypes="string").to_polars().fill_null("") for name in book.sheet_names
    }
    lists: dict[str, dict[str, str]] = {}
    for choice in sheets["choices"].iter_rows(named=True):
        lists.setdefault(choice["list_name"], {})[choice["name"]] = choice["label"]
    form = Form({}, [])
    for row in sheets["survey"].iter_rows(named=True):
        kind, _, answers = row["type"].partition(" ")
        if kind == "calculate":
            form.constants[row["name"]] = row["calculation"].strip("'")
        if kind == "note":
            form.texts.append(row["name"])
        if kind == "select_one":
            form.variables.append(Variable(row["name"], lists[answers], _xlsform_logic(row["relevant"])))
    return form


def _xlsform_logic(relevant: str) -> Callable[[Answers], bool]:
    python = re.sub(r"\$\{(\w+)\}", r"answers.get('\1', '')", relevant).replace("!=", "<>")
    python = python.replace("=", "==").replace("<>", "!=")
    return lambda answers: bool(eval(python, {"answers": answers})) if python else True  # noqa: S307


def kobo_export(form: Form, played: Iterable[Answers]) -> bytes:
    """CSV with XML values and headers; semicolons."""
    names = [*form.constants, *form.texts, *(variable.name for variable in form.variables)]
    after = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"]
    after += ["__version__", "_tags", "_index"]
    rows = [
        {
            **form.constants,
            **answers,
            "_id": 512_345_678 + number * 37,
            "_uuid": f"0f1e2d3c-{number:04x}-4a5b-8c7d-{number * 7919:012x}",
            "_submission_time": f"2026-03-{number % 28 + 1:02d}T10:11:12",
            "_status": "submitted_via_web",
            "__version__": "vAbCdEfGhIj",
            "_index": number,
        }
        for number, answers in enumerate(played, start=1)
    ]
    return _csv([*names, *after], rows, delimiter=";")


def odk_export(form: Form, played: Iterable[Answers]) -> bytes:
    """The CSV of ODK Central, from a public link."""
    names = [*form.constants, *form.texts, *(variable.name for variable in form.variables)]
    after = ["KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status"]
    after += ["ReviewState", "DeviceID", "Edits", "FormVersion"]
    rows = [
        {
            "SubmissionDate": f"2026-03-{number % 28 + 1:02d}T10:11:12.345Z",
            **form.constants,
            **answers,
            "meta-instanceID": f"uuid:0f1e2d3c-{number:04x}-4a5b-8c7d-{number * 7919:012x}",
            "KEY": f"uuid:0f1e2d3c-{number:04x}-4a5b-8c7d-{number * 7919:012x}",
            "SubmitterID": 17,
            "SubmitterName": "Everybody",
            "AttachmentsPresent": 0,
            "AttachmentsExpected": 0,
            "Edits": 0,
        }
        for number, answers in enumerate(played, start=1)
    ]
    return _csv(["SubmissionDate", *names, "meta-instanceID", *after], rows)


# ---- Qualtrics ----


def qualtrics_form(content: bytes) -> Form:
    """The advanced text format. It has no branching, so whoever sets up the survey adds what the remarks say."""
    lines = content.decode().splitlines()
    assert lines[0] == "[[AdvancedFormat]]"
    form = Form({}, [])
    kind = ""
    for place, line in enumerate(lines):
        tag = re.fullmatch(r"\[\[(\w+)(?::(.*))?\]\]", line)
        name, value = (tag[1], tag[2] or "") if tag else ("", "")
        match name:
            case "ED":
                column, _, constant = value.partition(":")
                form.constants[column] = constant
            case "Question":
                kind = value
            case "ID" if kind == "DB":
                form.texts.append(value)
            case "ID":
                form.variables.append(Variable(value, {}, lambda _: True))
            case "Choice":
                assert re.fullmatch(r"\d+", value)
                form.variables[-1].choices[value] = lines[place + 1]
    return form


def qualtrics_export(form: Form, played: Iterable[Answers]) -> bytes:
    """CSV with choice text: headings on three rows, and Qualtrics' own columns."""
    own = [
        "StartDate",
        "EndDate",
        "Status",
        "IPAddress",
        "Progress",
        "Duration (in seconds)",
        "Finished",
        "RecordedDate",
    ]
    own += ["ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference"]
    own += ["LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage"]
    words = {variable.name: variable.choices for variable in form.variables}
    names = [*own, *words, *form.constants]
    rows: list[dict[str, Any]] = [dict(zip(names, names, strict=True))]
    rows.append({name: f'{{"ImportId":"{name}"}}' for name in names})
    for number, answers in enumerate(played, start=1):
        mine = {"Status": "IP Address", "Progress": 100, "Duration (in seconds)": 60 + number, "Finished": "True"}
        mine |= dict.fromkeys(("StartDate", "EndDate", "RecordedDate"), f"2026-03-{number % 28 + 1:02d} 10:11:12")
        mine |= {"ResponseId": f"R_{number:015x}", "DistributionChannel": "anonymous", "UserLanguage": "EN"}
        rows.append(mine | {name: words[name][code] for name, code in answers.items()} | form.constants)
    return _csv(names, rows)


def _csv(headings: Sequence[str], rows: Iterable[dict[str, Any]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


# ---- counted by hand ----


def counted(
    form: Form, played: Sequence[Answers], catalogue: Any, ours: Callable[[str, str], tuple[str, str]]
) -> pl.DataFrame:
    """n and k of each measure, by a plain loop. `ours`: the measure and answer of a variable and its code."""
    people = [dict(ours(name, code) for name, code in answers.items()) for answers in played]
    found = []
    for measure in catalogue.asked_of("trainee"):
        n = k = 0
        for person in people:
            outer = catalogue.counted_as_no(measure)
            said_no = outer is not None and person.get(outer.id) in outer.denying
            n += measure.id in person or said_no
            k += person.get(measure.id) in measure.affirmative
        found.append((measure.id, n, k))
    return pl.DataFrame(found, ["measure_id", "respondents", "affirmative"], orient="row")
