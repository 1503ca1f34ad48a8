"""The row of headings: where it probably is, how columns are lettered, characters that are not what they seem."""

import re
import unicodedata
from collections.abc import Collection, Sequence

Record = tuple[int, list[str]]
"""The line a row begins on, and its cells."""

ROWS_SEARCHED = 20
"""How many rows are searched for headings below a title."""
FEWEST_ROWS = 3
"""A title, the headings, and a row of cells."""

LOOK_ALIKES = dict(
    zip(
        "авеѕіјорсухһԁԛԝАВЕЅІЈКМНОРСТУХαιορνικτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "abesijopcyxhdqwABESIJKMHOPCTYXaiopviktuxABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of other alphabets that look like ours."""


def tidy(text: str) -> str:
    """Text without white space around it, every run of white space within as one blank, and accents on their letters.

    Some systems write é as one character and others as two, and nobody sees the difference.
    """
    tidied = " ".join(text.split())
    return tidied if tidied.isascii() else unicodedata.normalize("NFC", tidied)


def column_letter(index: int) -> str:
    """A, B, …, Z, AA, … for 0, 1, …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def below_a_title(first: Sequence[Record]) -> int | None:
    """The line on which the headings seem to stand, if the first filled row seems to be a title above them."""
    filled = [(line, row) for line, cells in first if (row := [cell for cell in cells if cell.strip()])]
    if len(filled) < FEWEST_ROWS:
        return None
    widest = max(len(cells) for _, cells in filled[1:])
    candidates = [(line, cells) for line, cells in filled[1:] if len(cells) == widest]
    line, cells = candidates[0]
    is_title_above = len(filled[0][1]) * 2 <= widest and len(candidates) > 1
    return line if is_title_above and _look_like_headings(cells) else None


def _look_like_headings(cells: Sequence[str]) -> bool:
    return len(set(cells)) == len(cells) and not any(re.fullmatch(r"[\d\s.,:/%-]+", cell) for cell in cells)


def look_alike(heading: str, known: Collection[str]) -> tuple[str, str] | None:
    """The known heading that this one looks like without being it, and the character that makes the difference."""
    odd = next((character for character in heading if not character.isascii()), None)
    if odd is None:
        return None
    plain = _plain(heading)
    match = next((name for name in known if plain == name), None)
    return (match, unicodedata.name(odd, f"U+{ord(odd):04X}").lower()) if match else None


def _plain(heading: str) -> str:
    """The heading without invisible characters, and with our letters for others that look like them."""
    folded = unicodedata.normalize("NFKC", heading)
    seen = "".join(character for character in folded if unicodedata.category(character) not in ("Cf", "Mn"))
    return " ".join("".join(LOOK_ALIKES.get(character, character) for character in seen).split())


def names_a_column(heading: str) -> bool:
    """Whether a heading can be the name of its column. Polars takes some for the names of others: `*` for all of them,
    and what begins with `^` and ends with `$` for those that are like it."""
    heading = tidy(heading)
    return bool(heading) and heading != "*" and not (heading.startswith("^") and heading.endswith("$"))
