"""A mapping turns a survey tool's export into a dataset, guesses nothing, and lets nothing personal through."""

from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.checking.checker import Checked, check
from pipelines.checking.mapping import Mapping, apply
from pipelines.errors import MappingError
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.intake.mapping_file import load_mapping
from pipelines.reading.reader import LINE, Sheet
from tests.factories import PROJECT, a_catalogue, a_file, a_measure, a_sheet, literal

CATALOGUE = a_catalogue(a_measure("open"), a_measure("safe"))


def a_mapping(folder: Path, text: str) -> Mapping:
    """A mapping for staff responses. Tables must come after keys, so [columns] is given by the test."""
    return load_mapping(a_file(folder, f'dataset = "staff_responses"\n{text}', "mapping.toml"), "staff_responses")


def mapped(folder: Path, mapping: str, text: str) -> Sheet:
    return apply(a_mapping(folder, mapping), a_sheet(folder, literal(text)))


def rows(sheet: Sheet) -> list[dict[str, object]]:
    return sheet.rows.drop(LINE).to_dicts()


def examined(sheet: Sheet) -> Checked:
    return check(sheet, contract(Dataset("staff_responses"), CATALOGUE, Context("2025-26")))


def found(sheet: Sheet) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.column) for finding in examined(sheet).findings]


# ---- what a mapping does ----


def test_columns_are_renamed_and_their_cells_stay(tmp_path: Path) -> None:
    mapping = """
        [columns]
        programme_id = "Which programme?"
        open = "Have you been open?"
        """
    sheet = mapped(tmp_path, mapping, "Have you been open?,Which programme?\nyes,P1\nYes,P2")
    assert rows(sheet) == [{"programme_id": "P1", "open": "yes"}, {"programme_id": "P2", "open": "Yes"}]


def test_one_heading_may_serve_two_columns(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = "Q1"\nsafe = "Q1"', "Q1\nyes")
    assert rows(sheet) == [{"open": "yes", "safe": "yes"}]


def test_two_columns_may_change_places(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = "safe"\nsafe = "open"', "open,safe\nyes,no")
    assert rows(sheet) == [{"open": "no", "safe": "yes"}]


def test_a_constant_stands_in_every_row(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Q1"\n[constants]\nacademic_year = "2024-25"'
    assert rows(mapped(tmp_path, mapping, "Q1\nyes\nno")) == [
        {"open": "yes", "academic_year": "2024-25"},
        {"open": "no", "academic_year": "2024-25"},
    ]


RECODED = """
    [columns]
    open = "Q1"
    safe = "Q2"
    [recode.open]
    "Yes, I have" = "yes"
    "No" = "no"
    """


def test_answers_are_recoded_in_their_own_column_only(tmp_path: Path) -> None:
    text = """
        Q1,Q2
        "Yes, I have",No                               # recoded, and not
        No,No                                          # recoded, and not
        no,                                            # already the code, and blank
        Perhaps,                                       # not spoken of: stays, to be found
        """
    sheet = mapped(tmp_path, RECODED, text)
    assert [tuple(row.values()) for row in rows(sheet)] == [
        ("yes", "No"),
        ("no", "No"),
        ("no", None),
        ("Perhaps", None),
    ]


def test_a_blank_cell_stays_blank_where_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert rows(mapped(tmp_path, RECODED, "Q1,Q2\n,yes")) == [{"open": None, "safe": "yes"}]


def test_a_blank_cell_may_become_an_answer(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Ticked"\n[recode.open]\n"" = "no"\n"x" = "yes"'
    sheet = mapped(tmp_path, mapping, "Ticked,Programme\nx,P1\n,P1")
    assert [row["open"] for row in rows(sheet)] == ["yes", "no"]


def test_an_answer_may_become_a_blank_cell(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Q1"\n[recode.open]\n"Not asked" = ""'
    assert rows(mapped(tmp_path, mapping, "Q1\nNot asked\nyes")) == [{"open": None}, {"open": "yes"}]


def test_blank_cells_and_answers_may_change_places(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Q1"\nsafe = "Q2"\n[recode.open]\n"Not asked" = ""\n"" = "prefer_not_to_say"'
    sheet = mapped(tmp_path, mapping, "Q1,Q2\nNot asked,yes\n,yes")
    assert [row["open"] for row in rows(sheet)] == [None, "prefer_not_to_say"]


KEEPING = '[columns]\nopen = "Q1"\n[keep]\n"May we use your answers?" = ["Yes", "Yes, all"]'
ANSWERS = """
    May we use your answers?,Q1
    Yes,yes                                            # kept
    No,no                                              # said no
    "Yes, all",no                                      # kept, the other way of saying yes
    ,yes                                               # said nothing
    yes,yes                                            # another spelling
    """


def test_only_the_rows_to_keep_are_kept_with_the_lines_they_stand_on(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, KEEPING, ANSWERS)
    assert sheet.rows.rows() == [(2, "yes"), (4, "no")]


def test_rows_are_kept_only_if_all_columns_say_so(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Q1"\n[keep]\n"Consent" = ["Yes"]\n"Q1" = ["yes"]'
    sheet = mapped(tmp_path, mapping, "Consent,Q1\nYes,yes\nYes,no\nNo,yes")
    assert sheet.rows.rows() == [(2, "yes")]


def test_cells_are_kept_or_not_as_they_are_before_recoding(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Q1"\n[recode.open]\n"Ja" = "yes"\n[keep]\n"Q1" = ["Ja"]'
    assert rows(mapped(tmp_path, mapping, "Q1\nJa\nyes")) == [{"open": "yes"}]


def test_columns_to_ignore_are_left_out_and_need_not_be_there(tmp_path: Path) -> None:
    mapping = 'ignore = ["Weather", "Tea or coffee?"]\n[columns]\nopen = "Q1"'
    assert rows(mapped(tmp_path, mapping, "Q1,Weather\nyes,rain")) == [{"open": "yes"}]


def test_all_others_may_be_ignored_at_once(tmp_path: Path) -> None:
    mapping = 'ignore_others = true\n[columns]\nopen = "Q1"'
    assert rows(mapped(tmp_path, mapping, "Q1,Weather,Tea\nyes,rain,no")) == [{"open": "yes"}]


def test_response_ids_and_time_stamps_may_be_dropped(tmp_path: Path) -> None:
    mapping = 'drop = ["Response ID", "Start time"]\n[columns]\nopen = "Q1"'
    assert rows(mapped(tmp_path, mapping, "Response ID,Q1,Start time\n17,yes,09:00")) == [{"open": "yes"}]


def test_white_space_in_headings_and_cells_makes_no_difference(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "Have  you\u00a0been open? "\n[recode.open]\n"Yes,\u00a0I have " = " yes"'
    sheet = mapped(tmp_path, mapping, 'Have you been\u00a0open?\n"Yes,  I have"')
    assert rows(sheet) == [{"open": "yes"}]


def test_line_numbers_stay_those_of_the_file(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = "Q1"', "Q1,Q2\nyes,\n,\nPerhaps,")
    assert [(finding.rule, finding.lines) for finding in examined(sheet).findings if finding.column == "open"] == [
        ("one_of", (4,))
    ]


def test_what_was_found_in_reading_is_kept(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = "Q1"', "Q1,Q2\nyes")
    assert [finding.rule for finding in sheet.findings] == ["ragged_row"]


def test_a_mapping_carries_its_name_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    mapping = a_mapping(tmp_path, '[columns]\nopen = "Q1"')
    content = b'dataset = "staff_responses"\n[columns]\nopen = "Q1"'
    assert (mapping.file, mapping.sha256) == ("mapping.toml", sha256(content).hexdigest())


def test_a_mapping_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = a_file(tmp_path, '\ufeffdataset = "counts"\n[columns]\nsubgroup = "Q"', "mapping.toml")
    assert load_mapping(path, "counts").columns_in(a_sheet(tmp_path, "Q\n1\n"), "subgroup") == ("Q",)


# ---- nothing is guessed ----

WHOLE = """
    [columns]
    programme_id = "Programme"
    open = "Q1"
    [constants]
    academic_year = "2024-25"
    """


def test_a_file_mapped_in_full_is_accepted(tmp_path: Path) -> None:
    assert found(mapped(tmp_path, WHOLE, "Programme,Q1\nP1,yes")) == []


def test_a_column_not_spoken_of_stays_and_is_an_error(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, WHOLE, "Programme,Q1,Weather\nP1,yes,rain")
    assert sheet.headings == ["programme_id", "open", "academic_year", "Weather"]
    assert found(sheet) == [("unknown_column", "Weather")]


def test_a_column_not_spoken_of_that_is_the_datasets_own_stays_and_is_right(tmp_path: Path) -> None:
    assert found(mapped(tmp_path, WHOLE, "Programme,Q1,safe\nP1,yes,no")) == []


def test_a_heading_that_the_file_lacks_is_a_finding_and_nothing_false_is_said_of_the_others(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, WHOLE, "Programme,Q 1\nP1,yes")
    assert [str(finding) for finding in sheet.findings] == [
        "file.csv, column Q1: The mapping names this column, and the file does not have it. "
        "Check the heading in the mapping against the file, letter by letter."
    ]
    assert found(sheet) == [("mapped_column_missing", "Q1"), ("unknown_column", "Q 1")]


def test_the_rows_under_a_heading_that_the_file_lacks_are_not_called_blank(tmp_path: Path) -> None:
    assert found(mapped(tmp_path, WHOLE, "Q1\nyes")) == [("mapped_column_missing", "Programme")]


def test_each_heading_that_the_file_lacks_is_found_once(tmp_path: Path) -> None:
    mapping = WHOLE + '[keep]\n"Consent" = ["Yes"]\n"Q1" = ["yes"]'
    sheet = mapped(tmp_path, mapping, "Programme\nP1")
    assert found(sheet) == [("mapped_column_missing", "Q1"), ("mapped_column_missing", "Consent")]


def test_a_column_of_the_file_is_not_silently_replaced(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, WHOLE, "Programme,Q1,academic_year,open\nP1,yes,2023-24,no")
    assert [str(finding) for finding in sheet.findings] == [
        f"file.csv, column {column}: The file already has a column of this name, and the mapping makes another. "
        "List the file's own column under ignore, or take it out of the mapping."
        for column in ("open", "academic_year")
    ]
    assert found(sheet) == [("mapped_column_clashes", "open"), ("mapped_column_clashes", "academic_year")]


def test_a_column_of_the_file_may_be_ignored_for_another_of_its_name(tmp_path: Path) -> None:
    mapping = f'ignore = ["academic_year"]\n{WHOLE}'
    assert rows(mapped(tmp_path, mapping, "Programme,Q1,academic_year\nP1,yes,2023-24")) == [
        {"programme_id": "P1", "open": "yes", "academic_year": "2024-25"}
    ]


def test_keeping_no_row_at_all_is_an_error(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, WHOLE + '[keep]\n"Q1" = ["Agreed"]', "Programme,Q1\nP1,yes")
    assert found(sheet) == [("some_kept", None), ("mapped_cell_missing", "Q1"), ("no_rows", None)]


# ---- nothing personal passes ----

TOO_MUCH = "Programme,Q1,{}\nP1,yes,x"


@pytest.mark.parametrize("heading", ["Your name", "E-mail", "Date of birth", "NHS number", "Comments"])
@pytest.mark.parametrize(
    "mapping",
    [
        WHOLE,
        "ignore_others = true\n" + WHOLE,
        'ignore = ["{}"]\n' + WHOLE,
        WHOLE + '[keep]\n"{}" = ["x"]',
    ],
    ids=["not spoken of", "ignored with all others", "ignored by name", "named for the rows to keep"],
)
def test_a_personal_column_is_refused_whatever_the_mapping_says(tmp_path: Path, mapping: str, heading: str) -> None:
    sheet = mapped(tmp_path, mapping.replace("{}", heading), TOO_MUCH.format(heading))
    assert found(sheet) == [("personal_column", heading)]


def test_a_personal_column_is_refused_even_if_it_is_also_a_response_id(tmp_path: Path) -> None:
    heading = "E-mail (response ID)"
    sheet = mapped(tmp_path, f'drop = ["{heading}"]\n{WHOLE}', TOO_MUCH.format(heading))
    assert found(sheet) == [("personal_column", heading)]


def test_a_personal_column_given_as_a_question_is_refused_and_no_cell_of_it_repeated(tmp_path: Path) -> None:
    mapping = WHOLE.replace('"Q1"', '"E-mail"')
    sheet = mapped(tmp_path, mapping, "Programme,E-mail\nP1,a@example.org")
    assert found(sheet) == [("personal_value", "open")]
    assert "a@example.org" not in str(examined(sheet).findings)


def test_what_is_said_of_a_personal_column(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, "ignore_others = true\n" + WHOLE, TOO_MUCH.format("E-mail"))
    assert [str(finding) for finding in examined(sheet).findings] == [
        "file.csv, column E-mail: The heading looks like an e-mail address. "
        "Personal data must not be sent, not even to be ignored. Delete the column from the file."
    ]


# ---- what is refused ----


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[columns]\nopen = "Q1"', "dataset: Field required."),
        ('dataset = "staff_responses"', "columns: Field required."),
        ('dataset = "staff_responses"\ncolours = []\n[columns]', "colours: Extra inputs are not permitted."),
        (
            'dataset = "staff_responses"\n[columns]\nopen = 1',
            "columns, open: Input should be a valid string.",
        ),
        (
            'dataset = "counts"\n[columns]',
            "this mapping is for counts, and the file was given as staff_responses.",
        ),
        (
            'dataset = "staff_responses"\n[columns]\nopen = "Q1"\nrole = "Q2"\n'
            '[constants]\nopen = "yes"\nrole = "tutor"',
            "open is given both as a column and as a constant; keep one.",
        ),
        (
            'dataset = "staff_responses"\n[columns]\nopen = "Q1"\n[recode.safe]\n"Yes" = "yes"',
            "recode.safe: there is no such entry under [columns].",
        ),
        (
            'dataset = "staff_responses"\nignore = ["Q2"]\nignore_others = true\n[columns]',
            "give either the list ignore or ignore_others = true, not both.",
        ),
        (
            'dataset = "staff_responses"\ndrop = ["Response ID", "Weather"]\n[columns]',
            'drop, "Weather": only response ids and time stamps can be dropped.',
        ),
        (
            'dataset = "staff_responses"\ndrop = ["E-mail"]\n[columns]',
            'drop, "E-mail": only response ids and time stamps can be dropped.',
        ),
    ],
    ids=[
        "no dataset",
        "no columns",
        "an unknown key",
        "a heading that is no text",
        "another dataset",
        "a column that is a constant too",
        "recoding what is no column",
        "ignoring some and all",
        "dropping what is neither id nor time stamp",
        "dropping what is personal",
    ],
)
def test_a_wrong_mapping_is_refused_with_file_entry_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(MappingError) as caught:
        load_mapping(a_file(tmp_path, text, "mapping.toml"), "staff_responses")
    assert str(caught.value) == f"mapping.toml: {reason}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[columns\n", "the mapping is not TOML: "),
        (b'dataset = "M\xfcnchen"\n', "the mapping is not UTF-8 text."),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=f"^mapping.toml: {reason}"):
        load_mapping(path, "staff_responses")


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        load_mapping(tmp_path / "mapping.toml", "staff_responses")
    assert str(caught.value) == "mapping.toml: the mapping cannot be opened (No such file or directory)."


@pytest.mark.parametrize("path", sorted((PROJECT / "data" / "mappings").glob("*.toml")), ids=lambda path: path.name)
def test_the_mappings_that_come_with_the_project_load(path: Path) -> None:
    assert load_mapping(path, "trainee_responses").rules.columns


# ---- columns left out ----


def test_columns_left_out_are_looked_through_for_personal_data(tmp_path: Path) -> None:
    text = "Programme,Q1,Notes,Response ID\nP1,yes,jane@example.org,4711001\n"
    sheet = mapped(tmp_path, f'ignore = ["Notes"]\ndrop = ["Response ID"]\n{WHOLE}', text)
    assert found(sheet) == [("personal_value", "Notes")]


def test_a_dropped_column_must_not_hold_addresses_either(tmp_path: Path) -> None:
    text = "Programme,Q1,Response ID\nP1,yes,jane@example.org\n"
    assert found(mapped(tmp_path, f'drop = ["Response ID"]\n{WHOLE}', text)) == [("personal_value", "Response ID")]


def test_response_ids_may_be_dropped_though_they_look_like_student_numbers(tmp_path: Path) -> None:
    rows = "".join(f"P1,yes,{number}\n" for number in (4711001, 3817222, 9081177, 1200393, 5582110))
    text = f"Programme,Q1,Response ID\n{rows}"
    assert found(mapped(tmp_path, f'drop = ["Response ID"]\n{WHOLE}', text)) == []
    assert found(mapped(tmp_path, f'ignore = ["Response ID"]\n{WHOLE}', text)) == [("personal_value", "Response ID")]


def test_columns_of_one_heading_may_be_ignored_and_not_used(tmp_path: Path) -> None:
    text = "Programme,Q1,Other,Other\nP1,yes,a,b\n"
    assert found(mapped(tmp_path, f'ignore = ["Other"]\n{WHOLE}', text)) == []
    repeated = mapped(tmp_path, WHOLE, "Programme,Q1,Q1\nP1,yes,no\n")
    assert ("mapped_column_repeated", "Q1") in found(repeated)


def test_a_column_without_heading_goes_with_the_others_only(tmp_path: Path) -> None:
    text = "Programme,Q1,,x\nP1,yes,a,b\n"
    assert found(mapped(tmp_path, f"ignore_others = true\n{WHOLE}", text)) == []
    assert ("blank_heading", "C") in found(mapped(tmp_path, WHOLE, text))
