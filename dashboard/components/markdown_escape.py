"""Text from files, shown as it stands there.

What Streamlit shows is Markdown with additions: links, pictures, icons, formulas, arrows. Text that somebody sent must
become none of them: it would not be what stands in the file, and a picture makes the reader's browser ask for it.
"""

import re

JOINER = "\N{WORD JOINER}"
"""Not seen, and not spoken. The additions look at the text after backslashes are gone, so those do not stop them."""
PAIRED = re.compile(r"[*~`$]|(?<![^\W_])_|_(?![^\W_])")
"""Signs that mean something where there are two of them."""
SINGLE = re.compile(r"\\(?=[!-/:-@\[-`{-~])|<(?=[a-z/!?])|&(?=#?\w+;)", re.IGNORECASE)
"""Backslashes, tags and entities."""
BRACKETS = re.compile(r"\]\(|\]:|:\w*\[")
"""Of links, pictures and colours."""
ADDITIONS = re.compile(
    r"(?<=www)(?=\.)|(?<=:)(?=\S)|(?<=@)|(?<=-)(?=-|>)|(?<=[<>~])(?==)|(?<=<)(?=-)|(?<==)(?=>)", re.IGNORECASE
)
"""Within addresses, icons (:home:) and arrows."""
BLOCK = re.compile(r"\s*(?:[#*+>-]|\d+[.)]|=)|\s{3}")
"""What makes a heading, a list, a quotation or code of a line that begins with it."""
LINE_ENDS = re.compile(r"[ \t]*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029][ \t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
"""What would begin a second line, and with it a heading or a list of its own."""


def literally(text: str) -> str:
    """A line of text that a page shows as it is; with no more backslashes than it takes, for labels are spoken too.

    Several lines become one.
    """
    escaped = SINGLE.sub(_escaped, LINE_ENDS.sub(" ", text))
    if len(PAIRED.findall(text)) > 1:
        escaped = PAIRED.sub(_escaped, escaped)
    if BRACKETS.search(text):
        escaped = escaped.replace("[", r"\[")
    joined = ADDITIONS.sub(JOINER, escaped)
    return JOINER + joined if BLOCK.match(joined) else joined


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"
