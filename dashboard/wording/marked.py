"""How a sentence says which of its words stand out. It holds no Markdown; the page adds what its format needs."""

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Marked(NamedTuple):
    """Words of our own that stand out: strong, in italics, or something to type."""

    words: str
    how: Literal["strong", "emphasis", "code"] = "strong"


Paragraph = str | Sequence[str | Marked]
