"""What is said around the questions. A catalogue can say it otherwise, and in other languages, in `[questionnaire]`.

Nothing here may push anybody to share anything: to leave out, to stop and to keep to oneself are as good as to answer.
"""

from typing import ClassVar, Self

from pydantic import model_validator

from pipelines.instrument.entry import Text, filled_in, in_any_form, require
from pipelines.instrument.translation import TranslatedEntry


class QuestionnaireWords(TranslatedEntry):
    """Every text of the questionnaire that is not the catalogue's own. Words in braces are filled in."""

    people: Text = "Questions for {people}"
    version: Text = "Version {version}"
    page: Text = "Page {page} of {pages}"
    about_lead: Text = "What it is about"
    about: Text = "It looks at a programme, never at one person."
    voluntary_lead: Text = "You choose"
    voluntary: Text = (
        "Taking part is voluntary. You may leave out any question, or stop, without a reason, and nothing follows from "
        "it. There are no right answers."
    )
    anonymous_lead: Text = "Nobody is named"
    anonymous: Text = (
        "Please do not write your name, or anything else that tells who you are. Tick one box for each question, and "
        "in a table one in each line. You may also tick none."
    )
    together_lead: Text = "Answers are counted together"
    together: Text = (
        "The audit keeps how many people answered a question and how many of them gave certain answers, such as yes. "
        "It never stores what one person answered."
    )
    rule_lead: Text = "What is shown, and when"
    rule: Text = (
        "A result says how many people gave certain answers to a question, such as yes. It is shown only when at least "
        "{people} people of your programme answered the question, at least {side} of them gave these answers, and at "
        "least {side} did not. So it is never shown that nobody said something, or that everybody did."
    )
    rule_of_personal: Text = (
        "For what is more personal ({questions}) at least {people} people are needed, and {side} on each side."
    )
    withheld: Text = (
        "If you answer in several years you still count as one person. Until enough people have answered, answers "
        "wait, and are taken together with those of later years. If no other answers to a question were waiting, and "
        "its result is held back although enough people answered, a reader can tell that very few or nearly all "
        "gave these answers. Somebody who knows how common it is may guess which of the two. Nobody can tell how many "
        "it was."
    )
    help_lead: Text = "If this touches something in you"
    help: Text = "You can stop at any point."
    """Where help is stands after it: `help` of the instrument. Where neither is given, it is left out."""
    local: Text = "From your programme"
    local_run: Text = "Who runs this survey, and until when:"
    local_seen: Text = "Who sees single answers (nobody who assesses you should):"
    local_kept: Text = "Where the answers go, and when they are destroyed:"
    local_talk: Text = "Whom you can talk to here, in confidence:"
    terms: Text = "What some words mean here"
    personal_title: Text = "Your own experience, if you like"
    personal: Text = "These questions are more personal. Leave out whatever you wish. Your other answers still count."
    help_again: Text = "If these questions were hard"
    only_if: Text = "Only if you answered {answers} to question {number}."
    only_if_row: Text = "Only if you answered {answers} to question {number}, “{row}”."
    subgroup_title: Text = "If you like"
    subgroup: Text = (
        "It is shown only where enough people of every group answered. If you feel that it could point to you, leave "
        "it out."
    )
    subgroup_personal: Text = "It is never shown for the more personal questions."
    closing: Text = "Thank you. Whatever you answered, and whatever you left out, is fine."
    question_number: Text = "question {numbers}"
    question_numbers: Text = "questions {numbers}"
    word_or: Text = "or"
    word_and: Text = "and"
    word_to: Text = "to"
    """Between the ends of a range: `1 to 6`."""

    translatable: ClassVar[frozenset[str]] = frozenset()  # given below, once the fields are known

    @model_validator(mode="after")
    def _fills_in_the_same(self) -> Self:
        """Whatever it says otherwise has the same words in braces."""
        for name, field in type(self).model_fields.items():
            if name != "translations":
                given = [getattr(self, name), *(texts[name] for texts in self.translations.values() if name in texts)]
                wanted = filled_in([field.default])
                found = [in_any_form(filled_in([text])) for text in given]
                require(all(names == wanted for names in found), f"{name} must have {_told(wanted)} in braces")
        return self


QuestionnaireWords.translatable = frozenset(QuestionnaireWords.model_fields) - {"translations"}


def _told(names: set[str] | None) -> str:
    return ", ".join(sorted(names)) if names else "nothing"
