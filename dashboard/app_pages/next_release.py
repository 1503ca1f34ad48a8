"""What the next release would look at for the first time, publishing it, and whether all releases are safe."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, forms, tables
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward.next_release import next_release

visitor = access.require(Action.STEWARD)
text.title(wording.NEXT_TITLE)
actions.tell_what_was_done()
ahead = actions.read(next_release, visitor)
if ahead is not None:
    text.paragraph(wording.ahead(ahead.programmes, ahead.questions, ahead.enough), wording.still_open(ahead.open_years))
    if ahead.new.height:
        text.table(tables.new(ahead.new), at_most=wording.SCROLLS_AFTER)
        text.caption(wording.NOT_TOLD_BEFORE)
    forms.publish(ahead.first)
    text.header(wording.AUDIT_TITLE)
    text.paragraph(wording.AUDIT_SAID)
    forms.audit()
