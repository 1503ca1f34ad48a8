"""Who did what, and when. For the steward."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import tables
from dashboard.wording import steward as wording
from pipelines.errors import OpennessError
from pipelines.roles import Action
from pipelines.settings import Settings
from pipelines.steward.record import record

visitor = access.require(Action.STEWARD)
text.title(wording.RECORD_TITLE)
text.paragraph(wording.RECORD)
try:
    rows = record(Settings(), visitor)
except OpennessError as error:
    text.warning(error.for_visitors)
else:
    if rows.height:
        text.scrolling_table(tables.record(rows))
    else:
        text.paragraph(wording.NOTHING_DONE)
