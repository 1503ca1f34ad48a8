"""What is said to those who are asked and to those who fill in files. Words around the catalogue, for any instrument.

Nothing here may push anybody to share anything: to leave out, to stop and to keep to oneself are as good as to answer.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipelines import support_words
from pipelines.instrument.catalogue import Tier

PERSONAL = (
    "Your own experience, if you like",
    "These questions are more personal. Leave out whatever you wish; what you answered before counts all the same.",
)

# ---- the questionnaire ----

ABOUT = "What it is about"
OF_A_PROGRAMME = "It looks at a programme, never at one person."
VOLUNTARY = (
    "You choose",
    "Taking part is voluntary. You may leave out any question, or stop, without a reason, and nothing follows from it. "
    "There are no right answers: to have shared something is not better than to have kept it to yourself.",
)
ANONYMOUS = (
    "Nobody is named",
    "Please do not write your name, nor anything else that tells who you are. One box for each "
    "question, or none, is all that is asked.",
)
TOGETHER = (
    "Answers are counted together",
    "The audit keeps how many people answered a question and how many of them said yes or agreed. It never stores "
    "what one person answered.",
)
RULE = "What is shown, and when"
SUPPORT = ("If this touches something in you", support_words.FOR_RESPONDENTS)
LOCAL = "From your programme"
LOCAL_LINES = (
    "Who runs this survey, and until when:",
    "Where the answers go, and when they are destroyed:",
    "Whom you can talk to here, in confidence:",
)
SUBGROUP_TITLE = "If you like"
SUBGROUP_RULE = (
    "It is shown only where enough people of every group answered, and never for the more personal questions. "
    "If you feel that it could point to you, leave it out."
)
CLOSING = "Thank you. Whatever you answered, and whatever you left out, is fine."


def about(subject: str | None) -> tuple[str, str]:
    """What the questions are about, as the catalogue says it."""
    return ABOUT, " ".join(filter(None, (subject, OF_A_PROGRAMME)))


def only_if(affirmative: Iterable[str], number: int) -> str:
    """Whom a follow-up question is for. `affirmative`: the answers in words."""
    answers = " or ".join(f"“{answer}”" for answer in affirmative)
    return f"Only if you answered {answers} to question {number}."


def rule(standard: Tier, sensitive: Tier, personal: Sequence[int]) -> str:
    """The publishing rule, for those whose answers it protects. `personal`: the numbers of the sensitive questions."""
    return " ".join(filter(None, (_shown(standard), _shown_of_personal(sensitive, personal), _WITHHELD)))


def _shown(tier: Tier) -> str:
    people, side = tier.minimum_respondents, tier.minimum_each_side
    return (
        f"A result is shown only when at least {people} people of your programme answered the question, at least "
        f"{side} of them saying yes, or agreeing, and at least {side} not. That nobody or everybody said something is "
        f"never shown."
    )


def _shown_of_personal(tier: Tier, numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    which = f"question {numbers[0]}" if len(numbers) == 1 else f"questions {ranges(numbers)}"
    people, side = tier.minimum_respondents, tier.minimum_each_side
    return f"For what is more personal ({which}) it takes at least {people} people, and {side} on each side."


_WITHHELD = (
    "If you answer in several years you still count as one person. Until enough people have answered, answers wait, "
    "and are taken together with those of later years. Where something is held back although enough people answered, a "
    "reader can tell that very few or nearly all said yes; and who knows how common it is may guess which of the two. "
    "How many it was cannot be told."
)


def ranges(numbers: Sequence[int]) -> str:
    """`1 to 6, 19 and 20`; the numbers rise."""
    breaks = [place for place, (number, after) in enumerate(pairwise(numbers), start=1) if after != number + 1]
    runs = [numbers[start:end] for start, end in pairwise((0, *breaks, len(numbers)))]
    parts = [part for run in runs for part in _run(run)]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _run(numbers: Sequence[int]) -> list[str]:
    """Two neighbours are two numbers; more are a range."""
    if len(numbers) > 2:  # noqa: PLR2004
        return [f"{numbers[0]} to {numbers[-1]}"]
    return [str(number) for number in numbers]


# ---- templates ----

BLANK = "A blank cell means: not asked, or not answered. It never means no."
NOT_ASKED = "If a question was not asked, delete its column: it is then shown as not asked."
ONE_PERSON = "Each row is one person. Copy the programme and the academic year down to every row."
NOT_COUNTED = "Delete the rows of what was not asked. Send small numbers too: what is too small is held back for you."
NOT_ANSWERED = "Delete the rows of items you cannot say anything of, or write not_known."
NOTHING_PERSONAL = "Add no other columns, and nothing that tells who somebody is: such a file is refused."
QUESTION_COLUMN = "Question {number} of the questionnaire."
FOLLOW_UP = "Only of those who answered {answers} to {base}; blank for everybody else."


def counted(title: str, affirmative: Iterable[str]) -> str:
    """A measure for those who count it themselves."""
    return f"{title}. Affirmative: {', '.join(affirmative)}."


# ---- receipts ----

NOT_STORED = (
    "Individual answers were not stored. Of answers only counts are kept: how many people answered a question, and how "
    "many of them said yes or agreed."
)
APPEARS = (
    "Results appear with the next release, as far as the publishing rule allows. What is too small to be shown waits, "
    "and is taken together with later years."
)
HELD_ALREADY = "The same file had come in before. Nothing was changed by sending it again."
KEEP_IT = "Keep this receipt: by its id what was sent can be found, or taken back."
