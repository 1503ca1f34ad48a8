"""The names that LimeSurvey allows for our columns and answers, and back again.

LimeSurvey takes letters and digits alone: 20 of them for a question, and 5 for an answer. So `told_supervisor` becomes
`toldsupervisor`, and `prefer_not_to_say` its first letters, `pnts`. The same column always gets the same name, whatever
else a catalogue holds, and no name is a mere number that could mean something else.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

LONGEST_NAME = 20
LONGEST_ANSWER = 5
DIGEST = 4
"""Characters at the end of a name that was cut, so that no two columns get the same."""


def short_name(column: str) -> str:
    """What LimeSurvey calls a column."""
    plain = column.replace("_", "")
    if len(plain) <= LONGEST_NAME and plain[0].isalpha():
        return plain
    return f"q{plain}"[: LONGEST_NAME - DIGEST] + sha256(column.encode()).hexdigest()[:DIGEST]


def columns_by_name(columns: Iterable[str]) -> dict[str, str]:
    """The column of each name."""
    return {short_name(column): column for column in columns}


def short_answers(answers: Sequence[str]) -> dict[str, str]:
    """What LimeSurvey calls each answer of a question."""
    shortened: dict[str, str] = {}
    for place, answer in enumerate(answers, start=1):
        words = answer.split("_")
        plain = answer if len(words) == 1 else "".join(word[0] for word in words)
        short = plain[:LONGEST_ANSWER]
        taken = short in shortened.values()
        shortened[answer] = f"{short[: LONGEST_ANSWER - len(str(place))]}{place}" if taken else short
    return shortened


def choice_numbers(answers: Sequence[str]) -> dict[str, str]:
    """The number that Qualtrics, which takes nothing else, gives each answer. Codes that are numbers stay."""
    if all(answer.isdecimal() for answer in answers):
        return {answer: answer for answer in answers}
    return {answer: str(number) for number, answer in enumerate(answers, start=1)}
