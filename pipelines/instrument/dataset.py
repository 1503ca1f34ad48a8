"""The names of the kinds of audit file. Nothing heavy is imported here: `openness --help` needs these names.

Four kinds are the same for every instrument. Besides these there is one for the answers of each respondent group: those
of a group `crew` come as `crew_responses`. Which groups there are, the catalogue says.
"""

from typing import ClassVar

Group = str
"""The id of a respondent group, as the catalogue gives it."""
ENDING = "_responses"
"""How the name of a dataset ends in which a row is a person."""


class Dataset(str):
    """A kind of audit file."""

    __slots__ = ()

    PROGRAMMES: ClassVar["Dataset"]
    COHORTS: ClassVar["Dataset"]
    SUPPORT: ClassVar["Dataset"]
    COUNTS: ClassVar["Dataset"]

    @classmethod
    def responses(cls, group: Group) -> "Dataset":
        """The answers of a group."""
        return cls(f"{group}{ENDING}")

    @property
    def group(self) -> Group | None:
        """The group whose answers it holds; None where a row is no person."""
        return self.removesuffix(ENDING) if self.endswith(ENDING) else None

    @property
    def is_counted(self) -> bool:
        """Whether its rows are answers, or counts of answers. The others are kept row by row."""
        return self.group is not None or self == Dataset.COUNTS


Dataset.PROGRAMMES, Dataset.COHORTS = Dataset("programmes"), Dataset("cohorts")
Dataset.SUPPORT, Dataset.COUNTS = Dataset("support"), Dataset("counts")
FIXED = (Dataset.PROGRAMMES, Dataset.COHORTS, Dataset.SUPPORT, Dataset.COUNTS)
"""The kinds that every instrument has."""
