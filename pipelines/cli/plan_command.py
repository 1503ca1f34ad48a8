"""What a programme can hope to see, told before it asks anybody."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.options import AsJson, CatalogueFile, instrument_of
from pipelines.console import number_of, out, print_json
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_FOR_DISPERSION

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue

Invited = Annotated[int | None, typer.Option(min=1, help="How many are invited each year.")]


def plan(
    context: typer.Context,
    staff: Invited = None,
    trainees: Invited = None,
    invite: Annotated[
        list[str] | None,
        typer.Option("--invite", metavar="GROUP=N", help="The same for any group of the catalogue, such as staff=24."),
    ] = None,
    response: Annotated[
        float, typer.Option("--response", min=0.01, max=1, help="Which share of them answers, such as 0.6.")
    ] = 1.0,
    as_json: AsJson = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Say what could be shown of a programme, after how many years, and which changes would be found."""
    invited = {"staff": staff, "trainee": trainees, **dict(map(_invited, invite or []))}
    if not any(invited.values()):
        raise typer.BadParameter("say how many are invited each year: --staff, --trainees or --invite GROUP=N")
    instrument = instrument_of(context, catalogue)
    rows = [row for group, people in invited.items() if people for row in _planned(instrument, group, people, response)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        for line in _lines(row):
            out.print(line)
    out.print("A question that is put only to some of them waits for the question before it, and takes longer.")
    fewest = in_words(LEAST_FOR_DISPERSION)
    out.print(f"Among fewer than {fewest} programmes, this one counted, no difference is ever called clear.")


def _invited(text: str) -> tuple[str, int]:
    """A group and how many of it are invited: `staff=24`. Raises BadParameter where it is not written like that."""
    group, _, people = text.partition("=")
    if not (people.isascii() and people.isdigit() and int(people)):
        raise typer.BadParameter(f"“{text}” is not a group and how many are invited, such as staff=24")
    return group, int(people)


def _planned(instrument: "Catalogue", group: str, invited: int, response: float) -> list[dict[str, Any]]:
    """For each tier of a group's questions: what is asked, and what could be seen. Raises Refused where the catalogue
    asks no such group."""
    from pipelines.errors import Refused
    from pipelines.release.plan import Invitation
    from pipelines.release.plan import plan as planned

    if group not in instrument.groups:
        known = ", ".join(instrument.groups)
        raise Refused(f"The catalogue “{instrument.instrument.id}” asks no group {group}. Its groups: {known}.")
    rows = planned(instrument, [Invitation(invited, response)]).rows(named=True)
    tiers = {True: instrument.tiers.sensitive, False: instrument.tiers.standard}
    return [
        {
            "people": instrument.people(row["respondent_group"]),
            "invited": invited,
            "minimum_respondents": tiers[row["sensitive"]].minimum_respondents,
            "measures": [
                measure.id
                for measure in instrument.measure
                if (measure.group, measure.sensitive, measure.base) == (group, row["sensitive"], None)
            ],
            **row,
        }
        for row in rows
        if row["respondent_group"] == group
    ]


def _lines(row: dict[str, Any]) -> list[str]:
    questions = number_of(len(row["measures"]), "question", "questions")
    kind = "sensitive" if row["sensitive"] else "not sensitive"
    return [
        _invitations(row),
        f"  A year can be shown by itself if at least {row['minimum_respondents']:,} people answer.",
        f"  {questions}, {kind}: {', '.join(row['measures'])}.",
        f"  If about half say yes, a result is shown {_after(row['years_if_half'])}.",
        f"  If one in ten says yes, a result is shown {_after(row['years_if_tenth'])}.",
        *_hopes(row),
    ]


def _invitations(row: dict[str, Any]) -> str:
    """How many are invited, and about how many answer: that varies unless everybody does."""
    if row["invited"] == 1:
        return f"1 person of the group “{row['people']}” is invited each year."
    about = "" if row["invited"] == row["answering"] else "about "
    answer = number_of(row["answering"], "answers", "answer")
    return f"{row['invited']:,} {row['people']} are invited each year, and {about}{answer}."


def _hopes(row: dict[str, Any]) -> list[str]:
    """What would be found of results, if there are any to hope for."""
    if row["years_if_half"] is None:
        return ["  So no change and no difference from others can be hoped for."]
    if row["years_again_if_half"] is None:
        change = "  A second result can hardly be hoped for within ten years, and so no change."
    else:
        found = _found(row["detectable_change"], "change")
        change = f"  A second result is shown {_after(row['years_again_if_half'])}. From one to the next, {found}."
    difference = _found(row["detectable_difference"], "difference")
    return [change, f"  Set against a dozen programmes of the same size, {difference}."]


def _after(years: int | None) -> str:
    """After how many years, four times in five."""
    if years is None:
        return "only after more than ten years, if at all"
    return f"after {years} {'year' if years == 1 else 'years'}"


def _found(size: float | None, what: str) -> str:
    if size is None:
        return f"no {what} would be found four times in five, because very low and very high results are withheld"
    return f"a {what} of about {round(100 * size)} points would be found four times in five"
