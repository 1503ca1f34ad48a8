"""The names of the six kinds of audit file. Nothing heavy is imported here: `openness --help` needs these names."""

from enum import StrEnum
from typing import Literal

Group = Literal["staff", "trainee"]


class Dataset(StrEnum):
    """The six kinds of audit file."""

    PROGRAMMES = "programmes"
    COHORTS = "cohorts"
    STAFF_RESPONSES = "staff_responses"
    TRAINEE_RESPONSES = "trainee_responses"
    SUPPORT = "support"
    COUNTS = "counts"


RESPONSES: dict[Dataset, Group] = {Dataset.STAFF_RESPONSES: "staff", Dataset.TRAINEE_RESPONSES: "trainee"}
"""The datasets in which a row is a person, and the respondent group that answers."""
SUBGROUP_COLUMN: dict[Group, str] = {"staff": "role", "trainee": "training_year"}
