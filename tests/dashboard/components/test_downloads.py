"""What is taken away: nothing a spreadsheet would run, nothing spoilt, and the release's own numbers."""

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.components import downloads as exports
from tests.factories import NOW

CONTEXT = {"Openness": "Draft wording, not a validated scale.", "Release": "2026-11-22-1", "Page": "compare"}
ROWS = pl.DataFrame(
    {
        "programme_id": ["alder", "birch", "cedar"],
        "years": [["2023-24", "2024-25"], ["2024-25"], ["2024-25"]],
        "status": ["published", "suppressed", "published"],
        "respondents": [31, None, 40],
        "affirmative": [14, None, 8],
        "rate": [14 / 31, None, 0.2],
        "difference": [-0.15, None, 0.01],
        "since": [date(2024, 9, 1), None, None],
        "question": ["Asked?"] * 3,
    }
)
WORDS = pl.DataFrame(
    {
        "Programme": ["Alder # the first", "=HYPERLINK(1)", "Cedar, the third"],
        "Difference": ["−15 points (−20 to −1)", "", "1 points (−3 to 5)"],
    }
)
COLUMNS = ["Programme", "Difference in words", *ROWS.drop("question").columns]

anything = st.text(max_size=20)
nasty = st.text(alphabet="=+-@＝＋－＠﹣\t\r\n\0 '\",;|\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}1a%.", max_size=12)
texts = anything | nasty


def a_sheet(words: pl.DataFrame = WORDS, rows: pl.DataFrame = ROWS, **context: str) -> exports.Sheet:
    return exports.Sheet("openness-compare", words, rows, NOW, CONTEXT | context)


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula: said again, and more simply, than in the product."""
    bare = unicodedata.normalize("NFKC", cell).replace("\N{ZERO WIDTH SPACE}", "").strip()
    numbers = all(map(is_number, re.split("[,;|]", bare)))  # a row of numbers in the eyes of another separator
    return bare[:1] in {"=", "+", "-", "@", "\t", "\r", "\0"} and not numbers


def is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?\s*%?", text.replace(",", ""), re.IGNORECASE) is not None


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "  =1",
        "\t=1",
        "\r=1",
        "\x00=1",
        "＝1+1",
        "＋1a",
        "－1a",
        "＠a",
        "\xa0=1",
        '"=1',
        "\u200b=1",
        "-2+3+cmd|' /C calc'!A0",
        "a;=1",
        "a, @b",
        "a\n=1;-b",
    ],
)
def test_what_looks_like_a_formula_is_made_inert(text: str) -> None:
    assert exports.inert(text) != text
    assert "'" in exports.inert(text)


@pytest.mark.parametrize(
    "text",
    [
        "-15",
        "-1.5",
        "+3",
        "-15 %",
        " -15",
        "-1e-05",
        "−15 points (−20 to −1)",
        "−15",
        "14 of 31 (45\xa0%, 29 to 62\xa0%)",
        "",
        "Alder",
        "demo-alder",
        "2024-25",
        "it's",
        "a@b",
        "1 = 1",
        "-1,234",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert exports.inert(text) == text


@given(texts)
def test_inert_once_is_inert_for_ever_and_takes_nothing_away(text: str) -> None:
    made = exports.inert(text)
    assert exports.inert(made) == made
    assert not runs(made)
    assert not any(unicodedata.category(letter) == "Cc" for letter in made)
    assert made.replace("'", "") == exports.one_line(text).replace("'", "")


@given(st.lists(texts, min_size=1, max_size=4), texts)
@example(['a;"=1'], "")
@example(["a"], "x, =1")
def test_whichever_separator_a_program_believes_in_no_cell_is_a_formula(cells: list[str], remark: str) -> None:
    rows = pl.DataFrame({"rate": [-0.5] * len(cells)})
    made = exports.csv(a_sheet(pl.DataFrame({"Programme": cells}), rows, Remark=remark)).decode("utf-8-sig")
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(made, newline=""), delimiter=separator):
            assert not [cell for cell in row if runs(cell)]
    assert not [cell for line in made.split("\n") for cell in re.split("[,;\t]", line) if runs(cell.replace('"', ""))]


@given(st.lists(texts, min_size=1, max_size=5))
def test_every_text_comes_back(cells: list[str]) -> None:
    made = exports.csv(a_sheet(pl.DataFrame({"Programme": cells}), pl.DataFrame({"n": range(len(cells))})))
    lines = made.decode("utf-8-sig").split("\n")[len(CONTEXT) : -1]
    assert list(csv.reader(lines)) == [
        ["Programme", "n"],
        *([exports.inert(cell), str(n)] for n, cell in enumerate(cells)),
    ]


def test_a_csv_begins_with_where_it_comes_from_and_holds_the_releases_own_numbers() -> None:
    made = exports.csv(a_sheet())
    assert made.startswith(b"\xef\xbb\xbf# Openness: Draft wording, not a validated scale.\n# Release: 2026-11-22-1\n")
    assert made.decode().splitlines()[3:] == [
        '"Programme","Difference in words","programme_id","years","status","respondents","affirmative","rate",'
        '"difference","since"',
        '"Alder # the first","−15 points (−20 to −1)","alder","2023-24; 2024-25","published",31,14,'
        '0.45161290322580644,-0.15,"2024-09-01"',
        '"\'=HYPERLINK(1)","","birch","2024-25","suppressed",,,,,',
        '"Cedar, the third","1 points (−3 to 5)","cedar","2024-25","published",40,8,0.2,0.01,',
    ]


def test_a_csv_is_read_by_pandas_polars_and_duckdb_alike(tmp_path: object) -> None:
    path = f"{tmp_path}/taken.csv"
    with open(path, "wb") as file:
        file.write(exports.csv(a_sheet()))
    by_pandas = pl.from_pandas(pd.read_csv(path, comment="#"))
    by_polars = pl.read_csv(path, comment_prefix="#")
    by_duckdb = duckdb.sql(f"FROM read_csv('{path}', comment = '#')").pl()
    for read in (by_pandas, by_polars, by_duckdb):
        assert read.columns == COLUMNS
        assert read["Programme"].to_list() == ["Alder # the first", "'=HYPERLINK(1)", "Cedar, the third"]
        assert read["rate"].to_list() == pytest.approx([14 / 31, None, 0.2], nan_ok=True)


def test_words_and_rows_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(pl.exceptions.ShapeError):
        exports.csv(a_sheet(WORDS.head(2)))


def opened(made: bytes) -> dict[str, list[dict[str, tuple[str, str]]]]:
    """Each sheet's rows: the type and text of every cell by its place. Numbers have the type n, texts s."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{space}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  our own file
        ]
        sheets = {}
        for name in ("sheet1", "sheet2"):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/{name}.xml"))  # noqa: S314
            assert not list(tree.iter(f"{space}f")), "no formulas"
            assert not list(tree.iter(f"{space}hyperlink")), "no links"
            sheets[name] = [
                {
                    cell.attrib["r"].rstrip("0123456789"): (kind, strings[int(value)] if kind == "s" else value)
                    for cell in row
                    if (kind := cell.attrib.get("t", "n")) and (value := cell.findtext(f"{space}v"))
                }
                for row in tree.iter(f"{space}row")
            ]
    return sheets


def test_an_xlsx_has_the_table_on_one_sheet_and_where_it_comes_from_on_another() -> None:
    sheets = opened(exports.xlsx(a_sheet()))
    head, first, second, _ = sheets["sheet1"]
    assert [text for _, text in head.values()] == COLUMNS
    assert first["A"] == ("s", "Alder # the first")
    assert first["F"] == ("n", "31")
    assert first["I"] == ("n", "-0.15")
    assert first["J"] == ("n", "45536")  # 1 September 2024, as Excel counts days
    assert second["A"] == ("s", "=HYPERLINK(1)")  # a text, and marked as one
    assert "F" not in second
    assert [tuple(text for _, text in row.values()) for row in sheets["sheet2"]] == list(CONTEXT.items())


def test_in_an_xlsx_a_text_like_a_formula_is_marked_as_text_and_headings_are_bold_and_stay() -> None:
    with zipfile.ZipFile(io.BytesIO(exports.xlsx(a_sheet()))) as book:
        styles, sheet = book.read("xl/styles.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()
    assert 'quotePrefix="1"' in styles
    assert "<b/>" in styles
    assert 'state="frozen"' in sheet


@given(st.lists(texts, min_size=1, max_size=3), texts)
def test_in_an_xlsx_every_text_is_a_text(cells: list[str], remark: str) -> None:
    rows = pl.DataFrame({"n": range(len(cells))})
    sheets = opened(exports.xlsx(a_sheet(pl.DataFrame({"Programme": cells}), rows, Remark=remark)))
    assert [row.get("A", ("s", ""))[0] for row in sheets["sheet1"][1:]] == ["s"] * len(cells)
    assert [row["B"] for row in sheets["sheet1"][1:]] == [("n", str(n)) for n in range(len(cells))]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    for make in exports.MAKERS.values():
        assert make(a_sheet()) == make(a_sheet())
    moved = a_sheet()._replace(published_at=datetime(2027, 1, 1))  # noqa: DTZ001
    assert exports.xlsx(moved) != exports.xlsx(a_sheet())


def test_a_file_is_named_for_what_is_in_it() -> None:
    choice = {"programme": "demo-alder", "year": "2025-26", "measure": "models_openness"}
    assert (
        exports.file_name(exports.Export("compare", ROWS, ("year", "measure")), choice, "2026-11-22-1")
        == "openness-compare-2025-26-models_openness-2026-11-22-1"
    )
    overview = exports.Export("overview", ROWS, ("programme", "year"), "staff_openness-actual")
    assert exports.file_name(overview, choice, "r1") == "openness-overview-demo-alder-2025-26-staff_openness-actual-r1"
