"""Headings that look like personal data. Such columns are refused, whatever a mapping says."""

import re

PERSONAL = {
    "a name": r"^names?\b|\b(?:first|last|middle|full|given|family|maiden|user|your) ?names?\b"
    r"|\b(?:respondent|student|trainee|staff|supervisor) ?names?\b|\b(?:sur|fore)names?\b",
    "an e-mail address": r"\be ?mails?\b",
    "a telephone number": r"\b(?:tele)?phone(?: ?(?:no|number))?\W*$|\bmobile(?: ?(?:no|number|phone))?\W*$",
    "a student, staff or health number": r"\b(?:nhs|student|staff|employee|candidate|registration) ?(?:nr|id|number)\b"
    r"|\b(?:nhs|student|staff|employee|candidate|registration) ?(?:no|code)\b(?! \w)"
    r"|\b(?:hcpc|gmc|nmc|matriculation) ?(?:no|nr|id|number|pin)\b",
    "a date of birth": r"\b(?:date ?of ?birth|birth ?(?:date|day)|dob)\b",
    "an address": r"\b(?:ip|home|postal|street) ?address\b|^address\b|\bpost ?code\b|\bzip ?code\b|^ip$",
    "free text": r"\bcomments?\W*$|\bfree ?text\b|\bplease (?:specify|describe|explain)\b",
}
"""What a heading looks like, and the pattern by which it does."""

DROPPABLE = (
    r"\b(?:response|respondent|submission|record|entry|collector) ?(?:id|number)\b|^#$|^id$"
    r"|\btime ?stamp\b"
    r"|\b(?:start|end|submit|submitted|submission|completion|completed|recorded) ?(?:date|time|on|at)\b"
)
"""Response ids and time stamps: the only headings a mapping may drop."""


def looks_personal(heading: str) -> str | None:
    """What kind of personal data a heading seems to announce, or None."""
    words = _words(heading)
    return next((kind for kind, pattern in PERSONAL.items() if re.search(pattern, words)), None)


def looks_droppable(heading: str) -> bool:
    """Whether a heading is a response id or a time stamp."""
    return re.search(DROPPABLE, _words(heading)) is not None


def _words(heading: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)  # survey tools write RecipientEmail
    return apart.replace("_", " ").replace("-", " ").lower()
