"""Step by step, how to make the survey in a tool that imports no file: Microsoft Forms and Google Forms."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from pipelines.documents.survey import Page, Question, Survey
from pipelines.instrument.measures import ROW

STYLE = Path(__file__).with_name("questionnaire.css")
LANGUAGE = "en"
"""Of the steps. The texts to copy are in the language of the survey."""
BEFORE = (
    "Make a new, empty form with a title. Copy texts from here, word for word: then the Upload page knows the "
    "questions and answers of the export, and suggests what each is.",
    "In Google Forms, under Settings, leave “Collect email addresses” off and “Limit to 1 response” off, because that "
    "asks for a sign-in. In Microsoft Forms choose “Anyone can respond”, so that no name is recorded.",
    "Add the paragraphs under “Before the questions” as the description of the form. Fill in what is in brackets.",
    "Add each question below as a choice with a single answer (“Multiple choice”, “Choice”). Paste its answers at "
    "once: each line becomes an answer. Do not add “Other”, and make no question required.",
    "A question with lines is a table: make it a “Multiple choice grid” in Google Forms, with the lines as rows and "
    "the answers as columns, or a “Likert” in Microsoft Forms, with the lines as statements and the answers as "
    "options. Leave “Require a response in each row” off.",
    "The numbers that stand in the texts are those of the printed questionnaire, and texts refer to them. If Microsoft "
    "Forms sets numbers of its own before them, turn these off in its settings.",
    "A line above a question says whom it is for. Put it right above the question, in both tools as the description of "
    "a new section that begins with the question. Where it names the answer to an earlier question, also let that "
    "answer lead to the section, and let all others pass it by (“Go to section based on answer”, “Add branching”). "
    "Where it names a line of a table, neither tool can do that: everybody sees the section, and the line above "
    "the question tells those it is not for to leave it blank.",
)
AFTER = (
    "Try the form yourself, and delete your answers. Send out the link, not an invitation by name.",
    "At the end, download the answers: in Google Forms “Link to Sheets”, then File, Download, CSV; in Microsoft Forms "
    "“Open in Excel”. Choose that file on the Upload page, and say there which programme and year it is.",
)


def as_steps(survey: Survey) -> bytes:
    """A page that needs nothing else, with the texts to copy."""
    parts = (
        "<!doctype html>",
        f'<html lang="{escape(survey.language)}"><head><meta charset="utf-8"><title>{escape(survey.title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style></head><body><main>",
        f"<h1>{escape(survey.title)}</h1>",
        f'<section lang="{LANGUAGE}"><h2>Steps</h2>',
        f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in (*BEFORE, *AFTER))}</ol></section>",
        f'<h2 lang="{LANGUAGE}">Before the questions</h2>',
        *(f"<p>{escape(paragraph)}</p>" for paragraph in survey.opening),
        *(part for page in survey.pages for part in _page(page)),
        f'<h2 lang="{LANGUAGE}">After the questions</h2>',
        *(f"<p>{escape(paragraph)}</p>" for paragraph in survey.closing),
        "</main></body></html>\n",
    )
    return "\n".join(parts).encode()


def _page(page: Page) -> Iterator[str]:
    yield f"<h2>{escape(page.title)}</h2>"
    if page.remark:
        yield f'<p class="remark">{escape(page.remark)}</p>'
    for question in page.questions:
        yield from _question(question)


def _question(question: Question) -> Iterator[str]:
    """A question, or a table of questions under one number.

    A line of a table is the whole question, because it alone is the heading of its answers in an export.
    """
    above = f'<p class="remark">{escape(question.only_if)}</p>' if question.only_if else ""
    yield f'<div class="question">{above}<h3>{escape(question.heading)}</h3>'
    if question.remark:
        yield f'<p class="remark">{escape(question.remark)}</p>'
    if question.is_table:
        yield from _to_paste("Lines", (question.stem.replace(ROW, row.text) for row in question.rows))
    yield from _to_paste("Answers" if question.is_table else "", question.answers.values())
    yield "</div>"


def _to_paste(called: str, texts: Iterable[str]) -> Iterator[str]:
    """Texts that are pasted at once, each on a line. `called`: what they are, where that needs saying."""
    if called:
        yield f'<h4 lang="{LANGUAGE}">{called}</h4>'
    yield f"<p>{'<br>'.join(map(escape, texts))}</p>"
