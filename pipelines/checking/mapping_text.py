"""The text of a mapping becomes entries. What could keep the reader of TOML busy, or break it, is refused before."""

import re
import tomllib
from typing import Any

from pipelines.errors import MappingError

LARGEST = 1_000_000
"""Bytes."""
MOST_LINES = 5_000
"""A code book of thousands of cells fits, and no person writes more."""
DEEPEST = 20
"""Brackets within brackets."""
LONGEST_KEY = 8
"""Parts of a dotted key."""
APART = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''" + r'|"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*", re.DOTALL
)
"""Texts and comments, in which brackets and dots mean nothing."""
PART = r"[A-Za-z0-9_-]++"
LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){PART}(?:[ \t]*+\.[ \t]*+{PART}){{{LONGEST_KEY}}}")
"""It never goes back over what it has read, so that it takes as long as the text is."""
HUGE = re.compile(r"[0-9_]{100}")


def entries_of(name: str, content: bytes) -> dict[str, Any]:
    """The entries as they stand in the file. Raises MappingError."""
    if len(content) > LARGEST:
        raise MappingError(name, "the mapping is larger than 1 MB. Leave out what the file does not need.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError(name, "the mapping is not UTF-8 text.") from None
    if text.count("\n") > MOST_LINES:
        raise MappingError(
            name, f"the mapping has more than {MOST_LINES:,} lines. Leave out what the file does not need."
        )
    _refuse_hostile(name, text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, f"the mapping is not TOML: {error}.") from None
    except (ValueError, RecursionError):
        raise MappingError(name, "the mapping is not TOML that a person would write. Write it anew.") from None


def _refuse_hostile(name: str, text: str) -> None:
    bare = APART.sub("_", text)
    if _depth(bare) > DEEPEST:
        reason = f"brackets stand within brackets more than {DEEPEST} deep. A mapping needs two or three."
        raise MappingError(name, reason)
    if LONG_KEY.search(bare):
        raise MappingError(name, f"a key has more than {LONGEST_KEY} parts with dots between. A mapping needs two.")
    if HUGE.search(bare):
        raise MappingError(name, "it holds a number of more than a hundred digits. No entry needs one.")


def _depth(text: str) -> int:
    """How many brackets stand within each other at most."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest
