"""Words for small histories of a programme: what it sends, what comes of it, and what waits."""

from polars.testing import assert_frame_equal

from pipelines.disclosure.ledger import Ledger
from tests.factories import Result, Row, Steward, a_catalogue, a_measure

YEARS = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH = YEARS

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("other"),
    a_measure("lived", sensitive=True),
    a_measure("asked_for_help", base="asked"),
    a_measure("was_helped", base="asked_for_help"),
    a_measure("told_anyone"),
    a_measure("told_supervisor", within="told_anyone"),
    a_measure("helped_soon", base="asked_for_help", within="was_helped"),
)
ANSWERED_ONCE = 1
"""With a longest stay of a year nobody answers twice, and people are answers."""


def of(measure: str, year: str, n: int, k: int, subgroup: str | None = None) -> Row:
    return ("aa", year, measure, subgroup, n, k)


def asked(year: str, n: int, k: int, subgroup: str | None = None) -> Row:
    return of("asked", year, n, k, subgroup)


def result(measure: str, years: tuple[str, ...], n: int, k: int) -> Result:
    return ("aa", measure, list(years), n, k)


def publishings(*loads: Row, stay: int | None = ANSWERED_ONCE) -> list[Result]:
    """Everything published when there is a publishing after each load."""
    steward = Steward(INSTRUMENT, stay)
    return [new for load in loads for new in steward.publish_loaded(load)]


def waiting(steward: Steward) -> list[tuple[str, list[int], int]]:
    """Measure, years and n of what waits."""
    return steward.ledger.waiting.select("measure_id", "years", "respondents").rows()


def retired(steward: Steward) -> list[tuple[int, str]]:
    """n of what was retired, and why."""
    parts = steward.ledger.retired.join(steward.ledger.parts, on="part_id", maintain_order="left")
    return parts.select("respondents", "reason").rows()


def help_asked(year: str, n: int, k: int, of_them: int | None = None, helped: int = 0) -> list[Row]:
    """asked: k of n; and of those k (or fewer) how many asked for help."""
    return [asked(year, n, k), of("asked_for_help", year, k if of_them is None else of_them, helped)]


def assert_same_ledger(one: Ledger, other: Ledger) -> None:
    for frame, same in zip(one.frames, other.frames, strict=True):
        assert_frame_equal(frame.drop("submission_id", strict=False), same.drop("submission_id", strict=False))
