"""What survey tools give is read rightly, or refused with the reason: by command line and on the page."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.upload import wording
from dashboard.upload.session import Widget
from dashboard.upload.tick_questions import BASE, EVERYBODY
from pipelines import cli
from pipelines.errors import OpennessError
from pipelines.instrument.dataset import Dataset
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.intake.loading import examine
from pipelines.intake.mapping_file import load_mapping
from pipelines.settings import Settings
from tests.dashboard.upload.administrator import Administrator, a_home, counted, held
from tests.factories import NOW, a_file
from tests.reference import export_mappings as maps
from tests.reference.export_cases import ALL_24, READ, REFUSED, Counts, catalogue_of, export
from tests.reference.export_mappings import LIVED, SAFE, TOLD
from tests.thorough import some

TOLD_OF = {
    "limesurvey_codes.csv": "not_sent",
    "qualtrics.csv": "not_sent",
    "surveymonkey_two_header_rows.csv": "second_headings",
    "surveymonkey_headings_end_blank.csv": "second_headings",
    "m01_year_slash.csv": "year_understood",
    "m02_year_long.csv": "year_understood",
    "m03_year_AY.csv": "year_understood",
}
"""What is read with a notice."""
OFTEN_TOLD = {"not_in_the_file", "nobody_counted", "rows_of_qualtrics"}
"""Notices that are no matter here."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run a command in a home of its own: its exit code, and what it says."""

    def command(home: Settings, *arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(text) for text in ("--home", home.home, "--catalogue", home.catalogue, *arguments)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return command


def home_of(folder: Path, name: str) -> Settings:
    return a_home(folder, catalogue_of(name))


def written(folder: Path, mapping: str) -> list[str | Path]:
    """The mapping as an option of a command, if there is one."""
    return ["--mapping", a_file(folder, mapping, "mapping.toml")] if mapping else []


# ---- the command line ----


@pytest.mark.parametrize("name", READ)
def test_an_export_comes_to_the_known_counts(run: Callable[..., tuple[int, str]], tmp_path: Path, name: str) -> None:
    mapping, counts = READ[name]
    home = home_of(tmp_path, name)
    options = ("--dataset", "trainee_responses", *written(tmp_path, mapping))
    code, said = run(home, "check", export(name), *options, "--json")
    assert code == 0, said
    rules = {finding["rule"] for finding in json.loads(said)["findings"]} - OFTEN_TOLD
    assert rules == ({TOLD_OF[name]} if name in TOLD_OF else set())
    assert run(home, "load", export(name), *options)[0] == 0
    assert held(home).items() >= counts.items()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_clean_table_is_refused_with_the_reason(
    run: Callable[..., tuple[int, str]], tmp_path: Path, name: str
) -> None:
    dataset, rule, reason = REFUSED[name]
    home = home_of(tmp_path, name)
    code, said = run(home, "check", export(name), "--dataset", dataset, "--json")
    findings = json.loads(said)["findings"]
    assert code == 1
    assert any(finding["rule"] == rule and reason in finding["message"] for finding in findings)
    assert run(home, "load", export(name), "--dataset", dataset)[0] == 1
    assert held(home) == {}


def test_years_that_a_spreadsheet_counted_up_are_noticed(run: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    home = home_of(tmp_path, "")
    code, said = run(home, "check", export("autofilled_years.csv"), "--dataset", "cohorts", "--json")
    assert code == 0
    assert "groups_in_different_years" in {finding["rule"] for finding in json.loads(said)["findings"]}


def test_a_hostile_mapping_is_refused_at_once_in_a_sentence(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    started = time.process_time()
    options = ("--dataset", "trainee_responses", "--mapping", export("deep_mapping.toml"))
    code, said = run(home_of(tmp_path, ""), "check", export("m00_good.csv"), *options)
    assert code == 2
    assert "deep_mapping.toml: brackets stand within brackets" in said
    assert time.process_time() - started < 20


MAPPINGS_OF_BEFORE = {
    "limesurvey_map.toml": ("limesurvey_codes.csv", "base_of_told_supervisor"),
    "limesurvey_map_ticked_only.toml": ("limesurvey_codes.csv", "only_ticks"),
    "msforms_map.toml": ("msforms.xlsx", "one_of"),
    "redcap_map.toml": ("redcap_raw.csv", "base_of_told_supervisor"),
    "google_map.toml": ("google_forms.csv", "academic_year"),
    "note_under_tick_box_map.toml": ("note_under_tick_box.csv", "no_respondent"),
    "personal_in_other_words_map.toml": ("personal_no_dob.csv", "personal_column"),
}
"""Mappings that cannot say what is right, their file, and why they are refused."""


@pytest.mark.parametrize("mapping", MAPPINGS_OF_BEFORE)
def test_a_mapping_that_does_not_say_enough_is_refused_and_not_counted_wrongly(mapping: str) -> None:
    name, rule = MAPPINGS_OF_BEFORE[mapping]
    assert rule in rules_of(name, export(mapping))


@pytest.mark.parametrize(
    ("mapping", "name", "counts"),
    [
        ("qualtrics_map.toml", "qualtrics.csv", {"lived_experience": (23, 16), "safe_to_share": (23, 9)}),
        ("qualtrics_keep_map.toml", "qualtrics.csv", {"safe_to_share": (23, 9)}),
        ("surveymonkey_map.toml", "surveymonkey_two_header_rows.csv", {"told_anyone_sup": (20, 7)}),
        ("surveymonkey_map.toml", "surveymonkey_headings_end_blank.csv", {"told_anyone_sup": (20, 7)}),
        ("limesurvey_map_nobase.toml", "limesurvey_codes.csv", {"sees_openness": (22, 8)}),
        ("name_of_programme_map.toml", "name_of_programme.csv", {"safe_to_share": (12, 12)}),
    ],
)
def test_a_mapping_written_before_still_counts_rightly(mapping: str, name: str, counts: Counts) -> None:
    file, read = export(name), load_mapping(export(mapping), "trainee_responses")
    instrument = load_catalogue(catalogue_of(name))
    examined = examine(file, Dataset("trainee_responses"), instrument, None, mapping=read, now=NOW)
    assert examined.counted is not None, [str(finding) for finding in examined.findings]
    assert counted(examined.counted) == counts


def rules_of(name: str, mapping: Path) -> set[str]:
    try:
        read = load_mapping(mapping, "trainee_responses")
        instrument = load_catalogue(catalogue_of(name))
        examined = examine(export(name), Dataset("trainee_responses"), instrument, None, mapping=read, now=NOW)
    except OpennessError as error:
        return {str(error)}
    assert not examined.accepted
    return {str(finding.rule) for finding in examined.findings if finding.severity == "error"} | {
        f"base_of_{column}"
        for finding in examined.findings
        for column in ("told_supervisor",)
        if "are asked only of those" in finding.expected
    }


# ---- the page ----


@pytest.mark.parametrize("name", some([*READ], 3))
def test_the_page_takes_what_the_command_line_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    mapping, counts = READ[name]
    page = Administrator(home_of(tmp_path, name), monkeypatch).offer(export(name))
    if mapping:
        page.bring_mapping(a_file(tmp_path, mapping, "mapping.toml"))
    if 'academic_year = "2024-25"' in mapping:  # the page asks for the year of each file anew
        page.say(wording.OTHER_YEAR, "2024-25", "text_input").press(wording.USE_AS_IT_IS)
    page.submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held.items() >= counts.items()


@pytest.mark.parametrize("name", some([*REFUSED], 3))
def test_the_page_refuses_what_the_command_line_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    dataset, _, reason = REFUSED[name]
    page = Administrator(home_of(tmp_path, name), monkeypatch, dataset).offer(export(name))
    if name == "note_under_tick_box.csv":
        page.say("“Response ID” is", wording.LEFT_OUT)
        page.say("“Has anyone qualified here been open? (tick)” is", "sees_openness")
        page.say("programme_id", "alder", "text_input").say("academic_year", "2024-25", "text_input")
        page.say("A blank means", EVERYBODY).press(wording.USE_MAPPING)
    said = reason.split(": ")[-1].split("column ")[-1]
    assert said in page.told, page.told
    assert held(page.home) == {}


def test_boxes_to_tick_are_matched_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(export("jisc.csv"))
    page.say("“Response ID” is", wording.LEFT_OUT).say(f"“2. {TOLD}” is", wording.LEFT_OUT)
    page.say(f"“1. {LIVED}” is", "lived_experience").say(f"“3. {SAFE}” is", "safe_to_share")
    for at, (column, person) in enumerate(maps.PEOPLE.items(), 1):
        page.say(f"“2.{at}. {person}” is", column)
    page.say("programme_id", "alder", "text_input").say("academic_year", "2024-25", "text_input")
    page.press(wording.TAKE_LIKELY).say("“Neither agree nor disagree” in", "neither")
    page.press(wording.USE_MAPPING)
    assert wording.not_yet([*maps.PEOPLE], []) in page.told
    page.say("A blank means", BASE).press(wording.USE_MAPPING).submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held == ALL_24


def test_several_answers_in_one_cell_are_matched_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(export("msforms.xlsx"))
    for heading in ("ID", "Start time", "Completion time", "Email", "Name"):
        page.say(f"“{heading}” is", wording.LEFT_OUT)
    page.say(f"“{LIVED}” is", "lived_experience").say(f"“{SAFE}” is", "safe_to_share")
    page.say(f"“{TOLD}” is", wording.SEVERAL)
    for column, person in maps.PEOPLE.items():
        page.say(wording.ticks(person), [column, "told_anyone"], "multiselect")
    page.say(wording.unanswered(TOLD), BASE)
    page.say("programme_id", "alder", "text_input").say("academic_year", "2024-25", "text_input")
    page.press(wording.TAKE_LIKELY).say("“Neither agree nor disagree” in", "neither")
    page.press(wording.USE_MAPPING).submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held == {**ALL_24, "told_anyone": (16, 13)}


def test_programmes_and_years_of_a_google_form_are_matched_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(export("google_forms.csv"))
    page.say("“Timestamp” is", "academic_year").say("“Which programme are you on?” is", "programme_id")
    page.say(f"“{LIVED}” is", "lived_experience").say(f"“{SAFE}” is", "safe_to_share")
    page.say("“What year are you in?” is", wording.LEFT_OUT).say(f"“{TOLD}” is", wording.SEVERAL)
    for column, person in maps.PEOPLE.items():
        page.say(wording.ticks(person), [column, "told_anyone"], "multiselect")
    page.say(wording.unanswered(TOLD), BASE)
    page.app.button(key=Widget.LIKELY_PROGRAMMES).click().run()
    page.say(wording.date_order("Timestamp"), "D/M/Y")
    page.say("“Yes” in lived_experience", "yes").say("“No” in lived_experience", "no")
    for cell in ("Strongly disagree", "Disagree", "Agree", "Strongly agree"):
        page.say(f"“{cell}” in safe_to_share", cell.lower().replace(" ", "_"))
    page.say("“Neither agree nor disagree” in", "neither").press(wording.USE_MAPPING).submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held == {**ALL_24, "told_anyone": (16, 13)}


def test_headings_that_come_twice_are_left_out_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(export("duplicate_free_headings.csv"))
    page.press(wording.REST_NOT_NEEDED).press(wording.USE_MAPPING).submit()
    assert wording.TAKEN_IN in page.told, page.told
    assert page.held == {"safe_to_share": (12, 12)}


def test_the_page_asks_what_a_column_called_name_is_before_it_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_file(tmp_path, export("name_of_programme.csv").read_text().replace("Name of programme", "Name"), "n.csv")
    page = Administrator(a_home(tmp_path), monkeypatch).offer(file)
    page.say("“Name” is", "programme_id").press(wording.USE_MAPPING).submit()
    assert page.held == {"safe_to_share": (12, 12)}


def test_a_hostile_mapping_is_refused_on_the_page_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Administrator(a_home(tmp_path), monkeypatch).offer(export("jisc.csv"))
    page.bring_mapping(export("deep_mapping.toml"))
    assert "brackets stand within brackets" in page.told
