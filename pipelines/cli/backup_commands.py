"""A home put into one archive, and back again."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Home, settings_of
from pipelines.console import number_of, out, progress_bar
from pipelines.event_log import note

Archive = Annotated[Path, typer.Argument(help="The backup: one file, which holds the store, the releases and the log.")]


def backup(context: typer.Context, file: Archive, home: Home = None) -> None:
    """Copy store, releases and log into one new file. It holds private counts: keep it as safe as the store."""
    from pipelines.release.backup import back_up

    settings = settings_of(context, home)
    with progress_bar(2) as progress:
        done = back_up(settings.home, file, progress, store_at=settings.store)
    note(settings.log, "backed_up", file=file.name, files=done.files)
    out.print(
        f"{file} holds the store and {number_of(len(done.releases), 'release', 'releases')}. It holds private counts, "
        f"so keep it as safe as the store."
    )


def restore(context: typer.Context, file: Archive, home: Home = None) -> None:
    """Put a backup in the place of the home's store and releases, once all of it has been checked.

    Refused where the home holds anything that the backup does not know.
    """
    from pipelines.release.backup import restore as put_back

    settings = settings_of(context, home)
    with progress_bar(4) as progress:
        done = put_back(settings.home, file, progress, store_at=settings.store)
    note(settings.log, "restored", file=file.name, files=done.files)
    out.print(
        f"{settings.home} is as it was when {file.name} was made: the store and "
        f"{number_of(len(done.releases), 'release', 'releases')}, and nothing in them can be taken apart."
    )
    if done.damaged:
        out.print(
            f"The store that was there could not be opened, and is kept as {done.damaged.name}. Whatever it knew that "
            f"is not in the backup is undone: files sent, years closed, and withdrawals. {settings.log.name} tells "
            f"what was done since. Do it again before you publish, first of all every `openness withdraw`."
        )
