"""Step by step, how to make the survey in a tool that imports no file: Microsoft Forms and Google Forms."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from pipelines.documents.survey import Page, Question, Survey

STYLE = Path(__file__).with_name("questionnaire.css")
BEFORE = (
    "Make a new, empty form with a title. Copy texts from here, word for word: then the Upload page knows the "
    "questions and answers of the export, and suggests what each is.",
    "In Google Forms, under Settings, leave “Collect email addresses” off and “Limit to 1 response” off, because that "
    "asks for a sign-in. In Microsoft Forms choose “Anyone can respond”, so that no name is recorded.",
    "Add the paragraphs under “Before the questions” as the description of the form. Fill in what is in brackets.",
    "Add each question below as a choice with a single answer (“Multiple choice”, “Choice”). Paste its answers at "
    "once: each line becomes an answer. Do not add “Other”, and make no question required.",
    "Where it says “Only if”, let the answer named there lead to that question, and let all others pass it by (“Go to "
    "section based on answer”, “Add branching”).",
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
        "<h2>Steps</h2>",
        f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in (*BEFORE, *AFTER))}</ol>",
        "<h2>Before the questions</h2>",
        *(f"<p>{escape(paragraph)}</p>" for paragraph in survey.opening),
        *(part for page in survey.pages for part in _page(page)),
        "<h2>After the questions</h2>",
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
    """Each line of a table is a question of its own, as the tools' exports have it."""
    answers = "<br>".join(map(escape, question.answers.values()))
    for row in question.rows:
        text = question.stem.replace("…", row.text) if question.is_table else question.heading
        yield f'<div class="question"><h3>{escape(text)}</h3>'
        if question.remark:
            yield f'<p class="remark">{escape(question.remark)}</p>'
        yield f"<p>{answers}</p></div>"
