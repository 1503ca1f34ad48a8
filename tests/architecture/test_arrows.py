"""Imports run one way, so that no page can hold what the release does not. Each wall is tried with a breaking line."""

import ast

import pytest

from tests.architecture.walls import ATTACKER, DASHBOARD, PIPELINES, PURE, RULE, WALLS, room_of, sources
from tests.factories import PROJECT

SOURCES = sources(PROJECT)

BREAKS = [
    ("pipelines_run_one_way", "pipelines.store.store", "from pipelines.release.publishing import publish"),
    ("pipelines_run_one_way", "pipelines.statistics.gaps", "from pipelines.disclosure.rule import decide"),
    ("pipelines_run_one_way", "pipelines.reading.reader", "from pipelines.instrument.catalogue import Catalogue"),
    ("pipelines_run_one_way", "pipelines.documents.receipt", "from pipelines import upload"),
    ("pipelines_run_one_way", "pipelines.errors", "from pipelines.store.store import Store"),
    ("dashboard_runs_one_way", "dashboard.charts.base", "from dashboard.components import blocks"),
    ("dashboard_runs_one_way", "dashboard.wording.sentences", "import dashboard.release.reader"),
    ("attacker_never_meets_rule", "pipelines.disclosure.attacker", "from pipelines.disclosure.rule import published"),
    ("attacker_never_meets_rule", "pipelines.disclosure.attacker", "from pipelines.disclosure import waiting_lists"),
    ("attacker_never_meets_rule", "pipelines.disclosure.attacker_people", "import pipelines.disclosure.audit as a"),
    ("rule_never_meets_attacker", "pipelines.disclosure.waiting_lists", "from pipelines.disclosure.audit import reach"),
    ("rule_never_meets_attacker", "pipelines.disclosure.rule", "from pipelines.disclosure.attacker import audit"),
    (
        "verification_shares_no_statistics",
        "pipelines.verification.gaps",
        "from pipelines.statistics.gaps import gap",
    ),
    ("pure_rooms_stay_pure", "pipelines.disclosure.rule", "import duckdb"),
    ("pure_rooms_stay_pure", "pipelines.statistics.estimators", "NOW = datetime.now()"),
    ("pure_rooms_stay_pure", "pipelines.checking.checker", "import os"),
    ("pure_rooms_stay_pure", "pipelines.instrument.datasets", "ROWS = pl.read_csv('x.csv')"),
    ("pure_rooms_stay_pure", "pipelines.statistics.gaps", "CHANCE = np.random.default_rng()"),
    ("pure_rooms_stay_pure", "pipelines.statistics.gaps", "import uuid"),
    ("pure_rooms_stay_pure", "pipelines.statistics.gaps", "CLOCK = datetime.now"),
    ("pure_rooms_stay_pure", "pipelines.checking.counting", "from pipelines.private_files import tighten"),
    ("pure_rooms_stay_pure", "pipelines.checking.counting", "print(open)"),
    ("one_door_to_duckdb", "pipelines.release.frames", "import duckdb"),
    ("one_door_to_duckdb", "dashboard.charts.base", "import _duckdb"),
    ("one_door_to_duckdb", "pipelines.release.publishing", "ROWS = pl.read_database_uri('SELECT 1', 'duckdb:///x')"),
    ("one_door_to_duckdb", "pipelines.cli", "import duckdb"),
    ("one_door_to_duckdb", "dashboard.app_pages.overview", "import duckdb"),
    ("pipelines_know_no_page", "pipelines.upload", "import streamlit"),
    ("pipelines_know_no_page", "pipelines.documents.receipt", "from dashboard.report import report"),
    ("pages_read_the_release", "dashboard.app_pages.overview", "from pipelines.store.store import Store"),
    ("pages_read_the_release", "dashboard.upload.steps", "from pipelines.checking.mapping import Mapping"),
    ("pages_read_the_release", "dashboard.charts.base", "from pipelines import cli"),
    ("only_three_pages_have_doors", "dashboard.components.blocks", "from pipelines.steward.waiting import look"),
    ("only_three_pages_have_doors", "dashboard.app_pages.overview", "from pipelines.steward.waiting import look"),
    ("only_three_pages_have_doors", "dashboard.app_pages.steward", "from pipelines.upload import Desk"),
    ("only_three_pages_have_doors", "dashboard.upload.steps", "from pipelines.steward.waiting import look"),
    ("only_three_pages_have_doors", "dashboard.components.data", "from pipelines.steward.waiting import look"),
    ("only_three_pages_have_doors", "dashboard.app_pages.about", "from pipelines.release.export import archive"),
    ("only_three_pages_have_doors", "dashboard.site.field", "from pipelines.release.export import archive"),
    ("dashboard_runs_one_way", "dashboard.report.report", "from dashboard.site import markup"),
    ("charts_and_wording_are_functions", "dashboard.site.site", "import duckdb"),
    ("charts_and_wording_are_functions", "dashboard.charts.base", "import streamlit as st"),
    ("charts_and_wording_are_functions", "dashboard.wording.sentences", "import duckdb"),
    ("the_release_knows_no_page", "dashboard.release.reader", "from streamlit import cache_data"),
    ("nothing_is_imported_by_name", "dashboard.app", "from importlib import import_module"),
    ("nothing_is_imported_by_name", "pipelines.disclosure.attacker", "from .rule import published"),
    ("nothing_is_imported_by_name", "pipelines.disclosure.attacker", "from importlib import import_module as found"),
    ("nothing_is_imported_by_name", "pipelines.disclosure.attacker", "exec('import pipelines.disclosure.rule')"),
    ("nothing_is_imported_by_name", "pipelines.disclosure.attacker", "RULE = sys.modules['pipelines.disclosure.rule']"),
    ("no_package_is_imported_whole", "pipelines.disclosure.attacker", "from pipelines import disclosure"),
    ("no_package_is_imported_whole", "pipelines.disclosure.attacker", "import pipelines.disclosure.bitsets"),
    ("no_package_is_imported_whole", "pipelines.disclosure.attacker", "from pipelines.disclosure import *"),
    ("packages_import_nothing", "pipelines.disclosure", "from pipelines.disclosure.rule import enough"),
    ("pages_open_nothing", "dashboard.app_pages.overview", "STORE = open('store.duckdb')"),
    ("pages_open_nothing", "dashboard.wording.sentences", "from pathlib import Path"),
    ("pages_are_short", "dashboard.app_pages.about", "QUERY = 'SELECT 1'"),
]


@pytest.mark.parametrize("wall", WALLS)
def test_no_wall_is_broken(wall: str) -> None:
    assert not WALLS[wall].broken_by(SOURCES), WALLS[wall].sentence


@pytest.mark.parametrize(("wall", "module", "line"), BREAKS)
def test_a_line_that_breaks_a_wall_is_found(wall: str, module: str, line: str) -> None:
    """The wall must name the module, and must have been whole before."""
    changed = SOURCES | {module: f"{SOURCES[module]}\n{line}\n"}
    found = WALLS[wall].broken_by(changed)
    assert found
    assert all(complaint.startswith(f"{module}: ") for complaint in found)


def test_every_wall_is_tried() -> None:
    assert {wall for wall, _, _ in BREAKS} == {*WALLS}


def test_every_room_has_a_floor() -> None:
    """A folder that no wall knows would be ground, which every room may import."""
    for package, floors in (("pipelines", PIPELINES), ("dashboard", DASHBOARD)):
        folders = {path.parent.name for path in (PROJECT / package).glob("*/*.py")}
        assert folders <= set().union(*floors), package
    assert {*PURE} <= set().union(*PIPELINES)


def test_every_module_of_disclosure_belongs_to_a_half_or_brings_both_together() -> None:
    names = {
        module.rsplit(".", 1)[1] for module in SOURCES if room_of(module) == "disclosure" and module.count(".") > 1
    }
    assert names <= {*ATTACKER, *RULE, "audit"}


def test_the_command_line_reaches_into_the_dashboard_only_inside_a_command() -> None:
    for module, text in SOURCES.items():
        if module.startswith("pipelines.cli"):
            at_import = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
            assert not any("dashboard" in ast.unparse(node) for node in at_import), module
