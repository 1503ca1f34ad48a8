"""Complete mappings for the exports that lie beside the project in shared/cases/exports, one for each tool."""

LIVED = "Do you have, or have you had, lived experience of mental-health difficulties?"
TOLD = "Whom connected with your programme have you told? Tick all that apply."
SAFE = "It is safe for trainees here to talk about their own lived experience."
PEOPLE = {"told_supervisor": "A supervisor", "told_tutor": "A tutor", "told_peer": "A fellow trainee"}

ALDER = """
[constants]
programme_id = "alder"
academic_year = "2024-25"
"""
AGREEMENT = """
[[scale]]
columns = ["safe_to_share"]
codes = { "Strongly disagree" = "strongly_disagree", "Disagree" = "disagree", "Neither agree nor disagree" = "neither", "Agree" = "agree", "Strongly agree" = "strongly_agree" }
"""  # noqa: E501  an inline table stands on one line
YES_NO = '[recode.lived_experience]\nYes = "yes"\nNo = "no"\n'
ASKED = 'unticked = "no"\nasked = { lived_experience = "yes" }\n'
IN_ONE_CELL = """
[tick_all.answers]
told_supervisor = "A supervisor"
told_tutor = "A tutor"
told_peer = "A fellow trainee"
told_anyone = ["A supervisor", "A tutor", "A fellow trainee"]
"""


def trainees(before: str, columns: dict[str, str], *rest: str) -> str:
    """A mapping for trainee responses, with its columns under plain headings."""
    lines = [f'{column} = "{heading}"' for column, heading in columns.items()]
    return "\n".join(['dataset = "trainee_responses"', before, "[columns]", *lines, *rest])


JISC = trainees(
    f'drop = ["Response ID"]\nignore = ["2. {TOLD}"]',
    {"lived_experience": f"1. {LIVED}", "safe_to_share": f"3. {SAFE}"},
    ALDER,
    YES_NO,
    AGREEMENT,
    f'[[tick_all]]\n{ASKED}ticked = "1"\n[tick_all.boxes]',
    *(f'{column} = "2.{at}. {person}"' for at, (column, person) in enumerate(PEOPLE.items(), 1)),
)
LIMESURVEY = trainees(
    'drop = ["id. Response ID", "submitdate. Date submitted"]\n'
    'ignore = ["lastpage. Last page", "startlanguage. Start language"]',
    {"lived_experience": f"le. {LIVED}", "safe_to_share": f"safe[SQ001]. {SAFE}"},
    ALDER,
    '[recode.lived_experience]\nY = "yes"\nN = "no"',
    "[recode.safe_to_share]",
    'A1 = "strongly_disagree"\nA2 = "disagree"\nA3 = "neither"\nA4 = "agree"\nA5 = "strongly_agree"',
    f'[[tick_all]]\n{ASKED}ticked = "Y"\n[tick_all.boxes]',
    *(f'{column} = "told[SQ00{at}]. {TOLD} [{person}]"' for at, (column, person) in enumerate(PEOPLE.items(), 1)),
    'told_anyone = [{ position = 6 }, { letter = "G" }, { letter = "H" }]',
)
REDCAP = trainees(
    'drop = ["survey_timestamp"]\nignore = ["record_id", "redcap_survey_identifier", "survey_complete"]',
    {"lived_experience": "lived", "safe_to_share": "safe"},
    ALDER,
    '[recode.lived_experience]\n1 = "yes"\n0 = "no"',
    "[recode.safe_to_share]",
    '1 = "strongly_disagree"\n2 = "disagree"\n3 = "neither"\n4 = "agree"\n5 = "strongly_agree"',
    f'[[tick_all]]\n{ASKED}ticked = "1"\nnot_ticked = "0"\n[tick_all.boxes]',
    *(f'{column} = "told___{at}"' for at, column in enumerate(PEOPLE, 1)),
    'told_anyone = ["told___1", "told___2", "told___3"]',
)
MICROSOFT = trainees(
    'drop = ["Start time", "Completion time"]\nignore = ["ID", "Email", "Name"]',
    {"lived_experience": LIVED, "safe_to_share": SAFE},
    ALDER,
    YES_NO,
    AGREEMENT,
    f'[[tick_all]]\n{ASKED}heading = "{TOLD}"\nseparator = ";"',
    IN_ONE_CELL,
)
GOOGLE = trainees(
    'ignore = ["What year are you in?"]',
    {"programme_id": "Which programme are you on?", "lived_experience": LIVED, "safe_to_share": SAFE},
    'academic_year = { heading = "Timestamp", date = "D/M/Y" }',
    '[recode.programme_id]\n"Alder Programme (DClinPsy)" = "alder"\n"Birch Programme" = "birch"',
    YES_NO,
    AGREEMENT,
    f'[[tick_all]]\n{ASKED}heading = "{TOLD}"\nseparator = ","',
    IN_ONE_CELL,
)
QUALTRICS = trainees(
    "ignore_others = true",
    {"lived_experience": "Q1", "safe_to_share": "Q3"},
    ALDER,
    YES_NO,
    AGREEMENT,
    f'[[tick_all]]\n{ASKED}heading = "Q2"\nseparator = ","',
    IN_ONE_CELL,
)
SURVEYMONKEY = trainees(
    "ignore_others = true",
    {},
    ALDER,
    '[[tick_all]]\nunticked = "no"\nasked = "everybody"\nticked = "A supervisor"',
    '[tick_all.boxes]\ntold_anyone_sup = "Whom have you told? (tick all) [A supervisor]"',
)
TWO_FREE_COLUMNS = trainees('ignore = [{ letter = "D" }, { position = 5 }]', {})
NAME_OF_PROGRAMME = trainees("", {"programme_id": "Name of programme"})
