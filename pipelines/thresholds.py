"""From how many on something is computed or said. What is computed, the release's contract and pages read them here.

How many people a result must stand on is no constant: it stands in the catalogue.
"""

from typing import Final

LOOK_BACK: Final = 2
"""How many years back a comparator takes a result from, for a programme whose year still waits."""
LEAST_OTHERS: Final = 3
"""How many published programmes a comparator must stand on, not counting the programme that is compared."""
LEAST_COVERAGE: Final = 2 / 3
"""The share of the programmes asked that must be published: withheld results are mostly extreme."""
LEAST_FOR_DISPERSION: Final = 10
"""How many programmes a group needs before limits are drawn and a verdict is given, the one compared among them."""
LEAST_FOR_TREND: Final = 5
"""How many results a series needs before it is tested for a trend."""
LEAST_FOR_ASSOCIATION: Final = 10
"""How many programmes two quantities must share before they are correlated."""
NEARLY_ALL: Final = 0.9
"""At this response rate and above, two years of a sensitive measure could show what one person answered who left."""
LARGEST_UPLOAD: Final = 60
"""The largest file that the Upload page takes, in MB."""
