"""The guard against formulas: no spreadsheet takes a text that was made inert here for something to compute."""

import re
import unicodedata

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes UTF-8 for something else."""
TRIGGERS = "=+-@"
"""A cell that begins with one of these is a formula to a spreadsheet; full-width and small forms count as the same."""
NUMBER = re.compile(r"\s*[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d+)?\s*%?\s*", re.ASCII)
SEPARATORS = re.compile(r"([,;|])")
"""Where a program that was told another separator, or has another by its language, would begin a new cell."""


def inert(text: str) -> str:
    """A text no spreadsheet takes for a formula, whichever separator it believes in. Negative numbers stay as they are.

    >>> inert("=1+1"), inert("-15"), inert("a;@b")
    ("'=1+1", '-15', "a;'@b")
    """
    made = "".join(f"'{piece}" if _formula(piece) else piece for piece in SEPARATORS.split(one_line(text)))
    return f"'{made}" if _formula(made) else made


def one_line(text: str) -> str:
    """Without tabs, line ends, NUL and the like: each becomes a space."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def _formula(piece: str) -> bool:
    """Whether a cell would be one: by its first letter that is no space, invisible sign or quotation mark."""
    if NUMBER.fullmatch(piece):
        return False
    first = next((letter for letter in piece if unicodedata.category(letter)[0] not in "ZC" and letter != '"'), "")
    return unicodedata.normalize("NFKC", first)[:1] in TRIGGERS if first else False
