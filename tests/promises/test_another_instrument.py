"""Another instrument, in another language, with one group, one measure and no support items, is a file and no code."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release.reader import Release, current
from dashboard.report import sheet as sheets
from dashboard.report.field import content as field_content
from dashboard.report.report import content
from dashboard.site.site import files
from pipelines import cli
from pipelines.documents.survey_pack import pack
from pipelines.instrument.catalogue import read_catalogue
from pipelines.release import export
from pipelines.release.file import descriptions
from tests.dashboard.test_pages import PAGES, open_page, text
from tests.factories import a_file

CATALOGUE = """
[instrument]
id = "arbeitsklima"
version = "1"
title = "Arbeitsklima"
status = "Ein Entwurf."
language = "de"

[tiers]
standard = { minimum_respondents = 10, minimum_each_side = 3 }
sensitive = { minimum_respondents = 15, minimum_each_side = 4 }

[[group]]
id = "crew"
people = "Beschäftigte"
person = "beschäftigte Person"
subgroup = "schicht"
subgroup_question = "In welcher Schicht arbeiten Sie?"
subgroup_codes = [{ code = "frueh", label = "Früh" }, { code = "spaet", label = "Spät" }]

[[measure]]
id = "zufrieden"
pillar = "klima"
group = "crew"
title = "Zufrieden"
question = "Ich arbeite gern hier."
answers = ["ja", "nein", "keine_angabe"]
affirmative = ["ja"]
basis = "experience"
direction = "up"
source = "Eigener Entwurf"
"""
OURS = re.compile(
    r"trainee|\bstaff\b|supervisor|tutor|disclos(?!ure control)|lived experience|mental.health|staff openness"
    r"|kept it to yourself|samaritan|in2gr8|116 ?123|\bUK\b|wellbeing contact|train(?:ing|ed)|psycholog"
    r"|\bnurs|placement|sharing|\bshared?\b (?:with|about)|would tell",
    re.IGNORECASE,
)
"""Words of the first instrument. None of them belongs into another."""
EMPTY = re.compile(r"<(?:ul|ol|dl|table|tbody|section)\b[^>]*></")
"""A part of a page in which there is nothing."""
YEARS = ("2023-24", "2024-25")
PROGRAMMES = ("aa", "bb", "cc", "dd")

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command that succeeds, with the other catalogue; what it says."""
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(a_file(tmp_path, CATALOGUE, "catalogue.toml")))

    def command(*arguments: str | Path) -> str:
        code = code_of(*arguments)
        said = capsys.readouterr()
        assert not code, said.err
        return said.out + said.err

    return command


def code_of(*arguments: str | Path) -> object:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    return left.value.code


def run_in(folder: Path, catalogue: str) -> Run:
    """Run a command that succeeds in the home of a folder, with a catalogue; what it says."""
    place = "--home", folder / "home", "--catalogue", a_file(folder, catalogue, "catalogue.toml")

    def command(*arguments: str | Path) -> str:
        with redirect_stdout(StringIO()) as said, redirect_stderr(said):
            code = code_of(*place, *arguments)
        assert not code, said.getvalue()
        return said.getvalue()

    return command


@pytest.fixture
def home(run: Run, built: Path, tmp_path: Path) -> Path:
    """Four programmes, asked in two years, and published."""
    return shutil.copytree(built, tmp_path / "home")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("built")
    run = run_in(tmp_path, CATALOGUE)
    rows = [f"{programme},Werk {programme.upper()},metall,de,,yes" for programme in PROGRAMMES]
    heads = "programme_id,programme_name,profession,country,region,named"
    answers = [
        f"{programme},{year},{'ja' if person < 8 + number else 'nein'}"
        for year in YEARS
        for number, programme in enumerate(PROGRAMMES)
        for person in range(20)
    ]
    registered = a_file(tmp_path, "\n".join([heads, *rows]) + "\n", "p.csv")
    invited = [f"{programme},{year},crew,25" for programme in PROGRAMMES for year in YEARS]
    heads = "programme_id,academic_year,respondent_group,invited"
    cohorts = a_file(tmp_path, "\n".join([heads, *invited]) + "\n", "c.csv")
    answered = a_file(tmp_path, "\n".join(["programme_id,academic_year,zufrieden", *answers]) + "\n", "s.csv")
    run("check", registered, "--dataset", "programmes")
    run("load", registered, "--dataset", "programmes")
    run("load", cohorts, "--dataset", "cohorts")
    run("load", answered, "--dataset", "crew_responses")
    run("close", *YEARS)
    assert "8 published" in run("publish")
    return tmp_path / "home"


def test_its_questionnaire_and_template_hold_its_words_alone(run: Run, tmp_path: Path) -> None:
    page, form = tmp_path / "q.html", tmp_path / "t.csv"
    run("questionnaire", "crew", "-o", page)
    run("template", "crew_responses", "-o", form)
    printed = page.read_text(encoding="utf-8")
    assert '<html lang="de">' in printed
    assert "Ich arbeite gern hier." in printed
    assert OURS.findall(printed) == []
    assert form.read_text(encoding="utf-8-sig").splitlines() == ["programme_id,academic_year,schicht,zufrieden"]


def test_the_file_of_who_was_invited_has_a_row_for_its_group_alone(run: Run, tmp_path: Path) -> None:
    form = tmp_path / "cohorts.csv"
    run("template", "cohorts", "--programme", "aa", "--year", "2024-25", "-o", form)
    rows = form.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [row.split(",")[:3] for row in rows] == [["aa", "2024-25", "crew"]]


@pytest.mark.parametrize("dataset", ["staff_responses", "trainee_responses", "answers"])
def test_a_dataset_of_a_group_that_it_does_not_have_is_refused(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], dataset: str
) -> None:
    assert run("template", "crew_responses", "-o", tmp_path / "t.csv")
    with pytest.raises(SystemExit) as left:
        cli.main(["template", dataset, "-o", str(tmp_path / "other.csv")])
    assert left.value.code
    assert "crew_responses" in capsys.readouterr().err or dataset == "answers"


def test_a_sheet_for_its_group_is_printed_and_for_another_refused(run: Run, home: Path, tmp_path: Path) -> None:
    assert home.exists()
    run("report", "aa", "--year", YEARS[-1], "--sheet", "crew", "-o", tmp_path / "s.pdf")
    with pytest.raises(SystemExit) as left:
        cli.main(["report", "aa", "--year", YEARS[-1], "--sheet", "staff", "-o", str(tmp_path / "o.pdf")])
    assert left.value.code


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_of_its_people_and_of_nobody_else(
    home: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    app = open_page(home, monkeypatch, page, programme="aa", year=YEARS[-1])
    tables = [table.value.to_csv() for kind in (app.table, app.dataframe) for table in kind]
    shown = "\n".join([text(app).replace("\u2060", ""), *tables, *sent(app)])
    assert OURS.findall(shown) == []
    assert EMPTY.findall(shown) == []


def sent(app: AppTest) -> list[str]:
    """All that a page sends to the browser: every element with its labels and hints, as Streamlit writes it."""
    return [str(element.proto) for part in app._tree.children.values() for element in elements(part)]


def elements(block: Any) -> Iterator[Any]:
    """The elements within a block, and the blocks themselves where they have words of their own."""
    for child in block.children.values():
        if getattr(child, "proto", None) is not None:
            yield child
        if hasattr(child, "children"):
            yield from elements(child)


def test_whatever_is_taken_away_speaks_of_its_people_and_of_nobody_else(home: Path, tmp_path: Path) -> None:
    """Codebooks, comments, exports with their notes, the documents of a survey, and the site."""
    path = current(home / "releases")
    assert path is not None
    made = dict(export.files(path, "csv")) | {"codebook": export.codebook_of(path), "ddi": export.ddi_of(path)}
    said = {f"export/{name}": content.decode("utf-8-sig") for name, content in made.items()}
    said["comments"] = str(descriptions(path))
    catalogue = read_catalogue("c.toml", CATALOGUE.encode())
    with ZipFile(BytesIO(pack(catalogue, "aa", YEARS[-1], YEARS[-1]))) as zipped:
        texts = [name for name in zipped.namelist() if name.endswith((".html", ".txt", ".csv"))]
        said |= {f"pack/{name}": zipped.read(name).decode("utf-8-sig") for name in texts}
    with Release(path) as release:
        pages = files(release, None, lambda _: None)
        said |= {f"site/{name}": content.decode() for name, content in pages if name.endswith((".html", ".md"))}
    assert {name: found for name, text in said.items() if (found := OURS.findall(text))} == {}


def test_its_report_speaks_of_its_people_and_of_nobody_else(run: Run, home: Path, tmp_path: Path) -> None:
    run("report", "aa", "--year", YEARS[-1], "-o", tmp_path / "r.pdf")
    path = current(home / "releases")
    assert path is not None
    with Release(path) as release:
        told = json.dumps(content(release, "aa", YEARS[-1]), ensure_ascii=False)
        sheet = json.dumps(sheets.content(release, "aa", YEARS[-1], "crew"), ensure_ascii=False)
    assert "Zufrieden" in told
    assert "No number here is a target." in sheet
    assert OURS.findall(told + sheet) == []
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_gap_the_state_of_the_field_is_that_of_its_measures(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("report", "--field", "-o", tmp_path / "field.pdf")
    path = current(home / "releases")
    assert path is not None
    with Release(path) as release:
        told = field_content(release)
    assert told["lead"].startswith("What was found, in all programmes together")
    [everybody, *_] = told["groups"]
    assert [measure["title"] for measure in everybody["measures"]] == ["Zufrieden (Beschäftigte)"]
    shown = text(open_page(home, monkeypatch, "field"))
    assert "What was found, in all programmes together" in shown
    assert "“Zufrieden” (Beschäftigte)" in shown


def test_what_its_year_lacks_is_told_without_a_group_that_nobody_asks(run: Run, home: Path) -> None:
    assert home.exists()
    assert OURS.findall(run("lacking", "aa", "--year", YEARS[-1])) == []


def test_a_line_in_another_language_needs_no_code(tmp_path: Path) -> None:
    catalogue = read_catalogue(
        "c.toml", CATALOGUE.replace('\nquestion = "', '\nquestion_fr = "J’aime."\nquestion = "').encode()
    )
    assert catalogue.measures["zufrieden"].translation("question", "fr") == "J’aime."


# ---- two groups, neither of which is ours ----

GUESTS = """
[[group]]
id = "guest"
people = "Gäste"
person = "Gast"
longest_stay = 2

[[measure]]
id = "willkommen"
pillar = "klima"
group = "guest"
title = "Willkommen"
question = "Ich bin hier willkommen."
answers = ["ja", "nein"]
affirmative = ["ja"]
basis = "experience"
direction = "up"
source = "Eigener Entwurf"

[[gap]]
id = "beide"
title = "Beide"
expected = "willkommen"
modelled = "zufrieden"

[[association]]
id = "zusammen"
title = "Zusammen"
first = "zufrieden"
second = "willkommen"
"""


@pytest.fixture
def both(run: Run, built_with_guests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same home, in which guests are asked too from the next year on."""
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(a_file(tmp_path, CATALOGUE + GUESTS, "both.toml")))
    return shutil.copytree(built_with_guests, tmp_path / "home")


@pytest.fixture(scope="module")
def built_with_guests(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("guests")
    home = shutil.copytree(built, tmp_path / "home")
    run = run_in(tmp_path, CATALOGUE + GUESTS)
    for group, measure in (("crew", "zufrieden"), ("guest", "willkommen")):
        answers = [
            f"{programme},2025-26,{'ja' if person < 8 + number else 'nein'}"
            for number, programme in enumerate(PROGRAMMES)
            for person in range(20)
        ]
        text = "\n".join([f"programme_id,academic_year,{measure}", *answers]) + "\n"
        run("load", a_file(tmp_path, text, f"{group}.csv"), "--dataset", f"{group}_responses")
    run("close", "2025-26")
    run("publish")
    return home


def test_a_pair_of_two_other_groups_is_set_side_by_side_and_not_subtracted(both: Path) -> None:
    path = current(both / "releases")
    assert path is not None
    with Release(path) as release:
        assert release.people() == {"crew": "Beschäftigte", "guest": "Gäste"}
        told = content(release, "aa", "2025-26")
        assert told["gaps"] == []
        [pair] = told["side_by_side"]
        assert [sentence.split()[0] for sentence in pair["sentences"]]
        assert OURS.findall(json.dumps(told, ensure_ascii=False)) == []


@pytest.mark.parametrize("page", ["overview", "together", "support", "about", "upload"])
def test_pages_speak_of_two_other_groups(both: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    app = open_page(both, monkeypatch, page, programme="aa", year="2025-26")
    tables = [table.value.to_csv() for table in app.table]
    assert OURS.findall("\n".join([text(app).replace("\u2060", ""), *tables])) == []


def test_what_is_lacking_is_told_of_both(run: Run, both: Path) -> None:
    assert both.exists()
    said = run("lacking", "aa", "--year", "2024-25")
    assert "Answers of Gäste" in said
    assert "Answers of Beschäftigte" not in said
