"""The sentences of the Steward page."""

from dashboard.wording.marked import Marked, Paragraph

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
    "Nine in ten or more of those invited answered a sensitive question. If the group is nearly the same next year, "
    "one person who leaves or joins could be read off the two years. Consider asking every second year."
)
