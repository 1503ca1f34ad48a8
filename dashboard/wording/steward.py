"""The sentences of the Steward page."""

from dashboard.wording.marked import Marked, Paragraph
from dashboard.wording.numbers import upper_first
from pipelines.number_words import in_tenths
from pipelines.thresholds import NEARLY_ALL

WAITING = (
    "What publishing has seen and cannot show yet, and how many people stand behind it. More years will bring it. "
    "Nothing here says why a list waits, or what anybody answered."
)
SET_ASIDE: Paragraph = (
    "These files came for a closed year of which publishing had seen results already. They are kept on record and do "
    "not count, whatever is in them. If one must count all the same, ",
    Marked("openness publish --override PROGRAMME/MEASURE/YEAR --reason …", "code"),
    " lets it through. It tells first what that gives away, and the release says so.",
)
NEARLY_EVERYBODY = (
    f"{upper_first(in_tenths(NEARLY_ALL))} or more of those invited answered a sensitive question. If the group is "
    f"nearly the same next year, one person who leaves or joins could be read off the two years. Consider asking every "
    f"second year."
)
