"""Counting: answers become k of n, blanks are nobody, and everybody stands in one subgroup."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.checking.counting import CONTRIBUTION, count
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from tests.factories import a_catalogue, a_measure, checked, literal
from tests.thorough import examples

CATALOGUE = a_catalogue(
    a_measure("difficulty"),
    a_measure("told", base="difficulty", answers=["yes", "no", "not_sure"]),
    a_measure(
        "safe", answers=["disagree", "neither", "agree", "strongly_agree"], affirmative=["agree", "strongly_agree"]
    ),
    a_measure("seen", group="trainee"),
)

Counted = list[tuple[str, str, str, str | None, int, int]]


def counted(folder: Path, dataset: str, text: str) -> Counted:
    result = checked(folder, dataset, literal(text), CATALOGUE)
    assert result.findings == ()
    return count(result.rows, Dataset(dataset), CATALOGUE).rows()


def test_a_blank_is_never_counted_and_declining_is_an_answer_but_no_yes(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,difficulty
        P1,2024-25,yes                                 # k and n
        P1,2024-25,no                                  # n
        P1,2024-25,prefer_not_to_say                   # n
        P1,2024-25,                                    # nobody
        """
    assert counted(tmp_path, "staff_responses", text) == [("P1", "2024-25", "difficulty", None, 3, 1)]


def test_being_unsure_is_an_answer_but_no_yes(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,difficulty,told
        P1,2024-25,yes,not_sure                        # n
        P1,2024-25,yes,yes                             # k and n
        P1,2024-25,no,                                 # not asked
        """
    assert counted(tmp_path, "staff_responses", text)[1] == ("P1", "2024-25", "told", None, 2, 1)


IN_A_TABLE = {"answers": ["yes", "no", "prefer_not_to_say"]}


def a_table(remark: str | None) -> Catalogue:
    rows = {"anyone": {}, "a_peer": {"within": "anyone"}, "a_tutor": {"within": "anyone"}}
    return a_catalogue(
        *(
            a_measure(name, set="told", row=name, question=f"Told {name}?", **IN_A_TABLE, **given)
            for name, given in rows.items()
        ),
        set=[{"id": "told", "stem": "Told …?"} | ({"remark": remark} if remark else {})],
    )


TABLE = """
    programme_id,academic_year,anyone,a_peer,a_tutor
    P1,2024-25,yes,yes,                                # a_tutor was left out, and nobody knows why
    P1,2024-25,no,,                                    # told nobody: no to both
    P1,2024-25,no,no,                                  # the same, half written out
    P1,2024-25,prefer_not_to_say,,                     # nothing follows from this
    P1,2024-25,,,
    """


def test_in_a_table_that_says_so_no_to_the_outer_question_is_no_to_the_rows_within(tmp_path: Path) -> None:
    catalogue = a_table("If you answered “No” to the first line, leave out the others.")
    rows = checked(tmp_path, "staff_responses", literal(TABLE), catalogue).rows
    assert [row[2:] for row in count(rows, Dataset("staff_responses"), catalogue).rows()] == [
        ("anyone", None, 4, 1),
        ("a_peer", None, 3, 1),
        ("a_tutor", None, 2, 0),
    ]


def test_in_a_table_that_does_not_say_so_a_blank_stays_a_blank(tmp_path: Path) -> None:
    catalogue = a_table(None)
    rows = checked(tmp_path, "staff_responses", literal(TABLE), catalogue).rows
    assert [row[4:] for row in count(rows, Dataset("staff_responses"), catalogue).rows()] == [(4, 1), (2, 1), (0, 0)]


def test_where_the_outer_question_was_not_asked_a_blank_stays_a_blank(tmp_path: Path) -> None:
    catalogue = a_table("Leave out the others.")
    rows = checked(tmp_path, "staff_responses", "programme_id,academic_year,a_peer\nP1,2024-25,\n", catalogue).rows
    assert [row[4:] for row in count(rows, Dataset("staff_responses"), catalogue).rows()] == [(0, 0)]


def test_every_affirmative_answer_counts(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,safe
        P1,2024-25,agree                               # k
        P1,2024-25,strongly_agree                      # k
        P1,2024-25,neither
        P1,2024-25,disagree
        """
    assert counted(tmp_path, "staff_responses", text) == [("P1", "2024-25", "safe", None, 4, 2)]


def test_a_column_that_nobody_answered_gives_none_of_none(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,difficulty,safe
        P1,2024-25,yes,
        P1,2024-25,no,
        """
    assert counted(tmp_path, "staff_responses", text)[1] == ("P1", "2024-25", "safe", None, 0, 0)


def test_a_column_that_is_not_there_gives_no_row(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,safe
        P1,2024-25,agree
        """
    assert [row[2] for row in counted(tmp_path, "staff_responses", text)] == ["safe"]


def test_programmes_and_years_are_counted_apart(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,safe
        P1,2024-25,agree
        P2,2024-25,neither                             # another programme
        P1,2023-24,agree                               # another year
        P1,2024-25,disagree                            # the first again
        """
    assert counted(tmp_path, "staff_responses", text) == [
        ("P1", "2024-25", "safe", None, 2, 1),
        ("P2", "2024-25", "safe", None, 1, 0),
        ("P1", "2023-24", "safe", None, 1, 1),
    ]


# ---- subgroups ----


@pytest.mark.parametrize(
    ("roles", "subgroups"),
    [
        (("", ""), {None: 2}),
        (("tutor", ""), {"tutor": 1, "not_stated": 1}),
        (("tutor", "tutor"), {"tutor": 2}),
        (("tutor", "supervisor"), {"tutor": 1, "supervisor": 1}),
    ],
    ids=["none given", "some given", "all given alike", "all given"],
)
def test_there_are_subgroups_where_anybody_gives_a_role(
    tmp_path: Path, roles: tuple[str, ...], subgroups: dict[str | None, int]
) -> None:
    text = "programme_id,academic_year,role,safe\n" + "".join(f"P1,2024-25,{role},agree\n" for role in roles)
    assert {row[3]: row[4] for row in counted(tmp_path, "staff_responses", text)} == subgroups


def test_a_file_without_the_column_gives_a_total(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,seen
        P1,2024-25,yes
        """
    assert counted(tmp_path, "trainee_responses", text) == [("P1", "2024-25", "seen", None, 1, 1)]


def test_each_programme_and_year_has_its_own_way(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,training_year,seen
        P1,2024-25,1,yes
        P1,2024-25,,no                                 # beside one that gives it: not stated
        P2,2024-25,,yes                                # nobody of this programme gives it: a total
        P1,2023-24,,yes                                # nobody in this year gives it: a total
        """
    assert counted(tmp_path, "trainee_responses", text) == [
        ("P1", "2024-25", "seen", "1", 1, 1),
        ("P1", "2024-25", "seen", "not_stated", 1, 0),
        ("P2", "2024-25", "seen", None, 1, 1),
        ("P1", "2023-24", "seen", None, 1, 1),
    ]


def test_a_subgroup_that_left_a_question_blank_stands_as_none_of_none(tmp_path: Path) -> None:
    text = """
        programme_id,academic_year,role,difficulty,safe
        P1,2024-25,tutor,yes,agree
        P1,2024-25,supervisor,yes,                     # the only supervisor
        """
    assert counted(tmp_path, "staff_responses", text)[2:] == [
        ("P1", "2024-25", "safe", "tutor", 1, 1),
        ("P1", "2024-25", "safe", "supervisor", 0, 0),
    ]


# ---- counts ----


def test_counts_stay_as_they_are(tmp_path: Path) -> None:
    text = """
        affirmative,programme_id,academic_year,measure_id,respondents
        4,P1,2024-25,safe,10
        0,P1,2024-25,seen,0
        """
    assert counted(tmp_path, "counts", text) == [
        ("P1", "2024-25", "safe", None, 10, 4),
        ("P1", "2024-25", "seen", None, 0, 0),
    ]


def test_answers_and_counts_come_to_the_same_columns(tmp_path: Path) -> None:
    answers = checked(tmp_path, "staff_responses", "programme_id,academic_year,safe\nP1,2024-25,agree\n", CATALOGUE)
    counts = checked(
        tmp_path,
        "counts",
        "programme_id,academic_year,measure_id,respondents,affirmative\nP1,2024-25,safe,1,1\n",
        CATALOGUE,
    )
    frames = [count(answers.rows, Dataset("staff_responses"), CATALOGUE), count(counts.rows, Dataset.COUNTS, CATALOGUE)]
    assert frames[0].schema == frames[1].schema
    assert frames[0].equals(frames[1])
    assert tuple(frames[0].columns) == CONTRIBUTION


# ---- the same, counted with a plain loop ----

MEASURES = {"difficulty": {"yes"}, "told": {"yes"}, "safe": {"agree", "strongly_agree"}}
ROWS = st.fixed_dictionaries(
    {
        "programme_id": st.sampled_from(["P1", "P2"]),
        "academic_year": st.sampled_from(["2023-24", "2024-25"]),
        "role": st.sampled_from([None, "supervisor", "tutor"]),
        "difficulty": st.sampled_from([None, "yes", "no", "prefer_not_to_say"]),
        "told": st.sampled_from([None, "yes", "no", "not_sure"]),
        "safe": st.sampled_from([None, "disagree", "neither", "agree", "strongly_agree"]),
    }
)

Row = dict[str, str | None]
Key = tuple[str | None, ...]


def counted_with_a_loop(rows: list[Row]) -> dict[Key, tuple[int, int]]:
    counts: dict[Key, tuple[int, int]] = {}
    for row in rows:
        place = (row["programme_id"], row["academic_year"])
        anybody = any(other["role"] for other in rows if (other["programme_id"], other["academic_year"]) == place)
        subgroup = row["role"] or ("not_stated" if anybody else None)
        for measure, affirmative in MEASURES.items():
            n, k = counts.get((*place, measure, subgroup), (0, 0))
            answer = row[measure]
            counts[*place, measure, subgroup] = (n + (answer is not None), k + (answer in affirmative))
    return counts


@settings(deadline=None, max_examples=examples(150))
@given(rows=st.lists(ROWS, min_size=1, max_size=25))
def test_counts_are_those_of_a_plain_loop(rows: list[Row]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    result = count(frame, Dataset("staff_responses"), CATALOGUE).rows()
    assert {row[:4]: row[4:] for row in result} == counted_with_a_loop(rows)
    assert len({row[:4] for row in result}) == len(result)
