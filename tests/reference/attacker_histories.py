"""Histories of a waiting list, for Hypothesis."""

from hypothesis import strategies as st

from tests.reference.attacker_twin import Entry


@st.composite
def entries(draw: st.DrawFn, *, withdrawals: bool = False) -> tuple[Entry, ...]:
    """The history of one list: sizes, answers, years, what is known, when each part came, and perhaps left."""
    largest, longest = draw(st.sampled_from([(12, 2), (8, 3), (4, 4)]))
    publishing, history = 1, []
    years = draw(st.lists(st.integers(2010, 2017), min_size=longest, max_size=longest, unique=True))
    for place in range(draw(st.integers(1, longest))):
        publishing += draw(st.integers(0, 1))
        n = draw(st.integers(0, largest))
        most = draw(st.one_of(st.none(), st.integers(0, n)))
        leaves = withdrawals and draw(st.booleans())
        retired_in = publishing + draw(st.integers(1, 2)) if leaves else None
        k = draw(st.integers(0, n if most is None else most))
        history.append(Entry(n, k, publishing, most, retired_in=retired_in, years=(years[place],)))
    return tuple(history)
