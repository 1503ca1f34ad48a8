"""Text from files, made harmless; in a real browser: tests/browser/test_literal.py."""

import pytest

from dashboard.components.markdown_escape import JOINER, literally


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("told_supervisor, Q5. What?", "told_supervisor, Q5. What?"),
        ("Q5 [SQ001] *", "Q5 [SQ001] *"),
        ("_so_ *so* `so` $so$", r"\_so\_ \*so\* \`so\` \$so\$"),
        ("[x](y)", r"\[x](y)"),
        (":red[red]", f":{JOINER}red\\[red]"),
        ("https://example.org", f"https:{JOINER}//example.org"),
        ("a@b.org www.b.org", f"a@{JOINER}b.org www{JOINER}.b.org"),
        ("a -> b", f"a -{JOINER}> b"),
        ("<script> 1 < 2", r"\<script> 1 < 2"),
        ("a\\b \\* &amp;", r"a\b \\* \&amp;"),
        ("# a", f"{JOINER}# a"),
        ("1. a", f"{JOINER}1. a"),
    ],
)
def test_only_what_would_be_more_than_words_is_changed(text: str, there: str) -> None:
    assert literally(text) == there
