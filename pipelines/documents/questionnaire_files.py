"""The questionnaire as a file to print: PDF, and HTML by itself. How it looks stands in questionnaire.typ and .css.

Nothing in it changes with the day, so the same catalogue gives the same bytes.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from pathlib import Path

from pipelines.documents.pdf import pdf
from pipelines.documents.questionnaire import Asked, Questionnaire, Section
from pipelines.errors import Refused

TEMPLATE = Path(__file__).with_name("questionnaire.typ")
STYLE = Path(__file__).with_name("questionnaire.css")


def as_pdf(asked: Questionnaire) -> bytes:
    """A tagged PDF (PDF/UA-1), A4, with the fonts that come with typst or, for letters they lack, the system's.

    Raises Refused where no font has a letter: PDF/UA allows none without a glyph.
    """
    printed = pdf(TEMPLATE, json.dumps(asdict(asked), ensure_ascii=False))
    if printed is None:
        refusal = "The catalogue has letters that no font here can print. Make an HTML file instead, and print that."
        raise Refused(refusal)
    return printed


def as_html(asked: Questionnaire) -> bytes:
    """A page that needs nothing else: no scripts, no fonts, no pictures from anywhere."""
    title = f"{escape(asked.title)}: {escape(asked.people)}"
    parts = (
        "<!doctype html>",
        f'<html lang="{escape(asked.language)}"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style></head><body><main>",
        f"<header><p>{escape(asked.people)}</p><h1>{escape(asked.title)}</h1>",
        f"<p>{escape(asked.status)} {escape(asked.version)}.</p></header>",
        *map(_paragraph, asked.opening),
        f"<section><h2>{escape(asked.local)}</h2>",
        *(f'<p class="write">{escape(line)}</p>' for line in asked.local_lines),
        "</section>",
        _terms(asked),
        *map(_section, asked.sections),
        *map(_paragraph, asked.closing),
        "</main></body></html>\n",
    )
    return "\n".join(filter(None, parts)).encode()


def _paragraph(said: tuple[str, str]) -> str:
    lead, text = said
    return f"<p><strong>{escape(lead)}.</strong> {escape(text)}</p>" if lead else f"<p>{escape(text)}</p>"


def _terms(asked: Questionnaire) -> str:
    if not asked.terms:
        return ""
    lines = "".join(f"<p>{escape(term)}</p>" for term in asked.terms)
    return f'<section class="terms"><h2>{escape(asked.terms_title)}</h2>{lines}</section>'


def _section(section: Section) -> str:
    questions = "\n".join(map(_question, section.questions))
    return f"<section><h2>{escape(section.title)}</h2>{_remark(section.remark)}\n{questions}\n</section>"


def _question(asked: Asked) -> str:
    number = f"{asked.number}. " if asked.number else ""
    answers = _table(asked) if asked.rows else _list(asked)
    heading = f"{_remark(asked.only_if)}<h3>{number}{escape(asked.text)}</h3>{_remark(asked.remark)}"
    return f'<div class="question">{heading}{answers}</div>'


def _remark(remark: str) -> str:
    return f'<p class="remark">{escape(remark)}</p>' if remark else ""


def _list(asked: Asked) -> str:
    return f"<ul>{''.join(f'<li>{escape(answer)}</li>' for answer in asked.answers)}</ul>"


def _table(asked: Asked) -> str:
    """A row for each question, and a box under each answer, which says its answer to whoever hears it."""
    heads = "".join(f'<th scope="col">{escape(answer)}</th>' for answer in asked.answers)
    boxes = "".join(f'<td aria-label="{escape(answer)}"><span class="box"></span></td>' for answer in asked.answers)
    rows = "".join(f'<tr><th scope="row">… {escape(row)}</th>{boxes}</tr>' for row in asked.rows)
    return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"


FORMATS: dict[str, Callable[[Questionnaire], bytes]] = {".pdf": as_pdf, ".html": as_html}
"""How a file is made, by the end of its name."""
