"""The sentences of the Upload page, as plain text. The page shows them literally."""

from collections.abc import Mapping, Sequence
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

People = Mapping[str, str]
"""What the catalogue calls the people of each group."""

DATASETS = {
    "cohorts": "how many were invited",
    "support": "support and policy in place",
    "counts": "counts instead of answers",
    "programmes": "programmes (for the steward)",
}
"""What each kind of file is called that is not the answers of a group."""
ENDING = "_responses"
"""How the name of a kind of file ends that is the answers of a group."""

TITLE = "Send an audit file"
INTRODUCTION = (
    "Choose what it holds and the file, CSV or Excel. You are told what to put right, and what it comes to. Nothing is "
    "stored before you press Submit, and even then only counts: the answers themselves stay in memory and are "
    "forgotten."
)
BEFORE = "Before you have a file: the questions, a template, and what is still lacking"
BEFORE_SAID = (
    "Print the questions, import them into a survey tool, or start from a template with the right headings and "
    "drop-down lists. The questions as HTML open in a browser and in a word processor."
)
QUESTIONNAIRES = {"PDF": "application/pdf", "HTML": "text/html"}
ASK_YOURSELVES = (
    "Who uses a survey tool need not type the questions: choose the tool, and import the file into it. Its export can "
    "then be sent here as it is. Fill in programme and year first, so that they stand in each answer."
)
SURVEY_TOOL = "Your survey tool"
TEMPLATE_OF = "A template for"
TEMPLATE = "Template (Excel)"
PROGRAMME = "Programme id, to fill in and to see what is lacking (optional)"
YEAR = "Academic year, such as 2025-26 (optional)"
KIND = "What does the file hold?"
FILE = "The file: CSV or Excel"
NOT_ARRIVED = "No file has arrived, so nothing was sent. Choose it again."
CHOOSE_THAT = "It holds that"
WHICH_SHEET = "The workbook has several sheets. Which one?"
MATCHING = "What the file’s headings and answers are"
ANSWERS = "Cells that are not yet answers"
TAKE_SUGGESTIONS = "Fill in the suggestions"
TAKE_LIKELY = "Fill in the answers that the cells are like"
LEFT_OUT = "left_out"
"""What stands for a heading that is not used; no column is called this."""
NO_ANSWER = ""
"""What stands for a cell that is no answer; in a mapping too it is a blank."""
SEVERAL = "several answers"
"""What stands for a heading whose cells hold several answers; no column is called this."""
BLANKS = "Boxes to tick"
BLANKS_SAID = (
    "A survey tool leaves a box blank that is not ticked, and so it leaves one that nobody was shown. Counted as they "
    "are, everybody would have ticked. Say what a blank means."
)
NO_COLUMN = "no column is about it"
DATE_ORDERS = {"D/M/Y": "day, month, year", "M/D/Y": "month, day, year", "Y-M-D": "year, month, day"}
OTHER_YEAR = "Academic year of this file"
USE_AS_IT_IS = "Use the mapping for this year"
REST_NOT_NEEDED = "The rest is not needed"
USE_MAPPING = "Use these"
SAVE_MAPPING = "Keep this for next year (mapping, TOML)"
SAVED_MAPPING = "A mapping kept from last year (optional)"
FORGET = "Forget what I chose, and begin anew"
READING_FILE = "Reading the file"
NOT_SAID = "not said yet"
FOUND = "What was found"
TO_PUT_RIGHT = "To put right"
TO_LOOK_AT = "To look at"
SHOW = "Show only"
FINDINGS_CSV = "This list (CSV)"
MARKED = "Your file with the cells marked (Excel)"
COMES_TO = "What it comes to"
COMES_TO_SAID = (
    "This is what will be counted. Enough people on this file alone does not mean that a result is published at once: "
    "that also depends on how the answers are spread, so that nobody can be worked out. Fewer is no fault: what is too "
    "small waits, and is added to later years."
)
NOT_COUNTED = "This file holds no answers. These rows will be stored as they are:"
SENT_BY = "Sent by (your name or role, kept with the submission)"
_IN_ITS_PLACE = (
    "If you put this one in its place, only this one counts; the earlier one stays on record. Nothing of a year is "
    "published while it is open for collection."
)
REPLACING = {
    "already_held": f"A file of this kind is already there for the same programme and year. {_IN_ITS_PLACE}",
    "perhaps_held": "A file with these rows or answers may be there already, of this kind or another; of programmes "
    f"that are not named that is not told here. {_IN_ITS_PLACE}",
}
"""What it means to send a file, by the rule of the finding that asks for it."""
REPLACE = "Put this file in the place of an earlier one"
CAME_MEANWHILE = "Nothing was sent: a file of this kind came in meanwhile. Look at what is said above, and send again."
SUBMIT = "Submit"
SAY_WHO = "Say who sends it."
TICK = "Nothing was sent. Tick that this file takes the place of an earlier one, if it does."
ANOTHER = "Send another file"
SHA = "SHA-256 of the file, by which anybody who has it can see that it is this one:"
IN_THE_PLACE_OF = {True: "whatever was there before for these programmes and years", False: "nothing"}
"""By whether the sender asked for that. It is the same whatever was there, and has no id of anybody else."""
TAKEN_IN = "Taken in. Keep the id: with it you can look the submission up, or take it back."
RECEIPT = "Receipt (PDF)"
MINE = "What I have sent"
MINE_SAID = (
    "Enter the ids of your receipts to see what stands of each. To put a corrected file in the place of an earlier "
    "one, choose it above: you are asked before it takes its place."
)
RECEIPT_IDS = "Ids of receipts, one a line"
WITHDRAW = "Take a submission back"
WITHDRAW_SAID = (
    "If there is only a mistake in the file, send the corrected one instead: it takes the place of this. "
    "What is taken back is gone from the next release, and earlier releases that hold it are no longer offered; a "
    "result that covers several years goes as a whole. While a year is open for collection, its answers can be sent "
    "again. Once the year is closed and a publishing has looked at them, they do not count any more, not even if the "
    "same file is sent once more, unless the steward lets it through. How many were invited, and what support there "
    "is, can be sent again in any case."
)
WHICH = "Which one"
WITHDRAWN_BY = "Taken back by"
REASON = "Why"
UNDERSTOOD = "I understand that this cannot be undone"
SAY_WHY = "Nothing was taken back. Say which one, who takes it back and why, and tick that you understand."
TAKEN_BACK = "Taken back. The next release will be without it."
TRY_AGAIN = "Correct the file and choose it again above; what you chose is kept."


def dataset(code: str, people: People) -> str:
    """What a kind of file is called."""
    group = code.removesuffix(ENDING)
    return DATASETS[code] if code in DATASETS else f"answers of {people.get(group, group)}"


def looks_like(dataset: str) -> str:
    """That another kind of file was meant. `dataset`: what that kind is called."""
    return f"By its headings this file holds something else: {dataset}. If so, say so; if not, correct them."


def questionnaire(people: str, kind: str) -> str:
    """The button for the questions to a group, whose people are called so, as one kind of document."""
    return f"Questions for {people} ({kind})"


def how_read(sheet: str | None, line: int | None) -> str:
    """How the person said that the table stands in the file."""
    parts = [f"from the sheet “{sheet}”"] if sheet else []
    parts += [f"with the headings on line {line}"] if line else []
    return f"Read {', '.join(parts)}, as you chose."


def lacking(programme: str, year: str, missing: Sequence[str]) -> str:
    """Whether a programme's year still lacks something; what it is follows as a list."""
    return f"{programme} in {year} still lacks:" if missing else f"{programme} in {year}: nothing is lacking."


def which_line(line: int) -> str:
    return f"Line {line} looks like the headings, and what is above it like a title. Is that so?"


def line_is(line: int) -> str:
    return f"The headings are on line {line}"


def matching(headings: Sequence[str], required: Sequence[str]) -> str:
    """What there is to match."""
    sentences = []
    if headings:
        sentences.append(f"The file has headings that are not known: {_quoted(headings)}.")
    if required:
        sentences.append(f"It lacks columns it must have: {', '.join(required)}.")
    return " ".join([*sentences, "Say which is which; nothing is guessed."])


def suggestions(suggested: Mapping[str, str]) -> str:
    pairs = "; ".join(f"{column} may be “{heading}”" for column, heading in suggested.items())
    return f"Suggestions, to be looked at: {pairs}."


def heading(name: str) -> str:
    return f"“{name.strip()}” is"


def column(name: str, meaning: str) -> str:
    """A column to choose for a heading, or one of the two other things that it can be."""
    others = {LEFT_OUT: "not needed: leave it out", SEVERAL: "several answers in one cell: say below what each is"}
    return others.get(name, f"{name}: {meaning}")


def date_order(heading: str) -> str:
    return f"“{heading}” holds dates, and the academic year is made from them. They are written as"


def programme_name(name: str, likely: str) -> str:
    """Which id the name of a programme stands for."""
    perhaps = f" (perhaps {likely})" if likely else ""
    return f"The id of the programme “{name}”{perhaps}"


def blanks(cell: str, columns: Sequence[str], *, strayed: bool = False) -> str:
    if strayed:
        return (
            f"{', '.join(columns)} holds “{cell}” and blanks, and hardly another answer, in the file or for a "
            f"programme. If these were boxes to tick, write “no” in the blank cells of the file. If not, a blank means"
        )
    return f"{', '.join(columns)} holds only “{cell}” and blanks. A blank means"


def ticks(answer: str) -> str:
    return f"“{answer}” is a tick for"


def unanswered(heading: str) -> str:
    return f"An answer that is not ticked under “{heading}” means"


def blank_meaning(kind: str, base: str) -> str:
    """What a blank can mean, by who was asked."""
    return {
        "base": f"no, for those who were asked because of their answer to {base}",
        "answered": "no, for those who ticked at least one of these; for the others, not answered",
        "everybody": "no, for everybody in the file",
        "not_answered": "not answered, or not asked",
    }[kind]


def rich_mapping(file: str) -> str:
    """That a mapping is used as it is."""
    return f"{file} fits this file and is used as it is. Only the academic year is asked for anew."


def constant(name: str) -> str:
    return f"{name}: the same for every row, if no heading holds it"


def cell(found: str, columns: Sequence[str], likely: str) -> str:
    """A cell that is no answer yet: where it stands, and what it is like."""
    perhaps = f" (perhaps {likely})" if likely else ""
    return f"“{found}” in {', '.join(columns)} means{perhaps}"


def answer(code: str) -> str:
    return code or "no answer: leave it blank"


def year_before(year: str) -> str:
    """That the mapping of last year names another year."""
    return f"The mapping said {year} of the file it was made for. Say the year of this one."


def not_yet(missing: Sequence[str], chosen_twice: Sequence[str]) -> str:
    """Why the choices cannot be used yet."""
    sentences = [f"Say first what is what: {_quoted(missing)}."] if missing else []
    sentences += [f"More than one heading is said to be {column}: there can be one." for column in chosen_twice]
    return " ".join(sentences)


def personal(headings: Sequence[str]) -> str:
    """What must be deleted before anything else."""
    columns = "column" if len(headings) == 1 else "columns"
    return (
        f"Delete the {columns} {_quoted(headings)} in your spreadsheet, then choose the file "
        f"again. Personal data must not be sent, not even to be left out. Nothing was kept."
    )


def still_to_say(headings: Sequence[str]) -> str:
    return f"Still to say: {_quoted(headings)}."


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(f"“{heading.strip()}”" for heading in headings)


def found(errors: int, warnings: int) -> str:
    """How much was found, in words."""
    if not errors and not warnings:
        return "Nothing to put right."
    look = f"{_number(warnings, 'thing', 'things')} to look at"
    if not errors:
        return f"Nothing must be put right. {look} before you submit."
    return f"{_number(errors, 'thing', 'things')} to put right{f'; {look}' if warnings else ''}. {TRY_AGAIN}"


def findings_table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Findings as a table of words, narrow enough for a phone. `rows` as `findings_table.as_frame` gives them."""
    return [{"Where": _where(row), "What, and how to fix it": _what(row)} for row in rows]


def shown_of(shown: int, total: int) -> str:
    """That a table shows only its first rows."""
    return f"The first {shown:,} of {total:,}. The list to take away has them all."


def _what(row: Mapping[str, Any]) -> str:
    what = f"“{row['Found']}” is not {row['Expected']}." if row["Found"] is not None else row["Expected"]
    return f"{what} {row['How to fix']}"


def _where(row: Mapping[str, Any]) -> str:
    lines = f"row{'' if row['Lines'] == 1 else 's'} {row['First lines']}" if row["Lines"] else ""
    beyond = row["Lines"] - len(str(row["First lines"] or "").split(","))
    more = f" and {beyond:,} more" if row["Lines"] and beyond > 0 else ""
    named = ", ".join(part for part in (row["Letter"], row["Column"]) if part)
    column = f"column {named}" if named else ""
    return ", ".join(part for part in (f"{lines}{more}", column) if part) or "the file"


def _number(number: int, singular: str, plural: str) -> str:
    return f"{number:,} {singular if number == 1 else plural}"


def preview_of(rows: Any) -> str:
    """The programme and year, if the whole file is about one; otherwise every row of the table says them."""
    programme_years = rows.select("programme_id", "academic_year").unique().rows()
    return "{}, {}:".format(*programme_years[0]) if len(programme_years) == 1 else ""


def preview_table(rows: Any) -> list[dict[str, str]]:
    """What will be counted, as a table of words. `rows` as `pipelines.intake.preview.preview` gives them.

    Columns that say nothing are left out: those that are blank in every row, and programme and year where they are said
    above the table.
    """
    table = [
        {
            "Programme": row["programme_id"],
            "Year": row["academic_year"],
            "Measure": row["title"],
            "This file": f"{row['affirmative']:,} of {row['respondents']:,}",
            "Enough by itself": "yes" if row["enough"] else f"no, it takes {row['minimum_respondents']:,}",
            "Already waiting": f"{row['waiting']:,}" if row["waiting"] else "",
            "Last published": _last(row),
        }
        for row in rows.iter_rows(named=True)
    ]
    above = ("Programme", "Year") if preview_of(rows) else ()
    columns = [name for name in table[0] if name not in above and any(row[name] for row in table)] if table else []
    return [{name: row[name] for name in columns} for row in table]


def _last(row: Mapping[str, Any]) -> str:
    if row["last_respondents"] is None:
        return ""
    return f"{row['last_affirmative']:,} of {row['last_respondents']:,}, {row['last_last_year']}"


def receipt_table(submitted: Any, people: People) -> list[dict[str, str]]:
    """A submission as its receipt says it."""
    receipt = submitted.receipt
    lines = {
        "Id": receipt.submission_id,
        "When": f"{submitted.at:%-d %B %Y, %H:%M} (UTC)",
        "File": receipt.file,
        "Holds": dataset(receipt.dataset, people),
        "Rows": f"{receipt.rows:,}",
        **({"Counts stored": f"{receipt.counts:,}"} if receipt.counts else {}),
        "Programmes": ", ".join(receipt.programmes),
        "Years": ", ".join(receipt.academic_years),
        "Sent by": submitted.by,
        "In the place of": IN_THE_PLACE_OF[receipt.in_place],
    }
    return [{"": name, "Receipt": value} for name, value in lines.items()]


def receipt_of(submission_id: str) -> str:
    return f"Receipt {submission_id} (PDF)"


def no_submission(ids: Sequence[str]) -> str:
    """That ids lead to nothing."""
    return f"No submission has the id {', '.join(ids)}. Check it against the receipt."


def submission(row: Mapping[str, Any], people: People) -> str:
    """A submission in a list to choose from."""
    return f"{row['submission_id']}: {_submission(row, people)}"


def submissions_table(rows: Sequence[Mapping[str, Any]], people: People) -> list[dict[str, str]]:
    """Submissions with how much of them stands, narrow enough for a phone."""
    return [{"Id": row["submission_id"], "What": _submission(row, people), "Stands": standing(row)} for row in rows]


def _submission(row: Mapping[str, Any], people: People) -> str:
    """`answers of trainees of 2024-25, 26 rows, sent on 22 November 2026, 20:18`"""
    years = f" of {', '.join(row['academic_years'])}" if row["academic_years"] else ""
    sent = f"{row['submitted_at']:%-d %B %Y, %H:%M}"
    return f"{dataset(row['dataset'], people)}{years}, {_number(row['rows'], 'row', 'rows')}, sent on {sent}"


def standing(row: Mapping[str, Any]) -> str:
    """How much of a submission stands."""
    if row["withdrawn"] == row["scopes"]:
        return "taken back"
    if row["superseded"] == row["scopes"]:
        return "replaced by a later file"
    if row["set_aside"] == row["scopes"]:
        return "set aside: results of the year were looked at already"
    return "yes" if not (row["withdrawn"] or row["superseded"] or row["set_aside"]) else "in part"
