"""Whether a home is well."""

from dataclasses import asdict

import typer
from rich.text import Text

from pipelines.cli.options import AsJson, CatalogueFile, Home, settings_of
from pipelines.console import out, print_json
from pipelines.event_log import present_time


def doctor(context: typer.Context, as_json: AsJson = False, home: Home = None, catalogue: CatalogueFile = None) -> None:
    """Look at disk, rights, access, store, releases, versions and clock; say what is wrong, and the way out."""
    from pipelines.doctor import examine_home

    findings = examine_home(settings_of(context, home, catalogue), present_time())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    for finding in findings if not as_json else ():
        out.print(Text(f"{finding.part}: {finding.fault}"))
    if not findings and not as_json:
        out.print("Everything is well: disk, rights, access, catalogue, store, releases, clock, and the audit passes.")
    raise typer.Exit(1 if findings else 0)
