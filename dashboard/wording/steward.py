"""The sentences of the steward's pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dashboard.wording.marked import Marked, Paragraph
from dashboard.wording.numbers import listed, number_of, upper_first
from pipelines.number_words import in_tenths
from pipelines.roles import Grant, Role
from pipelines.thresholds import NEARLY_ALL

SCROLLS_AFTER = 40
"""Rows after which a table scrolls."""
NOTHING = "–"
MANY_YEARS = 2
"""Academic years in a row of which only the first and the last are named, if there are more."""


class Asked(NamedTuple):
    """What somebody agrees to before a button does anything."""

    consequence: str
    button: str


AGREE_FIRST = "Nothing was done. Tick the sentence above the button to confirm it."

# ---- what waits ----

WAITING = (
    "What publishing has seen and cannot show yet, and how many people stand behind it. More years will bring it. "
    "Nothing here says why a list waits, or what anybody answered."
)
SET_ASIDE: Paragraph = (
    "These files came for a closed year of which publishing had seen results already. They are kept on record and do "
    "not count, whatever is in them. If one must count all the same, ",
    Marked("openness publish --override PROGRAMME/MEASURE/YEAR --reason …", "code"),
    " lets it through. It tells first what that gives away, and the release says so.",
)
NEARLY_EVERYBODY = (
    f"{upper_first(in_tenths(NEARLY_ALL))} or more of those invited answered a sensitive question. If the group is "
    f"nearly the same next year, one person who leaves or joins could be read off the two years. Consider asking every "
    f"second year."
)

# ---- years ----

YEARS_TITLE = "Years, and who has sent what"
YEARS = (
    "Programmes send files on the Upload page for years that are open. Publishing uses closed years only. This page "
    "says which kinds of file have come in and count, not what is in them."
)
YEAR = "Academic year"
ANOTHER_YEAR = "Open another year"
WHICH_YEAR = "Academic year, such as 2026-27"
OPEN_ANOTHER = Asked("Programmes can send files for this year from now on.", "Open this year")
KINDS = {
    "programmes": "Programmes",
    "cohorts": "How many were invited",
    "support": "Support in place",
    "counts": "Counts instead of answers",
}
"""What each kind of file is called that is not the answers of a group."""
ENDING = "_responses"
"""How the name of a kind of file ends that is the answers of a group."""


def kind(dataset: str, people: Mapping[str, str]) -> str:
    """A kind of file."""
    group = dataset.removesuffix(ENDING)
    return KINDS[dataset] if dataset in KINDS else f"Answers of {people.get(group, group)}"


def invited(numbers: Mapping[str, int], has_come: bool) -> str:
    """How many were invited, by what the people are called; for a programme that is not named, whether it is known."""
    return ", ".join(f"{number:,} {people}" for people, number in numbers.items()) or sent(has_come)


def years(names: Sequence[str]) -> str:
    """Academic years in a table: of many in a row, the first and the last."""
    following = [f"{int(first[:4]) + 1}" for first in names[:-1]] == [year[:4] for year in names[1:]]
    return f"{names[0]} to {names[-1]}" if len(names) > MANY_YEARS and following else ", ".join(names) or NOTHING


def sent(has_come: bool) -> str:
    """Whether a kind of file has come in."""
    return "Sent" if has_come else NOTHING


UNNAMED_BY_ID = (
    "Programmes that are not named stand here under the ids that you gave them. Whoever compares this with what a "
    "release shows of its codes can work out whose code some are. So keep this page to yourself."
)


UNNAMED_LEFT_OUT = (
    "Programmes that are not named are left out: nobody signs in here, so anybody may look, and what a programme has "
    "sent can tell which code is its. `openness years` tells it to whoever keeps the store."
)


def unnamed(signed_in: bool) -> str:
    """Where the programmes that are not named stand."""
    return UNNAMED_BY_ID if signed_in else UNNAMED_LEFT_OUT


def state(year: str, is_open: bool, is_final: bool) -> str:
    """Whether a year is open, and what that means."""
    if is_final:
        return (
            f"{year} is final: a release has been made from it, and it cannot be opened again. A programme that has "
            f"sent nothing for it can still be loaded on the command line."
        )
    if is_open:
        return f"{year} is open: files come in, and may still be replaced. Nothing of it is published."
    return f"{year} is closed: the next release uses what has come in."


def nothing_from(names: Sequence[str], everybody: int) -> str:
    """The programmes that have sent nothing yet, so that somebody can write to them."""
    if not everybody:
        return "No programme stands here yet. `openness load` registers them."
    if not names:
        return "Every programme has sent something."
    programmes = number_of(everybody, "programme", "programmes")
    return f"Nothing has come yet from {len(names):,} of {programmes}: {listed(names)}."


def close(year: str) -> Asked:
    """What closing a year means."""
    return Asked(
        f"Close {year}: no more files are taken for it on the Upload page. Once a release is made, what it has seen of "
        f"{year} is final, and a file that comes later does not count.",
        f"Close {year}",
    )


def open_again(year: str) -> Asked:
    """What opening a year again means."""
    return Asked(
        f"Open {year} again: files can come in and be replaced. It works only until the next release is made.",
        f"Open {year} again",
    )


def changed(year: str, is_open: bool) -> str:
    """What was done to a year."""
    return f"{year} is open for collection." if is_open else f"{year} is closed. The next release is made from it."


# ---- the next release ----

NEXT_TITLE = "The next release"
NOT_TOLD_BEFORE = (
    "“With enough people” counts questions that could be shown as far as the number of people goes. Whether one is "
    "shown depends on the answers too. Nobody is told that beforehand: until a file is published it can be replaced, "
    "and whoever tried one file after the other could work out what a year holds that is withheld. Questions that are "
    "put only to some wait for the question before them."
)
REMARK = "A remark that stands in the release, for everybody to read (you can leave it empty)"
LONGEST_REMARK = 500
PUBLISHING = "Publishing. This can take a minute. Stay on this page."
AUDIT_TITLE = "Is everything published safe?"
AUDIT_SAID = (
    "The audit tries to take all releases apart, as somebody would who has read every one of them. Publishing runs it "
    "too, and publishes nothing if it succeeds."
)
AUDIT = "Try to take the releases apart"
AUDITING = "Trying. This can take a minute."


def ahead(programmes: int, questions: int, enough: int) -> str:
    """What publishing would look at for the first time."""
    if not questions:
        return "Nothing new has come in for closed years. A release made now would say the same as the last one."
    return (
        f"Publishing would look at {number_of(questions, 'new question', 'new questions')} of "
        f"{number_of(programmes, 'programme', 'programmes')}. Of these {enough:,} have enough people to be shown."
    )


def still_open(years: Sequence[str]) -> str:
    """The years that a release made now leaves out."""
    return f"Still open, so not in it: {listed(years)}." if years else ""


def publish(first: bool) -> Asked:
    """What publishing means."""
    before = "" if first else " Releases that say anything of what was taken back are no longer offered."
    return Asked(
        f"Publish now: everybody can read the release, its numbers never change, and what it saw is final.{before}",
        "Publish",
    )


def published(release_id: str, new_results: int, to_know: Sequence[str] = ()) -> str:
    """What publishing did, and what to know of earlier releases now."""
    done = f"Release {release_id} is published, with {number_of(new_results, 'new result', 'new results')}."
    return " ".join([done, *to_know])


def verdict(passed: bool, parts: int, too_narrow: int, known: int) -> str:
    """What the audit found."""
    gave_away = f" Overrides gave {number_of(known, 'value', 'values')} away." if known else ""
    if passed:
        shown = number_of(parts, "value is", "values are")
        return f"The audit passed. {shown} withheld, and of each as much is open as promised.{gave_away}"
    return (
        f"The audit failed: {number_of(too_narrow, 'value', 'values')} can be narrowed down further than promised. "
        f"`openness audit` says which. Do not publish, and report it.{gave_away}"
    )


# ---- files received ----

RECEIVED_TITLE = "Files received"
RECEIVED = (
    "Every file that was taken in, the latest first, and how much of it counts. What was found in the form of a file "
    "stands beside it; what was found in its answers is for its sender alone."
)
NOTHING_RECEIVED = "No file has come in yet."


def standing(row: Mapping[str, Any]) -> str:
    """How much of a submission counts."""
    for column, words in (("withdrawn", "Taken back"), ("superseded", "Replaced"), ("set_aside", "Set aside")):
        if row[column] == row["scopes"]:
            return words
    return "In part" if row["withdrawn"] + row["superseded"] + row["set_aside"] else "All of it"


def time(at: datetime) -> str:
    """A time as a table shows it."""
    return f"{at:%Y-%m-%d %H:%M}"


# ---- roles ----

PEOPLE_TITLE = "Who may do what"
PEOPLE = (
    "Roles that were given here, by the e-mail address with which people sign in. The provider may give others. "
    "A change holds from the next page that the person opens."
)
NOBODY_SIGNS_IN = (
    "Nobody signs in on this server, so everybody at this computer has every role. Roles that you give here hold once "
    "a sign-in is set up."
)
NOBODY_YET = "Nobody has been given a role yet."
GIVE_TITLE = "Give a role"
TAKE_TITLE = "Take a role away"
EMAIL = "E-mail address with which the person signs in"
ROLE = "Role"
PROGRAMME = "Programme, for a director or an administrator"
WHICH_ROLE = "Whose role"
ROLES = {
    Role.DIRECTOR: "Director: reads everything published, own programme first",
    Role.ADMINISTRATOR: "Administrator: reads, and sends files for one programme",
    Role.RESEARCHER: "Researcher: reads everything published",
    Role.STEWARD: "Steward: reads, sends, and sees these pages",
}
GRANT = Asked("This person may do this from now on.", "Give this role")
REVOKE = Asked("This person may no longer do this.", "Take this role away")


def role_in_words(role: Role) -> str:
    """A role, and what it is for."""
    return ROLES[role]


def role(given: Grant) -> str:
    """A role, and of which programme."""
    return f"{given.role} of {given.programme}" if given.programme else str(given.role)


def held(email: str, given: Grant) -> str:
    """Who has which role."""
    return f"{email}: {role(given)}"


def granted(email: str, given: Grant) -> str:
    """What was given."""
    return f"{email} is {role(given)} from now on."


def revoked(email: str, given: Grant) -> str:
    """What was taken away."""
    return f"{email} is no longer {role(given)}."


# ---- what was done ----

RECORD_TITLE = "What was done"
RECORD = (
    "Who did what, the latest first. Lines are only ever added. No answers and no counts stand here, and nothing can "
    "be removed from this page."
)
NOTHING_DONE = "Nothing has been done yet."
