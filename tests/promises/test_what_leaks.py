"""Nothing but published pairs reaches anything that leaves the store: the bytes and rows of a release, the log, what
the commands say, the texts of errors. Values that stand nowhere else are planted where they must not come out.
"""

import io
import re
import shutil
import struct
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.errors import Refused
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import Rejected
from pipelines.release.publishing import publish
from pipelines.store import identity_table
from pipelines.store.store import Store
from tests.factories import NOW, a_file, counts_csv, loaded, programmes_csv

WAITING = {
    # far more people than anything published here, with too few on one side
    ("hidden-one", "2021-22", "asked"): (700_001, 1),
    ("hidden-one", "2022-23", "asked"): (700_027, 0),
    ("hidden-one", "2021-22", "modelled"): (700_057, 700_056),
    ("hidden-two", "2021-22", "asked"): (700_067, 700_067),
    ("hidden-two", "2023-24", "modelled"): (700_079, 2),
}
SHOWN = {
    ("hidden-one", "2021-22", "trained"): (800_011, 400_009),
    ("hidden-two", "2023-24", "trained"): (800_029, 400_031),
    ("named-one", "2021-22", "asked"): (800_053, 400_033),
    ("named-one", "2022-23", "modelled"): (800_057, 400_051),
    ("named-one", "2023-24", "trained"): (800_077, 400_067),
}
POOLED = {("named-one", "2021-22", "lived"): (900_001, 2), ("named-one", "2022-23", "lived"): (900_007, 450_001)}
"""Of these only the sums are shown."""
PLANTED = {number for n, k in WAITING.values() for number in (n, k, n - k) if number > 1_000}
FEWEST = max(n for n, _ in POOLED.values())
"""So many people stand behind what is pooled if the same ones answered twice: the larger number, and it is shown."""
PARTS = {number for n, k in POOLED.values() for number in (n, k, n - k) if number > 1_000} - {FEWEST}
PUBLISHED = {number for n_k in SHOWN.values() for number in n_k} | {1_800_008, 450_003}
HIDDEN = ("hidden-one", "hidden-two")
NAMES = {*HIDDEN, *(f"Name of {programme}" for programme in HIDDEN)}
MEASURES = "".join(
    f"""
[[measure]]
id = "{measure}"
pillar = "staff_openness"
group = "staff"
title = "Title"
question = "Question?"
answers = ["yes", "no"]
affirmative = ["yes"]
basis = "actual"
direction = "none"
source = "Source"
"""
    for measure in ("asked", "modelled", "trained", "lived")
)
CATALOGUE = f"""
instrument = {{ id = "test", version = "1", title = "Test", status = "For tests." }}
tiers.standard = {{ minimum_respondents = 10, minimum_each_side = 3 }}
tiers.sensitive = {{ minimum_respondents = 15, minimum_each_side = 4 }}
{MEASURES}
"""


# ---- a home, made by commands as people give them ----


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    counts = WAITING | SHOWN | POOLED
    texts = {
        "catalogue.toml": CATALOGUE,
        "programmes.csv": programmes_csv(*HIDDEN, named="no") + "named-one,Name,psychology,Country,,yes\n",
        "counts.csv": counts_csv(*((*key, *n_k) for key, n_k in counts.items())),
        "wrong.csv": counts_csv(("named-one", "2024-25", "asked", 20, 21)),
    }
    for name, text in texts.items():
        a_file(home, text, name)
    return home


def run(home: Path, *arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["--home", str(home), "--catalogue", str(home / "catalogue.toml"), *map(str, arguments)])
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def said(home: Path) -> str:
    """What the commands say on the way to two releases: files are checked, taken, held already, and sent back."""
    spoken = io.StringIO()
    with redirect_stdout(spoken), redirect_stderr(spoken):
        assert run(home, "load", home / "programmes.csv", "--dataset", "programmes") == 0
        for command, file, code in (
            *(("check", "counts.csv", 0), ("load", "counts.csv", 0), ("check", "counts.csv", 0)),
            *(("load", "counts.csv", 0), ("check", "wrong.csv", 1), ("load", "wrong.csv", 1)),
        ):
            assert run(home, command, home / file, "--dataset", "counts") == code
        assert run(home, "close", "2021-22", "2022-23", "2023-24") == 0
        assert run(home, "publish") == run(home, "publish") == 0
    return spoken.getvalue()


def release_files(home: Path) -> list[Path]:
    return sorted((home / "releases").glob("*/release.duckdb"))


# ---- what is looked for ----


def in_text(numbers: set[int], text: str) -> set[int]:
    """In digits, with or without anything between thousands."""
    plain = re.sub(r"(?<=\d)[,.\u202f\u00a0 ](?=\d{3})", "", text)
    return numbers & {int(digits) for written in (text, plain) for digits in re.findall(r"\d+", written)}


def in_bytes(numbers: set[int], data: bytes) -> set[int]:
    """In digits, or as a number of four or eight bytes, whole or with a point."""
    return {n for n in numbers if any(form in data for form in (str(n).encode(), *(struct.pack(f, n) for f in "id")))}


def in_rows(numbers: set[int], file: Path) -> set[int]:
    """In any cell of any table: as a number, in a text, in a list."""
    with duckdb.connect(file, read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return in_text(numbers, "\n".join(str(connection.execute(f"FROM {name}").fetchall()) for name in names))


def test_published_values_are_found_in_rows_and_bytes(home: Path, said: str) -> None:
    """Or else finding nothing would mean nothing."""
    for file in release_files(home):
        assert in_rows(PUBLISHED, file) == PUBLISHED
        assert in_bytes(PUBLISHED, file.read_bytes())


def test_whatever_waits_is_found_in_the_store(home: Path, said: str) -> None:
    there = in_rows(PLANTED | PARTS, home / "store.duckdb")
    assert there >= {n for n, _ in (WAITING | POOLED).values()} - {FEWEST}
    assert in_bytes(PLANTED | PARTS, (home / "store.duckdb").read_bytes())


def test_nothing_that_waits_is_in_a_release(home: Path, said: str) -> None:
    for file in release_files(home):
        assert in_rows(PLANTED | PARTS, file) == set()
        assert in_bytes(PLANTED | PARTS, file.read_bytes()) == set()


def test_nothing_that_waits_is_in_the_log_or_in_what_commands_say(home: Path, said: str) -> None:
    every = PLANTED | PARTS | PUBLISHED
    assert in_text(every, (home / "openness.log").read_text(encoding="utf-8")) == in_text(every, said) == set()


def test_one_more_column_would_have_been_found(home: Path, said: str, tmp_path: Path) -> None:
    """Every value that waits, put into a copy of the release: the search of rows misses none of them."""
    leaky = shutil.copy(release_files(home)[0], tmp_path / "leaky.duckdb")
    leaky.chmod(0o644)
    rows = ", ".join(f"({n})" for n in sorted(PLANTED | PARTS))
    with duckdb.connect(leaky) as connection:
        connection.execute(f"CREATE TABLE waiting AS SELECT * FROM (VALUES {rows}) AS v(n)")
    assert in_rows(PLANTED | PARTS, leaky) == PLANTED | PARTS


def test_a_programme_that_is_not_named_is_nowhere(home: Path, said: str) -> None:
    for file in release_files(home):
        data = file.read_bytes()
        assert {name for name in NAMES if name.encode() in data} == set()
        assert b"named-one" in data


# ---- homes that differ in one count that waits ----


@pytest.fixture
def twins(home: Path, said: str, tmp_path: Path) -> list[Path]:
    """The home before anything was published, twice: in the second one, three people more said yes to what waits."""
    for name in ("one", "two"):
        with Store(tmp_path / name / "store.duckdb"):
            pass
    catalogue = load_catalogue(home / "catalogue.toml")
    with Store(tmp_path / "one" / "store.duckdb") as store:
        for dataset in ("programmes", "counts"):
            loaded(store, home / f"{dataset}.csv", dataset, catalogue)
    shutil.copy(tmp_path / "one" / "store.duckdb", tmp_path / "two" / "store.duckdb")
    with duckdb.connect(tmp_path / "two" / "store.duckdb") as store:
        store.execute(
            """
            UPDATE contribution SET affirmative = 0
            WHERE (programme_id, academic_year, measure_id) = ('hidden-one', '2021-22', 'asked')
            """
        )
        store.execute(
            """
            UPDATE contribution SET affirmative = 700_079
            WHERE (programme_id, academic_year, measure_id) = ('hidden-two', '2023-24', 'modelled')
            """
        )
    return [tmp_path / "one", tmp_path / "two"]


@pytest.mark.parametrize("file", ["counts.csv", "wrong.csv"])
@pytest.mark.parametrize("dataset", ["counts", "cohorts"])
@pytest.mark.parametrize("answer", [(), ("--json",)])
def test_check_says_the_same_whatever_waits(
    home: Path, twins: list[Path], file: str, dataset: str, answer: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    heard = []
    for twin in twins:
        shutil.copy(home / "catalogue.toml", twin)
        run(twin, "check", home / file, "--dataset", dataset, *answer)
        heard.append(capsys.readouterr())
    assert heard[0] == heard[1]


def test_a_release_is_the_very_same_file_whatever_waits(
    home: Path, twins: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the first one, and the next one after more has come in. Codes are drawn alike."""
    catalogue = load_catalogue(home / "catalogue.toml")
    more = a_file(twins[0], counts_csv(("named-one", "2024-25", "asked", 30, 14)), "more.csv")
    made = []
    for twin in twins:
        drawn = count(1)
        monkeypatch.setattr(identity_table.secrets, "token_hex", lambda _, drawn=drawn: f"{next(drawn):06x}")
        with Store(twin / "store.duckdb") as store:
            first = publish(store, catalogue, twin / "releases", now=NOW, published_by="tester")
            loaded(store, more, "counts", catalogue)
            second = publish(store, catalogue, twin / "releases", now=NOW, published_by="tester")
        made.append([release.path.read_bytes() for release in (first, second)])
    assert made[0] == made[1]
    assert made[0][0] != made[0][1]


def test_errors_do_not_tell_what_is_stored(home: Path, twins: list[Path]) -> None:
    """What is held already, and what has come in by another way."""
    catalogue = load_catalogue(home / "catalogue.toml")
    again = a_file(twins[0], counts_csv(("hidden-one", "2021-22", "asked", 700_001, 5)), "again.csv")
    answers = "programme_id,academic_year,asked\nhidden-one,2021-22,yes\n"
    other_way = a_file(twins[0], answers, "staff.csv")
    for twin in twins:
        with Store(twin / "store.duckdb") as store:
            with pytest.raises(Refused) as refused:
                loaded(store, again, "counts", catalogue)
            with pytest.raises(Rejected) as rejected:
                loaded(store, other_way, "staff_responses", catalogue)
            texts = f"{refused.value} {[finding.what + finding.fix for finding in rejected.value.findings]}"
            assert "2021-22" in texts
            assert in_text(PLANTED, texts) == set()
