"""A release in the formats of other programs says what the release says."""

import csv
import json
import shutil
import subprocess
import sys
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import fastexcel
import polars as pl
import pytest
import xlsxwriter

from pipelines.errors import Refused
from pipelines.release import export, file
from pipelines.release.codebook import PACKAGE_FILE
from pipelines.release.ddi import ddi_codebook
from pipelines.release.export import Format
from pipelines.release.schema import RELATIONS
from pipelines.spreadsheet_safety import inert

DDI = {"d": "ddi:codebook:2_5"}


@pytest.fixture
def with_formulas(release: Path, tmp_path: Path) -> Path:
    """The same with a formula in a text, and in a list."""
    path = Path(shutil.copy(release, tmp_path))
    path.chmod(0o600)
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE programme SET programme_name = '=1+1' WHERE programme_id = 'demo-alder'")
        connection.execute("UPDATE measure SET answers = ['=1+1', '@x'] WHERE place = 0")
    return path


def extracted(content: bytes, folder: Path) -> Path:
    with ZipFile(BytesIO(content)) as opened:
        opened.extractall(folder)
    return folder


@cache
def in_csv(release: Path) -> dict[str, bytes]:
    return dict(export.files(release, Format.CSV))


def test_every_relation_is_a_csv_that_duckdb_reads_back_as_it_was(release: Path, tmp_path: Path) -> None:
    folder = extracted(export.archive(release, Format.CSV), tmp_path)
    assert {path.stem for path in folder.glob("*.csv")} == {*RELATIONS}
    for name, frame in file.read(release).items():
        types = {
            column: "VARCHAR" if "[" in dtype else dtype
            for column, (dtype, _) in file.descriptions(release)[name].columns.items()
        }
        with duckdb.connect() as connection:
            back = connection.execute(
                "FROM read_csv($path, header = true, quote = '\"', columns = $types)",
                {"path": str(folder / f"{name}.csv"), "types": types},
            ).pl()
        lists = [column for column in frame.columns if frame[column].dtype == pl.List]
        back = back.with_columns(pl.col(lists).str.json_decode(pl.List(pl.String))) if lists else back
        assert back.to_dicts() == frame.to_dicts(), name


def test_every_relation_is_a_parquet_file_with_the_same_rows(release: Path, tmp_path: Path) -> None:
    folder = extracted(export.archive(release, Format.PARQUET), tmp_path)
    for name, frame in file.read(release).items():
        assert pl.read_parquet(folder / f"{name}.parquet").equals(frame), name


def test_every_relation_is_a_sheet_with_the_same_numbers(release: Path) -> None:
    book = fastexcel.read_excel(export.workbook(release))
    assert book.sheet_names == ["codebook", *RELATIONS]
    for name, frame in file.read(release).items():
        sheet = book.load_sheet(name).to_polars()
        assert (sheet.height, sheet.columns) == (frame.height, frame.columns), name
        for column in frame.select(pl.col(pl.Int64, pl.Float64)).columns:
            expected, found = frame[column].cast(pl.Float64), sheet[column].cast(pl.Float64)
            assert found.null_count() == expected.null_count(), (name, column)
            assert ((found - expected).abs().fill_null(0) <= 1e-12 * expected.abs().fill_null(0)).all(), (name, column)


def test_the_same_release_gives_the_same_archive(release: Path) -> None:
    assert export.archive(release, Format.CSV) == export.archive(release, Format.CSV)


# ---- codebook and data package ----


def test_the_codebook_says_every_comment_of_the_file(release: Path) -> None:
    words = in_csv(release)["codebook.md"].decode()
    assert words == export.codebook_of(release).decode()
    with duckdb.connect(release, read_only=True) as connection:
        comments = connection.execute(
            "SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    for (comment,) in comments:
        assert comment.replace("|", "\\|").replace("<", "&lt;") in words


def test_the_data_package_describes_each_file_column_by_column(release: Path) -> None:
    made = in_csv(release)
    package = json.loads(made["datapackage.json"])
    assert package["profile"] == "tabular-data-package"
    assert {resource["path"] for resource in package["resources"]} == {name for name in made if name.endswith(".csv")}
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        heading = next(csv.reader(StringIO(made[resource["path"]].decode())))
        assert [field["name"] for field in fields] == heading
        assert all(field["description"] for field in fields)
        assert {field["type"] for field in fields} <= {
            *("string", "integer", "number", "boolean", "date", "datetime", "array")
        }


# ---- for archives ----


def ddi(release: Path) -> ElementTree.Element:
    return ElementTree.fromstring(in_csv(release)["ddi-codebook.xml"])  # noqa: S314  our own


def test_the_ddi_codebook_describes_each_file_and_column(release: Path) -> None:
    root, made = ddi(release), in_csv(release)
    assert root.attrib["version"] == "2.5"
    for described in root.findall("d:fileDscr", DDI):
        name = described.findtext("d:fileTxt/d:fileName", "", DDI)
        heading, *rows = csv.reader(StringIO(made[name].decode()))
        columns = [
            var.attrib["name"] for var in root.findall(f"d:dataDscr/d:var[@files='{described.attrib['ID']}']", DDI)
        ]
        assert columns == heading, name
        assert described.findtext("d:fileTxt/d:dimensns/d:caseQnty", "", DDI) == str(len(rows)), name
    assert len(root.findall("d:fileDscr", DDI)) == len(RELATIONS)
    assert all(var.findtext("d:labl", "", DDI) for var in root.iter("{ddi:codebook:2_5}var"))


def test_the_ddi_codebook_says_which_release_it_is_and_what_was_asked(release: Path) -> None:
    root = ddi(release)
    frames = file.read(release, ["release", "measure"])
    about = frames["release"].row(0, named=True)
    cited = root.findtext("d:stdyDscr/d:citation/d:biblCit", "", DDI)
    assert about["release_id"] in cited
    assert about["content_hash"] in cited
    categories = root.findall("d:dataDscr/d:var[@ID='V_result_measure_id']/d:catgry", DDI)
    assert [category.findtext("d:txt", "", DDI) for category in categories] == frames["measure"]["question"].to_list()


def test_texts_that_xml_cannot_hold_do_not_break_the_ddi_codebook(release: Path) -> None:
    frames = file.read(release, ["release", "measure"])
    about = {**frames["release"].row(0, named=True), "remark": "a\0b <c> & \ud800"}
    content = ddi_codebook(about, file.descriptions(release), frames["measure"], "MIT & <more>")
    root = ElementTree.fromstring(content)  # noqa: S314  our own
    assert root.findtext("d:stdyDscr/d:citation/d:notes", "", DDI) == "a\ufffdb <c> & \ufffd"
    assert "MIT & <more>" in root.findtext("d:stdyDscr/d:dataAccs/d:useStmt/d:conditions", "", DDI)


def test_a_key_that_may_be_empty_is_no_primary_key(release: Path) -> None:
    package = json.loads(in_csv(release)["datapackage.json"])
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"]}
    assert schemas["programme"]["primaryKey"] == ["programme_id"]
    assert "primaryKey" not in schemas["result"]  # a result of everybody has no subgroup
    respondents = next(field for field in schemas["result"]["fields"] if field["name"] == "respondents")
    assert respondents["constraints"] == {"minimum": 10}


def test_frictionless_finds_nothing_wrong(release: Path, tmp_path: Path) -> None:
    """Another program's reading of the package: types, keys, and what each column must be."""
    folder = extracted(export.archive(release, Format.CSV), tmp_path)
    done = subprocess.run(
        [Path(sys.executable).with_name("frictionless"), "validate", "--json", PACKAGE_FILE],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["valid"], [task for task in report["tasks"] if not task["valid"]]
    assert report["stats"]["tasks"] == len(RELATIONS)


# ---- formulas ----


def test_no_cell_of_a_csv_is_a_formula(with_formulas: Path) -> None:
    texts: list[str] = []
    for name, content in export.files(with_formulas, Format.CSV):
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(StringIO(content.decode())) for cell in row]
            assert [cell for cell in cells if inert(cell) != cell] == [], name
            texts += cells
    assert {"'=1+1", '["\'=1+1", "\'@x"]'} <= {*texts}


def test_a_list_with_formulas_stays_json() -> None:
    frame = pl.DataFrame({"texts": [["=1+1", 'a;@b "c"', "-1", "a;-2"]], "text": ["=cmd|' /C calc'!A0"]})
    [row] = csv.DictReader(StringIO(export._csv(frame).decode()))
    assert json.loads(row["texts"]) == ["'=1+1", 'a;\'@b "c"', "'-1", "a;'-2"]
    assert row["text"].startswith("'=")
    assert inert(row["texts"]) == row["texts"]


def test_no_cell_of_a_workbook_is_a_formula(with_formulas: Path) -> None:
    with ZipFile(BytesIO(export.workbook(with_formulas))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert b"=1+1" in book.read("xl/sharedStrings.xml")
    assert len(sheets) == len(RELATIONS) + 1
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


# ---- limits ----


@pytest.mark.parametrize(("room", "refused"), [(41, False), (40, True)])
def test_a_relation_with_more_rows_than_a_sheet_is_refused(
    room: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", room)
    with xlsxwriter.Workbook(BytesIO()) as book:
        frame = pl.DataFrame({"row": range(41)})
        if refused:
            with pytest.raises(Refused, match="Export CSV or Parquet"):
                export._write_sheet(book, "rows", frame)
        else:
            export._write_sheet(book, "rows", frame)


def test_a_database_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("CREATE TABLE other AS SELECT 1 AS one")
    with pytest.raises(Refused, match="no release"):
        export.files(tmp_path / "other.duckdb", Format.CSV)
