"""What the command line says: findings, receipts, audits and lists, in words or as JSON, and how far it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from pipelines.findings import Finding, errors
from pipelines.instrument.dataset import Dataset
from pipelines.progress import Progress

if TYPE_CHECKING:  # every command loads this module, and few of them need what these take to load
    import polars as pl

    from pipelines.disclosure.attacker import Audit
    from pipelines.disclosure.audit import Reach
    from pipelines.documents.survey import Survey
    from pipelines.store.records import Receipt

LISTED = 30
"""So many names are listed in a sentence; of more it says how many."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(steps: int) -> Iterator[Progress]:
    """A bar on the terminal that moves on with every step, and goes when all are done."""
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"))
    begun: list[str] = []
    with Bar(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Starting", total=steps)

        def progress(step: str, done: float = 0, /) -> None:
            if step not in begun[-1:]:
                begun.append(step)
            bar.update(task, description=step, completed=len(begun) - 1 + done)

        yield progress


def print_findings(findings: Sequence[Finding]) -> None:
    """Each finding in a line, and how many must be put right."""
    for finding in findings:
        style = "bold" if finding.severity == "error" else "dim"
        label = "" if finding.severity == "error" else "Note: "
        out.print(Text.assemble((f"{label}{finding.where}", style), f": {finding.what} {finding.fix}"))
    count = len(errors(findings))
    if count:
        out.print(f"{count} {'error' if count == 1 else 'errors'} to put right.")


def findings_json(file: Path, dataset: Dataset, findings: Sequence[Finding]) -> dict[str, Any]:
    """What was found, for other programs."""
    accepted = not errors(findings)
    listed = [finding.as_json() for finding in findings]
    return {"file": file.name, "dataset": dataset, "accepted": accepted, "findings": listed}


def print_lacking(programme: str, year: str, missing: pl.DataFrame) -> None:
    """What a programme's year lacks (MISSING), as a list."""
    from pipelines.intake.completeness import MISSING_IS_FINE

    if missing.is_empty():
        out.print(f"{programme} in {year} lacks nothing.")
        return
    out.print(f"{programme} in {year} lacks:")
    for dataset, entry, what in missing.iter_rows():
        out.print(Text(f"{dataset}: {what}{f' ({entry})' if entry else ''}"))
    out.print(MISSING_IS_FINE)


def print_untranslated(untranslated: tuple[str, ...], asked: str, own: str) -> None:
    """What of a questionnaire stands in another language than the one it was asked for in."""
    if untranslated:
        texts = "1 text is" if len(untranslated) == 1 else f"{len(untranslated)} texts are"
        same = asked.partition("-")[0] == own.partition("-")[0]
        stand = "in English" if same else f"as the catalogue has them ({own}), or in English"
        out.print(f"{texts} not {'written in' if same else 'translated into'} {asked}, and stand {stand}:")
        for name in untranslated:
            out.print(Text(f"  {name}"))


def print_only_english(texts: tuple[str, ...], language: str) -> None:
    """What of a pack stands in English because the catalogue does not have it in the language asked for."""
    if not language.startswith("en"):
        out.print("start-here.html and the words of the templates are in English only.")
    if texts:
        table = f"[pack.{language.partition('-')[0]}]"
        out.print(Text(f"So are these texts. The catalogue can have them in {language}, under {table}:"))
        for name in texts:
            out.print(Text(f"  {name}"))


def print_survey_made(path: Path, people: str, tool: str, steps: str, survey: Survey) -> None:
    """Where the file of a survey tool is, what to do with it, and what is still to be filled in."""
    out.print(Text(f"The questions for {people} are in {path}, for {tool}. {steps}"))
    out.print(Text(survey.to_fill))


def print_audit(found: Audit, reach: Reach) -> None:
    """What the attacker found, never a value, and how far publishing reaches."""
    for row in found.findings.iter_rows(named=True):
        years = ", ".join(row["years"])
        out.print(
            f"{row['measure_id']} of {row['programme_id']} in {years} can be narrowed down further than promised."
        )
    for row in found.known.unique(["programme_id", "measure_id", "years"], maintain_order=True).iter_rows(named=True):
        out.print(f"Known from an override: {row['measure_id']} of {row['programme_id']} in {', '.join(row['years'])}.")
    if found.insider is not None:
        out.print(f"Somebody of that programme could narrow down {found.insider.height:,} parts further than others.")
    if found.passed:
        out.print(f"{found.parts:,} parts were not published by themselves. Of each as much is open as promised.")
    out.print(
        f"{reach.seen:,} answers seen: {reach.published:,} published ({reach.over_several_years:,} of them in results "
        f"of several years), {reach.waiting:,} waiting."
    )


def audit_json(found: Audit, reach: Reach) -> dict[str, Any]:
    """The same for other programs."""
    return {
        "passed": found.passed,
        "parts": found.parts,
        "findings": found.findings.drop("promised", "found").to_dicts(),
        "known": found.known.to_dicts(),
        "insider": None if found.insider is None else found.insider.drop("promised", "left").to_dicts(),
        "answers": asdict(reach),
    }


def receipt_words(receipt: Receipt) -> str:
    """A receipt in a sentence."""
    if receipt.already_held:
        held = f"{receipt.file} is held already as submission {receipt.submission_id}. Nothing was changed."
        return f"{held}{_set_aside_words(receipt)}"
    programmes = number_of(len(receipt.programmes), "programme", "programmes")
    years = f", {', '.join(receipt.academic_years)}" if receipt.academic_years else ""
    replaced = f" It takes the place of {', '.join(receipt.superseded)}." if receipt.superseded else ""
    return (
        f"{receipt.file} is stored as submission {receipt.submission_id}: "
        f"{rows_of(receipt.rows)} of {receipt.dataset} from {programmes}{years}.{replaced}"
        f"{_set_aside_words(receipt)}{_opened_words(receipt)}"
    )


def _set_aside_words(receipt: Receipt) -> str:
    if not receipt.set_aside:
        return ""
    return (
        f" Set aside: {listed(receipt.set_aside)}. The year is closed and results of it were looked at already, so "
        f"this is kept on record and does not count."
    )


def _opened_words(receipt: Receipt) -> str:
    if not receipt.years_opened:
        return ""
    years = listed(receipt.years_opened)
    return f" Opened for collection: {years}. Nothing of a year is published before `openness close` has ended it."


def print_years(years: pl.DataFrame, states: dict[str, str]) -> None:
    """Every academic year with its state (as `states` calls it), and who has sent what for it."""
    if years.is_empty():
        out.print("No academic year has been opened yet. `openness open YEAR` opens one, and so does `openness load`.")
    for (year, state), rows in years.group_by("academic_year", "state", maintain_order=True):
        out.print(f"{year}: {states[str(state)]}")
        for programme, datasets in rows.select("programme_id", "datasets").drop_nulls().iter_rows():
            out.print(f"  {programme}: {', '.join(datasets)}")


def years_json(years: pl.DataFrame, states: dict[str, str]) -> list[dict[str, Any]]:
    """The same for other programs."""
    sent: dict[tuple[str, str], dict[str, list[str]]] = {}
    for year, state, programme, datasets in years.iter_rows():
        programmes = sent.setdefault((year, states[state]), {})
        if programme is not None:
            programmes[programme] = datasets
    return [{"academic_year": year, "state": state, "sent": programmes} for (year, state), programmes in sent.items()]


def print_given_away(known: pl.DataFrame) -> None:
    """What overrides would give away, for ever."""
    if known.is_empty():
        out.print("Nobody could work out any more from this than before.")
        return
    out.print("What everybody who sees the releases could then work out to the very number, for ever:")
    for programme, measure, years in known.iter_rows():
        out.print(f"  {measure} of {programme} in {', '.join(years)}")


def standing(row: dict[str, Any]) -> str:
    """How much of a submission still stands, in a word or two."""
    if row["withdrawn"] == row["scopes"]:
        return "withdrawn"
    if row["superseded"] == row["scopes"]:
        return "superseded"
    if row["set_aside"] == row["scopes"]:
        return "set aside"
    return "stands" if row["withdrawn"] + row["superseded"] + row["set_aside"] == 0 else "stands in part"


def print_rows(rows: pl.DataFrame) -> None:
    """Rows for other programs."""
    sys.stdout.write(json.dumps(rows.to_dicts(), ensure_ascii=False, indent=2, default=str) + "\n")


def print_json(answer: dict[str, Any] | list[dict[str, Any]]) -> None:
    """An answer for other programs."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def listed(names: Sequence[str]) -> str:
    """Names in a sentence; of many, how many more there are."""
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f"{', '.join(names[:LISTED])}{more}"


def rows_of(count: int) -> str:
    """`1 row`, `1,200 rows`"""
    return number_of(count, "row", "rows")


def number_of(count: int, one: str, many: str) -> str:
    """A number of things: `1 programme`, `2 programmes`"""
    return f"{count:,} {one if count == 1 else many}"
