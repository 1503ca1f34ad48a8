"""Who did what, and when. For the steward."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, tables
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward.record import record

visitor = access.require(Action.STEWARD)
text.title(wording.RECORD_TITLE)
text.paragraph(wording.RECORD)
rows = actions.read(record, visitor)
if rows is not None and rows.height:
    text.scrolling_table(tables.record(rows))
elif rows is not None:
    text.paragraph(wording.NOTHING_DONE)
