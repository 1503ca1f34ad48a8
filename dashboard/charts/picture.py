"""Points with likely ranges as a picture of its own (SVG): it needs no browser to be made, and no script to be seen.

It is as wide as a phone, and larger windows show it larger. Every text is escaped here.
"""

from collections.abc import Sequence
from html import escape
from itertools import accumulate
from textwrap import wrap
from typing import NamedTuple

from dashboard.charts.base import OTHERS, OWN

WIDTH, EDGE = 420, 12
"""Of the picture, and what is left free at each side of it."""
LABELS = 62
"""What the labels of rows take, where they have any."""
LINE, ROW, SPACE = 17, 24, 8
"""The height of a line of words, of a row of points, and of what is free below a measure."""
LETTERS = 54
"""So many letters fit on a line."""
AXIS = {"0%": (0, "start"), "50%": (0.5, "middle"), "100%": (1, "end")}
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #22272c }
.section { font-weight: 600; font-size: 14px }
.axis, .words { font-size: 12px; fill: #4d545b }
.grid { stroke: #8a8f96; stroke-opacity: 0.35 }
@media (prefers-color-scheme: dark) { text { fill: #e8e6e1 } .axis, .words { fill: #b9b7b2 } }
"""

Ends = Sequence[float]
"""The lower end of a likely range, the figure, and the upper end, from 0 to 1."""


class Row(NamedTuple):
    """Points on one line: the own one, that of others, or both; with a label at the left of them."""

    label: str
    own: Ends | None
    others: Ends | None


class Measure(NamedTuple):
    """A measure: its title, what is said beside it, or below it where there is no room, and its rows."""

    title: str
    words: str
    rows: Sequence[Row]


class Section(NamedTuple):
    """Measures that share an axis."""

    title: str
    measures: Sequence[Measure]


def picture(title: str, sections: Sequence[Section]) -> str:
    """The whole picture."""
    drawn = [_section(section) for section in sections]
    tops = [0, *accumulate(height for _, height in drawn)]
    parts = "".join(
        f'<g transform="translate(0,{top})">{part}</g>' for top, (part, _) in zip(tops, drawn, strict=False)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tops[-1] + SPACE}" width="{WIDTH}" '
        f'role="img"><title>{escape(title)}</title><style>{STYLE}</style>{parts}</svg>\n'
    )


def _section(section: Section) -> tuple[str, int]:
    """A section and its height: heading, axis, and the measures below one another."""
    heading = _lines(section.title, "section")
    top = len(heading) * LINE + LINE + SPACE
    left = EDGE + (LABELS if any(row.label for measure in section.measures for row in measure.rows) else 0)
    parts, height = [], top
    for measure in section.measures:
        part, taken = _measure(measure, left)
        parts.append(f'<g transform="translate(0,{height})">{part}</g>')
        height += taken
    axis = f'<g transform="translate(0,{top})">{_axis(left, height - top)}</g>'
    return f"{_stacked(heading)}{axis}{''.join(parts)}", height + SPACE


def _axis(left: int, height: int) -> str:
    return "".join(
        f'<text class="axis" x="{_x(at, left):.1f}" y="-4" text-anchor="{anchor}">{words}</text>'
        f'<line class="grid" x1="{_x(at, left):.1f}" x2="{_x(at, left):.1f}" y1="0" y2="{height}"/>'
        for words, (at, anchor) in AXIS.items()
    )


def _measure(measure: Measure, left: int) -> tuple[str, int]:
    """A measure and its height."""
    beside = len(measure.title) + len(measure.words) < LETTERS
    words = [*_lines(measure.title, "title"), *([] if beside else _lines(measure.words, "words"))]
    top = len(words) * LINE
    rows = "".join(_row(row, left, top + place * ROW) for place, row in enumerate(measure.rows))
    at_right = f'<text class="words" x="{WIDTH - EDGE}" y="{LINE - 4}" text-anchor="end">{escape(measure.words)}</text>'
    return f"{_stacked(words)}{at_right if beside else ''}{rows}", top + len(measure.rows) * ROW + SPACE


def _row(row: Row, left: int, top: int) -> str:
    middle = top + ROW / 2
    label = f'<text class="words" x="{EDGE}" y="{middle + 4}">{escape(row.label)}</text>' if row.label else ""
    both = row.own is not None and row.others is not None
    own = _interval(row.own, left, middle - 4 * both, own=True) if row.own else ""
    others = _interval(row.others, left, middle + 6 * both, own=False) if row.others else ""
    return f"{label}{own}{others}"


def _interval(ends: Ends, left: int, y: float, *, own: bool) -> str:
    low, x, high = (_x(end, left) for end in ends)
    colour, width = (OWN, 3) if own else (OTHERS, 2)
    line = f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:g}" y2="{y:g}" stroke="{colour}" stroke-width="{width}"/>'
    if own:
        return f'{line}<circle cx="{x:.1f}" cy="{y:g}" r="5" fill="{colour}"/>'
    return f'{line}<path d="M{x:.1f} {y - 5:g}l5 5-5 5-5-5z" fill="{colour}"/>'


def _x(rate: float, left: int) -> float:
    return left + rate * (WIDTH - EDGE - left)


def _lines(text: str, name: str) -> list[tuple[str, str]]:
    return [(line, name) for line in wrap(text, LETTERS)]


def _stacked(lines: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<text class="{name}" x="{EDGE}" y="{place * LINE - 4}">{escape(line)}</text>'
        for place, (line, name) in enumerate(lines, start=1)
    )
