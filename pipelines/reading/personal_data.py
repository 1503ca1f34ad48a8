"""Values that look like personal data. Such columns are refused, whatever a mapping says.

Values are judged a column at a time, because a single number or word says little. No value ever leaves this module.
"""

import re
from collections import Counter

import polars as pl

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
POSTCODE = re.compile(r"(?:GIR ?0AA|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2})", re.IGNORECASE)
IP = re.compile(
    r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)|(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}"
)
TELEPHONE = re.compile(r"(?:\+\d{1,3}|0)[\d ()-]{9,14}\d")
BORN = r"(?:19[2-9]\d|200\d)"
BIRTH = re.compile(rf"\d{{1,2}}[/. -]\d{{1,2}}[/. -]{BORN}|{BORN}[/.-]\d{{1,2}}[/.-]\d{{1,2}}(?: 00:00:00)?")
PLACE = re.compile(r"-?\d{1,2}\.\d{2,}[,;]? ?-?\d{1,3}\.\d{2,}")
"""Degrees of latitude and longitude."""
NHS = re.compile(r"\d{3}([ -]?)\d{3}\1\d{4}")
TEN_DIGITS = r"^\d{3}[ -]?\d{3}[ -]?\d{4}$"
NUMBER = r"^[A-Za-z]{0,3}\d{6,9}$"
TITLED = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor)\.? [A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*")
TWO_WORDS = re.compile(r"([A-Z][a-zé]+)(?: [A-Z]\.?)? [A-Z][\w'’-]+|[A-Z][\w'’-]+, ([A-Z][a-zé]+)")
GIVEN_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        Aisha Alan Alice Alison Amanda Amelia Amy Andrew Angela Ann Anna Anne Anthony Barbara Ben Benjamin Brian
        Carol Caroline Catherine Charles Christine Christopher Claire Daniel David Deborah Diana Donna Edward
        Elizabeth Emily Emma Fatima Fiona Frances George Graham Hannah Harry Heather Helen Ian Jack Jacqueline James
        Jane Janet Jason Jean Jennifer Jessica Joan Joanna Joanne John Jonathan Joseph Joshua Judith Julia Julie
        Karen Kate Katherine Kathryn Keith Kelly Kevin Laura Lauren Linda Lisa Louise Lucy Margaret Maria Mark
        Martin Mary Matthew Megan Michael Michelle Mohammed Muhammad Nicholas Nicola Nigel Olivia Oliver Pamela
        Patricia Patrick Paul Peter Philip Rachel Rebecca Richard Robert Roger Rosemary Ruth Sally Samantha Samuel
        Sandra Sarah Sharon Sheila Simon Sophie Stephanie Stephen Steven Stuart Susan Thomas Timothy Tracey Victoria
        Wendy William Zoe
        """,
    )
)
"""Common given names. Those that are also a country, a city or a month are left out."""

LONG_ANSWER = 300
"""Characters. No answer that people choose from a list is longer."""
SENTENCE = 8
"""Words. A cell with as many reads as if somebody had written it freely."""
FEWEST_CELLS = 5
"""With fewer cells, it is not judged whether they differ from person to person."""
SHARE_DIFFERENT = 0.9
"""The share of the cells that must differ for them to tell people apart."""
ONE_NAME_ENOUGH = 2
"""In a column with so few different cells, a single name is enough."""
HEALTH, NAME = "a student, staff or health number", "a name"
SUSPICIOUS = "|".join(
    [
        "@",
        TEN_DIGITS,
        *(f"(?i:^(?:{pattern.pattern})$)" for pattern in (POSTCODE, IP, TELEPHONE, BIRTH, PLACE)),
        *(f"^(?:{pattern.pattern})$" for pattern in (TITLED, TWO_WORDS)),
    ]
)
"""Finds the cells worth a closer look, in one pass over a whole column."""


def values_look_personal(cells: pl.Series, *, only_certain: bool = False) -> str | None:
    """What kind of personal data the cells of a column seem to hold, or None.

    `only_certain` ignores long numbers that are all different, because response ids look like that too.
    """
    filled = cells.drop_nulls()
    distinct = filled.unique(maintain_order=True)
    kind = _certain_kind(distinct)
    if kind or only_certain or filled.len() < FEWEST_CELLS or distinct.len() < SHARE_DIFFERENT * filled.len():
        return kind
    if distinct.str.contains(NUMBER).all() and distinct.str.len_chars().n_unique() == 1 and not distinct.is_sorted():
        return "a student or staff number"
    sentences = int((distinct.str.count_matches(r"\S+") >= SENTENCE).sum())
    return "free text" if sentences * 2 > distinct.len() else None


def _certain_kind(distinct: pl.Series) -> str | None:
    """A kind of personal data that the cells show without doubt.

    One cell is enough for most kinds. Names need two. Health numbers need half of the cells that could be one.
    """
    suspicious = distinct.filter(distinct.str.contains(SUSPICIOUS) | (distinct.str.len_chars() > LONG_ANSWER))
    kinds = Counter(kind for cell in suspicious if (kind := value_looks_personal(cell)))
    ten_digit_cells = distinct.str.contains(TEN_DIGITS).sum() if kinds[HEALTH] else 0
    if kinds[HEALTH] * 2 < ten_digit_cells:
        del kinds[HEALTH]
    if kinds[NAME] == 1 and distinct.len() > ONE_NAME_ENOUGH:
        del kinds[NAME]
    return next(iter(kinds), None)


def value_looks_personal(cell: str) -> str | None:
    """What kind of personal data a single cell shows without doubt, or None."""
    if len(cell) > LONG_ANSWER:  # first, so that no pattern below meets a long text
        return "free text"
    if EMAIL.search(cell):
        return "an e-mail address"
    return next((kind for kind, is_such in KINDS if is_such(cell)), None)


def is_nhs_number(cell: str) -> bool:
    """Whether a cell is a health number: ten digits, the last of which checks the others."""
    digits = [int(digit) for digit in cell if digit.isdecimal()]
    if NHS.fullmatch(cell) is None or len({*digits}) == 1:
        return False
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return (11 - total % 11) % 11 == digits[9]


def _is_name(cell: str) -> bool:
    words = TWO_WORDS.fullmatch(cell)
    return TITLED.fullmatch(cell) is not None or (words is not None and not GIVEN_NAMES.isdisjoint(words.groups()))


KINDS = (
    (HEALTH, is_nhs_number),
    ("a date of birth", lambda cell: BIRTH.fullmatch(cell) is not None),
    ("an address", lambda cell: POSTCODE.fullmatch(cell) is not None or IP.fullmatch(cell.lower()) is not None),
    ("a precise location", lambda cell: PLACE.fullmatch(cell) is not None),
    ("a telephone number", lambda cell: TELEPHONE.fullmatch(cell) is not None),
    (NAME, _is_name),
)
"""Kinds of personal data, and how a single cell of the kind is recognised."""
