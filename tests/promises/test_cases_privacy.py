"""Small histories that gave something away once. The files lie beside the project: shared/cases/privacy."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.progress import quiet
from pipelines.reading.reader import read
from pipelines.release.publishing import publish
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.store.records import Receipt
from pipelines.store.store import Store
from pipelines.upload import Desk
from tests.factories import NOW, a_file, counts_csv, loaded, released, shared

CASES = "cases/privacy"
OF_THE_RELEASE_ITSELF = {"release"}
"""The relation that says when and by whom a release was made."""


@pytest.fixture(scope="module")
def first_edition() -> Catalogue:
    return load_catalogue(shared("catalogue.toml"))


class Case:
    """A home, and the files of one case."""

    def __init__(self, folder: Path, store: Store, catalogue: Catalogue) -> None:
        self.folder, self.store, self.catalogue = folder, store, catalogue
        self.send("programmes.csv", "programmes")

    def send(self, name: str, dataset: str = "counts", catalogue: Catalogue | None = None) -> Receipt:
        """Load a file in the place of whatever there is; its years stay as they are."""
        return loaded(self.store, self.folder / name, dataset, catalogue or self.catalogue, replace=True, close=False)

    def close(self) -> None:
        self.store.close_years(self.store.year_states(), by="steward", at=NOW)

    def publish(self, catalogue: Catalogue | None = None) -> str:
        home = self.store.path.parent
        done = publish(self.store, catalogue or self.catalogue, home / "releases", now=NOW, published_by="steward")
        return done.release_id

    def shown(self, relation: str) -> pl.DataFrame:
        return released(self.store.path.parent, relation)

    def release(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that the latest release says, in its order, but for its own row."""
        home = self.store.path.parent
        current = (home / "releases" / "current").read_text(encoding="utf-8")
        with duckdb.connect(home / "releases" / current / "release.duckdb", read_only=True) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
            return {
                table: connection.execute(f"FROM {table}").fetchall()
                for (table,) in tables
                if table not in OF_THE_RELEASE_ITSELF
            }

    def offered(self) -> set[str]:
        releases = self.store.path.parent / "releases"
        return {path.name for path in releases.iterdir() if path.name in self.store.release_ids()}


Begin = Callable[[str], Case]


@pytest.fixture
def begin(store: Store, first_edition: Catalogue) -> Begin:
    return lambda name: Case(shared(f"{CASES}/{name}"), store, first_edition)


def test_no_file_tells_by_what_becomes_of_it_which_number_is_withheld(begin: Begin) -> None:
    case = begin("held_by_release")
    case.send("a.csv")
    case.close()
    case.publish()
    before = case.release()
    for name in ("p4.csv", "p5.csv", "p6.csv", "p7.csv"):
        receipt = case.send(name)
        assert (receipt.set_aside, receipt.superseded) == (["elm in 2023-24"], [])
        case.publish()
        assert case.release() == before


def test_the_same_people_year_after_year_are_never_enough(begin: Begin) -> None:
    case = begin("steady_staff")
    for number in range(4):
        case.send(f"staff_{number}.csv", "staff_responses")
        case.close()
        case.publish()
    assert set(case.shown("result")["status"]) <= {"suppressed", "not_collected"}


def test_a_year_is_seen_once_and_is_never_published_in_pieces(begin: Begin) -> None:
    case = begin("year_in_parts")
    case.send("a1.csv")
    case.close()
    case.publish()
    for name in ("a2.csv", "a3.csv"):
        assert case.send(name).set_aside == ["elm in 2022-23"]
        case.publish()
    assert case.send("b.csv").set_aside == []
    case.close()
    case.publish()
    ledger = case.store.ledger()
    assert ledger.seen.select("academic_year", "respondents").rows() == [("2022-23", 12), ("2023-24", 1)]
    assert ledger.published.is_empty()


def test_a_base_that_is_added_is_refused_and_named(begin: Begin) -> None:
    case = begin("base_added_twice")
    second = load_catalogue(case.folder / "catalogue_v2.toml")
    case.send("c1.csv")
    case.close()
    case.publish()
    with pytest.raises(Refused, match="trained_to_respond: the question it follows was none and is “equipped_to_resp"):
        case.publish(second)
    with pytest.raises(Refused, match="trained_to_respond"):
        case.send("c1.csv", catalogue=second)
    assert len(case.store.release_ids()) == 1


def test_answers_to_two_questions_are_never_pooled(begin: Begin) -> None:
    case = begin("base_changed")
    second = load_catalogue(shared(f"{CASES}/base_added_twice/catalogue_v2.toml"))
    case.send("c1.csv")
    case.close()
    case.publish()
    for name in ("c2.csv", "c3.csv"):
        with pytest.raises(Refused, match=r"trained_to_respond.*`replaces`"):
            case.send(name, catalogue=second)
    assert case.store.answered()["academic_year"].unique().to_list() == ["2021-22"]


def test_of_a_programme_taken_back_or_no_longer_named_nothing_stays(begin: Begin) -> None:
    case = begin("withdrawn_stays")
    case.send("c.csv")
    case.send("s.csv", "support")
    case.close()
    first = case.publish()
    case.store.withdraw(None, "elm", by="steward", at=NOW, reason="They asked.")
    second = case.publish()
    assert case.offered() == {second}
    under_its_name = case.shown("result").filter(pl.col("programme_id") == "oak")
    assert under_its_name["status"].to_list().count("published") == 1
    case.send("p2.csv", "programmes")
    third = case.publish()
    assert case.offered() == {third}
    assert first not in case.offered()
    [programme] = case.shown("programme").to_dicts()
    assert (programme["named"], programme["programme_name"]) == (False, None)
    assert "published" not in case.shown("result")["status"].to_list()


def test_nothing_that_anybody_can_send_joins_an_id_to_a_code(begin: Begin, tmp_path: Path) -> None:
    case = begin("identity_oracle")
    case.send("c.csv")
    case.close()
    case.publish()
    before, told = case.release(), {}
    desk = Desk(Settings(home=case.store.path.parent, catalogue=shared("catalogue.toml")), ANYBODY_HERE)
    case.store.open_years(["2025-26"], by="steward", at=NOW)
    case.store.__exit__(None, None, None)
    counts = a_file(tmp_path, counts_csv(("birch", "2025-26", "lived_experience", 7777, 7777)))
    cohort = a_file(
        tmp_path, "programme_id,academic_year,respondent_group,invited\nbirch,2025-26,trainee,7777\n", "cohort.csv"
    )
    for dataset, path in (("cohorts", cohort), ("counts", counts)):
        sheet = read(path)
        examined = desk.examine(sheet, dataset, None, quiet)
        told[dataset] = [str(finding) for finding in examined.findings]
        receipt = desk.submit(sheet, dataset, None, by="Somebody", in_place=True).receipt
        codes = {code for (code, *_) in before["programme"]}
        assert not [code for code in codes if code in f"{told} {receipt}"]
        desk.withdraw(receipt.submission_id, by="Somebody", reason="A test.")
    assert case.release() == before
