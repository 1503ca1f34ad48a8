"""The forms of the steward's pages: years, publishing, and roles."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.components import text
from dashboard.steward.actions import act, confirmed
from dashboard.wording import steward as wording
from pipelines.roles import NEEDS_PROGRAMME, Grant, Visitor
from pipelines.settings import Settings
from pipelines.steward import next_release, people, years


def close_or_open(year: str, is_open: bool) -> None:
    """Close a year that is open; open one that was closed."""
    asked = wording.close(year) if is_open else wording.open_again(year)
    with st.form(f"year-{year}-{is_open}"):
        if confirmed(asked):
            act(lambda settings, visitor: _change(settings, visitor, year, not is_open))


def open_another() -> None:
    """Open a year that is not in the list yet."""
    with text.expander(wording.ANOTHER_YEAR), st.form("another-year", border=False):
        year = st.text_input(text.label(wording.WHICH_YEAR)).strip()
        if confirmed(wording.OPEN_ANOTHER):
            act(lambda settings, visitor: _change(settings, visitor, year, True))


def _change(settings: Settings, visitor: Visitor, year: str, opening: bool) -> str:
    change = years.open_year if opening else years.close_year
    change(settings, visitor, year)
    return wording.changed(year, opening)


def publish(first: bool) -> None:
    """Make the next release, with a remark that stands in it."""
    with st.form("publish"):
        remark = st.text_input(text.label(wording.REMARK), max_chars=wording.LONGEST_REMARK).strip()
        if confirmed(wording.publish(first)):
            with st.spinner(text.label(wording.PUBLISHING)):
                act(lambda settings, visitor: _publish(settings, visitor, remark or None))


def _publish(settings: Settings, visitor: Visitor, remark: str | None) -> str:
    done = next_release.publish(settings, visitor, remark)
    return wording.published(done.release_id, done.new_results, done.to_know)


def audit() -> None:
    """Try to take all releases apart, when asked."""
    if st.button(text.label(wording.AUDIT)):
        with st.spinner(text.label(wording.AUDITING)):
            act(_verdict)


def _verdict(settings: Settings, visitor: Visitor) -> str:
    found = next_release.verdict(settings, visitor)
    return wording.verdict(found.passed, found.parts, found.too_narrow, found.known)


def grant(programmes: Mapping[str, str]) -> None:
    """Give somebody a role; for a director and an administrator, of a programme."""
    with st.form("grant"):
        email = st.text_input(text.label(wording.EMAIL)).strip()
        role = st.selectbox(text.label(wording.ROLE), [*wording.ROLES], format_func=wording.role_in_words)
        programme = st.selectbox(
            text.label(wording.PROGRAMME), list(programmes), index=None, format_func=lambda known: programmes[known]
        )
        if confirmed(wording.GRANT):
            given = Grant(role, programme if role in NEEDS_PROGRAMME else None)
            act(lambda settings, visitor: _give(settings, visitor, email, given))


def _give(settings: Settings, visitor: Visitor, email: str, given: Grant) -> str:
    people.grant(settings, visitor, email, given.role, given.programme)
    return wording.granted(email, given)


def revoke(grants: Sequence[tuple[str, Grant]]) -> None:
    """Take a role from somebody."""
    with st.form("revoke"):
        held = st.selectbox(
            text.label(wording.WHICH_ROLE),
            range(len(grants)),
            index=None,
            format_func=lambda place: wording.held(*grants[place]),
        )
        if confirmed(wording.REVOKE) and held is not None:
            act(lambda settings, visitor: _take(settings, visitor, *grants[held]))


def _take(settings: Settings, visitor: Visitor, email: str, held: Grant) -> str:
    people.revoke(settings, visitor, email, held.role, held.programme)
    return wording.revoked(email, held)
