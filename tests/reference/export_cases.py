"""What survey tools give, and what it comes to or why it is refused. The files lie in shared/cases/exports.

Two people of limesurvey_codes.csv broke off before the first question, so fourteen of its twenty-two people have lived
experience.
"""

from pathlib import Path

from tests.factories import FIRST_EDITION, shared
from tests.reference import export_mappings as maps

Counts = dict[str, tuple[int, int]]
"""By measure: how many answered, and how many said yes."""
FOLDER = "cases/exports"
TOLD_16 = {"told_supervisor": (16, 8), "told_tutor": (16, 4), "told_peer": (16, 4)}
ALL_24: Counts = {"lived_experience": (24, 16), "safe_to_share": (24, 9), **TOLD_16}

READ: dict[str, tuple[str, Counts]] = {
    "jisc.csv": (maps.JISC, ALL_24),
    "redcap_raw.csv": (maps.REDCAP, {**ALL_24, "told_anyone": (16, 13)}),
    "msforms.xlsx": (maps.MICROSOFT, {**ALL_24, "told_anyone": (16, 13)}),
    "google_forms.csv": (maps.GOOGLE, {**ALL_24, "told_anyone": (16, 13)}),
    "limesurvey_codes.csv": (
        maps.LIMESURVEY,
        {
            "lived_experience": (22, 14),
            "safe_to_share": (22, 9),
            "told_supervisor": (14, 8),
            "told_tutor": (14, 3),
            "told_peer": (14, 4),
            "told_anyone": (14, 12),
        },
    ),
    "qualtrics.csv": (maps.QUALTRICS, {"lived_experience": (23, 16), "safe_to_share": (23, 9)}),
    "surveymonkey_two_header_rows.csv": (maps.SURVEYMONKEY, {"told_anyone_sup": (20, 7)}),
    "surveymonkey_headings_end_blank.csv": (maps.SURVEYMONKEY, {"told_anyone_sup": (20, 7)}),
    "duplicate_free_headings.csv": (maps.TWO_FREE_COLUMNS, {"safe_to_share": (12, 12)}),
    "name_of_programme.csv": (maps.NAME_OF_PROGRAMME, {"safe_to_share": (12, 12)}),
    "m00_good.csv": ("", {"lived_experience": (20, 10), "told_supervisor": (10, 5)}),
    "m01_year_slash.csv": ("", {"lived_experience": (20, 10), "told_supervisor": (10, 5)}),
    "m02_year_long.csv": ("", {"lived_experience": (20, 10), "told_supervisor": (10, 5)}),
    "m03_year_AY.csv": ("", {"lived_experience": (20, 10), "told_supervisor": (10, 5)}),
    "likert_good.csv": ("", {"safe_to_share": (39, 20)}),
}
"""What is read, with which mapping, and what it comes to; other measures besides are right as well."""

REFUSED = {
    "likert_one_comma_too_many.csv": ("trainee_responses", "ragged_row", "row 27: The row has 12 cells"),
    "m14_totals_row.csv": ("trainee_responses", "no_respondent", "row 22: This row is no respondent"),
    "m16_second_table.csv": ("trainee_responses", "no_respondent", "row 23: This row is no respondent"),
    "x09_side_table.xlsx": ("trainee_responses", "second_table", "Columns L to M stand beside the table"),
    "note_under_tick_box.csv": ("trainee_responses", "no_respondent", "row 22: This row is no respondent"),
    "personal_no_dob.csv": ("trainee_responses", "personal_column", "column LocationLatitude"),
    "since.csv": ("support", "date_in_year_since", "rows 2, 3, column since"),
}
"""What is refused: as which dataset, by which rule, and what is said."""


def export(name: str) -> Path:
    return shared(FOLDER) / name


def catalogue_of(name: str) -> Path:
    return shared(FOLDER) / "surveymonkey_catalogue.toml" if name.startswith("surveymonkey") else FIRST_EDITION
