"""A receipt says what came in and what becomes of it, on one page, and takes nothing it is told for markup."""

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from pipelines.documents import wording
from pipelines.documents.receipt import receipt_pdf
from pipelines.errors import Refused
from pipelines.store.records import Receipt
from tests.factories import NOW

SHA = "0123456789abcdef" * 4


def a_receipt(**given: Any) -> Receipt:
    supplied = {
        "submission_id": "a1b2c3d4e5f6",
        "file": "staff.csv",
        "dataset": "staff_responses",
        "rows": 1234,
        "counts": 56,
        "programmes": ["alder", "birch"],
        "academic_years": ["2024-25", "2025-26"],
    }
    return Receipt(**(supplied | given))


def printed(receipt: Receipt | None = None, by: str = "ann", at: datetime = NOW) -> bytes:
    return receipt_pdf(receipt or a_receipt(), by, at, SHA)


def said(pdf: bytes) -> str:
    """Its words; where lines break is not told."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").replace("-\n", "-").split())


def test_it_tells_what_came_in_from_whom_and_when() -> None:
    text = said(printed())
    for fact in (
        "Id a1b2c3d4e5f6",
        "Time 22 November 2026, 12:00 UTC",
        "Sent by ann",
        "File staff.csv",
        "Dataset staff_responses",
        "Rows 1,234",
        "Counts stored 56",
        "Programmes alder, birch",
        "Academic years 2024-25, 2025-26",
        "In the place of nothing",
        SHA,
    ):
        assert fact in text


def test_it_tells_that_no_answer_was_stored_and_when_results_appear() -> None:
    text = said(printed())
    for remark in (wording.NOT_STORED, wording.APPEARS, wording.KEEP_IT):
        assert remark in text
    assert wording.HELD_ALREADY not in text


@pytest.mark.parametrize("superseded", [[], ["1" * 12, "2" * 12]])
def test_it_names_no_submission_that_it_replaced_and_tells_not_whether_there_was_any(superseded: list[str]) -> None:
    text = said(printed(a_receipt(superseded=superseded, in_place=True)))
    assert "In the place of whatever was there before for these programmes and years" in text
    assert "111111111111" not in text


def test_of_a_file_that_was_held_it_says_so_and_tells_no_count() -> None:
    text = said(printed(a_receipt(already_held=True, counts=0)))
    assert wording.HELD_ALREADY in text
    assert "Counts stored" not in text


@pytest.mark.parametrize(
    "at", [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))]
)
def test_a_time_with_a_zone_is_told_in_utc(at: datetime) -> None:
    assert "22 November 2026, 12:00 UTC" in said(printed(at=at))


@pytest.mark.parametrize("name", ['#import "x".csv', '#panic("no")', "*b* _i_ $x$", "<a> @b \\c // d", '"]; #x'])
def test_a_name_is_text_and_never_markup(name: str) -> None:
    text = said(printed(a_receipt(file=name), by=name))
    assert f"Sent by {name} File {name}" in text


@pytest.mark.parametrize(("number", "more"), [(12, "p11 Academic"), (13, "p11 and 1 more Academic")])
def test_twelve_programmes_are_spelt_out(number: int, more: str) -> None:
    programmes = [f"p{place}" for place in range(number)]
    assert more in said(printed(a_receipt(programmes=programmes)))


def test_the_longest_names_stay_on_one_page() -> None:
    programmes = [f"{place:02}" + "w" * 30 for place in range(99)]
    longest = a_receipt(
        file="W" * 120, programmes=programmes, academic_years=["2024-25"] * 99, superseded=["m" * 12] * 99
    )
    pdf = printed(longest, by="W" * 500)
    [page] = PdfReader(BytesIO(pdf)).pages
    assert "W" * 120 in said(pdf).replace(" ", "")
    assert [round(float(side)) for side in (page.mediabox.width, page.mediabox.height)] == [595, 842]


def test_letters_that_no_font_has_do_not_withhold_a_receipt() -> None:
    assert "Id a1b2c3d4e5f6" in said(printed(a_receipt(file="\U00013000\U0010fffd.csv")))


def test_it_is_tagged_and_the_same_to_the_byte() -> None:
    pdf = printed()
    assert pdf == printed()
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    assert b"CreationDate" not in pdf


def test_what_cannot_be_printed_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise typst.TypstError("no")

    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(Refused, match="taken in all the same"):
        printed()
