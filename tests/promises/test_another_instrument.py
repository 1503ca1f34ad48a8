"""Another instrument, in another language, with one group, one measure and no support items, is a file and no code."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.release.reader import Release, current
from dashboard.report.report import content
from pipelines import cli
from pipelines.instrument.catalogue import read_catalogue
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
id = "staff"
people = "Beschäftigte"
person = "beschäftigte Person"

[[measure]]
id = "zufrieden"
pillar = "staff_openness"
group = "staff"
title = "Zufrieden"
question = "Ich arbeite gern hier."
answers = ["ja", "nein", "keine_angabe"]
affirmative = ["ja"]
basis = "experience"
direction = "up"
source = "Eigener Entwurf"
"""
OURS = re.compile(
    r"trainee|supervis|tutor|disclos|lived experience|mental health|staff openness|kept it to yourself"
    r"|samaritan|in2gr8|116 ?123|\bUK\b|wellbeing contact",
    re.IGNORECASE,
)
"""Words of the first instrument. None of them belongs into another."""
YEARS = ("2023-24", "2024-25")
PROGRAMMES = ("aa", "bb", "cc", "dd")

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command that succeeds, with the other catalogue; what it says."""
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENNESS_CATALOGUE", str(a_file(tmp_path, CATALOGUE, "catalogue.toml")))

    def command(*arguments: str | Path) -> str:
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert not left.value.code, said.err
        return said.out + said.err

    return command


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Path:
    """Four programmes, asked in two years, and published."""
    rows = [f"{programme},Werk {programme.upper()},metall,de,,yes" for programme in PROGRAMMES]
    heads = "programme_id,programme_name,profession,country,region,named"
    answers = [
        f"{programme},{year},{'ja' if person < 8 + number else 'nein'}"
        for year in YEARS
        for number, programme in enumerate(PROGRAMMES)
        for person in range(20)
    ]
    registered = a_file(tmp_path, "\n".join([heads, *rows]) + "\n", "p.csv")
    answered = a_file(tmp_path, "\n".join(["programme_id,academic_year,zufrieden", *answers]) + "\n", "s.csv")
    run("check", registered, "--dataset", "programmes")
    run("load", registered, "--dataset", "programmes")
    run("load", answered, "--dataset", "staff_responses")
    run("close", *YEARS)
    assert "8 published" in run("publish")
    return tmp_path / "home"


def test_its_questionnaire_and_template_hold_its_words_alone(run: Run, tmp_path: Path) -> None:
    page, form = tmp_path / "q.html", tmp_path / "t.csv"
    run("questionnaire", "staff", "-o", page)
    run("template", "staff_responses", "-o", form)
    printed = page.read_text(encoding="utf-8")
    assert '<html lang="de">' in printed
    assert "Ich arbeite gern hier." in printed
    assert OURS.findall(printed) == []
    assert "zufrieden" in form.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_of_its_people_and_of_nobody_else(
    home: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    app = open_page(home, monkeypatch, page, programme="aa", year=YEARS[-1])
    boxes = [str((box.label, box.options)) for box in app.selectbox]
    tables = [table.value.to_csv() for table in app.table]
    parts = [element.value for element in app.subheader] + [element.label for element in app.expander]
    shown = "\n".join([text(app).replace("\u2060", ""), *boxes, *tables, *parts])
    assert OURS.findall(shown) == []


def test_its_report_speaks_of_its_people_and_of_nobody_else(run: Run, home: Path, tmp_path: Path) -> None:
    run("report", "aa", "--year", YEARS[-1], "-o", tmp_path / "r.pdf")
    path = current(home / "releases")
    assert path is not None
    with Release(path) as release:
        told = json.dumps(content(release, "aa", YEARS[-1]), ensure_ascii=False)
    assert "Zufrieden" in told
    assert OURS.findall(told) == []
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_what_its_year_lacks_is_told_without_a_group_that_nobody_asks(run: Run, home: Path) -> None:
    assert home.exists()
    assert OURS.findall(run("lacking", "aa", "--year", YEARS[-1])) == []


def test_a_line_in_another_language_needs_no_code(tmp_path: Path) -> None:
    catalogue = read_catalogue(
        "c.toml", CATALOGUE.replace('question = "', 'question_fr = "J’aime."\nquestion = "').encode()
    )
    assert catalogue.measures["zufrieden"].translation("question", "fr") == "J’aime."
