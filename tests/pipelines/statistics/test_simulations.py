"""In simulated audits every interval holds the true value as often as it says, and few stand out by chance.

Fewer audits than in `docs/statistics.md`, so that they take seconds; what is found must be as it says there.
"""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.factories import PROJECT
from tests.reference.simulations import FIGURES, Figure

AUDITS = 2_000
SLACK = 0.045
"""What so few audits may be away from the figure in the documentation: their answers go together within an audit."""
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (0\.\d{3}) \|$", re.MULTILINE)

documented = {
    (statistic, case): float(share)
    for statistic, case, share in ROW.findall((PROJECT / "docs" / "statistics.md").read_text(encoding="utf-8"))
}


@pytest.mark.slow
@pytest.mark.parametrize("figures", FIGURES, ids=lambda figures: figures.__name__)
def test_simulated_audits_give_the_figures_of_the_documentation(
    figures: Callable[[int, np.random.Generator], Iterator[Figure]],
) -> None:
    found = list(figures(AUDITS, np.random.default_rng(7)))
    assert len(found) > 5
    for figure in found:
        share = documented[figure.statistic, figure.case]
        assert figure.lowest <= share <= figure.highest, figure
        assert figure.share == pytest.approx(share, abs=SLACK), figure


def test_the_documentation_has_every_spread_and_number_of_programmes() -> None:
    cases = [case for statistic, case in documented if statistic == "Difference from others"]
    for programmes in (4, 10, 13, 24):
        for spread in (0, 5, 10, 15):
            assert sum(f"{programmes} programmes, spread {spread}," in f" {case}" for case in cases) >= 2
