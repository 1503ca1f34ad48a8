"""Lines split many at once give what records read one by one give: the same rows, lines, findings and refusals."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import Unreadable
from pipelines.reading import csv_text, plain_lines
from pipelines.reading.limits import COMMAND_LINE, PAGE, Limits
from pipelines.reading.reader import LINE, Sheet, read_bytes
from tests.thorough import examples

HEADINGS = "programme_id,academic_year,asked,told"
ROW = "alder,2024-25,yes,no"
SPOILT = (
    "",
    "   ",
    ",,,",
    " , ,\t, ",
    "alder,2024-25,yes",
    "alder,2024-25,yes,no,",
    "alder,2024-25,yes,no,no",
    "alder,2024-25, yes\N{NO-BREAK SPACE} indeed ,no",
    "birch,2024-25,\N{LATIN SMALL LETTER E WITH ACUTE}\N{LINE SEPARATOR}a\x0bb,no",
    "birch",
    ",,,no",
    '"birch",2024-25,yes,no',
    'birch,2024-25,"yes,\nno",no',
    'birch,2024-25,y"es,no',
    "birch,2024-25,yes,no\rcedar,2024-25,no,no",
    "Total,3,3,3",
)


def outcome(content: bytes, limits: Limits) -> object:
    """All that reading tells."""
    try:
        return told(read_bytes("file.csv", content, limits=limits))
    except Unreadable as error:
        return type(error), str(error)


def told(sheet: Sheet) -> object:
    parts = {name: value for name, value in asdict(sheet).items() if name != "rows"}
    return sheet.rows.columns, sheet.rows.rows(), str(parts)


def one_by_one(content: bytes, limits: Limits) -> object:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_text, "_plain_table", lambda *_: None)
        return outcome(content, limits)


def a_text(chance: Random) -> bytes:
    """A file of some hundred lines, some of them spoilt."""
    spoilt = chance.sample(SPOILT, chance.randrange(4))
    lines = [chance.choice(spoilt) if spoilt and chance.random() < 0.03 else ROW for _ in range(300)]
    ends = chance.choice([["\n"], ["\r\n"], ["\n", "\r\n"]])
    headings = chance.choice(
        [HEADINGS, f'"{HEADINGS.replace(",", chr(34) + "," + chr(34))}"', f"{HEADINGS},", HEADINGS]
    )
    text = "".join(f"{line}{chance.choice(ends)}" for line in [headings, *lines])
    text = text if chance.random() < 0.5 else text.rstrip("\r\n")
    return text.encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


@given(st.integers(0, 10**9))
@settings(max_examples=examples(100), deadline=None)
def test_both_ways_tell_the_same(seed: int) -> None:
    content = a_text(Random(seed))  # noqa: S311  a known course of chance
    limits = COMMAND_LINE if seed % 2 else PAGE
    assert outcome(content, limits) == one_by_one(content, limits)


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_kind_of_spoilt_line_is_told_the_same(spoilt: str, ending: str) -> None:
    text = ending.join([HEADINGS, *[ROW] * 200, spoilt, *[ROW] * 50, spoilt, ""]).encode()
    assert outcome(text, COMMAND_LINE) == one_by_one(text, COMMAND_LINE)


@pytest.mark.parametrize(("rows", "is_read"), [(200, True), (201, False)])
def test_the_limit_of_rows_is_the_same(rows: int, is_read: bool) -> None:
    limits = Limits(size=None, rows=200, columns=PAGE.columns, cell=PAGE.cell)
    content = "\n".join([HEADINGS, *[ROW] * rows]).encode()
    assert outcome(content, limits) == one_by_one(content, limits)
    assert isinstance(outcome(content, limits)[0], list) == is_read  # type: ignore[index]


def test_a_longest_cell_is_refused_all_the_same() -> None:
    long = "x" * (COMMAND_LINE.cell + 1)
    content = "\n".join([HEADINGS, *[ROW] * 200, f"alder,2024-25,{long},no"]).encode()
    assert outcome(content, COMMAND_LINE) == one_by_one(content, COMMAND_LINE)


@pytest.fixture
def _never_one_by_one() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_text, "table_of", None)
        yield


@pytest.mark.usefixtures("_never_one_by_one")
def test_the_usual_file_is_split_many_lines_at_once() -> None:
    sheet = read_bytes("file.csv", "\n".join([HEADINGS, *[ROW] * 300, "alder", ""]).encode())
    assert sheet.rows.height == 300
    assert sheet.rows[LINE].to_list() == list(range(2, 302))
    assert [finding.lines for finding in sheet.findings] == [(302,)]


@pytest.mark.parametrize(("others", "is_split"), [(30, True), (31, False)])
def test_a_file_of_many_other_lengths_is_read_one_by_one(others: int, is_split: bool) -> None:
    text = b"a,b\n" * (300 - others) + b"a\n" * others
    assert (plain_lines.split(text, ",", 2, 1, 100, LINE) is not None) == is_split


def test_thirty_megabytes_of_blank_lines_are_empty_at_once() -> None:
    began = time.process_time()
    with pytest.raises(Unreadable, match="the file is empty"):
        read_bytes("file.csv", b"\n" * 30_000_000)
    assert time.process_time() - began < 3


def test_a_column_that_is_blank_throughout_stays_a_column_of_text() -> None:
    sheet = read_bytes("file.csv", "\n".join([HEADINGS, *["alder,2024-25,,no"] * 300]).encode())
    assert sheet.rows["asked"].dtype == pl.String
    assert sheet.rows["asked"].null_count() == 300
