"""Texts that a page would take for more than they are."""

TEXTS = (
    "told_supervisor",
    "_so_ and __so__",
    "*a* and **b**",
    "a*b",
    "* a",
    "Q5 [SQ001] *",
    "[words](https://example.org)",
    "![a picture](https://example.org/picture.png)",
    "[words]: https://example.org",
    "www.example.org, WWW.example.org",
    "https://example.org HTTP://EXAMPLE.ORG",
    "<https://example.org>",
    "somebody@example.org",
    "<b>bold</b> <script>",
    "&amp; &lt;",
    ":smile: :material/home: :streamlit: :red[red] :+1:",
    "$x^2$ and $y$",
    "`code`",
    "~struck~ ~~out~~",
    "# heading",
    "1. first",
    "2) second",
    "- item",
    "+ item",
    "> quoted",
    "--- ",
    "===",
    "    indented",
    "a -> b <- c <-> d -- e >= f <= g => h ~= i",
    "a \\ b \\* c \\[d\\]",
    "| a | b |",
    "10:30, 2024-25, 50 %",
)

AT_THE_END = "Accessibility"
"""The last thing on every page: the link at its foot."""
