"""What the steward decides about the catalogue: whether a changed wording is still the same question."""

from typing import Annotated

import typer

from pipelines.cli.options import CatalogueFile, Home, Reason, instrument_of, opened_store, settings_of, user_name
from pipelines.console import out
from pipelines.event_log import note, present_time

catalogue_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@catalogue_app.callback()
def catalogue() -> None:
    """Say that a changed wording in the catalogue is a mere correction."""


@catalogue_app.command("accept-wording")
def accept_wording(
    context: typer.Context,
    measures: Annotated[
        list[str], typer.Argument(metavar="MEASURE...", help="The measures whose wording was corrected.")
    ],
    reason: Reason = None,
    home: Home = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Take the wording in the catalogue as a mere correction, as of a spelling. Answers to both are one question's.

    So are corrected words of an answer, of a line above the questions, or of a translation. Both wordings and the
    reason are kept, and stand in every later release. If the meaning changed, do not do this: give the measure a new
    id, and say with `replaces` which one it takes the place of."""
    if not reason:
        raise typer.BadParameter("say why with --reason")
    settings, instrument = settings_of(context, home, catalogue), instrument_of(context, catalogue)
    with opened_store(settings, instrument, must_exist=True) as store:
        texts = store.accept_wording(instrument, measures, reason=reason, by=user_name(), at=present_time())
    for measure, (before, after) in texts.items():
        note(settings.log, "wording_accepted", measure=measure)
        told = f"{measure} was “{before}” and is “{after}”. Both count as one question from now on."
        out.print(told, highlight=False)
