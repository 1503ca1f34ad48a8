"""A picture of points with ranges is SVG without a script, and shows each rate where it belongs."""

import re
import xml.etree.ElementTree as ET

import pytest

from dashboard.charts.picture import EDGE, LETTERS, WIDTH, Ends, Measure, Row, Section, picture

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*rows: Row, title: str = "Safe to share", words: str = "14 of 31") -> ET.Element:
    return ET.fromstring(picture("Cedar", [Section("Trainees", [Measure(title, words, rows)])]))  # noqa: S314  ours


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("rate", "x"), [(0.0, EDGE), (0.5, WIDTH / 2), (1.0, WIDTH - EDGE)])
def test_a_point_stands_where_its_rate_is(rate: float, x: float) -> None:
    [point] = drawn(Row("", (0.0, rate, 1.0), None)).iter(f"{SVG}circle")
    assert float(point.attrib["cx"]) == x


@pytest.mark.parametrize(
    ("own", "others", "circles", "diamonds"),
    [
        ((0.1, 0.2, 0.3), None, 1, 0),
        (None, (0.1, 0.2, 0.3), 0, 1),
        ((0, 0.1, 1), (0, 0.1, 1), 1, 1),
        (None, None, 0, 0),
    ],
)
def test_the_own_point_is_round_and_that_of_others_a_diamond(
    own: Ends | None, others: Ends | None, circles: int, diamonds: int
) -> None:
    root = drawn(Row("", own, others))
    assert len([*root.iter(f"{SVG}circle")]) == circles
    assert len([*root.iter(f"{SVG}path")]) == diamonds


def test_what_is_withheld_is_said_and_not_drawn() -> None:
    root = drawn(Row("", None, None), words="suppressed for now")
    assert "suppressed for now" in texts(root)


def test_a_long_title_takes_more_lines_and_a_higher_picture() -> None:
    short, long = drawn(title="Short"), drawn(title="word " * LETTERS)
    assert all(len(text) <= LETTERS for text in texts(long))
    heights = [float(root.attrib["viewBox"].split()[-1]) for root in (short, long)]
    assert heights[0] < heights[1]


def test_a_text_is_literal_and_nothing_else_is_asked_for() -> None:
    hostile = "<script>x</script> & <image href='http://x'/>"
    made = picture(hostile, [Section(hostile, [Measure(hostile, hostile, [Row(hostile, None, (0.1, 0.2, 0.3))])])])
    assert {*re.findall(r"<(\w+)", made)} == {"svg", "title", "style", "g", "text", "line", "path"}
    assert "http" not in made.replace("http://www.w3.org/2000/svg", "").replace("http://x", "")
