"""Who may see and do what: who has which role, and giving and taking roles. For the steward."""

from dashboard import access
from dashboard.components import text
from dashboard.steward import actions, forms, tables
from dashboard.wording import steward as wording
from pipelines.roles import Action
from pipelines.steward import people

visitor = access.require(Action.STEWARD)
text.title(wording.PEOPLE_TITLE)
text.paragraph(wording.PEOPLE if access.people_sign_in() else wording.NOBODY_SIGNS_IN)
actions.tell_what_was_done()
held = actions.read(lambda *whose: (people.grants(*whose), people.programmes(*whose)), visitor)
if held is not None:
    grants, programmes = held
    if grants:
        text.table(tables.grants(grants, programmes), at_most=wording.SCROLLS_AFTER)
    else:
        text.paragraph(wording.NOBODY_YET)
    text.header(wording.GIVE_TITLE)
    forms.grant(programmes)
    if grants:
        text.header(wording.TAKE_TITLE)
        forms.revoke(grants)
