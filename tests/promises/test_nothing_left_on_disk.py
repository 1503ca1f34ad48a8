"""Individual answers never touch the disk: every byte left behind is searched, a release made of answers is the very
same file as one made of counts, and answers are counted where no byte can be written at all."""

import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.release import file as release
from pipelines.release.publishing import publish
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, PROJECT, a_file, counts_csv, current_release, loaded, programmes_csv, released

CELLS = ("quagga-respondent", "quagga telling all about it", "quagga of the plains")
"""What stands in the columns a mapping drops or ignores."""
ANSWERS = {
    "asked": ("axolotl_often", "axolotl_seldom", "axolotl_never"),
    "modelled": ("okapi_often", "okapi_seldom", "okapi_never"),
    "trained": ("numbat_often", "numbat_seldom", "numbat_never"),
}
"""Codes that stand nowhere else: one of them in the store is an answer, or the definition of its question."""
CODES = {code for answers in ANSWERS.values() for code in answers}
PEOPLE = [
    tuple(answers[number // apart % 3] for answers, apart in zip(ANSWERS.values(), (1, 2, 3), strict=True))
    for number in range(40)
]
"""Forty people; no two successive ones answered alike."""
COUNTED = {"asked": (40, 14), "modelled": (40, 14), "trained": (40, 15)}
SEPARATORS = (",", ", ", ";", "\t", "|", " ", "\0", "\n", '","', "', '", '", "')
ROWS = {separator.join(person) for person in PEOPLE for separator in SEPARATORS}

EXPORT = "Response ID,Programme,Asked?,Modelled?,Trained?,How did you hear of us?,Contact\n" + "".join(
    f"{CELLS[0]}-{number},aa,{','.join(person)},{CELLS[1]},{CELLS[2]}\n" for number, person in enumerate(PEOPLE)
)
MAPPING = """
dataset = "staff_responses"
ignore = ["How did you hear of us?", "Contact"]
drop = ["Response ID"]
columns = { programme_id = "Programme", asked = "Asked?", modelled = "Modelled?", trained = "Trained?" }
constants = { academic_year = "2024-25" }
"""
CATALOGUE = """
instrument = { id = "test", version = "1", title = "Test", status = "For tests." }
tiers.standard = { minimum_respondents = 10, minimum_each_side = 3 }
tiers.sensitive = { minimum_respondents = 15, minimum_each_side = 4 }
""" + "".join(
    f"""
[[measure]]
id = "{measure}"
pillar = "staff_openness"
group = "staff"
title = "Title"
question = "Question?"
answers = {list(answers)}
affirmative = ["{answers[0]}"]
basis = "actual"
direction = "none"
source = "Source"
"""
    for measure, answers in ANSWERS.items()
)


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    """The folder with what was sent."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    texts = {
        "export.csv": EXPORT,
        "mapping.toml": MAPPING,
        "catalogue.toml": CATALOGUE,
        "programmes.csv": programmes_csv("aa"),
    }
    for name, text in texts.items():
        a_file(folder, text, name)
    return folder


@pytest.fixture
def catalogue(incoming: Path) -> Catalogue:
    return load_catalogue(incoming / "catalogue.toml")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folders a program would write to unasked: for temporary files, the user's own, and where it runs."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(folder)
    return folder


def found(words: set[str], *folders: Path) -> set[str]:
    """Which of the words stand in any byte of any file, or in the name of one."""
    files = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    left = b"".join([str(path).encode() for path in files] + [path.read_bytes() for path in files if path.is_file()])
    return {word for word in words if word.encode() in left}


def tables_with_codes(home: Path) -> set[str]:
    """The tables of the store in which the code of an answer stands."""
    with duckdb.connect(str(home / "store.duckdb"), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        texts = {name: str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}
    return {name for name, text in texts.items() if any(code in text for code in CODES)}


def run(home: Path, *arguments: str | Path) -> int:
    """A command as a person gives it, so that the log is written too."""
    with pytest.raises(SystemExit) as left:
        cli.main(["--home", str(home), *map(str, arguments)])
    return int(left.value.code or 0)


def load_export(home: Path, incoming: Path) -> int:
    mapped = ("--mapping", incoming / "mapping.toml", "--catalogue", incoming / "catalogue.toml")
    return run(home, "load", incoming / "export.csv", "--dataset", "staff_responses", *mapped)


def close_years(home: Path) -> None:
    assert run(home, "close", "2024-25") == 0


def load_programmes(home: Path, incoming: Path) -> int:
    catalogue = ("--catalogue", incoming / "catalogue.toml")
    return run(home, "load", incoming / "programmes.csv", "--dataset", "programmes", *catalogue)


def test_the_search_finds_what_it_looks_for(incoming: Path, elsewhere: Path) -> None:
    """Or else finding nothing would mean nothing."""
    assert found({*CELLS, *CODES}, incoming) == {*CELLS, *CODES}
    assert found(ROWS, incoming) == {",".join(person) for person in PEOPLE}
    with tempfile.NamedTemporaryFile() as file:
        file.write(EXPORT.encode())
        file.flush()
        assert found({*CELLS, *CODES}, elsewhere) == {*CELLS, *CODES}


def test_no_answer_is_left_on_the_disk(home: Path, incoming: Path, elsewhere: Path) -> None:
    assert load_programmes(home, incoming) == load_export(home, incoming) == 0
    assert {path.name for path in home.iterdir()} == {"store.duckdb", "openness.log"}
    assert found({*CELLS, *ROWS}, home, elsewhere) == found(CODES, home / "openness.log", elsewhere) == set()
    assert tables_with_codes(home) == {"definition"}

    close_years(home)
    assert run(home, "publish", "--catalogue", incoming / "catalogue.toml") == 0
    assert found({*CELLS, *ROWS}, home, elsewhere) == found(CODES, home / "openness.log", elsewhere) == set()
    assert tables_with_codes(home) == {"definition"}
    results = released(home, "result").select("measure_id", "respondents", "affirmative").rows()
    assert {measure: (n, k) for measure, n, k in results} == COUNTED


def test_the_codes_of_answers_stand_in_a_release_only_as_part_of_the_catalogue(
    home: Path, incoming: Path, elsewhere: Path
) -> None:
    load_programmes(home, incoming)
    load_export(home, incoming)
    close_years(home)
    run(home, "publish", "--catalogue", incoming / "catalogue.toml")
    holding = {name for name in RELATIONS if any(code in released(home, name).write_json() for code in CODES)}
    assert (holding, found(CODES, elsewhere)) == ({"answer", "measure"}, set())


def test_no_answer_is_in_the_log_of_a_store_that_is_being_written(
    home: Path, incoming: Path, elsewhere: Path, catalogue: Catalogue
) -> None:
    """The definitions of its questions came with a file of counts, so that there is nothing left to write of them."""
    counts = counts_csv(*(("aa", "2023-24", measure, n, k) for measure, (n, k) in COUNTED.items()))
    with Store(home / "store.duckdb") as store:
        loaded(store, incoming / "programmes.csv", "programmes", catalogue)
        loaded(store, a_file(incoming, counts, "counts.csv"), "counts", catalogue)
    with Store(home / "store.duckdb") as store:
        loaded(store, incoming / "export.csv", "staff_responses", catalogue, incoming / "mapping.toml")
        assert (home / "store.duckdb.wal").stat().st_size > 0
        assert found({*CELLS, *CODES}, home / "store.duckdb.wal", elsewhere) == set()


@pytest.mark.parametrize("command", ["load", "check"])
def test_no_answer_of_a_file_that_is_sent_back_is_left_on_the_disk(
    home: Path, incoming: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Whoever sent it is shown the cell; nobody else ever is."""
    load_programmes(home, incoming)
    a_file(incoming, EXPORT.replace("okapi_seldom", "tapir_unheard_of"), "export.csv")
    mapped = ("--mapping", incoming / "mapping.toml", "--catalogue", incoming / "catalogue.toml")
    assert run(home, command, incoming / "export.csv", "--dataset", "staff_responses", *mapped) == 1
    assert "tapir_unheard_of" in capsys.readouterr().out
    assert found({"tapir_unheard_of", *CELLS, *CODES}, home, elsewhere) == set()


def test_a_release_made_of_answers_is_the_very_file_that_counts_would_have_made(
    tmp_path: Path, incoming: Path, catalogue: Catalogue
) -> None:
    counts = counts_csv(*(("aa", "2024-25", measure, n, k) for measure, (n, k) in COUNTED.items()))
    sent = {
        "staff_responses": (incoming / "export.csv", incoming / "mapping.toml"),
        "counts": (a_file(incoming, counts, "counts.csv"), None),
    }
    made = set()
    for dataset, (path, mapping) in sent.items():
        with Store(tmp_path / dataset / "store.duckdb") as store:
            loaded(store, incoming / "programmes.csv", "programmes", catalogue)
            loaded(store, path, dataset, catalogue, mapping)
            release = publish(store, catalogue, tmp_path / dataset / "releases", now=NOW, published_by="tester")
            made.add(sha256(release.path.read_bytes()).hexdigest())
    assert len(made) == 1


IN_MEMORY = """
import resource, signal, sys
from pathlib import Path
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.intake.loading import examine
from pipelines.intake.mapping_file import load_mapping
from tests.factories import NOW

incoming = Path(sys.argv[1])
mapping = load_mapping(incoming / "mapping.toml", "staff_responses")
catalogue = load_catalogue(incoming / "catalogue.toml")
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
{before}
path = incoming / "export.csv"
examined = examine(path, Dataset("staff_responses"), catalogue, None, mapping=mapping, now=NOW)
print({{measure: (n, k) for *_, measure, _, n, k in examined.counted.rows()}})
"""


def counted_where_nothing_can_be_written(incoming: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """In a process that the system ends at the first byte it writes to any file."""
    program = IN_MEMORY.format(before=before)
    command = [sys.executable, "-B", "-c", program, str(incoming)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_file_is_read_checked_and_counted_without_writing_one_byte(incoming: Path) -> None:
    counted = counted_where_nothing_can_be_written(incoming)
    assert counted.stdout == f"{COUNTED}\n", counted.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_one_byte_would_have_been_noticed(incoming: Path) -> None:
    counted = counted_where_nothing_can_be_written(incoming, "(incoming / 'spill').write_text('x')")
    assert (counted.stdout, counted.returncode < 0) == ("", True)


WORD, NUMBER = b"okapi-in-the-store", 4774451407313060418
"""What stands in a store, and nowhere else."""


def test_no_byte_of_a_release_is_of_the_store(demo_home: Settings, tmp_path: Path) -> None:
    """DuckDB leaves some bytes of a file as they are in memory, and the store was read into memory before."""
    frames = release.read(current_release(demo_home.home))
    stored = f"SELECT {NUMBER}::BIGINT AS number, '{WORD.decode()}' || range AS word FROM range(20_000)"
    for turn in range(6):
        path, folder = tmp_path / f"store{turn}.duckdb", tmp_path / f"releases{turn}"
        with duckdb.connect(path, config={"threads": 1}) as connection:
            connection.execute(f"CREATE TABLE held AS {stored}; CHECKPOINT")
        with duckdb.connect(path, config={"threads": 1}) as connection:
            held = connection.execute("FROM held").pl()
            content = release.build(folder, "2026-01-01-1-00000000", frames).read_bytes()
        assert held.height
        assert WORD not in content
        assert NUMBER.to_bytes(8, "little") not in content
