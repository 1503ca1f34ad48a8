"""A store of the first edition is brought up to date and a copy of it kept; a newer one is refused."""

from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.disclosure.audit import attack_ledger
from pipelines.errors import Refused, StoreUnavailable
from pipelines.home_layout import STORE_OF_THE_FIRST_EDITION
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.definitions import definition
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.steward.record import record
from pipelines.store.event_record import Event
from pipelines.store.records import CLOSED, OPENED
from pipelines.store.store import Store
from tests.factories import (
    NOW,
    PROJECT,
    a_catalogue,
    a_file,
    a_measure,
    counts_csv,
    first_catalogue,
    loaded,
    shipped_catalogue,
)

CATALOGUE = a_catalogue(a_measure("asked"), a_measure("followed", base="asked"))
ROWS = """
INSERT INTO submission VALUES
    ('p', 'programmes', 'h', NULL, 2, 'tester', '2024-01-01', '1', 'test', '1', false),
    ('c', 'counts', 'h', NULL, 2, 'tester', '2024-01-01', '1', 'test', '1', false),
    ('d', 'counts', 'h', NULL, 1, 'tester', '2026-01-01', '1', 'test', '1', false);
INSERT INTO submission_scope VALUES
    ('p', 'elm', NULL, NULL), ('p', 'oak', NULL, NULL), ('c', 'elm', '2022-23', NULL), ('c', 'elm', '2023-24', NULL),
    ('d', 'elm', '2024-25', NULL);
INSERT INTO programme VALUES
    ('p', 'elm', 'elm', 'Elm', 'psychology', 'Country', NULL, 'yes'),
    ('p', 'oak', 'oak', 'Oak', 'psychology', 'Country', NULL, 'no');
INSERT INTO programme_code VALUES ('elm', 'programme-111111'), ('oak', 'programme-222222');
INSERT INTO contribution VALUES
    ('c', 'elm', '2022-23', 'asked', NULL, 8, 4), ('c', 'elm', '2023-24', 'asked', NULL, 12, 6),
    ('d', 'elm', '2024-25', 'asked', NULL, 9, 3);
INSERT INTO release VALUES ('2025-01-01-1', 1, '2025-01-01', 'tester', NULL);
INSERT INTO version VALUES
    (1, 1, 'elm', 'asked', '2022-23', 'c', 8, 4, false, false),
    (2, 1, 'elm', 'asked', '2023-24', 'c', 12, 6, false, false);
INSERT INTO part VALUES
    (1, 1, 'elm', 'asked', NULL, [1], 8, 0, 8, 4, false, 10, 3),
    (2, 1, 'elm', 'asked', NULL, [2], 12, 0, 12, 6, false, 10, 3);
INSERT INTO result VALUES (1, 1, 'elm', 'asked', [1, 2], ['2022-23', '2023-24'], 20, 10);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of the first edition: two years published together, and one that publishing has not seen."""
    place = tmp_path / "home" / "store.duckdb"
    place.parent.mkdir()
    with duckdb.connect(place) as connection:
        connection.execute((PROJECT / "tests" / "reference" / "first_edition_store.sql").read_text(encoding="utf-8"))
        connection.execute(ROWS)
    return place


def copy_of(path: Path) -> Path:
    return path.with_name(STORE_OF_THE_FIRST_EDITION)


def test_it_is_brought_up_to_date_with_its_catalogue_and_a_copy_is_kept(path: Path) -> None:
    with Store(path, catalogue=CATALOGUE) as store:
        assert store.submissions().height == 3
    with duckdb.connect(copy_of(path), read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM version").fetchall() == [(2,)]
    with Store(path, read_only=True) as store:  # and stays so
        assert store.release_ids() == ["2025-01-01-1"]


def test_what_was_seen_stays_and_has_the_definition_of_its_measure(path: Path) -> None:
    asked = definition(CATALOGUE, CATALOGUE.measures["asked"])
    with Store(path, catalogue=CATALOGUE) as store:
        ledger = store.ledger()
    assert ledger.seen.select("seen_id", "definition", "respondents", "known").rows() == [
        (1, asked, 8, False),
        (2, asked, 12, False),
    ]
    assert ledger.parts.select("seen", "years", "longest_stay").rows() == [([1], [2022], 1), ([2], [2023], 1)]
    assert ledger.published.select("years", "respondents", "people").rows() == [(["2022-23", "2023-24"], 20, 12)]
    assert attack_ledger(ledger).passed


def test_years_that_publishing_has_seen_are_closed_for_ever_and_others_are_open(path: Path) -> None:
    with Store(path, catalogue=CATALOGUE) as store:
        assert store.year_states() == {"2022-23": CLOSED, "2023-24": CLOSED, "2024-25": OPENED}
        with pytest.raises(Refused, match="2023-24 cannot be opened again"):
            store.open_years(["2023-24"], by="tester", at=NOW)


def test_what_comes_for_a_seen_year_is_set_aside_from_then_on(path: Path, tmp_path: Path) -> None:
    file = a_file(tmp_path, counts_csv(("elm", "2023-24", "asked", 13, 6)))
    with Store(path, catalogue=CATALOGUE) as store:
        assert loaded(store, file, "counts", CATALOGUE, replace=True).set_aside == ["elm in 2023-24"]


def test_codes_are_kept(path: Path) -> None:
    with Store(path, catalogue=CATALOGUE) as store:
        codes = dict(store.programmes().select("programme_id", "code").iter_rows())
    assert codes == {"elm": "programme-111111", "oak": "programme-222222"}


@pytest.mark.parametrize("read_only", [True, False])
def test_without_a_catalogue_it_says_what_to_do_and_is_left_alone(path: Path, read_only: bool) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"earlier version of openness.*`openness load`"):
        Store(path, read_only=read_only)
    assert path.read_bytes() == before
    assert not copy_of(path).exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"instrument": {"id": "test", "version": "2", "title": "T", "status": "S"}}, "version 1 of the catalogue"),
        ({"instrument": {"id": "other", "version": "1", "title": "T", "status": "S"}}, "catalogue “test”"),
    ],
)
def test_another_catalogue_than_its_own_is_refused_with_the_one_it_needs(
    path: Path, given: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=f"{sentence}.*--catalogue"):
        Store(path, catalogue=a_catalogue(a_measure("asked"), **given))
    assert not copy_of(path).exists()


@pytest.mark.parametrize("asked_alike", [True, False])
def test_answers_of_two_versions_are_never_taken_for_answers_to_one_question(path: Path, asked_alike: bool) -> None:
    """Some came in with the first edition that comes with openness, some with a later version of the steward's own."""
    first = first_catalogue()
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE submission SET instrument_id = $id", {"id": first.instrument.id})
        connection.execute("UPDATE submission SET catalogue_version = '1b' WHERE submission_id = 'd'")
        for table in ("contribution", "version", "part", "result"):
            connection.execute(f"UPDATE {table} SET measure_id = 'models_openness'")
    entry = first.measures["models_openness"].model_dump(exclude_none=True)
    if not asked_alike:
        entry["question"] = "Staff here should keep their own lived experience to themselves."
    later = {"id": first.instrument.id, "version": "1b", "title": "T", "status": "S"}
    own = a_catalogue(entry, instrument=later)
    before = path.read_bytes()
    if asked_alike:
        with Store(path, catalogue=own) as store:
            assert store.submissions().height == 3
        return
    with pytest.raises(Refused, match="models_openness from versions 1 and 1b of the catalogue, which asked it diff"):
        Store(path, catalogue=own)
    assert path.read_bytes() == before


def asked_with_the_first_edition(path: Path, measure: str = "models_openness") -> None:
    """The store's answers came in with version 1 of the instrument of the project."""
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE submission SET instrument_id = $id", {"id": first_catalogue().instrument.id})
        for table in ("contribution", "version", "part", "result"):
            connection.execute(f"UPDATE {table} SET measure_id = '{measure}'")


def version_1_of_ours(question: str | None) -> Catalogue:
    """A file that calls itself version 1 of the project's instrument, with this question in one measure."""
    first = first_catalogue()
    entry = first.measures["models_openness"].model_dump(exclude_none=True)
    asked = entry if question is None else entry | {"question": question}
    return a_catalogue(asked, a_measure("of_ours"), instrument=first.instrument.model_dump(exclude_none=True))


def test_a_catalogue_that_only_calls_itself_the_first_edition_is_not_believed(path: Path) -> None:
    asked_with_the_first_edition(path)
    before = path.read_bytes()
    with pytest.raises(Refused, match=r"version 1 of “openness-audit”, but it asks models_openness otherwise.*leave"):
        Store(path, catalogue=version_1_of_ours("Staff here should keep their own lived experience to themselves."))
    assert path.read_bytes() == before
    assert not copy_of(path).exists()


@pytest.mark.parametrize(
    ("measure", "whose"),
    [("models_openness", "the one that comes with openness"), ("of_ours", "the one that you gave")],
)
def test_a_catalogue_of_the_same_version_that_asks_the_same_is_taken(path: Path, measure: str, whose: str) -> None:
    """The one that comes with openness where it has every measure; else the one given."""
    asked_with_the_first_edition(path, measure)
    with Store(path, catalogue=version_1_of_ours(None)) as store:
        [told] = store.brought_up_to_date
    assert f"asked with version 1 of the catalogue “openness-audit” ({whose})." in told
    assert str(copy_of(path)) in told


def test_it_is_told_once_and_stands_in_the_record(path: Path) -> None:
    settings = Settings(home=path.parent)
    with Store(path, catalogue=CATALOGUE) as store:
        assert len(store.brought_up_to_date) == 1
    with Store(path, catalogue=CATALOGUE) as store:
        assert store.brought_up_to_date == []
    [event] = record(settings, ANYBODY_HERE).filter(event=Event.BROUGHT_UP_TO_DATE).to_dicts()
    assert event["detail"] == (
        "Its answers are taken to have been asked with version 1 of the catalogue “test” (the one that you gave)."
    )


def test_a_store_without_answers_is_told_to_have_held_none(path: Path) -> None:
    with duckdb.connect(path) as connection:
        for table in ("result", "part", "version", "contribution", "submission_scope", "submission", "programme"):
            connection.execute(f"DELETE FROM {table}")
    with Store(path, catalogue=CATALOGUE) as store:
        [told] = store.brought_up_to_date
    assert told.endswith("It held no answers.")


def test_the_command_line_says_with_which_catalogue_the_answers_were_taken_to_be_asked(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENNESS_CATALOGUE", raising=False)
    asked_with_the_first_edition(path)
    with pytest.raises(SystemExit):
        cli.main(["open", "2025-26", "--home", str(path.parent)])
    said = " ".join(capsys.readouterr().err.split())
    assert "version 1 of the catalogue “openness-audit” (the one that comes with openness)." in said
    assert "If they were asked with other questions, put the copy back as store.duckdb" in said


def test_the_first_edition_that_comes_with_the_project_is_known_by_its_version(path: Path) -> None:
    """The second edition is given, and the store was made with the first: nobody has to look for its file."""
    first, second = first_catalogue(), shipped_catalogue()
    asked_with_the_first_edition(path)
    with Store(path, catalogue=second) as store:
        ledger, everything = store.ledger(), store.everything_asked(second)
        store.require_definitions(second)
    assert set(ledger.seen["definition"]) == {definition(first, first.measures["models_openness"])}
    assert everything.retired_ids == {"models_openness"}
    assert everything.measures["models_openness"].question == first.measures["models_openness"].question


def test_cohorts_and_support_of_an_old_store_take_what_is_new(path: Path) -> None:
    with Store(path, catalogue=CATALOGUE) as store:
        held = store.holdings()
    assert "collected_by" in held.cohorts.columns
    assert {"reviewed_on", "evidence_url"} <= set(held.support.columns)


def test_a_catalogue_without_a_measure_that_it_holds_is_refused(path: Path) -> None:
    with pytest.raises(Refused, match="answers to asked, which this catalogue does not have"):
        Store(path, catalogue=a_catalogue(a_measure("another")))


def test_where_it_fails_half_way_the_store_is_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.migration.NO_LONGER_NEEDED", ("no_such_table",))
    with pytest.raises(StoreUnavailable):
        Store(path, catalogue=CATALOGUE)
    monkeypatch.undo()
    with Store(path, catalogue=CATALOGUE) as store:
        assert store.submissions().height == 3


@pytest.mark.parametrize(("version", "opens"), [(2, True), (3, False)])
def test_a_store_of_a_newer_version_is_refused(path: Path, version: int, opens: bool) -> None:
    with Store(path, catalogue=CATALOGUE):
        pass
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store_version SET version = $version", {"version": version})
    if opens:
        Store(path, read_only=True).__exit__(None, None, None)
    else:
        with pytest.raises(StoreUnavailable, match=r"made by a newer version of openness.*Install"):
            Store(path, read_only=True)
