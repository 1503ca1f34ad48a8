"""What is said to those who fill in files and send them. Words around the catalogue, for any instrument.

What is said to those who are asked stands in `pipelines.instrument.questionnaire_words`.
"""

from collections.abc import Iterable

# ---- templates ----

BLANK = "A blank cell means: not asked, or not answered. It never means no."
BLANK_MAY_BE_NO = "A blank cell means: not asked, or not answered. It never means no, unless its column says so."
NOT_ASKED = "If a question was not asked, delete its column: it is then shown as not asked."
ONE_PERSON = "Each row is one person. Copy the programme and the academic year down to every row."
NOT_COUNTED = "Delete the rows of what was not asked. Send small numbers too: what is too small is held back for you."
NOT_ANSWERED = "Delete the rows of items you cannot say anything of, or write not_known."
NOTHING_PERSONAL = "Add no other columns, and nothing that tells who somebody is: such a file is refused."
LEFT_BLANK = "A blank after {answers} to {outer} counts as no."
FOLLOW_UP = "Only of those who answered {answers} to {base}; blank for everybody else."


def question_column(number: int, row: str | None) -> str:
    """Where a question stands in the questionnaire; `row`: which line of a table it is."""
    return f"Question {number} of the questionnaire, “{row}”." if row else f"Question {number} of the questionnaire."


def item(title: str, in_place: str | None) -> str:
    """A support item, and what must be true for it to be in place."""
    return f"{title}. In place when: {in_place}" if in_place else title


def counted(title: str, affirmative: Iterable[str]) -> str:
    """A measure for those who count it themselves."""
    return f"{title}. Affirmative: {', '.join(affirmative)}."


# ---- receipts ----

NOT_STORED = (
    "Individual answers were not stored. Of answers only counts are kept: how many people answered a question, and how "
    "many of them gave certain answers, such as yes."
)
APPEARS = (
    "Results appear with the next release, as far as the publishing rule allows. What is too small to be shown waits, "
    "and is taken together with later years."
)
HELD_ALREADY = "The same file had come in before. Nothing was changed by sending it again."
IN_THE_PLACE_OF = {True: "whatever was there before for these programmes and years", False: "nothing"}
"""What a submission takes the place of, by whether its sender asked for that. It is the same whatever was there."""
KEEP_IT = "Keep this receipt: by its id what was sent can be found, or taken back."
