"""What a mapping can say besides headings and cells: places, scales, ranges, dates, boxes to tick, wide tables."""

import time
import unicodedata
from pathlib import Path

import pytest

from pipelines.checking.checker import check
from pipelines.checking.mapped_columns import as_date
from pipelines.checking.mapping import apply, read_mapping
from pipelines.checking.tick_all import answers_in
from pipelines.errors import MappingError
from pipelines.instrument.contract import Context
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.datasets import contract
from pipelines.reading.reader import LINE, Sheet
from tests.factories import a_catalogue, a_measure, a_sheet, literal

CATALOGUE = a_catalogue(a_measure("open"), a_measure("safe"), a_measure("told", base="open"))


def mapped(folder: Path, mapping: str, text: str, dataset: str = "staff_responses") -> Sheet:
    rules = read_mapping("mapping.toml", f'dataset = "{dataset}"\n{mapping}'.encode(), dataset)
    return apply(rules, a_sheet(folder, literal(text)))


def column(sheet: Sheet, name: str) -> list[str | None]:
    return sheet.rows[name].to_list()


def told_of(sheet: Sheet, dataset: str = "staff_responses") -> list[str]:
    checked = check(sheet, contract(Dataset(dataset), CATALOGUE, Context("2025-26")))
    return [finding.rule for finding in checked.findings if finding.severity == "error"]


# ---- places ----


@pytest.mark.parametrize("place", ['{ letter = "B" }', '{ letter = "b" }', "{ position = 2 }"])
def test_a_column_is_named_by_letter_or_position_where_headings_come_twice(tmp_path: Path, place: str) -> None:
    sheet = mapped(tmp_path, f"ignore_others = true\n[columns]\nopen = {place}", "Why?,Why?\nno,yes\n")
    assert column(sheet, "open") == ["yes"]


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_accents_written_otherwise_in_mapping_and_file_are_the_same(tmp_path: Path, forms: tuple[str, str]) -> None:
    mapping = (
        'drop = []\nignore = ["Sîn"]\nmissing = ["né"]\n[columns]\nopen = "Ydych?ô"\n[recode.open]\n"î" = "yes"\n'
        '[keep]\n"Gwlad â" = ["Cymrû"]'
    )
    text = "Sîn,Ydych?ô,Gwlad â\nx,î,Cymrû\nx,né,Cymrû\nx,î,Lloegr\n"
    sheet = mapped(tmp_path, unicodedata.normalize(forms[0], mapping), unicodedata.normalize(forms[1], text))
    assert [finding.rule for finding in sheet.findings] == ["some_kept"]
    assert column(sheet, "open") == ["yes", None]


def test_a_column_without_heading_is_left_out_by_its_letter(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, 'ignore = [{ letter = "B" }]\n[columns]\nopen = "Q"', "Q,\nyes,x\n")
    assert sheet.headings == ["open"]
    assert sheet.unclear == {}


def test_a_letter_beyond_the_file_is_a_finding(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = { letter = "Z" }', "Q\nyes\n")
    assert [(finding.rule, finding.column) for finding in sheet.findings] == [("mapped_column_missing", "column Z")]


# ---- cells ----


def test_one_recoding_serves_a_whole_scale_and_a_column_may_differ(tmp_path: Path) -> None:
    mapping = """
        [columns]
        open = "A"
        safe = "B"
        [[scale]]
        columns = ["open", "safe"]
        codes = { "Y" = "yes", "N" = "no" }
        [recode.safe]
        "N" = "prefer_not_to_say"
        """
    sheet = mapped(tmp_path, mapping, "A,B\nY,Y\nN,N\n")
    assert (column(sheet, "open"), column(sheet, "safe")) == (["yes", "no"], ["yes", "prefer_not_to_say"])


def test_words_for_a_missing_answer_are_said_once_for_all_columns(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, 'missing = ["N/A", "-"]\n[columns]\nopen = "A"\nsafe = "B"', "A,B\nN/A,-\nyes,no\n")
    assert (column(sheet, "open"), column(sheet, "safe")) == ([None, "yes"], [None, "no"])


def test_numbers_are_recoded_by_ranges_with_both_ends_in_them(tmp_path: Path) -> None:
    mapping = '[columns]\nopen = "A"\n[ranges.open]\n"0-49" = "no"\n"50-100" = "yes"'
    sheet = mapped(tmp_path, mapping, "A\n0\n49\n50\n100\n49.5\nx\n")
    assert column(sheet, "open") == ["no", "no", "yes", "yes", "49.5", "x"]


def test_several_columns_become_one_of_which_any_counts(tmp_path: Path) -> None:
    text = """
        A,B
        yes,no                                         # any is yes
        no,no                                          # all are no
        no,                                            # cannot be told
        ,                                              # nothing said
        ,yes                                           # any is yes
        prefer_not_to_say,yes                          # any is yes
        no,prefer_not_to_say                           # an answer, and neither yes nor no
        """
    mapping = '[columns]\nopen = ["A", "B"]\n[recode.open]\n"-" = "prefer_not_to_say"'
    sheet = mapped(tmp_path, mapping, text)
    assert column(sheet, "open") == ["yes", "no", None, "yes", "yes", "prefer_not_to_say"]
    assert "one_of" not in [finding.rule for finding in sheet.findings]


@pytest.mark.parametrize("other", ["yes", "no", ""])
def test_a_cell_of_several_columns_that_is_no_answer_is_an_error_whatever_the_others_say(
    tmp_path: Path, other: str
) -> None:
    sheet = mapped(tmp_path, '[columns]\nopen = ["A", "B"]', f"A,B\nno,no\nYES,{other}\n")
    assert [(finding.rule, finding.column, finding.lines, finding.found) for finding in sheet.findings] == [
        ("one_of", "A", (3,), "YES")
    ]


def test_an_answer_of_the_catalogue_is_known_in_several_columns_without_a_recoding(tmp_path: Path) -> None:
    rules = read_mapping("m.toml", b'dataset = "staff_responses"\n[columns]\nopen = ["A", "B"]', "staff_responses")
    sheet = apply(rules, a_sheet(tmp_path, "A,B\nnot_sure,no\n"), {"open": ("yes", "no", "not_sure")})
    assert (column(sheet, "open"), sheet.findings) == (["not_sure"], ())


@pytest.mark.parametrize(
    ("keep", "lines"),
    [('["Yes"]', [2]), ('{ equals = ["Yes"] }', [2]), ('{ not = ["No"] }', [2, 4]), ("{ filled = true }", [2, 3])],
)
def test_rows_are_kept_by_what_a_cell_is_is_not_or_that_it_is_filled(
    tmp_path: Path, keep: str, lines: list[int]
) -> None:
    sheet = mapped(tmp_path, f'[columns]\nopen = "A"\n[keep]\n"Agreed" = {keep}', "A,Agreed\nyes,Yes\nno,No\nno,\n")
    assert sheet.rows[LINE].to_list() == lines


@pytest.mark.parametrize(
    ("keep", "rule"),
    [
        ('{ not = "preview" }', "mapped_code_missing"),
        ('["Done", "preview"]', "mapped_code_missing"),
        ('{ not = "Spam" }', "mapped_cell_missing"),
        ('["Done", "Spam"]', "mapped_cell_missing"),
        ('{ not = "Preview" }', None),
        ('["Done"]', None),
        ('{ not = ["Preview", "preview"] }', "mapped_cell_missing"),
    ],
)
def test_a_cell_to_keep_rows_by_that_the_file_does_not_have_is_found(
    tmp_path: Path, keep: str, rule: str | None
) -> None:
    sheet = mapped(tmp_path, f'[columns]\nopen = "A"\n[keep]\nState = {keep}', "A,State\nyes,Done\nno,Preview\n")
    found = [finding.rule for finding in sheet.findings if finding.rule != "some_kept"]
    assert found == ([rule] if rule else [])


# ---- academic years ----


@pytest.mark.parametrize(
    ("cell", "order", "year"),
    [
        ("31/08/2025 10:00:00", "D/M/Y", "2024-25"),
        ("01/09/2025", "D/M/Y", "2025-26"),
        ("09/01/2025", "M/D/Y", "2025-26"),
        ("2025-08-31T09:00", "Y-M-D", "2024-25"),
        ("2025-09-01 09:00:00", "D/M/Y", "2025-26"),
    ],
)
def test_an_academic_year_is_made_from_a_date(tmp_path: Path, cell: str, order: str, year: str) -> None:
    mapping = f'[columns]\nacademic_year = {{ heading = "Timestamp", date = "{order}" }}'
    assert column(mapped(tmp_path, mapping, f"Timestamp\n{cell}\n"), "academic_year") == [year]


@pytest.mark.parametrize(
    ("entry", "of_instrument", "year"),
    [
        ("", 9, "2025-26"),
        ("", 10, "2024-25"),
        (", first_month = 10", 9, "2024-25"),
        (", first_month = 8", 10, "2025-26"),
    ],
)
def test_a_year_begins_in_the_month_of_the_mapping_or_else_of_the_instrument(
    tmp_path: Path, entry: str, of_instrument: int, year: str
) -> None:
    text = f'[columns]\nacademic_year = {{ heading = "When", date = "Y-M-D"{entry} }}'
    rules = read_mapping("m.toml", f'dataset = "staff_responses"\n{text}'.encode(), "staff_responses")
    sheet = apply(rules, a_sheet(tmp_path, "When\n2025-09-30\n"), first_month=of_instrument)
    assert column(sheet, "academic_year") == [year]


@pytest.mark.parametrize(
    "entry", ["first_month = 13, date = 'Y-M-D'", "first_month = 0, date = 'Y-M-D'", "first_month = 9"]
)
def test_a_month_that_is_none_or_has_no_date_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(MappingError, match="academic_year"):
        mapped(tmp_path, f"[columns]\nacademic_year = {{ heading = 'When', {entry} }}", "When\n2025-09-30\n")


def test_a_cell_that_is_no_date_in_this_order_is_an_error_with_its_line(tmp_path: Path) -> None:
    mapping = '[columns]\nacademic_year = { heading = "Timestamp", date = "M/D/Y" }'
    sheet = mapped(tmp_path, mapping, "Timestamp\n03/01/2025\n15/07/2025\n")
    assert [(finding.rule, finding.lines, finding.found) for finding in sheet.findings] == [
        ("not_a_date", (3,), "15/07/2025")
    ]


@pytest.mark.parametrize(
    "cell", ["0024-10-01", "01/10/0024", "01/10/24", "24-10-05", "01/10/1889", "1/10/204", "1/10/20245"]
)
def test_a_year_that_is_not_written_in_full_is_an_error_that_says_so(tmp_path: Path, cell: str) -> None:
    mapping = '[columns]\nacademic_year = { heading = "Timestamp", date = "D/M/Y" }'
    (finding,) = mapped(tmp_path, mapping, f"Timestamp\n{cell}\n").findings
    assert (finding.rule, finding.found) == ("not_a_date", cell)
    assert "with the four digits of its year" in finding.expected


@pytest.mark.parametrize("cell", ["31/02/2025", "2025", "15 July", "", "1/1/1/1"])
def test_what_is_no_date_is_none(cell: str) -> None:
    assert as_date(cell, "D/M/Y") is None


# ---- boxes to tick ----

TICKS = """
    [columns]
    open = "Lived?"
    [[tick_all]]
    unticked = "no"
    asked = {asked}
    ticked = ["1"]
    not_ticked = "0"
    other_boxes = ["Nobody"]
    boxes = {{ told = "Supervisor" }}
    """
BOXES = """
    Lived?,Supervisor,Nobody
    yes,1,                                             # ticked
    yes,,                                              # asked, and ticked nothing
    no,,                                               # not asked
    yes,,1                                             # ticked another box
    yes,0,                                             # another way of not ticking
    """


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ('"everybody"', ["yes", "no", "no", "no", "no"]),
        ('"answered"', ["yes", None, None, "no", None]),
        ('{ open = "yes" }', ["yes", "no", None, "no", "no"]),
    ],
)
def test_a_box_not_ticked_is_no_of_those_who_were_asked(tmp_path: Path, asked: str, told: list[str | None]) -> None:
    sheet = mapped(tmp_path, TICKS.replace("{asked}", asked).replace("{{", "{").replace("}}", "}"), BOXES)
    assert column(sheet, "told") == told


def test_a_cell_that_is_neither_tick_nor_none_is_an_error(tmp_path: Path) -> None:
    text = TICKS.replace("{asked}", '"everybody"').replace("{{", "{").replace("}}", "}")
    sheet = mapped(tmp_path, text, "Lived?,Supervisor,Nobody\nyes,1,\nyes,2,\n")
    assert [(finding.rule, finding.lines, finding.found) for finding in sheet.findings] == [("not_a_tick", (3,), "2")]


def test_a_tick_that_no_cell_is_like_is_noticed(tmp_path: Path) -> None:
    text = TICKS.replace("{asked}", '"everybody"').replace("{{", "{").replace("}}", "}")
    sheet = mapped(tmp_path, text, "Lived?,Supervisor,Nobody\nyes,,\nyes,0,1\n")
    assert [finding.rule for finding in sheet.findings] == ["mapped_cell_missing"]


def asked(folder: Path, code: str, cells: str, **answers: tuple[str, ...]) -> list[tuple[str, str]]:
    text = TICKS.replace("{asked}", f"{{ open = {code} }}").replace("{{", "{").replace("}}", "}")
    rules = read_mapping("mapping.toml", f'dataset = "staff_responses"\n{text}'.encode(), "staff_responses")
    sheet = apply(rules, a_sheet(folder, "Lived?,Supervisor,Nobody\n" + cells), answers)
    return [(finding.rule, finding.expected) for finding in sheet.findings]


@pytest.mark.parametrize("code", ['"Yes"', '["yes", "Yes"]', '"y"'])
def test_a_code_that_tells_who_was_asked_and_never_stands_in_the_column_is_an_error(tmp_path: Path, code: str) -> None:
    ((rule, expected),) = asked(tmp_path, code, "yes,1,\nyes,,\nno,,\n", open=("yes", "no"))
    assert rule == "mapped_code_missing"
    assert "There stands “yes” or “no”." in expected


def test_an_answer_by_which_others_are_asked_may_be_given_by_nobody(tmp_path: Path) -> None:
    assert asked(tmp_path, '"yes"', "yes,1,\nno,,\n", open=("yes", "no")) == []
    ((rule, expected),) = asked(tmp_path, '"yes"', "no,1,\nno,,\n", open=("yes", "no"))
    assert (rule, "nobody is taken as asked" in expected) == ("mapped_cell_missing", True)


TICKED_BOXES = '[columns]\n[[tick_all]]\nunticked = "no"\nasked = "answered"\nticked = "1"\n'
CELL = '[columns]\n[[tick_all]]\nunticked = "no"\nasked = "answered"\nheading = "Told?"\n'


@pytest.mark.parametrize(
    "entry",
    [
        TICKED_BOXES + 'boxes = { told = "Supervisor" }',
        TICKED_BOXES + 'boxes = { told = ["Supervisor", "Tutor"] }',
        TICKED_BOXES + 'boxes = { told = ["Supervisor", "Tutor"], safe = "Tutor" }',
        CELL + 'answers = { told = "A supervisor" }',
        CELL + 'answers = { told = ["A supervisor", "A tutor"], safe = "A tutor" }',
    ],
)
def test_a_box_that_everybody_has_ticked_who_counts_as_asked_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(
        MappingError, match=r"everybody who was asked has ticked it\. Say otherwise who was asked, or name"
    ):
        mapped(tmp_path, entry, "Supervisor,Tutor\n1,\n")


@pytest.mark.parametrize(
    "entry",
    [
        TICKED_BOXES + 'boxes = { told = "Supervisor" }\nother_boxes = ["Nobody"]',
        TICKED_BOXES + 'boxes = { told = "Supervisor", safe = "Tutor" }',
        TICKED_BOXES.replace('"answered"', '"everybody"') + 'boxes = { told = "Supervisor" }',
        CELL + 'answers = { told = "A supervisor" }\nother_answers = ["Nobody"]',
    ],
)
def test_a_box_beside_another_that_tells_who_was_asked_is_not(entry: str) -> None:
    read_mapping("mapping.toml", f'dataset = "staff_responses"\n{entry}'.encode(), "staff_responses")


KNOWN = frozenset(["A supervisor", "A tutor", "A friend, or family"])


@pytest.mark.parametrize(
    ("cell", "separator", "answers"),
    [
        ("A supervisor;A tutor;", ";", ("A supervisor", "A tutor")),
        ("A supervisor, A friend, or family", ",", ("A supervisor", "A friend, or family")),
        ("A tutor", ",", ("A tutor",)),
        ("A supervisor, my cat", ",", None),
        ("a supervisor", ",", None),
        (";".join(["A tutor"] * 100), ";", None),
    ],
)
def test_a_cell_is_read_only_where_it_is_made_of_known_answers(
    cell: str, separator: str, answers: tuple[str, ...] | None
) -> None:
    assert answers_in(cell, KNOWN, separator) == answers


def test_a_cell_that_can_be_read_in_two_ways_is_not_read() -> None:
    assert answers_in("A, B", frozenset(["A", "B", "A, B"]), ",") is None


# ---- one answer and blanks ----

ONE_ANSWER = "programme_id,academic_year,safe\nP1,2024-25,yes\nP1,2024-25,\n"


def test_a_column_of_one_answer_and_blanks_is_refused_until_it_is_said_what_a_blank_means(tmp_path: Path) -> None:
    assert told_of(a_sheet(tmp_path, ONE_ANSWER)) == ["only_ticks"]
    assert told_of(mapped(tmp_path, "[columns]", ONE_ANSWER)) == ["only_ticks"]
    assert told_of(mapped(tmp_path, 'not_answered = ["safe"]\n[columns]', ONE_ANSWER)) == []


@pytest.mark.parametrize("cells", [("yes", "no", ""), ("yes", "yes"), ("no", ""), ("", "")])
def test_another_column_is_not(tmp_path: Path, cells: tuple[str, ...]) -> None:
    rows = "".join(f"P1,2024-25,{cell}\n" for cell in cells)
    assert told_of(a_sheet(tmp_path, f"programme_id,academic_year,safe\n{rows}")) == []


def answers(programme: str, yes: int, no: int, blank: int, other: int = 0) -> str:
    cells = ["yes"] * yes + ["no"] * no + [""] * blank + ["prefer_not_to_say"] * other
    return "".join(f"{programme},2024-25,{cell}\n" for cell in cells)


@pytest.mark.parametrize(
    "rows",
    [
        answers("P1", 8, 1, 7),
        answers("P1", 8, 0, 7, other=1),
        answers("P1", 99, 2, 50),
        answers("P1", 8, 0, 7) + answers("P2", 8, 8, 0),
        answers("P1", 8, 0, 7) + answers("P2", 8, 8, 1) + answers("P3", 5, 9, 1),
        answers("P1", 8, 1, 7) + answers("P2", 8, 8, 0),
    ],
)
def test_ticks_are_seen_beside_a_stray_answer_and_in_one_programme_of_several(tmp_path: Path, rows: str) -> None:
    text = f"programme_id,academic_year,safe\n{rows}"
    assert told_of(a_sheet(tmp_path, text)) == ["only_ticks"]
    assert told_of(mapped(tmp_path, 'not_answered = ["safe"]\n[columns]', text)) == []


@pytest.mark.parametrize(
    "rows",
    [
        answers("P1", 8, 2, 7),
        answers("P1", 8, 1, 2),
        answers("P1", 3, 1, 7),
        answers("P1", 99, 4, 50),
        answers("P1", 8, 0, 1) + answers("P2", 8, 8, 0),
        answers("P1", 3, 0, 3) + answers("P2", 8, 8, 1),
        answers("P1", 3, 0, 3) + answers("P2", 0, 8, 0),
        answers("P1", 8, 0, 4) + answers("P2", 60, 10, 9),
        answers("P1", 8, 0, 7) + answers("P2", 8, 8, 10),
    ],
)
def test_many_who_say_yes_and_some_who_do_not_answer_are_no_ticks(tmp_path: Path, rows: str) -> None:
    assert told_of(a_sheet(tmp_path, f"programme_id,academic_year,safe\n{rows}")) == []


def test_what_is_said_of_ticks_names_the_programme_and_year(tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, f"programme_id,academic_year,safe\n{answers('P1', 8, 0, 7)}{answers('P2', 8, 8, 0)}")
    (finding,) = check(sheet, contract(Dataset("staff_responses"), CATALOGUE, Context("2025-26"))).findings
    assert finding.expected.startswith("In P1 2024-25 the only answer is yes (8), and 7 cells are blank.")


def test_blanks_of_people_who_were_not_asked_say_nothing(tmp_path: Path) -> None:
    text = "programme_id,academic_year,open,told\nP1,2024-25,yes,yes\nP1,2024-25,no,\n"
    assert told_of(a_sheet(tmp_path, text)) == []


# ---- counts ----

WIDE = """
    [constants]
    academic_year = "2024-25"
    [columns]
    programme_id = "Programme"
    [[wide]]
    constants = { measure_id = "open" }
    columns = { respondents = "Q1 n", affirmative = { heading = "Q1 %", percent_of = "Q1 n" } }
    [[wide]]
    constants = { measure_id = "safe" }
    columns = { respondents = { sum = ["Q2 yes", "Q2 no"] }, affirmative = "Q2 yes" }
    """


def test_each_row_of_a_wide_table_stands_for_several(tmp_path: Path) -> None:
    sheet = mapped(tmp_path, WIDE, "Programme,Q1 n,Q1 %,Q2 yes,Q2 no\nP1,16,50%,7,5\nP2,30,33.3,2,8\n", "counts")
    rows = sheet.rows.select("programme_id", "measure_id", "respondents", "affirmative").rows()
    assert rows == [
        ("P1", "open", "16", "8"),
        ("P2", "open", "30", "10"),
        ("P1", "safe", "12", "7"),
        ("P2", "safe", "10", "2"),
    ]
    assert told_of(sheet, "counts") == []


SHARES = WIDE.split('[[wide]]\n    constants = { measure_id = "safe"', maxsplit=1)[0]


@pytest.mark.parametrize(
    ("cells", "ambiguous"),
    [
        (["0.5"], ["0.5"]),
        (["1"], ["1"]),
        (["0.45", "0.60", "0"], ["0.45", "0.60"]),
        (['"0,5"', '"0,45"'], ["0,5", "0,45"]),
        (["0.5%", "0.5"], ["0.5"]),
        (["0.5", "50%"], []),
        (["0.5", "1.5"], []),
        (["0.5%"], []),
        (["0", "0"], []),
    ],
)
def test_a_share_of_one_is_not_taken_for_a_percentage(tmp_path: Path, cells: list[str], ambiguous: list[str]) -> None:
    rows = "".join(f"P{at},200,{cell}\n" for at, cell in enumerate(cells))
    findings = mapped(tmp_path, SHARES, f"Programme,Q1 n,Q1 %\n{rows}", "counts").findings
    told = [finding.expected.split(" can be ")[0] for finding in findings if "as a share of 1" in finding.expected]
    assert told == ambiguous
    assert all(finding.severity == "error" for finding in findings)


@pytest.mark.parametrize("cell", ['"1,200"', "<5", "12.0", "-3", "many"])
def test_a_number_to_add_up_that_cannot_be_read_is_an_error_that_names_the_cell(tmp_path: Path, cell: str) -> None:
    sheet = mapped(tmp_path, WIDE, f"Programme,Q1 n,Q1 %,Q2 yes,Q2 no\nP1,16,50%,7,{cell}\n", "counts")
    assert [(finding.rule, finding.column, finding.lines, finding.found) for finding in sheet.findings] == [
        ("type", "Q2 no", (2,), cell.strip('"'))
    ]


@pytest.mark.parametrize(
    ("n", "percent", "said"),
    [("300", "33", "can be 98 to 100 people"), ("16", "51%", "no number of people"), ("", "50", "no number of people")],
)
def test_a_percentage_that_is_not_one_number_of_people_is_an_error(
    tmp_path: Path, n: str, percent: str, said: str
) -> None:
    sheet = mapped(tmp_path, WIDE, f"Programme,Q1 n,Q1 %,Q2 yes,Q2 no\nP1,{n},{percent},7,5\n", "counts")
    assert [finding.rule for finding in sheet.findings] == ["percentage"]
    assert said in sheet.findings[0].expected


# ---- what is refused ----


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[columns]\nopen = { letter = "B", position = 2 }', "columns, open: say which column"),
        ("[columns]\nopen = { position = 99999999999999999999 }", "columns, open"),
        ('[columns]\nopen = "Q"\n[ranges.open]\n"0-50" = "no"\n"50-100" = "yes"', "ranges.open: two ranges overlap."),
        ('[columns]\nopen = "Q"\n[ranges.open]\n"9-0" = "no"', "ranges.open: “9-0” is no range."),
        ('missing = "Yes"\n[columns]\nopen = "Q"\n[recode.open]\n"Yes" = "yes"', "can never match"),
        ('[columns]\nopen = { heading = "Q", date = "D/M/Y" }', "only academic_year can be made from a date"),
        ('[columns]\nopen = "Q"\n[[wide]]\ncolumns = { open = "R" }', "open is made twice"),
        (
            '[columns]\n[[tick_all]]\nasked = "everybody"\nticked = "1"\nboxes = { open = "Q" }',
            "unticked: Field required",
        ),
        ('[columns]\n[[tick_all]]\nunticked = "no"\nasked = "everybody"\nboxes = { open = "Q" }', "ticked: say which"),
        (
            '[columns]\nopen = "Q"\n' + '[[scale]]\ncolumns = ["open"]\ncodes = { Y = "yes" }\n' * 2,
            "scale, open: it is recoded by 2 scales; keep one.",
        ),
        ('[columns]\nopen = "Q"\n[recode.open]\n"Yes" = "yes"\n" Yes " = "no"', "“Yes” is given twice"),
        ('[columns]\nopen = "Q"\n[keep]\nState = {}', "keep, State: say which rows to keep"),
        ('[columns]\nopen = "Q"\n[keep]\nState = { equals = "x", not = "x" }', "to be kept and not to be kept"),
        ('[columns]\nopen = "Q"\n[keep]\nState = "x"\n"State " = "y"', "“State” is given twice"),
    ],
)
def test_a_mapping_that_cannot_be_right_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping("mapping.toml", f'dataset = "staff_responses"\n{text}'.encode(), "staff_responses")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[" * 2000,
        b"a = " + b"{b=" * 2000,
        b"a" + b".a" * 50_000 + b" = 1",
        b"a" * 100_000,
        b"[" + b"a." * 50_000 + b"a]",
        b'"a"' + b' . "a"' * 20_000 + b" = 1",
        b"columns = " + b"9" * 100_000,
        b"a = 1_0" * 1,
        b'a = """' + b'"' * 50_000,
        b"x" * 1_000_001,
        b'dataset = "staff_responses"\n[constants]\n' + b"".join(b"c%d = 1\n" % at for at in range(5_000)),
    ],
    ids=[
        "arrays",
        "tables",
        "dotted key",
        "long key",
        "dotted table",
        "quoted key",
        "number",
        "plain",
        "text",
        "large",
        "lines",
    ],
)
def test_a_hostile_mapping_is_refused_at_once_in_a_sentence(content: bytes) -> None:
    started = time.process_time()
    with pytest.raises(MappingError) as caught:
        read_mapping("mapping.toml", content, "staff_responses")
    assert len(str(caught.value)) < 400
    assert time.process_time() - started < 2


@pytest.mark.parametrize("columns", [1_001, 4_900])
def test_a_mapping_that_makes_more_columns_than_any_dataset_has_is_refused_at_once(columns: int) -> None:
    made = "".join(f'c{at} = "Q{at}"\n' for at in range(columns))
    started = time.process_time()
    with pytest.raises(MappingError, match="more than 1,000 columns"):
        read_mapping("mapping.toml", f'dataset = "staff_responses"\n[columns]\n{made}'.encode(), "staff_responses")
    assert time.process_time() - started < 2


def test_a_long_mapping_for_another_file_has_few_findings_and_takes_little_time(tmp_path: Path) -> None:
    made = "".join(f'c{at} = "Q{at}"\n' for at in range(1_000))
    started = time.process_time()
    sheet = mapped(tmp_path, f"[columns]\n{made}", "A\nyes\n")
    assert time.process_time() - started < 5
    assert len(sheet.findings) == 31
    assert "970 more columns" in sheet.findings[-1].expected
