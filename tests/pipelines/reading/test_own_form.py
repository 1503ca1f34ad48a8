"""A file in the form of this project is judged by its contract, and not by whether its rows are alike."""

import pytest

from pipelines.finding_rules import FindingRule
from pipelines.reading.limits import COMMAND_LINE
from pipelines.reading.reader import read_bytes

ABOVE = "".join(f"p{number:02},Programme {number},psychology,Country,North\n" for number in range(12))
BELOW = "code-a,A-Programme (x),,,\ncode-b,B-Programme (y),,,\n"


@pytest.mark.parametrize(("first", "found"), [("programme_id", False), ("Respondent", True)])
def test_the_last_rows_of_a_list_may_be_unlike_those_above(first: str, found: bool) -> None:
    content = f"{first},programme_name,profession,country,region\n{ABOVE}{BELOW}".encode()
    sheet = read_bytes("file.csv", content, limits=COMMAND_LINE)
    assert any(finding.rule == FindingRule.NO_RESPONDENT for finding in sheet.findings) == found
