"""A question that changes is another question. The files lie beside the project: shared/cases/instrument."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import Release, current
from dashboard.report.report import content
from pipelines import cli
from pipelines.disclosure.audit import attack_ledger
from pipelines.errors import Refused
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.store.store import Store
from pipelines.upload import Desk
from tests.dashboard.test_pages import open_page, text
from tests.factories import FIRST_EDITION, PROJECT, a_file, counts_csv, programmes_csv, released, shared

CASES = "cases/instrument"
REFUSED = 3
SAFE = "It is safe for trainees here to talk about their own lived experience."
COUNTS = {"2023-24": (20, 12), "2024-25": (22, 8)}
"""How many answered, and how many agreed, in the last year of one wording and the first of another."""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with a home of its own: its exit code, and what it says."""
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path / "home"))

    def command(catalogue: Path, *arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setenv("OPENNESS_CATALOGUE", str(catalogue))
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(left.value.code or 0), " ".join((said.out + said.err).split())

    return command


@pytest.fixture
def first_year(run: Run, tmp_path: Path) -> Path:
    """The first year is asked with the first catalogue, closed and published; the folder of the cases."""
    folder = shared(CASES)
    first = folder / "cat1.toml"
    rows = [pl.read_csv(folder / f"t_{year}.csv", columns=["programme_id"]) for year in ("2024-25", "2025-26")]
    for file, dataset in (
        (a_file(tmp_path, programmes_csv(*pl.concat(rows)["programme_id"].unique().sort())), "programmes"),
        (folder / "t_2024-25.csv", "trainee_responses"),
    ):
        assert run(first, "load", file, "--dataset", dataset)[0] == 0
    assert run(first, "close", "2024-25")[0] == 0
    assert run(first, "publish")[0] == 0
    return folder


# ---- refused ----


@pytest.mark.parametrize(
    ("catalogue", "differs"),
    [
        ("cat2_reworded", "the question was"),
        ("cat2_version", "the question was"),
        ("cat2_affirm", "the list of answers that count as yes was"),
    ],
)
def test_a_measure_that_is_defined_otherwise_is_refused_with_what_to_do(
    run: Run, first_year: Path, tmp_path: Path, catalogue: str, differs: str
) -> None:
    changed, before = first_year / f"{catalogue}.toml", released(tmp_path / "home", "result")
    for attempt in (("load", first_year / "t_2025-26.csv", "--dataset", "trainee_responses"), ("publish",)):
        code, said = run(changed, *attempt)
        assert code == REFUSED
        assert all(words in said for words in ("safe_to_share", differs, "new id", "`replaces`", "`comparable`"))
    assert released(tmp_path / "home", "result").equals(before)


def test_the_upload_page_refuses_a_changed_question_too(
    run: Run, first_year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(Settings(home=tmp_path / "home", catalogue=first_year / "cat2_affirm.toml"), ANYBODY_HERE)
    sheet = desk.read("t.csv", (first_year / "t_2025-26.csv").read_bytes(), None, None)
    with pytest.raises(Refused, match="safe_to_share"):
        desk.submit(sheet, "trainee_responses", None, by="somebody", in_place=False)


# ---- retired ----


def test_a_measure_that_is_dropped_stays_as_retired_with_its_words_and_results(
    run: Run, first_year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped, home = first_year / "cat2_drop.toml", tmp_path / "home"
    asked = pl.read_csv(first_year / "t_2025-26.csv", infer_schema=False).drop("must_appear_perfect").write_csv()
    assert run(dropped, "load", a_file(tmp_path, asked, "t.csv"), "--dataset", "trainee_responses")[0] == 0
    assert run(dropped, "close", "2025-26")[0] == 0
    before = released(home, "result").filter(measure_id="must_appear_perfect", status="published")
    assert run(dropped, "publish")[0] == 0
    after = released(home, "result").filter(measure_id="must_appear_perfect")
    kept = ["programme_id", "years", "respondents", "affirmative", "definition"]
    assert before.height
    assert after.filter(status="published").select(kept).equals(before.select(kept))
    [measure] = released(home, "measure").filter(measure_id="must_appear_perfect").to_dicts()
    assert measure["retired"]
    assert measure["question"] == "I feel that trainees here are expected to appear as though they never struggle."
    assert run(dropped, "audit")[0] == 0
    page = open_page(home, monkeypatch, "change", programme="demo-alder", measure="must_appear_perfect")
    assert "This is asked no more." in words(page)


# ---- replaced ----


def successor(folder: Path, *, comparable: bool) -> Path:
    """The first edition with another question in the place of the one about safety."""
    source = FIRST_EDITION.read_text(encoding="utf-8")
    assert source.count(SAFE) == 1
    replaced = f'id = "safe_here"\nreplaces = "safe_to_share"\ncomparable = {json.dumps(comparable)}\n'
    source = source.replace('id = "safe_to_share"\n', replaced, 1).replace('"safe_to_share"', '"safe_here"')
    source = source.replace('replaces = "safe_here"', 'replaces = "safe_to_share"')
    source = source.replace(SAFE, "Trainees can talk here.")
    return a_file(folder, source, f"successor-{comparable}.toml")


def published_with_both(run: Run, folder: Path, counts: dict[str, tuple[int, int]], *, comparable: bool) -> Path:
    """Two years of one programme, with a wording each, published; the home."""
    later = successor(folder, comparable=comparable)
    (first, *before), (second, *since) = ((year, n, k) for year, (n, k) in counts.items())
    files = (
        (FIRST_EDITION, programmes_csv("p0x"), "programmes"),
        (FIRST_EDITION, counts_csv(("p0x", first, "safe_to_share", before[0], before[1])), "counts"),
        (later, counts_csv(("p0x", second, "safe_here", since[0], since[1])), "counts"),
    )
    for number, (catalogue, rows, dataset) in enumerate(files):
        code, said = run(catalogue, "load", a_file(folder, rows, f"{number}.csv"), "--dataset", dataset)
        assert code == 0, said
    assert run(later, "close", first, second)[0] == 0
    assert run(later, "publish")[0] == 0
    assert run(later, "audit")[0] == 0
    return folder / "home"


@pytest.mark.parametrize("comparable", [True, False])
def test_answers_to_two_wordings_are_never_pooled(run: Run, tmp_path: Path, comparable: bool) -> None:
    home = published_with_both(run, tmp_path, {"2023-24": (9, 5), "2024-25": (12, 6)}, comparable=comparable)
    shown = released(home, "result").filter(status="published")
    assert shown.select("measure_id", "years", "respondents", "affirmative").rows() == [
        ("safe_here", ["2024-25"], 12, 6)
    ]


def test_a_comparable_question_is_one_picture_with_a_break_and_the_change_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = published_with_both(run, tmp_path, COUNTS, comparable=True)
    [change] = released(home, "change").to_dicts()
    assert (change["measure_id"], change["earlier_first_year"], change["across_break"]) == (
        "safe_here",
        "2023-24",
        True,
    )
    assert set(released(home, "measure").filter(series="safe_here")["measure_id"]) == {"safe_here", "safe_to_share"}
    page = open_page(home, monkeypatch, "change", programme="p0x", measure="safe_here", year="2024-25")
    assert f"From 2024-25 on the question is worded anew. Until then it was “{SAFE}”" in words(page)
    assert "The question was worded anew in between." in words(page)
    assert '"name":"break"' in page.get("plotly_chart")[0].proto.spec.replace(" ", "")
    assert page.table[0].value["Break"].to_list() == ["none", "question worded anew"]
    assert "worded anew" in json.dumps(content(opened(home), "p0x", "2024-25"), ensure_ascii=False, default=str)


def test_a_question_that_is_not_comparable_begins_a_new_series(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = published_with_both(run, tmp_path, COUNTS, comparable=False)
    assert released(home, "change").is_empty()
    results = released(home, "result").filter(status="published")
    assert sorted(results["measure_id"]) == ["safe_here", "safe_to_share"]
    page = open_page(home, monkeypatch, "change", programme="p0x", measure="safe_here", year="2024-25")
    assert f"Before that another question was asked: “{SAFE}”" in words(page)
    assert "cannot be set beside these" in words(page)
    overview = open_page(home, monkeypatch, "overview", programme="p0x", year="2024-25")
    [title] = released(home, "measure").filter(measure_id="safe_here")["title"]
    told = f"Other questions than before, whose answers are not set beside earlier ones: {title} (trainees)."
    assert told in words(overview)
    report = {year: content(opened(home), "p0x", year)["highlights"] for year in ("2023-24", "2024-25")}
    assert [told in sentences for sentences in report.values()] == [False, True]


def opened(home: Path) -> Release:
    path = current(home / "releases")
    assert path is not None
    return Release(path)


def words(app: AppTest) -> str:
    return text(app).replace("\N{NO-BREAK SPACE}", " ")


# ---- corrected ----


def test_a_corrected_wording_is_accepted_by_name_and_both_stand_in_the_release(run: Run, tmp_path: Path) -> None:
    folder, home = tmp_path, tmp_path / "home"
    corrected = a_file(folder, FIRST_EDITION.read_text(encoding="utf-8").replace(SAFE, f"{SAFE[:-1]}!"), "new.toml")
    run(FIRST_EDITION, "load", a_file(folder, programmes_csv("p0x"), "p.csv"), "--dataset", "programmes")
    run(
        FIRST_EDITION,
        "load",
        a_file(folder, counts_csv(("p0x", "2023-24", "safe_to_share", 9, 5))),
        "--dataset",
        "counts",
    )
    later = a_file(folder, counts_csv(("p0x", "2024-25", "safe_to_share", 12, 6)), "later.csv")
    assert run(corrected, "load", later, "--dataset", "counts")[0] == REFUSED
    assert run(corrected, "catalogue", "accept-wording", "safe_to_share")[0] == 2  # without a reason
    code, said = run(corrected, "catalogue", "accept-wording", "safe_to_share", "--reason", "A sign was wrong.")
    assert (code, SAFE in said) == (0, True)
    assert run(corrected, "load", later, "--dataset", "counts")[0] == 0
    assert run(corrected, "close", "2023-24", "2024-25")[0] == 0
    assert run(corrected, "publish")[0] == 0
    [correction] = released(home, "wording_correction").to_dicts()
    assert (correction["before"], correction["after"]) == (SAFE, f"{SAFE[:-1]}!")
    assert correction["reason"] == "A sign was wrong."
    [measure] = released(home, "measure").filter(measure_id="safe_to_share").to_dicts()
    assert measure["definition"] == correction["definition"]
    assert released(home, "result").filter(status="published")["definition"].to_list() in ([], [measure["definition"]])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('answers = ["strongly_disagree"', 'answers = ["not_sure", "strongly_disagree"', "more than a correction"),
        ("no such words", "", "as the store knows it already"),
        (SAFE, "Trainees here should keep their own lived experience to themselves.", "more than a slip of the pen"),
    ],
)
def test_more_than_a_correction_or_none_at_all_is_refused(
    run: Run, tmp_path: Path, old: str, new: str, why: str
) -> None:
    source = FIRST_EDITION.read_text(encoding="utf-8")
    start = source.index('id = "safe_to_share"')
    changed = a_file(tmp_path, source[:start] + source[start:].replace(old, new, 1), "new.toml")
    run(FIRST_EDITION, "load", a_file(tmp_path, programmes_csv("p0x"), "p.csv"), "--dataset", "programmes")
    counted = a_file(tmp_path, counts_csv(("p0x", "2023-24", "safe_to_share", 9, 5)))
    run(FIRST_EDITION, "load", counted, "--dataset", "counts")
    code, said = run(changed, "catalogue", "accept-wording", "safe_to_share", "--reason", "Why not.")
    assert code == REFUSED
    assert why in said


# ---- side by side, and code lists ----


def test_staff_and_trainees_stand_side_by_side_and_no_difference_is_computed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, home, first = shared(CASES), tmp_path / "home", FIRST_EDITION
    for name, dataset in (("programmes", "programmes"), ("cohorts", "cohorts"), ("counts", "counts")):
        assert run(first, "load", folder / f"seen_{name}.csv", "--dataset", dataset)[0] == 0
    run(first, "close", "2024-25")
    assert run(first, "publish")[0] == 0
    groups = dict(released(home, "measure").select("measure_id", "respondent_group").iter_rows())
    gaps = released(home, "gap").select("expected", "modelled").rows()
    assert gaps
    assert all(groups[expected] == groups[modelled] for expected, modelled in gaps)
    page = words(open_page(home, monkeypatch, "overview", programme="p0x", year="2024-25"))
    assert "4 of 20" in page
    assert "36 of 40" in page
    assert "20 of the 300" in page


def test_a_profession_in_four_spellings_is_three_errors_that_suggest_the_fourth(run: Run) -> None:
    code, said = run(
        PROJECT / "data" / "catalogue.toml", "check", shared(CASES) / "professions.csv", "--dataset", "programmes"
    )
    assert code == 1
    assert (
        said.count("If you mean clinical_psychology, write it exactly so")
        + said.count("Write it clinical_psychology, exactly so")
        == 3
    )


# ---- both editions in one store ----


def test_both_editions_stand_in_one_store_and_nothing_is_pooled_across(demo_home: Settings) -> None:
    first, second = (load_catalogue(path) for path in (FIRST_EDITION, PROJECT / "data" / "catalogue.toml"))
    with Store(demo_home.store, read_only=True) as store:
        ledger, contributions = store.ledger(), store.holdings().contributions
    assert attack_ledger(ledger).passed
    assert contributions["definition"].null_count() == 0
    per_list = ledger.parts.group_by("programme_id", "measure_id", "definition").len()
    assert per_list.height == per_list.select("programme_id", "measure_id").n_unique()
    only_first = set(first.measures) - set(second.measures)
    years: dict[str, set[str]] = {measure: set() for measure in only_first}
    for measure, covered in ledger.results.select("measure_id", "years").iter_rows():
        years.get(measure, set()).update(covered)
    assert max(year for covered in years.values() for year in covered) == "2020-21"
    retired = released(demo_home.home, "measure").filter("retired")
    assert set(retired["measure_id"]) == only_first
    assert released(demo_home.home, "change").filter("across_break").height


def test_every_result_bears_the_definition_of_its_measure(demo_home: Settings) -> None:
    path = current(demo_home.releases)
    assert path is not None
    with duckdb.connect(path, read_only=True) as release:
        strangers = release.execute(
            "SELECT count(*) FROM result JOIN measure USING (measure_id) "
            "WHERE status = 'published' AND result.definition <> measure.definition"
        ).fetchall()
    assert strangers == [(0,)]
