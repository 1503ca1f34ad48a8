"""Findings as a list: what must be put right first stands first, and nothing in it computes."""

import csv
import io
from typing import Any

import polars as pl
import pytest

from pipelines.documents.findings_table import COLUMNS, as_csv, as_frame
from pipelines.findings import Finding
from pipelines.spreadsheet_safety import inert

NASTY = ["=1+1", "  @x", "＝cmd", "a;=b", '"=1', "\t-2-3", "-15", "+44 20", "\u200b=1", "-", "plain", "1,5", "x|+y"]


def a_finding(rule: str = "one_of", **given: Any) -> Finding:
    supplied = {"severity": "error", "file": "file.csv", "expected": "one of yes, no", "fix": "Use one of these codes."}
    return Finding(**(supplied | {"rule": rule} | given))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_row_tells_stage_lines_column_what_was_found_and_how_to_put_it_right() -> None:
    finding = a_finding(column="told", letter="D", lines=tuple(range(2, 9)), found="maybe")
    assert as_frame([finding]).rows() == [
        (
            "Error",
            "Its cells",
            7,
            "2, 3, 4, 5, 6",
            "told",
            "D",
            "maybe",
            "one of yes, no",
            "Use one of these codes.",
        )
    ]


def test_errors_come_first_and_then_what_must_be_right_first() -> None:
    met = [("already_held", "warning"), ("encoding", "warning"), ("one_row_each", "error"), ("no_rows", "error")]
    listed = as_frame(a_finding(rule, severity=severity) for rule, severity in met)
    assert listed["Stage"].to_list() == ["The file", "Its rows together", "The file", "What is held already"]
    assert listed["Severity"].to_list() == ["Error", "Error", "Warning", "Warning"]


def test_a_column_known_only_by_its_letter_stands_under_letter() -> None:
    listed = as_frame([a_finding("blank_heading", column="C")])
    assert listed.select("Column", "Letter").row(0) == (None, "C")


def test_nothing_found_is_a_list_without_rows() -> None:
    assert as_frame([]).schema == pl.Schema(COLUMNS)
    assert rows_of(as_csv([])) == [list(COLUMNS)]


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 199 + "…")])
def test_a_long_cell_is_cut_short(length: int, shown: str) -> None:
    assert as_frame([a_finding(found="x" * length)])["Found"].item() == shown


def test_the_csv_opens_in_a_spreadsheet_as_it_is() -> None:
    content = as_csv([a_finding(column="told", lines=(2, 3), found="naïve, “so”")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(content)[1] == [
        "Error",
        "Its cells",
        "2",
        "2, 3",
        "told",
        "",
        "naïve, “so”",
        "one of yes, no",
        "Use one of these codes.",
    ]


@pytest.mark.parametrize("cell", NASTY)
def test_no_cell_of_the_csv_is_a_formula(cell: str) -> None:
    [_, row] = rows_of(as_csv([a_finding(found=cell, column=cell, letter=cell, expected=cell, fix=cell)]))
    assert row[4:] == [inert(cell)] * 5
