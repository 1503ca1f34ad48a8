"""Every file that was taken in: who sent it, what it was, how much of it counts. For the steward."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, tables
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward.record import received
from pipelines.steward.years import people_of

visitor = access.require(Action.STEWARD)
text.title(wording.RECEIVED_TITLE)
text.paragraph(wording.RECEIVED)
rows = actions.read(lambda settings, who: tables.received(received(settings, who), people_of(settings)), visitor)
if rows is not None and rows.height:
    text.scrolling_table(rows)
elif rows is not None:
    text.paragraph(wording.NOTHING_RECEIVED)
