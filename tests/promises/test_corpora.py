"""Files that go wrong, made by others: each is fed to `check` as each of the six datasets, by default as one of them.

No crash, no traceback, not more than ten seconds and a gigabyte, nothing stored; and every refusal names the file and
says what to do.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.instrument.datasets import Dataset
from pipelines.store.store import Store
from tests.factories import SHARED, a_file, first_catalogue, loaded, programmes_csv
from tests.reference.worker import Answer, Worker
from tests.thorough import EVERYTHING, some

CORPORA = SHARED / "corpora"
FILES = sorted(path for path in CORPORA.rglob("*") if path.is_file()) if CORPORA.exists() else []
REFUSED, FINDINGS = 2, 1


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one registered programme, and a mark of what its store held."""
    folder = tmp_path_factory.mktemp("corpora")
    with Store(folder / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv("aa"), "programmes.csv"), "programmes", first_catalogue())
    return folder


@pytest.fixture(scope="module")
def worker(home: Path) -> Iterator[Worker]:
    started = Worker(home)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def untouched(home: Path) -> Iterator[None]:
    """What is in the home before and after everything."""
    before = contents(home)
    yield
    assert contents(home) == before


def contents(home: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in home.rglob("*") if path.is_file()}


def rules(answer: Answer) -> set[str]:
    return {finding["rule"] for finding in json.loads(answer.out)["findings"] if finding["severity"] == "error"}


def datasets_for(file: Path) -> list[Dataset]:
    """Everything that a file is fed as; by default one dataset, which is another from file to file."""
    every = list(first_catalogue().datasets)
    return every if EVERYTHING else [every[FILES.index(file) % len(every)]]


@pytest.mark.skipif(not FILES, reason="needs corpora in a folder 'shared' beside the project")
@pytest.mark.parametrize(
    "file", some(FILES, 3, kind=lambda file: file.parent), ids=lambda file: str(file.relative_to(CORPORA))
)
def test_every_file_is_refused_by_name_and_with_a_reason(worker: Worker, untouched: None, file: Path) -> None:
    for dataset in datasets_for(file):
        answer = worker.check(file, dataset)
        assert answer.code in (FINDINGS, REFUSED), answer
        if answer.code == REFUSED:
            assert answer.err.startswith(f"{file.name}: ")
            assert answer.err.strip().endswith(".")
            assert answer.out == ""
        else:
            found = json.loads(answer.out)["findings"]
            assert any(finding["severity"] == "error" for finding in found)
            assert all(finding["file"] == file.name and finding["expected"] and finding["fix"] for finding in found)


# ---- what each file of the dfe-data-screener must be told ----

OUTSIDE = "unknown_column"
"""The defect is one of their own formats (a name, a companion file, a geography): as for us, the columns are wrong."""

SCREENED = {
    "fileValidation/data_empty_cols.csv": OUTSIDE,  # their empty columns were cut off when the file was saved again
    "fileValidation/data_empty_cols.meta.csv": OUTSIDE,
    "fileValidation/data_empty_rows.meta.csv": "encoding",  # Windows-1252; of its empty rows none is left
    "fileValidation/data_mandatory_cols.csv": "missing_column",  # time_period is called year
    "fileValidation/data_mandatory_cols.meta.csv": OUTSIDE,
    "fileValidation/file_separator.csv": OUTSIDE,
    "fileValidation/file_separator.meta.csv": OUTSIDE,  # tabs where they want commas; either is right here
    "fileValidation/filename spaces.csv": OUTSIDE,  # a name may hold blanks
    "fileValidation/filename spaces.meta.csv": OUTSIDE,
    "fileValidation/meta_empty_rows.csv": OUTSIDE,  # its last column has neither heading nor cells, and is left out
    "fileValidation/meta_mandatory_cols.csv": OUTSIDE,
    "fileValidation/meta_mandatory_cols.meta.csv": "missing_column",
    "fileValidation/naming_convention-dataFail.meta.csv": OUTSIDE,
    "fileValidation/naming_convention-metaFail.csv": OUTSIDE,
    "fileValidation/naming_convention-metaFail.meta.xlsx": OUTSIDE,  # a workbook is as good as a CSV here
    "fileValidation/naming_convention.csv": OUTSIDE,
    "fileValidation/naming_convention_meta.csv": OUTSIDE,
    "fileValidation/rows_to_cols.csv": OUTSIDE,
    "fileValidation/special_characters-+#'@.csv": OUTSIDE,
    "fileValidation/special_characters-+#'@.meta.csv": OUTSIDE,
    "preCheck1/col_name_completed.csv": OUTSIDE,
    "preCheck1/col_name_completed.meta.csv": OUTSIDE,  # cells of col_name are blank, a column we have not
    "preCheck1/duplicate_variable_names.csv": "duplicate_heading",
    "preCheck1/duplicate_variable_names.meta.csv": OUTSIDE,
    "preCheck1/geographic_level.csv": OUTSIDE,
    "preCheck1/geographic_level.meta.csv": OUTSIDE,
    "preCheck1/invalid_meta_cols.csv": OUTSIDE,
    "preCheck1/invalid_meta_cols.meta.csv": "unknown_column",  # a column too many
    "preCheck1/meta_to_data_crosscheck.csv": OUTSIDE,
    "preCheck1/meta_to_data_crosscheck.meta.csv": OUTSIDE,
    "preCheck1/time_identifier.csv": OUTSIDE,
    "preCheck1/time_identifier.meta.csv": OUTSIDE,
    "preCheck2/col_type.csv": OUTSIDE,
    "preCheck2/col_type.meta.csv": OUTSIDE,
    "preCheck2/col_type_blank.csv": OUTSIDE,
    "preCheck2/col_type_blank.meta.csv": OUTSIDE,
    "preCheck2/data_variable_spaces.csv": "unknown_column",  # headings with blanks; each is named as it is written
    "preCheck2/data_variable_spaces.meta.csv": OUTSIDE,
    "preCheck2/filter_level.csv": OUTSIDE,
    "preCheck2/filter_level.meta.csv": OUTSIDE,
    "preCheck2/geography_level_present.csv": "missing_column",
    "preCheck2/geography_level_present.meta.csv": OUTSIDE,
    "preCheck2/ob_unit_meta.csv": OUTSIDE,
    "preCheck2/ob_unit_meta.meta.csv": OUTSIDE,
    "preCheck2/time_identifier_mix.csv": OUTSIDE,
    "preCheck2/time_identifier_mix.meta.csv": OUTSIDE,
    "preCheck2/time_validation.csv": "missing_column",  # no academic_year; their years are quarters
    "preCheck2/time_validation.meta.csv": OUTSIDE,
    "preCheck2/utf8.csv": OUTSIDE,  # a byte order mark means nothing
    "preCheck2/utf8.meta.csv": "encoding",  # an ellipsis in Windows-1252
}
"""File -> a finding it must have as a file of cohorts."""

SCREENER = CORPORA / "dfe-data-screener"


@pytest.mark.skipif(not FILES, reason="needs corpora in a folder 'shared' beside the project")
def test_the_table_has_every_file_of_the_screener() -> None:
    assert {str(file.relative_to(SCREENER)) for file in SCREENER.glob("*/*")} == set(SCREENED)


@pytest.mark.skipif(not FILES, reason="needs corpora in a folder 'shared' beside the project")
@pytest.mark.parametrize(("name", "rule"), SCREENED.items())
def test_each_file_of_the_screener_is_told_its_defect(worker: Worker, name: str, rule: str) -> None:
    answer = worker.check(SCREENER / name, "cohorts")
    assert rule in {finding["rule"] for finding in json.loads(answer.out)["findings"]}
    assert {"missing_column", "unknown_column"} <= rules(answer)


# ---- what others of them must be told ----

TOLD = {
    "csvkit/bad.csv": "ragged_row",
    "csvkit/test_latin1.csv": "encoding",
    "csvkit/date_like_number.csv": "one_column",
    "csvkit/blanks_converted.csv": "no_rows",
    "csvkit/foo1.csv": "personal_column",
    "frictionless/data/duplicate-headers.csv": "duplicate_heading",
    "frictionless/data/blank-headers.csv": "blank_heading",
    "frictionless/data/structure-errors.csv": "ragged_row",
}
"""File -> a finding it must have."""

REASONS = {
    "csvkit/empty.csv": "the file is empty",
    "csvkit/null_byte.csv": "null characters",
    "csvkit/test.xls": "an old Excel workbook",
    "csvkit/testjson.json": "this is JSON",
    "csvkit/sheets.xlsx": "Choose one with --sheet",
    "csvkit/realdata/Datagov_FY10_EDU_recp_by_State.csv": "--headings-line 3",
    "csvlint/fixtures/title-row.csv": "--headings-line 2",
    "csvlint/fixtures/invalid_many_rows.csv": "a stray quotation mark",
    "frictionless/data/wide.csv": "more than 1,000 columns",
    "frictionless/data/table.ods": "an OpenDocument file",
    "frictionless/data/compression/implicit-zip.csv": "an archive (zip)",
    "frictionless/data/compression/implicit-gz.csv": "a compressed file (gzip)",
}
"""File -> why it cannot be read."""


@pytest.mark.skipif(not FILES, reason="needs corpora in a folder 'shared' beside the project")
@pytest.mark.parametrize(("name", "rule"), TOLD.items())
def test_a_file_is_told_its_defect(worker: Worker, name: str, rule: str) -> None:
    answer = worker.check(CORPORA / name, "cohorts")
    assert rule in {finding["rule"] for finding in json.loads(answer.out)["findings"]}


@pytest.mark.skipif(not FILES, reason="needs corpora in a folder 'shared' beside the project")
@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_a_file_that_cannot_be_read_is_told_why(worker: Worker, name: str, reason: str) -> None:
    assert reason in worker.check(CORPORA / name, "cohorts").err
