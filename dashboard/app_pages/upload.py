"""A file on its way in: chosen, matched, told what to put right, looked at, submitted; and what was sent before."""

from dashboard import access
from dashboard.components import text
from dashboard.upload import preparation, steps, submissions, wording
from pipelines.errors import OpennessError
from pipelines.roles import Action
from pipelines.settings import Settings
from pipelines.upload import Desk

visitor = access.require(Action.SEND)
text.title(wording.TITLE)
text.paragraph(wording.INTRODUCTION)
try:
    desk = Desk(Settings(), visitor)
    submissions.receipt(desk)
    preparation.before(desk)
    if file := steps.chosen_file(desk):
        steps.hand_in(desk, *file)
    submissions.my_submissions(desk)
except OpennessError as error:
    text.warning(error.for_visitors)
