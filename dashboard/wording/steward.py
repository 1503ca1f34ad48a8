"""The sentences of the Steward page."""

from dashboard.wording.marked import Marked, Paragraph

WAITING = (
    "What publishing has seen and cannot show yet, and how many people stand behind it. More years will bring it. "
    "Nothing here says why a list waits, or what anybody answered."
)
HELD: Paragraph = (
    "A file took the place of another, and the difference between the two is no possible group of people (fewer "
    "answers than before, for example). What was seen first stays. If the correction must go through all the same, ",
    Marked("openness publish --override PROGRAMME/MEASURE/YEAR --reason …", "code"),
    " does it, and the release says so: what the difference gives away is then known for ever.",
)
NEARLY_EVERYBODY = (
    "Nine in ten or more of those invited answered a sensitive question. If the group is nearly the same next year, "
    "one person who leaves or joins could be read off the two years. Consider asking every second year."
)
