"""Every file that was taken in: who sent it, what it was, how much of it counts. For the steward."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import tables
from dashboard.wording import steward as wording
from pipelines.errors import OpennessError
from pipelines.roles import Action
from pipelines.settings import Settings
from pipelines.steward.record import received
from pipelines.steward.years import people_of

visitor = access.require(Action.STEWARD)
text.title(wording.RECEIVED_TITLE)
text.paragraph(wording.RECEIVED)
try:
    rows = received(Settings(), visitor)
except OpennessError as error:
    text.warning(error.for_visitors)
else:
    if rows.height:
        text.scrolling_table(tables.received(rows, people_of(Settings())))
    else:
        text.paragraph(wording.NOTHING_RECEIVED)
