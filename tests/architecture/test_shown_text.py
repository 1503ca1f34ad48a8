"""The dashboard shows text as it is, and knows its session by names and not by strings. Each is tried with a line."""

from pathlib import Path

import pytest

from tests.architecture.shown_text import loose_texts, session_keys
from tests.architecture.walls import imports
from tests.factories import PROJECT

DASHBOARD = PROJECT / "dashboard"
MODULES = sorted(
    path.relative_to(DASHBOARD)
    for path in DASHBOARD.rglob("*.py")
    if "streamlit" in imports(path.read_text(encoding="utf-8"))
)
"""Those that can put something on the screen."""
SHOWS_TEXT = Path("components/text.py")
KEEPS_SESSIONS = {Path("components/controls.py"), Path("upload/session.py"), Path("steward/actions.py")}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_text_that_is_no_constant_is_shown_by_one_module(module: Path) -> None:
    loose = loose_texts((DASHBOARD / module).read_text(encoding="utf-8"))
    assert bool(loose) == (module == SHOWS_TEXT), loose


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_keys_of_the_session_stand_in_three_modules(module: Path) -> None:
    keys = session_keys((DASHBOARD / module).read_text(encoding="utf-8"))
    assert bool(keys) == (module in KEEPS_SESSIONS), keys


@pytest.mark.parametrize(
    ("line", "loose"),
    [
        ("st.write('What is in place')", False),
        ("st.write(words)", True),
        ("st.write(f'{words}')", True),
        ("st.write(literally(words))", True),  # there is one module for that
        ("text.paragraph(words)", False),
        ("text.title(words)", False),
        ("st.warning(str(error))", True),
        ("st.markdown(wording.HELD)", True),
        ("st.table(rows)", True),
        ("column.button(words)", True),
        ("st.button(text.label(words))", False),
        ("st.button('Submit', help=words)", True),
        ("st.button('Submit', help=text.label(words))", False),
        ("st.expander(f'A closer look: {words}')", True),
        ("st.pills('Show', words)", True),
        ("st.pills('Show', words, format_func=str)", True),
        ("st.pills('Show', words, format_func=text.label)", False),
        ("st.selectbox(label=words, options=[])", True),
        ("bar.progress(done, text=step)", True),
        ("bar.progress(done, text=text.label(step))", False),
    ],
)
def test_a_line_that_shows_a_loose_text_is_found(line: str, loose: bool) -> None:
    assert bool(loose_texts(line)) == loose


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("st.session_state['mapping']", True),
        ("st.session_state.get('mapping')", True),
        ("from streamlit import session_state", True),
        ("st.text_input('Name', key='name')", True),
        ("st.text_input('Name', key=f'name-{number}')", True),
        ("st.text_input('Name', key=Widget.NAME)", False),
        ("session().mapping", False),
        ("sorted(rows, key=len)", False),
    ],
)
def test_a_line_that_uses_a_key_of_the_session_is_found(line: str, found: bool) -> None:
    assert bool(session_keys(line)) == found
