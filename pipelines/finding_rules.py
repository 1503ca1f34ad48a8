"""Every rule that a finding can name: when it is looked at, whether it blocks, what it means, and how to mend the file.

The names are an interface: programs read them from `--json`. `docs/findings.md` is made from this list.
"""

from pipelines.finding_stages import RuleEntry, Stage


class FindingRule(RuleEntry):
    """The rules. A name that ends in an underscore is completed by a measure, a group or a column: `base_of_told`."""

    @classmethod
    def named(cls, name: str) -> "FindingRule":
        """The rule of a finding, also where a measure or group completes its name.

        Raises KeyError where there is no such rule.
        """
        completed = (rule for rule in RULES_TO_COMPLETE if name.startswith(rule))
        return RULES[name] if name in RULES else RULES[next(completed, name)]

    # ---- the file ----

    ENCODING = (
        ("encoding", Stage.FILE, "warning"),
        "The file is not UTF-8 or UTF-16, and was read as Windows-1252.",
        "Look at the cell that is shown. If it reads as it should, do nothing. If not, save the file as “CSV UTF-8”.",
    )
    ROWS_OF_QUALTRICS = (
        ("rows_of_qualtrics", Stage.FILE, "warning"),
        "Qualtrics puts rows of its own between the headings and the answers. They were left out.",
        "There is nothing to do.",
    )
    SECOND_HEADINGS = (
        ("second_headings", Stage.FILE, "warning"),
        "The headings take two rows, as in exports of SurveyMonkey. They were read as one.",
        "There is nothing to do.",
    )
    NOT_SENT = (
        ("not_sent", Stage.FILE, "warning"),
        "The survey tool marks some rows as previews, broken off, or rejected. They were left out.",
        "There is nothing to do. If they should count, do with the column that marks them what the finding says.",
    )
    SENT_UNKNOWN = (
        ("sent_unknown", Stage.FILE, "error"),
        "It cannot be told which answers were sent: the survey tool marks every row, or its column is not there.",
        "Export the file again with the tool’s own columns. The finding says what to do if all answers were sent.",
    )
    NO_RESPONDENT = (
        ("no_respondent", Stage.FILE, "error"),
        "A row is no respondent and no part of the table: a total, a note, or headings that come again.",
        "Delete the row. If somebody answered in it, write it like the others.",
    )
    REPEATED_RESPONSE = (
        ("repeated_response", Stage.FILE, "error"),
        "Several rows have the id of one response, so a person would be counted more than once.",
        "Delete all but one of these rows. If they are different occasions, export one occasion at a time.",
    )
    SECOND_TABLE = (
        ("second_table", Stage.FILE, "error"),
        "Some columns stand behind an empty column, and few rows have anything there: they seem to be another table.",
        "Delete these columns, or if they are answers, the empty column before them.",
    )
    ONE_COLUMN = (
        ("one_column", Stage.FILE, "error"),
        "The whole file reads as a single column.",
        "Export it again as CSV, with a comma, semicolon, tab or | between the columns.",
    )
    RAGGED_ROW = (
        ("ragged_row", Stage.FILE, "error"),
        "A row has more or fewer cells than there are headings, so its answers may stand in the wrong columns.",
        "Look for a missing or extra delimiter, or a line break in a cell. Give the column a heading, or clear it.",
    )
    NO_ROWS = (
        ("no_rows", Stage.FILE, "error"),
        "There are no rows below the headings.",
        "Export the file again with its rows. If a mapping keeps only some rows, check what it keeps.",
    )
    HIDDEN_SHEET = (
        ("hidden_sheet", Stage.FILE, "warning"),
        "The workbook has hidden sheets, and they were not read.",
        "If you meant one of them, choose it by name.",
    )
    HIDDEN_ROW = (
        ("hidden_row", Stage.FILE, "warning"),
        "Some rows of the sheet are hidden. They are read like the others.",
        "If they should not be read, delete them.",
    )
    HIDDEN_COLUMN = (
        ("hidden_column", Stage.FILE, "warning"),
        "Some columns of the sheet are hidden. They are read like the others.",
        "If they should not be read, delete them.",
    )
    MERGED_CELLS = (
        ("merged_cells", Stage.FILE, "error"),
        "Some cells are merged, so only the first of them holds a value.",
        "Unmerge them, and fill in every cell.",
    )
    FORMULA = (
        ("formula", Stage.FILE, "warning"),
        "Some cells hold formulas. Their results are read as they were when the file was saved.",
        "To be sure, copy the cells and paste them as values.",
    )
    FORMULA_NOT_COMPUTED = (
        ("formula_not_computed", Stage.FILE, "error"),
        "Some cells hold formulas, and the file does not have their results.",
        "Open the file in Excel and save it, or copy the cells and paste them as values.",
    )
    ERROR_CELL = (
        ("error_cell", Stage.FILE, "error"),
        "Some cells hold an error of the spreadsheet, such as #N/A.",
        "Put the formula right, or clear the cell.",
    )

    # ---- its headings ----

    OTHER_DATASET = (
        ("other_dataset", Stage.HEADINGS, "error"),
        "The headings are those of another kind of file.",
        "If that is what the file holds, choose that dataset.",
    )
    PERSONAL_COLUMN = (
        ("personal_column", Stage.HEADINGS, "error"),
        "A heading looks like personal data, such as a name or an e-mail address.",
        "Delete the column from the file. Personal data must not be sent, not even to be ignored.",
    )
    UNKNOWN_COLUMN = (
        ("unknown_column", Stage.HEADINGS, "error"),
        "The dataset has no column of this name.",
        "Delete the column, correct its heading, or name it in a mapping.",
    )
    DISGUISED_HEADING = (
        ("disguised_heading", Stage.HEADINGS, "error"),
        "A heading looks like one of the dataset, but holds a character that only looks like the right one.",
        "Type the heading again.",
    )
    DUPLICATE_HEADING = (
        ("duplicate_heading", Stage.HEADINGS, "error"),
        "Two columns have the same heading.",
        "Rename or delete one of them.",
    )
    BLANK_HEADING = (
        ("blank_heading", Stage.HEADINGS, "error"),
        "A column with cells has no heading.",
        "Give it a heading, or delete the column.",
    )
    MISSING_COLUMN = (
        ("missing_column", Stage.HEADINGS, "error"),
        "A column that the dataset needs is missing.",
        "Add the column. A mapping can rename another column to it, or give the same value for every row.",
    )
    NO_QUESTIONS = (
        ("no_questions", Stage.HEADINGS, "error"),
        "A file of answers has no column for any question.",
        "Add a column for each question that was asked.",
    )
    NOT_IN_THE_FILE = (
        ("not_in_the_file", Stage.HEADINGS, "warning"),
        "Some questions of the catalogue have no column. They will be shown as not asked.",
        "If they were asked, add their columns.",
    )
    MAPPED_COLUMN_MISSING = (
        ("mapped_column_missing", Stage.HEADINGS, "error"),
        "The mapping names a heading that the file does not have.",
        "Compare the heading in the mapping with the one in the file, letter by letter.",
    )
    MAPPED_COLUMN_REPEATED = (
        ("mapped_column_repeated", Stage.HEADINGS, "error"),
        "The mapping names a heading that stands above several columns of the file.",
        "Rename or delete all but one of them in the file.",
    )
    MAPPED_COLUMN_CLASHES = (
        ("mapped_column_clashes", Stage.HEADINGS, "error"),
        "The mapping makes a column whose name the file uses for another column.",
        "List the column of the file under ignore, or take the new one out of the mapping.",
    )
    MAPPED_CELL_MISSING = (
        ("mapped_cell_missing", Stage.HEADINGS, "warning"),
        "The mapping says what a cell means, and no cell of the column is like it.",
        "If there should be such cells, compare what the mapping says with the file, letter by letter.",
    )
    MAPPED_CODE_MISSING = (
        ("mapped_code_missing", Stage.HEADINGS, "error"),
        "The mapping tells who was asked, or which rows to keep, by a cell that the file does not have.",
        "Write the cell in the mapping as it stands in the column, letter by letter.",
    )

    # ---- its cells ----

    PERSONAL_VALUE = (
        ("personal_value", Stage.ANSWERS, "error"),
        "The cells of a column look like personal data. They are not repeated anywhere.",
        "Delete the column, or these cells, from the file. Personal data must not be sent, not even to be ignored.",
    )
    TYPE = (
        ("type", Stage.ANSWERS, "error"),
        "A cell is not a number of people, or not a date, where the column holds only those.",
        "Write numbers in digits without anything else, and dates as year, month and day: 2024-09-01.",
    )
    ONLY_TICKS = (
        ("only_ticks", Stage.ANSWERS, "error"),
        "A question has a single answer, and blanks, as where a survey tool leaves a box blank that is not ticked.",
        "Say in a mapping what a blank means: no, under tick_all; or nothing, under not_answered.",
    )
    NOT_A_DATE = (
        ("not_a_date", Stage.ANSWERS, "error"),
        "A cell from which the mapping makes an academic year is not a date in the order that it says.",
        "Correct the cell, or say in the mapping in which order the dates are written.",
    )
    NOT_A_TICK = (
        ("not_a_tick", Stage.ANSWERS, "error"),
        "A cell of a question with boxes to tick is neither a tick nor made of the answers that the mapping lists.",
        "Name every cell or answer in the mapping.",
    )
    PERCENTAGE = (
        ("percentage", Stage.ANSWERS, "error"),
        "A percentage does not tell how many people it was, because several numbers, or none, round to it.",
        "Send how many people it was.",
    )
    BLANK = (("blank", Stage.ANSWERS, "error"), "A cell that must be filled in is blank.", "Fill it in.")
    ONE_OF = (
        ("one_of", Stage.ANSWERS, "error"),
        "A cell is none of the codes that the column allows.",
        "Use one of the codes that are listed. A cell of an answer may also be left blank.",
    )
    COUNT = (
        ("count", Stage.ANSWERS, "error"),
        "A number is larger than a number of people can be.",
        "Write how many people it was.",
    )
    WELL_FORMED_ID = (
        ("well_formed_id", Stage.ANSWERS, "error"),
        "A programme's id has characters that no id has, or is too short or too long.",
        "Use the id that the steward gave you.",
    )
    ID_MADE_A_DATE = (
        ("id_made_a_date", Stage.ANSWERS, "error"),
        "A programme's id looks like a date: a spreadsheet may have changed it.",
        "Set the format of the column to text, and type the cell again.",
    )
    ID_DAY_NUMBER = (
        ("id_day_number", Stage.ANSWERS, "warning"),
        "A programme's id could be the number by which a spreadsheet counts a day.",
        "If it is not the id, set the format of the column to text, and type the cell again.",
    )
    WELL_FORMED_CODE = (
        ("well_formed_code", Stage.ANSWERS, "error"),
        "A code has other characters than lower-case letters, digits and underscores.",
        "Rewrite it as such a code, for example clinical_psychology.",
    )
    PLAIN_NAME = (
        ("plain_name", Stage.ANSWERS, "error"),
        "A name holds a sign that a page could turn into a link, a picture or a heading.",
        "Write it in letters, digits and the usual punctuation of names.",
    )
    PUBLIC_ADDRESS = (
        ("public_address", Stage.ANSWERS, "error"),
        "A link is not the address of a page that everybody can open.",
        "Give one that begins with https:// and the name of a public site, without a user, a port, “?” or “#”.",
    )
    COMPUTED_ITEM = (
        ("computed_item", Stage.ANSWERS, "error"),
        "The status of this support item is worked out from a date, so a file does not give it.",
        "Delete the row, and give the date in the row of the item that has it.",
    )
    REGISTERED = (
        ("registered", Stage.ANSWERS, "error"),
        "No programme is registered under this id.",
        "Check the spelling, in which capitals matter, or ask the steward to register the programme.",
    )
    ACADEMIC_YEAR = (
        ("academic_year", Stage.ANSWERS, "error"),
        "An academic year is not written as two consecutive years, such as 2024-25.",
        "Write it in this way, as text. Spreadsheets like to turn it into a date.",
    )
    YEAR_UNDERSTOOD = (
        ("year_understood", Stage.ANSWERS, "warning"),
        "An academic year is written in another way, such as 2024/25 or AY24/25, and was understood.",
        "If it was understood rightly, there is nothing to do.",
    )
    YEAR_TO_COME = (
        ("year_to_come", Stage.ANSWERS, "error"),
        "An academic year has not begun yet, or lies before 1990-91.",
        "Correct the year.",
    )
    SUBGROUP_OF = (
        ("subgroup_of_", Stage.ANSWERS, "error"),
        "In a file of counts, a measure has a subgroup that its respondent group does not have.",
        "Use one of the codes that are listed, or leave the subgroup blank.",
    )
    SUBGROUP_CODE = (
        ("subgroup_code", Stage.ANSWERS, "error"),
        "A role or a subgroup is no code.",
        "Use small letters, digits and underscores, such as placement_supervisor, or leave the cell blank.",
    )

    # ---- its rows together ----

    NOT_FILLED_IN = (
        ("not_filled_in", Stage.ROWS, "warning"),
        "Some rows that a template began were not filled in. They are left out.",
        "If there is something to say in them, fill them in.",
    )
    ONE_ROW_EACH = (
        ("one_row_each", Stage.ROWS, "error"),
        "Several rows are about the same thing, where there must be one.",
        "Delete the rows that repeat it.",
    )
    TOTAL_OR_SUBGROUPS = (
        ("total_or_subgroups", Stage.ROWS, "error"),
        "A measure comes both as a total and as subgroups, so people would be counted twice.",
        "Delete the total, whose subgroup is blank, or the subgroups.",
    )
    AFFIRMATIVE_OF_RESPONDENTS = (
        ("affirmative_of_respondents", Stage.ROWS, "error"),
        "There are more affirmative answers than respondents.",
        "Correct one of the two numbers.",
    )
    IDS_ALIKE = (
        ("ids_alike", Stage.ROWS, "error"),
        "Two programmes have ids that differ in capitals only.",
        "Choose ids that nobody can take for each other, or delete one row if it is the same programme.",
    )
    GROUPS_IN_DIFFERENT_YEARS = (
        ("groups_in_different_years", Stage.ROWS, "warning"),
        "The groups of a programme stand in different years, as where a spreadsheet counted the year up.",
        "If they were invited in the same year, correct it. If not, leave it.",
    )
    SINCE_IN_PLACE = (
        ("since_in_place", Stage.ROWS, "error"),
        "A support item that is not in place has a day since when it is.",
        "Correct the status, or clear the date.",
    )
    DATE_IN_YEAR = (
        ("date_in_year_", Stage.ROWS, "error"),
        "A date lies before 1990, or after the end of the academic year in which it stands.",
        "Correct the date or the academic year.",
    )
    EVIDENCE_OF_NAMED = (
        ("evidence_of_named", Stage.ROWS, "error"),
        "A link stands with a programme that is not named, and tells which programme it is.",
        "Clear the link.",
    )
    EVIDENCE_OF_NOBODY = (
        ("evidence_of_nobody", Stage.ROWS, "error"),
        "A link stands with a support item that points at somebody.",
        "Clear the link.",
    )
    REGION_OF_COUNTRY = (
        ("region_of_country", Stage.ROWS, "error"),
        "A programme's region does not lie in its country.",
        "Correct one of the two, or leave the region blank.",
    )
    BASE_OF = (
        ("base_of_", Stage.ROWS, "error"),
        "A follow-up question has answers of people to whom it was not put, or more respondents than it was put to.",
        "In a file of answers, leave the follow-up question blank in these rows. In counts, correct the numbers.",
    )
    WITHIN_OF = (
        ("within_of_", Stage.ROWS, "error"),
        "Somebody said yes to a question and no to another that the first one includes; or the counts say so.",
        "Ask whoever ran the survey which of the two is right.",
    )
    BASE_GIVEN_FOR = (
        ("base_given_for_", Stage.ROWS, "error"),
        "A file of counts has a follow-up question without the question that it follows.",
        "Add the row of that question for the same programme and academic year.",
    )
    SOME_KEPT = (
        ("some_kept", Stage.ROWS, "warning"),
        "The mapping keeps only some of the rows.",
        "If these are too few, look under [keep] in the mapping.",
    )
    NOBODY_COUNTED = (
        ("nobody_counted", Stage.ROWS, "warning"),
        "A programme has no answers to a question that others in the file have answers to.",
        "Send small numbers too. If only large ones are sent, a missing one means a small one.",
    )

    # ---- what is held already ----

    COUNTED_ELSEWHERE = (
        ("counted_elsewhere", Stage.HELD, "error"),
        "A measure of this programme and year has come in already by another kind of file.",
        "Send a measure of one programme and year either as responses or as counts.",
    )
    ALREADY_HELD = (
        ("already_held", Stage.HELD, "warning"),
        "The store has a file of this kind for this programme and year already.",
        "To put this file in its place, load it with --replace. The earlier one stays on record.",
    )
    PERHAPS_HELD = (
        ("perhaps_held", Stage.HELD, "warning"),
        "It is not told whether these rows or answers came in before, because the programme is not named.",
        "Put every question that counts into this file. If they did come in, in this kind of file or another, this "
        "file takes the place of all of it, also of questions that it does not have. The earlier one stays on record.",
    )
    SET_ASIDE = (
        ("set_aside", Stage.HELD, "warning"),
        "The year is closed, and publishing has seen results of it. The file is kept on record and does not count.",
        "If it must count all the same, ask the steward, who can let it through with a reason.",
    )
    YEAR_NOT_OPEN = (
        ("year_not_open", Stage.HELD, "error"),
        "The Upload page takes files of open academic years only. This year is closed, or was not opened yet.",
        "Correct the year, or ask the steward, who can open a year and load the file of a programme that is late.",
    )
    DEMONSTRATION = (
        ("demonstration", Stage.HELD, "warning"),
        "The store holds the demonstration, and real programmes are never mixed with it.",
        "Load the file into a home of its own, with --home.",
    )
    PROGRAMMES_NOT_CHECKED = (
        ("programmes_not_checked", Stage.HELD, "warning"),
        "There is no store, so it was not checked whether the programmes are registered.",
        "There is nothing to do. It is checked when the file is loaded.",
    )
    MORE_THAN_INVITED = (
        ("more_than_invited", Stage.HELD, "warning"),
        "More people answered than were invited.",
        "Correct the number of people invited, or the answers.",
    )
    MUCH_SMALLER = (
        ("much_smaller", Stage.HELD, "warning"),
        "Far fewer people answered than in the year before.",
        "If rows are missing, export the file again.",
    )
    FAR_FROM_THE_LAST = (
        ("far_from_the_last", Stage.HELD, "warning"),
        "A result is further from the last published one than chance explains.",
        "If answers were coded the other way round, correct them. If it is so, leave it.",
    )


RULES = {rule.value: rule for rule in FindingRule}
RULES_TO_COMPLETE = tuple(rule.value for rule in FindingRule if rule.is_completed)

BY_LETTER = frozenset({FindingRule.DUPLICATE_HEADING, FindingRule.BLANK_HEADING})
"""Rules whose findings have a letter for their column, because its heading does not tell which column it is."""
