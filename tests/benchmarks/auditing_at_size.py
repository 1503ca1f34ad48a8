"""What the attacker takes for each programme, at 300, 1,000, 3,000 and 10,000 of them: beside himself at 300.

uv run python -m tests.benchmarks auditing_at_size

The ledger is that of one publishing of 10 years and every measure of the first instrument. It is made before, and is
not measured.
"""

from statistics import median

from pipelines.disclosure.attacker import Audit
from pipelines.disclosure.audit import attack_ledger
from pipelines.disclosure.ledger import Ledger
from tests.benchmarks.measuring import Bench, Cost, Figure, Row, cost_here
from tests.benchmarks.publishing_at_size import YEARS, advance_once, invented_counts
from tests.factories import first_catalogue

SIZES = (300, 1_000, 3_000, 10_000)
WHOLE, MOST_MINUTES = 3_000, 10
MOST_TIMES = 1.3
TIMES = 3
REASON = ""
"""Why an aim is missed, if one is."""


def rows(bench: Bench) -> list[Row]:
    """The row for the table of all benchmarks."""
    taken = {size: attacks(bench.size(size, 3)) for size in SIZES}
    each = {size: taken[size].cpu / bench.size(size, 3) for size in SIZES}
    first, *others = SIZES
    figures = [Figure(f"at {bench.size(size, 3):,}", each[size] / each[first], MOST_TIMES) for size in others]
    minutes = Figure(f"{bench.size(WHOLE, 3):,} programmes", taken[WHOLE].seconds / 60, MOST_MINUTES, " min")
    work = (
        f"audit of {len(YEARS)} years, CPU for each programme at {', '.join(f'{size:,}' for size in each)} programmes"
    )
    return [Row(work, f"itself at {first:,} programmes", (*figures, minutes), REASON)]


def attacks(programmes: int) -> Cost:
    """What the attacker takes: the median of a few times, the first of which, that finds no memory yet, is left out."""
    catalogue = first_catalogue()
    ledger = Ledger.empty() + advance_once(catalogue, invented_counts(catalogue, programmes))
    _, *costs = [attack(ledger) for _ in range(1 + TIMES)]
    return Cost(median(cost.cpu for cost in costs), median(cost.seconds for cost in costs))


def attack(ledger: Ledger) -> Cost:
    """What an attack takes, which must find nothing."""
    found: list[Audit] = []
    taken = cost_here(lambda: found.append(attack_ledger(ledger)))
    assert found[0].passed
    return taken
