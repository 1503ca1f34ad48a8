"""What the dashboard hands to Streamlit, found in its sources."""

import ast
from collections.abc import Iterator

TEXTS = {
    *("write", "markdown", "text", "title", "header", "subheader", "caption", "latex", "html", "badge", "metric"),
    *("info", "success", "warning", "error", "exception", "toast", "table", "dataframe", "code", "json"),
}
"""Functions of Streamlit that show what they are given."""
LABELLED = {
    *("button", "download_button", "link_button", "page_link", "form_submit_button", "expander", "popover", "status"),
    *("selectbox", "multiselect", "radio", "pills", "segmented_control", "select_slider", "slider", "feedback"),
    *("text_input", "text_area", "number_input", "date_input", "time_input", "checkbox", "toggle", "file_uploader"),
    *("spinner", "progress", "tabs"),
}
"""Functions of Streamlit whose label, or other text, is Markdown."""
MARKDOWN_OPTIONS = {"radio", "pills", "segmented_control"}
"""Functions of Streamlit that show their options as Markdown."""
MARKDOWN_ARGUMENTS = {"help", "text", "body", "label", "caption", "captions"}
LITERAL = {"label", "literally"}
"""Functions of ours that make a text literal."""
OURS = {"text", "drawing"}
"""Modules of ours that have functions of the same names, and make their texts literal themselves."""


def loose_texts(source: str) -> list[str]:
    """Calls that show a text which is neither a constant nor made literal."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _streamlit(node)]
    return [f"line {call.lineno}: {ast.unparse(call)[:80]}" for call in calls if not _safe(call)]


def session_keys(source: str) -> list[str]:
    """Where a key of the session is used: `st.session_state`, or a widget whose key is written out."""
    return [f"line {node.lineno}: {ast.unparse(node)[:80]}" for node in _keys(ast.parse(source))]


def _streamlit(call: ast.Call) -> bool:
    """Whether this may be a call of Streamlit: of `st`, of a column, or of a container, by any name."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in TEXTS | LABELLED:
        return False
    return not (isinstance(function.value, ast.Name) and function.value.id in OURS)


def _safe(call: ast.Call) -> bool:
    name = str(getattr(call.func, "attr", ""))
    options = [keyword.value for keyword in call.keywords if keyword.arg == "format_func"]
    if name in MARKDOWN_OPTIONS and not any(ast.unparse(option) == "text.label" for option in options):
        return False
    words = [] if name == "progress" else call.args[:1]
    words = [*words, *(keyword.value for keyword in call.keywords if keyword.arg in MARKDOWN_ARGUMENTS)]
    return all(isinstance(word, ast.Constant) or _literal(word, shows=name in TEXTS) for word in words)


def _literal(word: ast.expr, *, shows: bool) -> bool:
    """A label is made literal by `text.label`; to show more than a label, `dashboard.components.text` is asked."""
    if shows or not isinstance(word, ast.Call):
        return False
    return str(getattr(word.func, "attr", getattr(word.func, "id", ""))) in LITERAL


def _keys(tree: ast.Module) -> Iterator[ast.Attribute | ast.Call | ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "session_state" for alias in node.names):
            yield node
        if isinstance(node, ast.Attribute) and node.attr == "session_state":
            yield node
        if isinstance(node, ast.Call):
            written = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
            if any(isinstance(key, ast.Constant | ast.JoinedStr) for key in written):
                yield node
