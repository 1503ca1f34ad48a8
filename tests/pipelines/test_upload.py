"""What can be done with a file at the desk, and what it will not do."""

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.upload import wording
from pipelines.checking.mapping_suggestions import MOST_CELLS
from pipelines.errors import AlreadyHeld, HeadingsNotFirst, MappingError, Refused, SheetNotChosen, Unreadable
from pipelines.progress import quiet
from pipelines.reading.reader import read
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.store.records import OPENED
from pipelines.store.store import Store
from pipelines.upload import Desk, Rejected, Sheet, UnknownAnswers
from tests.factories import (
    FIRST_EDITION,
    NOW,
    a_file,
    a_sheet,
    a_workbook,
    close_and_publish,
    counts_csv,
    first_catalogue,
    loaded,
    programmes_csv,
)

HEADINGS = "programme_id,academic_year,lived_experience"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which aa is named to others and bb is not."""
    home = Settings(home=tmp_path / "home", catalogue=FIRST_EDITION)
    with Store(home.store) as store:
        for programme, named in (("aa", "yes"), ("bb", "no")):
            path = a_file(tmp_path, programmes_csv(programme, named=named), f"{programme}.csv")
            loaded(store, path, "programmes", first_catalogue())
        store.open_years(["2024-25"], by="steward", at=NOW)
    return home


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return Desk(settings, ANYBODY_HERE)


def responses(folder: Path, *cells: str, programme: str = "aa") -> Sheet:
    return a_sheet(folder, "\n".join([HEADINGS, *(f"{programme},2024-25,{cell}" for cell in cells)]))


def test_a_template_is_a_workbook_with_or_without_programme_and_year(desk: Desk) -> None:
    assert desk.template("trainee_responses", "aa", "2024-25").startswith(b"PK")
    assert desk.template("support", "", "").startswith(b"PK")


@pytest.mark.parametrize(("ending", "begins"), [(".pdf", b"%PDF"), (".html", b"<!doctype html>")])
@pytest.mark.parametrize("group", ["staff", "trainee"])
def test_the_questions_are_a_document(desk: Desk, group: str, ending: str, begins: bytes) -> None:
    assert desk.questionnaire(group, ending).startswith(begins)  # type: ignore[arg-type]


def test_what_a_year_lacks_is_told_of_programmes_that_are_named(desk: Desk) -> None:
    _, rows = desk.lacking("aa")
    assert [row.split(":")[0] for row in rows] == ["cohorts", "staff_responses", "trainee_responses", "support"]


def test_what_a_programme_that_is_not_named_has_sent_is_told_to_nobody(desk: Desk) -> None:
    with pytest.raises(Refused, match="bb is not named to others"):
        desk.lacking("bb")


def test_what_is_not_registered_lacks_nothing(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No programme is registered as cc"):
        desk.lacking("cc")
    with pytest.raises(Refused, match="Nothing has been sent yet"):
        Desk(Settings(home=tmp_path / "empty", catalogue=FIRST_EDITION), ANYBODY_HERE).lacking("aa")


def test_which_sheet_and_which_line_are_asked_for(desk: Desk) -> None:
    rows = [["programme_id", "academic_year"], ["aa", "2024-25"]]
    book = a_workbook(rows, rows)
    with pytest.raises(SheetNotChosen) as several:
        desk.read("book.xlsx", book, None, None)
    assert several.value.sheets == ("Sheet1", "Sheet2")
    assert desk.read("book.xlsx", book, "Sheet2", None).rows.height == 1
    titled = b"Our survey,,\n" + HEADINGS.encode() + b"\naa,2024-25,yes\n"
    with pytest.raises(HeadingsNotFirst) as below:
        desk.read("titled.csv", titled, None, None)
    assert desk.read("titled.csv", titled, None, below.value.line).headings == HEADINGS.split(",")


@pytest.mark.slow
def test_the_page_reads_no_more_than_its_limit(desk: Desk) -> None:
    with pytest.raises(Unreadable, match="200,000"):
        desk.read("large.csv", b"programme_id\n" + b"aa\n" * 200_001, None, None)


def test_what_is_unmatched_are_other_headings_and_columns_the_file_lacks(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "Programme,academic_year,Colour,E-mail\naa,2024-25,blue,me\n")
    unmatched = desk.unmatched(sheet, "trainee_responses")
    assert unmatched.headings == ("Programme", "Colour")
    assert unmatched.personal == ("E-mail",)  # it must be deleted, and is not matched
    assert unmatched.required == {"programme_id"}
    assert unmatched.suggested == {"programme_id": "Programme"}
    assert "lived_experience" in unmatched.columns
    assert "academic_year" not in unmatched.columns


@pytest.mark.parametrize(
    ("headings", "dataset", "looks_like"),
    [
        ("programme_id,academic_year,expects_openness", "trainee_responses", "staff_responses"),
        ("programme_id,academic_year,respondent_group,invited", "trainee_responses", "cohorts"),
        ("programme_id,academic_year,lived_experience", "trainee_responses", None),
        ("programme_id,academic_year", "counts", None),  # it may be any of several
        ("programme_id,academic_year,Colour", "counts", None),
    ],
)
def test_a_file_of_another_kind_is_seen_by_its_headings(
    desk: Desk, tmp_path: Path, headings: str, dataset: str, looks_like: str | None
) -> None:
    sheet = a_sheet(tmp_path, f"{headings}\naa,2024-25{',' * (headings.count(',') - 1)}\n")
    assert desk.unmatched(sheet, dataset).looks_like == looks_like
    found = desk.placed(desk.examine(sheet, dataset, None, quiet).findings, sheet, None)
    fixes = [one.fix for one in found if one.rule == "other_dataset"]
    assert fixes == (["If that is what the file holds, choose it above."] if looks_like else [])


def test_a_file_with_the_right_headings_leaves_nothing_to_match(desk: Desk, tmp_path: Path) -> None:
    unmatched = desk.unmatched(responses(tmp_path, "yes"), "trainee_responses")
    assert (unmatched.headings, unmatched.required, unmatched.suggested) == ((), frozenset(), {})


LIVED = {"lived_experience": "lived_experience"}


def unknown(desk: Desk, sheet: Sheet, columns: dict[str, str]) -> list[UnknownAnswers]:
    return desk.unknown_answers(sheet, "trainee_responses", columns)


def test_cells_that_are_no_answer_are_shown_with_what_they_may_mean(desk: Desk, tmp_path: Path) -> None:
    sheet = responses(tmp_path, "Yes", "no", "", "perhaps")
    [cells] = unknown(desk, sheet, LIVED)
    assert cells.codes == ("yes", "no", "prefer_not_to_say")
    assert cells.likely == {"Yes": "yes"}
    assert cells.columns == {"Yes": ["lived_experience"], "perhaps": ["lived_experience"]}
    assert unknown(desk, sheet, {"academic_year": "academic_year"}) == []
    assert unknown(desk, responses(tmp_path, "yes", "no"), LIVED) == []


def test_a_cell_of_several_columns_with_the_same_answers_is_asked_about_once(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "lived_experience,told_peer\nYes,Yes\n")
    [cells] = unknown(desk, sheet, {name: name for name in sheet.headings})
    assert cells.columns == {"Yes": ["lived_experience", "told_peer"]}


def test_roles_and_training_years_can_be_told_as_well(desk: Desk, tmp_path: Path) -> None:
    [cells] = desk.unknown_answers(a_sheet(tmp_path, "role\nTutor\n"), "staff_responses", {"role": "role"})
    assert cells.likely == {"Tutor": "tutor"}


@pytest.mark.parametrize(("number", "shown"), [(MOST_CELLS, True), (MOST_CELLS + 1, False)])
def test_only_so_many_cells_are_shown(desk: Desk, tmp_path: Path, number: int, shown: bool) -> None:
    sheet = responses(tmp_path, *(f"answer {chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(number)))
    assert bool(unknown(desk, sheet, LIVED)) == shown


def test_no_cell_of_a_personal_column_is_shown(desk: Desk, tmp_path: Path) -> None:
    assert unknown(desk, responses(tmp_path, "yes", "somebody@example.org"), LIVED) == []


def test_no_cell_that_looks_personal_is_shown_even_where_it_is_alone(desk: Desk, tmp_path: Path) -> None:
    [cells] = unknown(desk, responses(tmp_path, "yes", "no", "Yes", "perhaps", "Jane Smith"), LIVED)
    assert list(cells.columns) == ["Yes", "perhaps"]


def test_a_question_of_others_is_not_suggested_for_one_of_these(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "programme_id,staff_lived_experience,Colour\naa,yes,blue\n")
    unmatched = desk.unmatched(sheet, "trainee_responses")
    assert (unmatched.headings, unmatched.suggested) == (("staff_lived_experience", "Colour"), {})


def test_of_headings_that_are_there_twice_it_is_asked_what_they_are(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "programme_id,lived_experience,lived_experience,\naa,yes,no,x\n")
    unmatched = desk.unmatched(sheet, "trainee_responses")
    assert unmatched.headings == (" lived_experience in column B", " lived_experience in column C")
    assert unmatched.suggested == {}
    assert [desk.place(sheet, heading) for heading in unmatched.headings] == [{"letter": "B"}, {"letter": "C"}]


def test_of_a_programme_that_is_not_named_nothing_that_came_in_is_told(
    settings: Settings, desk: Desk, tmp_path: Path
) -> None:
    sheet = responses(tmp_path, "yes", programme="bb")

    def told() -> list[str]:
        return [str(finding) for finding in desk.examine(sheet, "trainee_responses", None, quiet).findings]

    before = told()
    assert any("that are not named it is not told here" in one for one in before)
    with Store(settings.store) as store:
        loaded(
            store,
            a_file(tmp_path, f"{HEADINGS}\nbb,2024-25,no\n", "held.csv"),
            "trainee_responses",
            first_catalogue(),
            close=False,
        )
    assert told() == before


def _counts(folder: Path, measure: str, programme: str = "bb") -> Sheet:
    return read(a_file(folder, counts_csv((programme, "2024-25", measure, 20, 8)), "counts.csv"))


def _counting(settings: Settings) -> set[tuple[str, str]]:
    """Which dataset counts which measure."""
    with Store(settings.store, read_only=True) as store:
        return set(store.sent("bb").select("dataset", "entry").iter_rows())


@pytest.mark.parametrize("held", [True, False])
def test_a_file_of_a_programme_that_is_not_named_is_refused_alike_whatever_is_held(
    desk: Desk, tmp_path: Path, held: bool
) -> None:
    if held:
        desk.submit(
            responses(tmp_path, "yes", programme="bb"), "trainee_responses", None, by="bb itself", in_place=True
        )
    for sheet, dataset in (
        (responses(tmp_path, "no", programme="bb"), "trainee_responses"),
        (_counts(tmp_path, "lived_experience"), "counts"),
    ):
        with pytest.raises(AlreadyHeld, match=f"^{sheet.file}: Of programmes that are not named it is not told here"):
            desk.submit(sheet, dataset, None, by="Somebody", in_place=False)


@pytest.mark.parametrize(
    ("first", "second", "stay"),
    [
        ("lived_experience", "lived_experience", set()),
        ("lived_experience", "free_to_choose", {("trainee_responses", "lived_experience")}),
    ],
)
def test_of_a_programme_that_is_not_named_the_later_of_two_kinds_of_file_counts(
    settings: Settings, desk: Desk, tmp_path: Path, first: str, second: str, stay: set[tuple[str, str]]
) -> None:
    """A refusal would tell what the programme has sent."""
    sheet = a_sheet(tmp_path, f"programme_id,academic_year,{first}\nbb,2024-25,yes\n")
    desk.submit(sheet, "trainee_responses", None, by="bb itself", in_place=True)
    counts = _counts(tmp_path, second)
    assert desk.examine(counts, "counts", None, quiet).accepted
    desk.submit(counts, "counts", None, by="Somebody", in_place=True)
    assert _counting(settings) == {("counts", second), *stay}


def test_of_a_programme_that_is_named_people_counted_twice_are_told(desk: Desk, tmp_path: Path) -> None:
    desk.submit(responses(tmp_path, "yes"), "trainee_responses", None, by="Ada", in_place=False)
    with pytest.raises(Rejected):
        desk.submit(_counts(tmp_path, "lived_experience", "aa"), "counts", None, by="Ada", in_place=True)


@pytest.mark.parametrize("affirmative", [0, 1])
def test_counts_held_do_not_tell_whether_anybody_was_left_to_be_asked(
    settings: Settings, desk: Desk, tmp_path: Path, affirmative: int
) -> None:
    held = [("aa", "2024-25", "lived_experience", 12, affirmative)]
    held += [("aa", "2024-25", "told_supervisor", 1, 0)] * affirmative  # where nobody said yes, there is no such row
    with Store(settings.store) as store:
        loaded(store, a_file(tmp_path, counts_csv(*held), "counts.csv"), "counts", first_catalogue(), close=False)
    sheet = a_sheet(tmp_path, f"{HEADINGS},told_supervisor\naa,2024-25,no,\n")
    found = desk.examine(sheet, "trainee_responses", None, quiet).findings
    assert [one.column for one in found if one.rule == "counted_elsewhere"] == ["lived_experience"]


ASKED_NOW = "staff_shared_with_colleague"
"""The second edition asks it of everybody. The first asked the same of those alone who said yes to another question."""


def held_by_the_first_edition(settings: Settings, tmp_path: Path, programme: str, affirmative: int) -> Sheet:
    """Counts of the first edition are held, and a file of the second comes."""
    held = [(programme, "2024-25", "staff_lived_experience", 20, affirmative)]
    held += [(programme, "2024-25", "staff_told_colleagues", affirmative, 0)] * bool(affirmative)
    with Store(settings.store) as store:
        loaded(store, a_file(tmp_path, counts_csv(*held), "counts.csv"), "counts", first_catalogue(), close=False)
    return a_sheet(tmp_path, f"programme_id,academic_year,{ASKED_NOW}\n" + f"{programme},2024-25,yes\n" * 12)


@pytest.mark.parametrize("affirmative", [0, 2])
def test_nor_does_what_another_edition_asks_in_the_place_of_a_follow_up(
    settings: Settings, tmp_path: Path, affirmative: int
) -> None:
    sheet = held_by_the_first_edition(settings, tmp_path, "aa", affirmative)
    examined = Desk(Settings(home=settings.home), ANYBODY_HERE).examine(sheet, "staff_responses", None, quiet)
    [told] = [finding for finding in examined.findings if finding.rule == "counted_elsewhere"]
    assert (told.column, told.expected) == (
        ASKED_NOW,
        f"aa, 2024-25: staff_lived_experience has come in already as counts. Another edition may have asked those "
        f"people the same as {ASKED_NOW}, or as a question that follows it. People must not be counted twice.",
    )


@pytest.mark.parametrize("affirmative", [0, 2])
def test_nor_what_such_a_file_takes_the_place_of_for_a_programme_that_is_not_named(
    settings: Settings, tmp_path: Path, affirmative: int
) -> None:
    sheet = held_by_the_first_edition(settings, tmp_path, "bb", affirmative)
    desk = Desk(Settings(home=settings.home), ANYBODY_HERE)
    desk.submit(sheet, "staff_responses", None, by="Somebody", in_place=True)
    assert _counting(settings) == {("staff_responses", ASKED_NOW)}


def test_a_file_sent_again_is_a_replacement_like_any_other(settings: Settings, desk: Desk, tmp_path: Path) -> None:
    """Nothing tells that it is the same: a file of counts has few possible contents, and anybody could try them all."""
    same, other = (responses(tmp_path, cell) for cell in ("yes", "no"))
    first = desk.submit(same, "trainee_responses", None, by="Ada", in_place=False)
    told = [
        [str(one) for one in desk.examine(sheet, "trainee_responses", None, quiet).findings] for sheet in (same, other)
    ]
    assert told[0] == told[1]
    for sheet in (same, other):
        with pytest.raises(AlreadyHeld):
            desk.submit(sheet, "trainee_responses", None, by="Ada", in_place=False)
    again = desk.submit(same, "trainee_responses", None, by="Ada", in_place=True).receipt
    assert (again.already_held, again.in_place) == (False, True)
    assert desk.submissions([first.receipt.submission_id])[0]["superseded"] == 1


# ---- open years only ----


def _year_errors(desk: Desk, sheet: Sheet, dataset: str) -> list[str]:
    examined = desk.examine(sheet, dataset, None, quiet)
    assert not examined.accepted
    return [one.expected for one in examined.findings if one.rule == "year_not_open"]


def test_a_file_of_a_closed_year_is_sent_to_the_steward(settings: Settings, desk: Desk, tmp_path: Path) -> None:
    with Store(settings.store) as store:
        store.close_years(["2024-25"], by="steward", at=NOW)
    sheet = responses(tmp_path, "yes")
    assert _year_errors(desk, sheet, "trainee_responses") == ["2024-25 is closed: its collection is over."]
    with pytest.raises(Rejected):
        desk.submit(sheet, "trainee_responses", None, by="Ada", in_place=True)


def test_the_page_opens_no_year(settings: Settings, desk: Desk, tmp_path: Path) -> None:
    cohorts = a_sheet(tmp_path, "programme_id,academic_year,respondent_group,invited\naa,2023-24,staff,20\n")
    assert _year_errors(desk, cohorts, "cohorts") == ["2023-24 is not open for collection yet."]
    with pytest.raises(Rejected):
        desk.submit(cohorts, "cohorts", None, by="Ada", in_place=False)
    with Store(settings.store) as store:
        assert store.year_states() == {"2024-25": OPENED}


def test_a_mapping_fits_a_file_that_has_the_headings_it_names(desk: Desk, tmp_path: Path) -> None:
    rules, _ = desk.mapping("trainee_responses", {"lived_experience": "Lived?"}, {}, {}, [], keep={"Agreed": ["Yes"]})
    assert rules.rules.keep["Agreed"].equals == ("Yes",)
    assert desk.fits(rules, a_sheet(tmp_path, "Lived?,Agreed\nyes,Yes\n"))
    assert not desk.fits(rules, a_sheet(tmp_path, "Lived?\nyes\n"))


def test_findings_have_a_letter_and_no_words_of_the_command_line(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "programme_id,academic_year,Colour\naa,2024-25,blue\n")
    examined = desk.examine(sheet, "trainee_responses", None, lambda _: None)
    placed = {one.rule: one for one in desk.placed(examined.findings, sheet, None)}
    assert placed["unknown_column"].letter == "C"
    assert "mapping" not in placed["unknown_column"].fix


def test_a_year_is_looked_at_if_it_is_one(desk: Desk) -> None:
    assert desk.lacking("aa", "2022-23")[0] == "2022-23"
    with pytest.raises(Refused, match="Write it like 2025-26"):
        desk.lacking("aa", "2025/26")


def test_what_was_chosen_is_a_mapping_that_can_be_kept(desk: Desk) -> None:
    columns, recode = {"lived_experience": "Lived"}, {"lived_experience": {"Yes": "yes"}}
    left_out = ["Response ID", "Colour"]
    made, content = desk.mapping("trainee_responses", columns, {"academic_year": "2024-25"}, recode, left_out)
    assert (made.rules.drop, made.rules.ignore) == (("Response ID",), ("Colour",))
    assert desk.saved_mapping("kept.toml", content, "trainee_responses").rules == made.rules
    with pytest.raises(MappingError, match="this mapping is for trainee_responses"):
        desk.saved_mapping("kept.toml", content, "staff_responses")


def test_a_file_is_looked_at_sent_found_by_its_id_and_taken_back(desk: Desk, tmp_path: Path) -> None:
    sheet = responses(tmp_path, *["yes", "no"] * 10)
    examined = desk.examine(sheet, "trainee_responses", None, lambda _: None)
    preview = desk.preview(examined)
    assert preview is not None
    assert preview.select("affirmative", "respondents").rows() == [(10, 20)]
    assert desk.submissions(["0" * 12]) == []
    sent = desk.submit(sheet, "trainee_responses", None, by="Ada", in_place=False)
    assert (sent.by, sent.sha256, sent.receipt.rows) == ("Ada", sheet.sha256, 20)
    assert desk.submissions([]) == []  # nothing is listed for who has no receipt
    [found] = desk.submissions([sent.receipt.submission_id])
    assert (found["submission_id"], found["withdrawn"]) == (sent.receipt.submission_id, 0)
    assert desk.withdraw(sent.receipt.submission_id, by="Ada", reason="The wrong cohort") == 1
    assert desk.submissions([sent.receipt.submission_id])[0]["withdrawn"] == 1
    with pytest.raises(Refused, match="Nothing stands under"):
        desk.withdraw(sent.receipt.submission_id, by="Ada", reason="Once more")


@pytest.mark.parametrize("seen", [False, True])
def test_what_was_taken_back_can_be_sent_again_until_a_publishing_has_looked_at_it(
    settings: Settings, desk: Desk, tmp_path: Path, seen: bool
) -> None:
    """As the page says before anything is taken back."""
    sheet = responses(tmp_path, *["yes", "no"] * 10)
    first = desk.submit(sheet, "trainee_responses", None, by="Ada", in_place=False).receipt
    if seen:
        with Store(settings.store) as store:
            close_and_publish(store, first_catalogue(), settings.releases)
    desk.withdraw(first.submission_id, by="Ada", reason="The wrong cohort")
    if seen:
        with Store(settings.store) as store:
            again = loaded(store, tmp_path / "file.csv", "trainee_responses", first_catalogue())
        assert again.set_aside == ["aa in 2024-25"]
    else:
        again = desk.submit(sheet, "trainee_responses", None, by="Ada", in_place=False).receipt
        assert again.set_aside == []
    assert "While a year is open for collection, its answers can be sent again." in wording.WITHDRAW_SAID


def test_an_earlier_file_is_replaced_only_where_that_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    first = desk.submit(responses(tmp_path, "yes"), "trainee_responses", None, by="Ada", in_place=False)
    with pytest.raises(Refused):
        desk.submit(responses(tmp_path, "no"), "trainee_responses", None, by="Ada", in_place=False)
    second = desk.submit(responses(tmp_path, "no"), "trainee_responses", None, by="Ada", in_place=True)
    assert (first.receipt.in_place, second.receipt.in_place) == (False, True)
    assert desk.submissions([first.receipt.submission_id])[0]["superseded"] == 1


@pytest.mark.parametrize("programme", ["aa", "bb"])
def test_a_receipt_hands_over_no_id_of_anybody_else(desk: Desk, tmp_path: Path, programme: str) -> None:
    sheet = responses(tmp_path, "yes", programme=programme)
    first, second = (
        desk.submit(sheet, "trainee_responses", None, by=sender, in_place=True).receipt for sender in ("Ada", "Eve")
    )
    assert first.submission_id not in str(second)
    assert replace(first, submission_id="") == replace(second, submission_id="")  # nor tells that anything was there


def test_a_file_with_errors_is_not_taken_in(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        desk.submit(responses(tmp_path, "perhaps"), "trainee_responses", None, by="Ada", in_place=False)


def test_what_is_not_counted_by_question_has_no_preview(desk: Desk, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "programme_id,academic_year,respondent_group,invited\naa,2024-25,staff,20\n")
    assert desk.preview(desk.examine(sheet, "cohorts", None, lambda _: None)) is None
