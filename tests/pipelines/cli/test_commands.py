"""The command line as a person uses it: words, exit codes, JSON; no traceback ever."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple, get_args

import duckdb
import pytest

from pipelines import cli, settings
from pipelines import console as terminal
from pipelines.cli import options
from pipelines.cli.administrator_commands import SurveyTool
from pipelines.documents.survey_files import TOOLS
from pipelines.intake import loading
from pipelines.settings import Settings
from pipelines.version import CODE_VERSION
from tests.factories import FIRST_EDITION, PROJECT, a_file, a_workbook, counts_csv, programmes_csv

pytestmark = pytest.mark.slow  # commands on a store, from beginning to end

DEMO = PROJECT / "data" / "demo"
STAFF_QUESTIONS = ("expects_openness", "models_openness")


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with a home of its own, and the catalogue whose measures these tests know."""
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(FIRST_EDITION))

    def command(*arguments: str | Path) -> Answer:
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return command


def home_after(factory: pytest.TempPathFactory, *commands: tuple[str | Path, ...]) -> Path:
    """A home in which commands have been run. It is made once, and copied by each test that needs it."""
    home = factory.mktemp("made-once") / "home"
    for command in commands:
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()):
            patch.setenv("OPENNESS_HOME", str(home))
            patch.setenv("OPENNESS_CATALOGUE", str(FIRST_EDITION))
            cli.app(args=[str(argument) for argument in command], standalone_mode=False)
    return home


@pytest.fixture(scope="module")
def registered_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = a_file(tmp_path_factory.mktemp("programmes"), programmes_csv("aa", "bb"), "programmes.csv")
    return home_after(tmp_path_factory, ("load", file, "--dataset", "programmes"))


@pytest.fixture
def registered(run: Run, registered_home: Path, tmp_path: Path) -> None:
    shutil.copytree(registered_home, tmp_path / "home")


def test_a_file_is_checked_loaded_and_published(run: Run, registered: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, counts_csv(("aa", "2024-25", "safe_to_share", 20, 8)))
    assert run("check", file, "--dataset", "counts").code == 0
    loaded = run("load", file, "--dataset", "counts")
    assert loaded.code == 0
    assert "1 row of counts from 1 programme, 2024-25" in loaded.out
    run("close", "2024-25")
    published = run("publish", "--remark", "The first.")
    assert published.code == 0
    assert "with 1 new result: 1 published" in published.out
    assert (tmp_path / "home" / "releases" / "current").exists()


def test_check_stores_nothing_and_makes_no_home(run: Run, tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("aa"))
    assert run("check", file, "--dataset", "programmes").code == 0
    assert not (tmp_path / "home").exists()


def test_all_findings_are_told_and_the_code_is_1(run: Run, registered: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, counts_csv(("aa", "2024-26", "safe_to_share", 20, 21), ("cc", "2024-25", "nothing", 1, 0)))
    answer = run("check", file, "--dataset", "counts")
    assert answer.code == 1
    assert 'row 2, column academic_year: "2024-26" is not an academic year' in answer.out
    assert "row 2, column affirmative: There are more affirmative answers than respondents." in answer.out
    assert 'row 3, column programme_id: "cc" is not a registered programme.' in answer.out
    assert "4 errors to put right." in answer.out
    assert run("load", file, "--dataset", "counts").code == 1


def test_json_holds_every_finding_whole(run: Run, tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("aa", "b", named="perhaps"))
    answer = run("check", file, "--dataset", "programmes", "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["accepted"]) == (1, False)
    by_rule = {finding["rule"]: finding for finding in found["findings"]}
    assert by_rule["well_formed_id"]["found"] == "b"
    assert by_rule["one_of"]["lines"] == [2, 3]
    where = "file.csv, rows 2, 3, column named"
    assert by_rule["one_of"]["message"].startswith(f'{where}: "perhaps" is not one of yes, no.')


def test_a_receipt_in_json_says_what_was_stored(run: Run, tmp_path: Path) -> None:
    answer = run("load", a_file(tmp_path, programmes_csv("aa")), "--dataset", "programmes", "--json")
    assert json.loads(answer.out)["programmes"] == ["aa"]


def test_the_same_file_again_changes_nothing(run: Run, registered: None, tmp_path: Path) -> None:
    answer = run("load", a_file(tmp_path, programmes_csv("aa", "bb")), "--dataset", "programmes")
    assert answer.code == 0
    assert "Nothing was changed." in answer.out


def test_a_second_file_for_the_same_asks_for_replace(run: Run, registered: None, tmp_path: Path) -> None:
    other = a_file(tmp_path, programmes_csv("aa", named="no"))
    refused = run("load", other, "--dataset", "programmes")
    assert refused.code == 3
    assert "--replace" in refused.err
    assert "takes the place of" in run("load", other, "--dataset", "programmes", "--replace").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.csv", "--dataset", "counts"], "the file cannot be opened"),
        (["check", str(DEMO / "counts.csv"), "--dataset", "counts", "--mapping", "no.toml"], "cannot be opened"),
        (["check", str(DEMO / "counts.csv"), "--dataset", "counts", "--catalogue", "no.toml"], "cannot be read"),
        (["check", str(DEMO / "counts.csv"), "--dataset", "wrong"], "wrong"),
        (["check", str(DEMO / "counts.csv")], "--dataset"),
        (["sing"], "sing"),
    ],
)
def test_what_cannot_be_read_or_understood_is_2(run: Run, arguments: list[str], said: str) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_nothing_to_publish_is_refused(run: Run, registered: None) -> None:
    answer = run("publish")
    assert answer.code == 3
    assert "there are no answers of a closed academic year. Load responses or counts" in answer.err


def test_a_store_in_use_is_4(run: Run, registered: None, tmp_path: Path) -> None:
    hold = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"
    store = tmp_path / "home" / "store.duckdb"
    with subprocess.Popen([sys.executable, "-c", hold, str(store)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        answer = run("publish")
        holder.kill()
    assert answer.code == 4
    assert "in use by another process" in answer.err


def test_an_error_nobody_foresaw_is_a_sentence_without_its_text(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("prefer_not_to_say")

    monkeypatch.setattr(loading, "examine", fail)
    answer = run("check", a_file(tmp_path, programmes_csv("aa")), "--dataset", "programmes")
    assert answer.code == cli.UNFORESEEN
    assert "ValueError in test_commands.py" in answer.err
    assert "prefer_not_to_say" not in answer.err


def test_home_may_stand_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("aa"))
    run("--home", tmp_path / "before", "load", file, "--dataset", "programmes")
    run("load", file, "--dataset", "programmes", "--home", tmp_path / "after")
    assert (tmp_path / "before" / "store.duckdb").exists()
    assert (tmp_path / "after" / "store.duckdb").exists()


def test_what_a_cell_holds_is_shown_as_it_is_and_never_logged(run: Run, registered: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, programmes_csv("[bold]x[/bold]"))
    assert '"[bold]x[/bold]"' in run("load", file, "--dataset", "programmes").out
    log = (tmp_path / "home" / "openness.log").read_text()
    assert '"event": "rejected"' in log
    assert "bold" not in log


def test_the_demonstration_is_loaded_once_and_never_beside_real_programmes(run: Run, tmp_path: Path) -> None:
    releases = tmp_path / "home" / "releases"
    assert run("demo", "--no-dashboard").code == 0
    first = (releases / "current").read_text()
    assert run("demo", "--no-dashboard").code == 0
    assert (releases / "current").read_text() == first
    real = a_file(tmp_path, programmes_csv("aa"))
    refused = run("load", real, "--dataset", "programmes")
    assert refused.code == 3
    assert "invented programmes" in refused.err
    run("load", real, "--dataset", "programmes", "--home", tmp_path / "real")
    assert run("demo", "--no-dashboard", "--home", tmp_path / "real").code == 3


def test_the_installed_command_answers() -> None:
    command = [sys.executable, "-m", "pipelines.cli", "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    for command in ("demo", "check", "load", "publish", "dashboard"):
        assert command in answer.stdout


@pytest.fixture(scope="module")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [(programme, "2024-25", "safe_to_share", 20, 8) for programme in ("aa", "bb")]
    return home_with(tmp_path_factory, *rows)


@pytest.fixture(scope="module")
def sensitive_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_with(tmp_path_factory, ("aa", "2024-25", "lived_experience", 12, 7))


def home_with(factory: pytest.TempPathFactory, *rows: tuple[str, str, str, int, int]) -> Path:
    """Two programmes, and these counts of 2024-25, which publishing has seen."""
    files = factory.mktemp("files")
    return home_after(
        factory,
        ("load", a_file(files, programmes_csv("aa", "bb"), "programmes.csv"), "--dataset", "programmes"),
        ("load", a_file(files, counts_csv(*rows), "counts.csv"), "--dataset", "counts"),
        ("close", "2024-25"),
        ("publish",),
    )


@pytest.fixture
def published(run: Run, published_home: Path, tmp_path: Path) -> str:
    """Two programmes with a result each, published; the id of the submission."""
    shutil.copytree(published_home, tmp_path / "home")
    rows = json.loads(run("submissions", "--json").out)
    return next(str(row["submission_id"]) for row in rows if row["dataset"] == "counts")


@pytest.fixture
def seen(sensitive_home: Path, tmp_path: Path) -> None:
    """A home of which publishing has seen a sensitive count, and shown nothing."""
    shutil.copytree(sensitive_home, tmp_path / "home")


def test_what_came_in_and_went_out_is_listed(run: Run, published: str) -> None:
    submissions = run("submissions")
    assert f"{published}  " in submissions.out
    assert "counts of 2 programmes, 2024-25" in submissions.out
    assert submissions.out.count(": stands") == 2
    [release] = json.loads(run("releases", "--json").out)
    assert release["offered"] is True


def test_a_withdrawn_programme_is_gone_from_the_next_release_and_earlier_ones_are_taken_down(
    run: Run, published: str, tmp_path: Path
) -> None:
    [before] = json.loads(run("releases", "--json").out)
    withdrawn = run("withdraw", "--programme", "aa", "--reason", "They asked for it.")
    assert withdrawn.code == 0
    assert f"Withdrawn: counts of aa in 2024-25 (submission {published})." in withdrawn.out
    assert "1 published" in run("publish").out
    assert "no longer offered" in run("releases").out
    assert not (tmp_path / "home" / "releases" / before["release_id"]).exists()
    assert "stands in part" in run("submissions").out


def test_a_withdrawn_submission_is_said_to_be(run: Run, published: str) -> None:
    assert run("withdraw", "--submission", published, "--reason", "A mistake.").code == 0
    assert ": withdrawn" in run("submissions").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--submission", "nothing", "--reason", "x"], 3, "Nothing stands under nothing"),
        (["--reason", "x"], 2, "give either"),
        (["--submission", "a", "--programme", "b", "--reason", "x"], 2, "give either"),
        (["--programme", "aa"], 2, "say why"),
    ],
)
def test_a_withdrawal_must_name_one_thing_and_say_why(
    run: Run, published: str, arguments: list[str], code: int, said: str
) -> None:
    answer = run("withdraw", *arguments)
    assert answer.code == code
    assert said in answer.err


def test_what_comes_after_publishing_is_set_aside_until_it_is_overridden_with_a_reason(
    run: Run, seen: None, tmp_path: Path
) -> None:
    year, name = "2024-25", "aa/lived_experience/2024-25"
    later = a_file(tmp_path, counts_csv(("aa", year, "lived_experience", 15, 4)))
    before = run("check", later, "--dataset", "counts")
    assert (before.code, "does not count, whatever is in it" in before.out) == (0, True)
    loaded = run("load", later, "--dataset", "counts", "--replace")
    assert (loaded.code, f"Set aside: aa in {year}." in loaded.out) == (0, True)
    assert ": set aside" in run("submissions").out
    assert "needs a --reason" in run("publish", "--override", name).err
    assert "not of the form" in run("publish", "--override", "aa", "--reason", "x").err
    assert run("publish", "--override", "aa/lived_experience/2020-21", "--reason", "x").code == 3
    asked = run("publish", "--override", name, "--reason", "Counted twice.")
    assert f"lived_experience of aa in {year}" in asked.out
    assert (asked.code, "say --agree" in asked.err) == (3, True)
    assert run("publish", "--override", name, "--reason", "Counted twice.", "--agree").code == 0
    assert f"Known from an override: lived_experience of aa in {year}." in run("audit").out


@pytest.mark.parametrize("k", [4, 5, 6, 7])
def test_what_is_said_of_a_file_set_aside_is_the_same_whatever_is_in_it(
    run: Run, seen: None, tmp_path: Path, k: int
) -> None:
    later = a_file(tmp_path, counts_csv(("aa", "2024-25", "lived_experience", 15, k)))
    answers = [run("check", later, "--dataset", "counts"), run("load", later, "--dataset", "counts", "--replace")]
    said = [re.sub("submission [0-9a-f]{12}", "submission", answer.out) for answer in answers]
    assert [answer.code for answer in answers] == [0, 0]
    assert said == [
        "Note: file.csv: aa in 2024-25: the year is closed, and results of it were looked at already. What was seen "
        "first stays, so this is kept on record and does not count, whatever is in it. If it must count all the same, "
        "ask the steward, who can let it through with a reason.\nfile.csv: no errors in 1 row. It can be loaded.\n",
        "file.csv is stored as submission: 1 row of counts from 1 programme, 2024-25. Set aside: aa in 2024-25. The "
        "year is closed and results of it were looked at already, so this is kept on record and does not count.\n",
    ]


def test_a_file_set_aside_is_set_aside_also_if_it_is_of_another_dataset(
    run: Run, registered: None, tmp_path: Path
) -> None:
    """It counts nobody, so it counts nobody twice."""
    run("load", a_file(tmp_path, counts_csv(("aa", "2024-25", "models_openness", 12, 7))), "--dataset", "counts")
    run("close", "2024-25")
    run("publish")
    told = set()
    for cells in (["yes"], ["yes", "no"], ["no"] * 3):
        rows = "".join(f"aa,2024-25,{cell}\n" for cell in cells)
        later = a_file(tmp_path, f"programme_id,academic_year,models_openness\n{rows}")
        answer = run("check", later, "--dataset", "staff_responses")
        told.add((answer.code, re.sub(r"\d rows?", "rows", answer.out)))
        assert "Set aside: aa in 2024-25." in run("load", later, "--dataset", "staff_responses", "--replace").out
    [(code, said)] = told
    assert (code, "does not count, whatever is in it" in said) == (0, True)


def test_check_refuses_a_catalogue_that_asks_otherwise_in_the_words_of_load(
    run: Run, registered: None, tmp_path: Path
) -> None:
    file = a_file(tmp_path, counts_csv(("aa", "2024-25", "models_openness", 12, 7)))
    run("load", file, "--dataset", "counts")
    text = FIRST_EDITION.read_text(encoding="utf-8")
    entry = text.index('id = "models_openness"')
    question = text.index('question = "', entry) + len('question = "')
    other = a_file(tmp_path, f"{text[:question]}Really, {text[question:]}", "other.toml")
    given = (file, "--dataset", "counts", "--catalogue", other)
    checked, loaded = run("check", *given), run("load", *given)
    assert (checked.code, loaded.code) == (3, 3)
    assert checked.err == loaded.err
    assert "models_openness: the question was" in checked.err


def test_years_are_opened_closed_and_listed(run: Run, registered: None, tmp_path: Path) -> None:
    assert "No academic year has been opened yet." in run("years").out
    file = a_file(tmp_path, counts_csv(("aa", "2024-25", "safe_to_share", 20, 8)))
    assert "Opened for collection: 2024-25." in run("load", file, "--dataset", "counts").out
    assert run("open", "2025-26", "2024-25").out.splitlines() == [
        "2025-26 is open for collection.",
        "2024-25 is open already.",
    ]
    assert "2024-25 is closed." in run("close", "2024-25").out
    assert run("close", "2024-25").out == "2024-25 is closed already.\n"
    assert run("years").out.splitlines() == ["2024-25: closed", "  aa: counts", "2025-26: open"]
    assert json.loads(run("years", "--json").out) == [
        {"academic_year": "2024-25", "state": "closed", "sent": {"aa": ["counts"]}},
        {"academic_year": "2025-26", "state": "open", "sent": {}},
    ]
    assert (run("close", "2030-31").code, run("close", "2024").code) == (3, 2)


def test_publishing_says_which_years_are_open_and_needs_one_that_is_closed(
    run: Run, registered: None, tmp_path: Path
) -> None:
    rows = ("aa", "2024-25", "safe_to_share", 20, 8), ("aa", "2023-24", "safe_to_share", 20, 8)
    run("load", a_file(tmp_path, counts_csv(*rows)), "--dataset", "counts")
    refused = run("publish")
    assert (refused.code, "`openness close YEAR`" in refused.err) == (3, True)
    run("close", "2023-24")
    assert "Still open, so not in it: 2024-25." in run("publish").out
    again = run("open", "2023-24")
    assert (again.code, "cannot be opened again" in again.err) == (3, True)


def test_a_release_is_taken_down_with_a_reason(run: Run, registered: None, tmp_path: Path) -> None:
    run("load", a_file(tmp_path, counts_csv(("aa", "2024-25", "safe_to_share", 20, 8))), "--dataset", "counts")
    run("close", "2024-25")
    run("publish")
    release_id = json.loads(run("releases", "--json").out)[0]["release_id"]
    assert run("withdraw", "--release", release_id, "--programme", "aa", "--reason", "x").code == 2
    assert "no longer offered" in run("withdraw", "--release", release_id, "--reason", "It is lost.").out
    assert "(no longer offered)" in run("releases").out
    assert run("withdraw", "--release", release_id, "--reason", "Again.").code == 3


def test_the_attacker_finds_nothing_and_says_how_far_publishing_reaches(run: Run, published: str) -> None:
    answer = run("audit")
    assert answer.code == 0
    assert "40 answers seen: 40 published (0 of them in results of several years), 0 waiting." in answer.out
    assert json.loads(run("audit", "--json").out)["passed"] is True


def test_a_ledger_that_gives_somebody_away_is_found_and_not_published(run: Run, published: str, tmp_path: Path) -> None:
    """A result of nine people and one, which the rule would never publish, written into the store by hand."""
    with duckdb.connect(tmp_path / "home" / "store.duckdb") as store:
        store.execute(
            """
            INSERT INTO seen SELECT 90 + i, 1, 'aa', 'free_to_choose', 'd', y, 's', n, k, false
            FROM (VALUES (1, '2021-22', 9, 3), (2, '2022-23', 1, 1)) AS planted(i, y, n, k);
            INSERT INTO part
            SELECT 90 + i, 1, 'aa', 'free_to_choose', 'd', NULL, [90 + i], [y], n, 0, n, k, false, 10, 3, NULL
            FROM (VALUES (1, 2021, 9, 3), (2, 2022, 1, 1)) AS planted(i, y, n, k);
            INSERT INTO result
            VALUES (90, 1, 'aa', 'free_to_choose', 'd', [91, 92], ['2021-22', '2022-23'], 10, 4, 9);
            """
        )
    answer = run("audit")
    assert answer.code == 1
    assert "free_to_choose of aa in 2021-22 can be narrowed down further than promised." in answer.out
    refused = run("publish")
    assert refused.code == 3
    assert "free_to_choose of aa in 20" in refused.err


# ---- reports ----


def test_a_report_is_printed_and_takes_the_place_of_the_one_before(run: Run, published: str, tmp_path: Path) -> None:
    file = tmp_path / "board.pdf"
    file.write_bytes(b"an earlier report")
    answer = run("report", "aa", "--year", "2024-25", "-o", file)
    assert (answer.code, answer.out) == (0, f"1 report is in {file}.\n")
    assert file.read_bytes().startswith(b"%PDF-")
    assert not list(tmp_path.glob(".board*"))  # nothing is left beside it


def test_a_report_is_of_the_latest_year_and_named_for_it(
    run: Run, published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", "aa").code == 0
    assert (tmp_path / "openness-aa-2024-25.pdf").exists()


def test_a_sheet_for_the_meeting_of_a_group_is_printed(
    run: Run, published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", "aa", "--year", "2024-25", "--sheet", "trainee").code == 0
    assert (tmp_path / "openness-aa-2024-25-trainee.pdf").read_bytes().startswith(b"%PDF")


def test_the_state_of_the_field_is_refused_where_there_is_nothing_of_programmes_together(
    run: Run, published: str, tmp_path: Path
) -> None:
    answer = run("report", "--field", "-o", tmp_path / "field.pdf")
    assert (answer.code, (tmp_path / "field.pdf").exists()) == (3, False)
    assert "no figure of programmes together" in answer.err
    assert run("report", "aa", "--field").code == 2


def test_every_programme_has_a_report_in_a_folder(run: Run, published: str, tmp_path: Path) -> None:
    answer = run("report", "--all", "-o", tmp_path / "new" / "reports")
    assert answer.code == 0
    assert answer.out.startswith("2 reports are in ")
    names = [path.name for path in sorted((tmp_path / "new" / "reports").iterdir())]
    assert names == ["openness-aa-2024-25.pdf", "openness-bb-2024-25.pdf"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere"], 3, "The release has no programme nowhere. It has aa, bb."),
        (["aa", "--year", "2023-24"], 3, "aa took part in 2024-25, and not in 2023-24."),
        (["--all", "--year", "2023-24"], 3, "They took part in 2024-25, and not in 2023-24."),
        (["aa", "-o", "/dev/null/x.pdf"], 3, "/dev/null/x.pdf cannot be written"),
        ([], 2, "give either a PROGRAMME or --all"),
        (["aa", "--all"], 2, "give either a PROGRAMME or --all"),
        (["aa", "-o", "pyproject.toml"], 2, "does not end in .pdf"),
    ],
)
def test_what_cannot_be_reported_is_said_with_what_there_is(
    run: Run, published: str, arguments: list[str], code: int, said: str
) -> None:
    answer = run("report", *arguments)
    assert answer.code == code
    assert said in answer.err


def test_before_the_first_release_there_is_no_report(run: Run) -> None:
    answer = run("report", "aa")
    assert answer.code == 3
    assert "Nothing is published yet" in answer.err


def test_there_is_never_half_a_report(
    run: Run, published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_file(tmp_path, "an earlier report", "board.pdf")

    def full(beside: Path, content: bytes) -> None:
        with beside.open("wb") as half:
            half.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = run("report", "aa", "-o", file)
    assert answer.code == 3
    assert "cannot be written: there is no room left on the disk. Make room, then try again." in answer.err
    assert file.read_text() == "an earlier report"
    assert not list(tmp_path.glob(".board*"))


def test_a_long_list_is_cut_short(run: Run) -> None:
    names = [f"p{number}" for number in range(terminal.LISTED + 2)]
    assert terminal.listed(names).endswith(", p29 and 2 more")
    assert terminal.listed(names[:-2]).endswith("p28, p29")


# ---- before there is a file ----


@pytest.mark.parametrize(("name", "begins"), [("asked.pdf", b"%PDF"), ("asked.html", b"<!doctype html>")])
def test_the_questions_are_printed_as_what_the_name_says(run: Run, tmp_path: Path, name: str, begins: bytes) -> None:
    answer = run("questionnaire", "trainee", "-o", tmp_path / name)
    assert answer.code == 0
    assert "The questions for trainees are in" in answer.out
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("tool", ["redcap", "limesurvey", "xlsform", "qualtrics", "forms"])
def test_the_questions_are_made_for_a_survey_tool(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("questionnaire", "trainee", "--for", tool, "--programme", "aa", "--year", "2025-26")
    assert answer.code == 0
    assert TOOLS[tool].steps in answer.out
    assert [path.stem for path in tmp_path.iterdir()] == [f"questionnaire-trainee-{tool}"]


def test_every_survey_tool_can_be_named() -> None:
    assert get_args(SurveyTool) == (*TOOLS,)


def test_all_that_a_survey_needs_is_written(run: Run, tmp_path: Path) -> None:
    answer = run("pack", "aa", "--year", "2025-26", "-o", tmp_path / "aa.zip")
    assert answer.code == 0
    assert "start-here.html" in answer.out
    assert zipfile.is_zipfile(tmp_path / "aa.zip")
    assert run("pack", "aa", "--year", "2025-27", "-o", tmp_path / "ab.zip").code == 3
    assert run("pack", "aa", "--year", "2025-26", "-o", tmp_path / "aa.pdf").code == 2
    assert "in English only" not in answer.out


def packed(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as zipped:
        return zipped.read(name).decode()


def test_a_pack_has_the_words_of_the_profession_that_the_programme_is_registered_with(run: Run, tmp_path: Path) -> None:
    words, path = "Trainee: student nurse.", tmp_path / "aa.zip"
    asked = ("pack", "aa", "--year", "2025-26", "-o", path)
    assert "not registered" not in run(*asked).out
    assert not (tmp_path / "home").exists()
    assert words not in packed(path, "staff/questionnaire.html")
    rows = programmes_csv("aa").replace(",psychology,Country,", ",mental_health_nursing,england,")
    run("load", a_file(tmp_path, rows), "--dataset", "programmes", "--catalogue", PROJECT / "data" / "catalogue.toml")
    shipped = ("--catalogue", PROJECT / "data" / "catalogue.toml")
    assert "not registered" not in run(*asked, *shipped).out
    assert words in packed(path, "staff/questionnaire.html")
    run(*asked, "--profession", "psychiatry", *shipped)
    assert words not in packed(path, "staff/questionnaire.html")


def test_a_pack_for_a_programme_that_is_not_registered_is_made_and_that_is_said(
    run: Run, registered: None, tmp_path: Path
) -> None:
    answer = run("pack", "cc", "--year", "2025-26", "-o", tmp_path / "cc.zip")
    assert answer.code == 0
    assert "cc is not registered in" in answer.out
    assert "not registered" not in run("pack", "aa", "--year", "2025-26", "-o", tmp_path / "aa.zip").out


def test_a_short_pack_leaves_out_what_is_optional(run: Run, tmp_path: Path) -> None:
    catalogue = PROJECT / "data" / "catalogue.toml"
    asked = ("pack", "aa", "--year", "2025-26", "--catalogue", catalogue, "-o")
    run(*asked, tmp_path / "long.zip")
    run(*asked, tmp_path / "short.zip", "--short")
    long, short = (packed(tmp_path / f"{name}.zip", "trainee/questionnaire.html") for name in ("long", "short"))
    assert 0 < short.count('class="question"') < long.count('class="question"')


def test_a_pack_in_another_language_says_what_is_in_english_only(run: Run, tmp_path: Path) -> None:
    source = (PROJECT / "data" / "catalogue.toml").read_text(encoding="utf-8")
    question = 'question = "It is safe for staff here to talk about their own lived experience."'
    catalogue = a_file(tmp_path, source.replace(question, f'{question}\nquestion_cy = "Diogel?"'), "welsh.toml")
    asked = ("pack", "aa", "--year", "2025-26", "-o", tmp_path / "aa.zip", "--language", "cy", "--catalogue", catalogue)
    said = " ".join(run(*asked).out.split())
    assert "not translated into cy" in said
    assert "start-here.html and the words of the templates are in English only." in said
    assert "under [pack.cy]: invitation reminder information privacy" in said


def test_files_go_where_one_is_and_are_named_for_what_they_are(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("questionnaire", "staff")
    run("template", "cohorts")
    run("template", "cohorts", "--xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"questionnaire-staff.pdf", "cohorts.csv", "cohorts.xlsx"}


def test_a_template_begun_for_a_programme_and_filled_in_is_accepted(run: Run, registered: None, tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "cohorts.csv"
    assert run("template", "cohorts", "--programme", "aa", "--year", "2024-25", "-o", file).code == 0
    empty = file.read_text()
    assert empty.splitlines()[1:] == ["aa,2024-25,staff,,", "aa,2024-25,trainee,,"]
    assert run("check", file, "--dataset", "cohorts").code == 1
    file.write_text(empty.replace("staff,,", "staff,20,").replace("trainee,,", "trainee,30,"))
    assert run("check", file, "--dataset", "cohorts").code == 0


def test_a_file_that_may_have_been_filled_in_is_not_written_over(run: Run, tmp_path: Path) -> None:
    file = a_file(tmp_path, "filled in")
    answer = run("template", "support", "-o", file)
    assert answer.code == 3
    assert "is there already" in answer.err
    assert file.read_text() == "filled in"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["questionnaire", "everybody"], 3, "has no respondent group everybody. It has staff, trainee."),
        (["questionnaire", "staff", "-o", "asked.doc"], 2, "does not end in .pdf or .html"),
        (["template", "cohorts", "-o", "cohorts.ods"], 2, "does not end in .csv or .xlsx"),
        (["template", "cohorts", "--xlsx", "-o", "cohorts.csv"], 2, "does not end in .xlsx"),
        (["template", "cohorts", "--year", "2024"], 2, "is not an academic year"),
        (["template", "cohorts", "--programme", "a programme"], 3, "is not an id"),
        (["template", "cohorts", "-o", "/dev/null/cohorts.csv"], 3, "cannot be written"),
        (["lacking", "aa", "--year", "2024"], 2, "is not an academic year"),
        (["lacking", "aa"], 4, "store"),
    ],
)
def test_what_cannot_be_made_is_said(run: Run, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    answer = run(*arguments)
    assert answer.code == code
    assert said in answer.err


def test_what_a_year_still_lacks_is_listed(run: Run, registered: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, counts_csv(*(("aa", "2024-25", name, 20, 8) for name in STAFF_QUESTIONS)))
    run("load", file, "--dataset", "counts")
    answer = run("lacking", "aa")
    assert answer.code == 0
    assert answer.out.startswith("aa in 2024-25 lacks:\ncohorts: How many were invited")
    assert "staff_responses: “I feel equipped to respond well" in answer.out
    assert "(equipped_to_respond)" in answer.out
    assert "trainee_responses: Answers of trainees, as responses or as counts." in answer.out
    assert "Not everything has to be sent" in answer.out
    listed = json.loads(run("lacking", "aa", "--year", "2023-24", "--json").out)
    assert listed["academic_year"] == "2023-24"
    assert [lack["entry"] for lack in listed["lacking"]] == [None] * 4
    assert run("lacking", "nobody").code == 3


def test_the_demonstration_lacks_nothing(run: Run, demo_home: Settings) -> None:
    answer = run("lacking", "demo-alder", "--home", demo_home.home, "--catalogue", demo_home.catalogue)
    assert answer.out == "demo-alder in 2025-26 lacks nothing.\n"


# ---- workbooks and titles ----


def test_a_sheet_is_chosen_and_each_is_an_audit_of_its_own(run: Run, registered: None, tmp_path: Path) -> None:
    headings = ["programme_id", "academic_year", "respondent_group", "invited"]
    years = [[headings, ["aa", year, "staff", 12]] for year in ("2023-24", "2024-25")]
    book = tmp_path / "cohorts.xlsx"
    book.write_bytes(a_workbook(*years))
    asked = run("load", book, "--dataset", "cohorts")
    assert asked.code == 2
    assert "the workbook has several sheets. Choose one with --sheet: “Sheet1”, “Sheet2”." in asked.err
    for sheet, year in (("Sheet1", "2023-24"), ("Sheet2", "2024-25")):
        assert year in run("load", book, "--dataset", "cohorts", "--sheet", sheet).out
    assert "Nothing was changed" in run("load", book, "--dataset", "cohorts", "--sheet", "Sheet2").out


def test_headings_below_a_title_are_pointed_to(run: Run, registered: None, tmp_path: Path) -> None:
    rows = counts_csv(("aa", "2024-25", "safe_to_share", 20, 8), ("bb", "2024-25", "safe_to_share", 20, 8))
    file = a_file(tmp_path, f"Our audit\n\n{rows}")
    assert "say --headings-line 3" in run("check", file, "--dataset", "counts").err
    assert run("check", file, "--dataset", "counts", "--headings-line", "3").code == 0


def test_a_finding_in_a_workbook_names_the_column_letter(run: Run, registered: None, tmp_path: Path) -> None:
    book = tmp_path / "cohorts.xlsx"
    rows = [["programme_id", "academic_year", "respondent_group", "invited"], ["aa", "2024-25", "staff", 12.5]]
    book.write_bytes(a_workbook(rows))
    answer = run("check", book, "--dataset", "cohorts")
    assert 'cohorts.xlsx, row 2, column D, invited: "12.5" is not a number of people' in answer.out


# ---- version and home ----


def test_the_version_is_said(run: Run) -> None:
    answer = run("--version")
    assert (answer.code, answer.out) == (0, f"openness {CODE_VERSION}\n")


def test_a_tilde_is_expanded_once_for_everything_in_a_home(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    loaded = run("load", a_file(tmp_path, programmes_csv("aa")), "--dataset", "programmes", "--home=~/audit")
    assert loaded.code == 0
    assert {"openness.log", "store.duckdb"} <= {path.name for path in (tmp_path / "audit").iterdir()}
    assert not (tmp_path / "~").exists()


def test_an_empty_home_is_as_good_as_none(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    file = a_file(tmp_path, programmes_csv("aa"))
    assert run("load", file, "--dataset", "programmes", "--home", "").code == 0
    assert (tmp_path / "home" / "store.duckdb").exists()
    assert not [*Path().iterdir()]


def test_an_installed_copy_names_the_home_that_nobody_chose(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENNESS_HOME")
    monkeypatch.setattr(settings, "default_home", lambda: tmp_path / "default")
    monkeypatch.setattr(options, "INSTALLED", True)
    command = ("check", a_file(tmp_path, programmes_csv("aa")), "--dataset", "programmes")
    assert "To use another folder, say --home or set OPENNESS_HOME." in run(*command).err
    assert "The home is" not in run(*command, "--home", tmp_path).err
    monkeypatch.setattr(options, "INSTALLED", False)
    assert "The home is" not in run(*command).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("withdraw", "--programme", "aa", "--reason", "It asked to."),
        ("submissions",),
        ("releases",),
        ("audit",),
        ("lacking", "aa"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_only_reads_or_takes_back_makes_no_store(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.code == 4
    assert "There is no store at" in answer.err
    assert "--home" in answer.err
    assert not (tmp_path / "home").exists()


def test_a_draft_of_a_mapping_is_written_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    export = a_file(tmp_path, "Response ID,Tea\n1,yes\n", "export.csv")
    code, out, _ = run("mapping", "draft", export, "--dataset", "trainee_responses")
    assert code == 0
    assert "export.toml is to be completed" in out
    assert 'dataset = "trainee_responses"' in (tmp_path / "export.toml").read_text()
    code, _, err = run("mapping", "draft", export, "--dataset", "trainee_responses")
    assert code == 3
    assert "export.toml is there already" in err
