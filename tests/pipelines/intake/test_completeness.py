"""What a year still lacks: told from what was sent, and never from what was answered."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.intake.completeness import find_missing
from pipelines.store.store import Store
from tests.factories import a_catalogue, a_file, a_measure, counts_csv, literal, loaded, programmes_csv

CATALOGUE = a_catalogue(
    a_measure("open"),
    a_measure("difficulty", group="trainee"),
    a_measure("told", group="trainee", base="difficulty"),
    a_measure("helped", group="trainee", base="told"),
    support_item=[
        {"id": "policy", "kind": "policy", "title": "Policy"},
        {"id": "rota", "kind": "support", "title": "Rota"},
    ],
)
NOTHING_SENT = [("cohorts", None), ("staff_responses", None), ("trainee_responses", None), ("support", None)]


@pytest.fixture
def home(store: Store, tmp_path: Path) -> Store:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", CATALOGUE)
    return store


def send(store: Store, folder: Path, dataset: str, text: str, *, replace: bool = False) -> None:
    loaded(store, a_file(folder, literal(text)), dataset, CATALOGUE, replace=replace)


def lacks(store: Store, programme: str = "aa", year: str | None = "2024-25") -> list[tuple[str, str | None]]:
    _, missing = find_missing(store, CATALOGUE, programme, year, "2025-26")
    return missing.select("dataset", "entry").rows()


def test_a_programme_that_has_sent_nothing_lacks_each_dataset(home: Store) -> None:
    assert lacks(home) == NOTHING_SENT


def test_what_has_come_is_not_lacking_and_what_is_missing_of_it_is_named(home: Store, tmp_path: Path) -> None:
    send(home, tmp_path, "cohorts", "programme_id,academic_year,respondent_group,invited\naa,2024-25,staff,20")
    send(home, tmp_path, "staff_responses", "programme_id,academic_year,open\naa,2024-25,yes")
    send(home, tmp_path, "trainee_responses", "programme_id,academic_year,difficulty\naa,2024-25,yes")
    send(home, tmp_path, "support", "programme_id,academic_year,item_id,status\naa,2024-25,rota,not_known")
    assert lacks(home) == [
        ("cohorts", "trainee"),
        ("trainee_responses", "told"),
        ("trainee_responses", "helped"),
        ("support", "policy"),
    ]
    assert lacks(home, "bb") == NOTHING_SENT
    assert lacks(home, year="2023-24") == NOTHING_SENT


def test_counts_stand_for_responses(home: Store, tmp_path: Path) -> None:
    counts = """
        programme_id,academic_year,measure_id,respondents,affirmative
        aa,2024-25,open,20,5
        aa,2024-25,difficulty,20,5
        aa,2024-25,told,5,2
        aa,2024-25,helped,2,1
        """
    send(home, tmp_path, "counts", counts)
    assert lacks(home) == [("cohorts", None), ("support", None)]


@pytest.mark.parametrize("yes", [0, 5])
def test_a_follow_up_without_a_row_in_counts_is_not_named_since_nobody_may_have_said_yes(
    home: Store, tmp_path: Path, yes: int
) -> None:
    heading = "programme_id,academic_year,measure_id,respondents,affirmative"
    send(home, tmp_path, "counts", f"{heading}\naa,2024-25,open,20,5\naa,2024-25,difficulty,20,{yes}")
    assert lacks(home) == [("cohorts", None), ("support", None)]


def test_it_depends_on_the_columns_and_on_no_answer(home: Store, tmp_path: Path) -> None:
    heading = "programme_id,academic_year,difficulty,told"
    before = None
    for answers in ("aa,2024-25,yes,yes", "aa,2024-25,no,", "aa,2024-25,,", "aa,2024-25,yes,no\naa,2024-25,yes,yes"):
        send(home, tmp_path, "trainee_responses", f"{heading}\n{answers}", replace=True)
        after = find_missing(home, CATALOGUE, "aa", None, "2025-26")[1]
        assert before is None or after.equals(before)
        before = after
    assert ("trainee_responses", "helped") in lacks(home)


def test_what_was_withdrawn_is_lacking_again(home: Store, tmp_path: Path) -> None:
    send(home, tmp_path, "staff_responses", "programme_id,academic_year,open\naa,2024-25,yes")
    assert ("staff_responses", None) not in lacks(home)
    [submission] = home.submissions().filter(dataset="staff_responses")["submission_id"]
    home.withdraw(submission, None, by="tester", at=home.submissions()["submitted_at"][0], reason="A mistake.")
    assert lacks(home) == NOTHING_SENT


def test_without_a_year_it_is_the_latest_of_which_something_came_in_or_this_one(home: Store, tmp_path: Path) -> None:
    assert find_missing(home, CATALOGUE, "aa", None, "2025-26")[0] == "2025-26"
    send(home, tmp_path, "staff_responses", "programme_id,academic_year,open\naa,2022-23,yes\naa,2023-24,yes")
    assert find_missing(home, CATALOGUE, "aa", None, "2025-26")[0] == "2023-24"


def test_it_is_found_under_the_id_a_programme_has_now(home: Store, tmp_path: Path) -> None:
    send(home, tmp_path, "staff_responses", "programme_id,academic_year,open\naa,2024-25,yes")
    renamed = "programme_id,programme_name,profession,country,named,formerly\ncc,Name,psychology,Country,yes,aa"
    send(home, tmp_path, "programmes", renamed, replace=True)
    assert ("staff_responses", None) not in lacks(home, "cc")


def test_each_lack_says_what_it_is(home: Store, tmp_path: Path) -> None:
    send(home, tmp_path, "trainee_responses", "programme_id,academic_year,difficulty\naa,2024-25,yes")
    _, missing = find_missing(home, CATALOGUE, "aa", None, "2025-26")
    assert missing["what"].to_list() == [
        "How many were invited to answer, so that response can be told.",
        "Answers of supervisors and tutors, as responses or as counts.",
        "“Question?”",
        "“Question?”",
        "What the programme says of its policy and support.",
    ]


def test_a_programme_nobody_registered_is_refused(home: Store) -> None:
    with pytest.raises(Refused, match="No programme is registered as zz"):
        lacks(home, "zz")


def test_an_instrument_without_questions_for_a_group_lacks_nothing_of_it(store: Store, tmp_path: Path) -> None:
    catalogue = a_catalogue(a_measure("open"))
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", catalogue)
    _, missing = find_missing(store, catalogue, "aa", None, "2025-26")
    assert missing["dataset"].to_list() == ["cohorts", "staff_responses"]


def test_what_is_optional_and_what_is_worked_out_are_never_lacking(home: Store, tmp_path: Path) -> None:
    policy = {"id": "policy", "kind": "policy", "title": "Policy"}
    computed = {"computed": {"item": "policy", "date": "reviewed_on", "months": 24}}
    catalogue = a_catalogue(
        a_measure("asked"),
        a_measure("left_out", optional=True),
        support_item=[policy, policy | {"id": "reviewed"} | computed],
    )
    loaded(home, a_file(tmp_path, counts_csv(("aa", "2024-25", "asked", 20, 8)), "counts.csv"), "counts", catalogue)
    support = "programme_id,academic_year,item_id,status\naa,2024-25,policy,in_place\n"
    loaded(home, a_file(tmp_path, support, "support.csv"), "support", catalogue)
    _, missing = find_missing(home, catalogue, "aa", "2024-25", "2025-26")
    assert missing["dataset"].to_list() == ["cohorts"]
