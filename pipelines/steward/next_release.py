"""The next release: what would be looked at for the first time, publishing itself, and whether all releases are safe.

What would be shown is not told beforehand. It depends on how many answered yes, and until publishing has seen a file it
can be replaced: whoever asked for one file after the other could work out what a year that waits holds. So it is told
only how far the numbers of people reach, which depends on no answer.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.academic_year import first_calendar_year
from pipelines.disclosure.attacker import Audit
from pipelines.disclosure.audit import Reach, attack_ledger, reach, require_pairs_safe
from pipelines.disclosure.ledger import LIST_KEYS, THRESHOLDS, YEAR_KEYS
from pipelines.disclosure.rule import Part, Thresholds, could_be_published
from pipelines.errors import Refused
from pipelines.event_log import note, present_time
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.progress import Progress, quiet
from pipelines.release import publishing
from pipelines.release.between_the_lines import require_nothing_told_besides
from pipelines.release.history import require_latest_is_current, require_one_history, require_same_results
from pipelines.roles import Action, Visitor
from pipelines.settings import Settings
from pipelines.steward.acting import acting_name
from pipelines.store.records import Holdings
from pipelines.store.store import Store

NOT_NAMED = "Programmes that are not named"
"""They stand together: the release shows what is new of each code, and so would tell whose it is."""


@dataclass(frozen=True)
class NextRelease:
    """What the next publishing would look at for the first time, and what it would leave alone."""

    new: pl.DataFrame
    """programme (its name; all that are not named stand in one row, NOT_NAMED), years, questions (put to everybody),
    enough (for how many of them enough people stand on the list)."""
    programmes: int
    """How many programmes have something new."""
    open_years: list[str]
    first: bool
    """Whether nothing was published before."""

    @property
    def questions(self) -> int:
        """How many questions are new, of all programmes together."""
        return int(self.new["questions"].sum())

    @property
    def enough(self) -> int:
        """For how many of them there are enough people."""
        return int(self.new["enough"].sum())


@dataclass(frozen=True)
class Verdict:
    """What the audit found."""

    passed: bool
    parts: int
    """Parts that were not published by themselves."""
    too_narrow: int
    """Those that can be narrowed down further than promised."""
    known: int
    """Those that an override gave away."""


def next_release(settings: Settings, visitor: Visitor) -> NextRelease:
    """Look ahead without changing anything. It depends on who answered what in no way.

    Raises Refused where the visitor is no steward, or where publishing would be refused because a question was asked
    otherwise before; StoreUnavailable.
    """
    visitor.require(Action.STEWARD)
    catalogue = load_catalogue(settings.catalogue)
    with Store(settings.store, read_only=True) as store:
        store.require_definitions(catalogue)
        holdings, asked = store.holdings(), store.everything_asked(catalogue)
        first = not store.release_ids()
    called = pl.when("told_by_name").then("programme_name").otherwise(pl.lit(NOT_NAMED)).alias("programme")
    new = _new_lists(holdings, asked).join(holdings.programmes.select("programme_id", called), on="programme_id")
    rows = new.group_by("programme").agg(
        pl.col("new_years").explode().unique().sort().alias("years"),
        pl.len().alias("questions"),
        pl.col("enough").sum(),
    )
    return NextRelease(rows.sort("programme"), new["programme_id"].n_unique(), holdings.open_years, first)


def _new_lists(holdings: Holdings, catalogue: Catalogue) -> pl.DataFrame:
    """The lists of questions put to everybody that something enters: LIST_KEYS, new_years, enough."""
    ledger, everybody = holdings.ledger, catalogue.measure_frame.filter(pl.col("parent").is_null())
    first_seen = (
        holdings.contributions.group_by(*LIST_KEYS, "academic_year")
        .agg(pl.col("respondents").sum())
        .join(ledger.seen, on=YEAR_KEYS, how="anti")
        .join(everybody.select("measure_id", *THRESHOLDS), on="measure_id")
        .filter(pl.col("respondents") > 0)
        .sort("academic_year")
    )
    columns = (*LIST_KEYS, "respondents", "years", *THRESHOLDS)
    entering = first_seen.with_columns(pl.concat_list(first_calendar_year("academic_year")).alias("years"))
    standing = ledger.waiting.filter(pl.col("respondents") > 0).join(first_seen, on=LIST_KEYS, how="semi")
    lists = pl.concat([standing.select(columns), entering.select(columns)]).group_by(LIST_KEYS, maintain_order=True)
    enough = [dict(zip(LIST_KEYS, key, strict=True)) | {"enough": _enough(parts.to_dicts())} for key, parts in lists]
    years = first_seen.group_by(LIST_KEYS).agg(pl.col("academic_year").alias("new_years"))
    return years.join(pl.DataFrame(enough, schema=_ENOUGH), on=LIST_KEYS)


_ENOUGH: dict[str, Any] = dict.fromkeys(LIST_KEYS, pl.String) | {"enough": pl.Boolean}


def _enough(parts: list[dict[str, Any]]) -> bool:
    """Whether there are enough people for some answers, by the thresholds of the first part."""
    listed = tuple(Part(row["respondents"], tuple(row["years"]), 0, row["respondents"]) for row in parts)
    return could_be_published(listed, Thresholds(*(parts[0][name] for name in THRESHOLDS)))


def publish(
    settings: Settings, visitor: Visitor, remark: str | None, progress: Progress = quiet
) -> publishing.Published:
    """Make a release and put it before the readers. Raises as `publishing.publish` does, and where the visitor is no
    steward."""
    visitor.require(Action.STEWARD)
    catalogue, by = load_catalogue(settings.catalogue), acting_name(visitor)
    with Store.open_existing(settings.store, catalogue) as store:
        done = publishing.publish(
            store,
            catalogue,
            settings.releases,
            now=present_time(),
            published_by=by,
            remark=remark,
            progress=progress,
        )
    note(settings.log, "published", release_id=done.release_id, new_results=done.new_results, by=by)
    return done


def verdict(settings: Settings, visitor: Visitor, progress: Progress = quiet) -> Verdict:
    """Try to take everything ever published apart. Raises Refused where the visitor is no steward, or where releases
    and store do not tell one history; StoreUnavailable."""
    visitor.require(Action.STEWARD)
    with Store(settings.store, read_only=True) as store:
        found, _ = attack_everything(store, settings, progress)
    known = found.known.unique(["programme_id", "measure_id", "years"]).height
    return Verdict(found.passed, found.parts, found.findings.height, known)


def attack_everything(
    store: Store, settings: Settings, progress: Progress, insider: str | None = None
) -> tuple[Audit, Reach]:
    """The audit: what the attacker could make of all releases, under the ids that programmes have now, and how far
    publishing reaches.

    Raises Refused where releases and store do not tell one history, or a release tells more than its numbers, or no
    programme is registered under the id `insider`.
    """
    require_one_history(store, settings.releases)
    require_latest_is_current(store, settings.releases)
    require_nothing_told_besides(store, settings.releases)
    ledger = store.ledger()
    require_pairs_safe(ledger, store.pairs())
    found = attack_ledger(ledger, progress, _first_id(store, insider), store.no_longer_named())
    if found.passed:  # what can be taken apart is told first
        require_same_results(store, ledger, settings.releases)
    return found.told_as(store.present_ids), reach(ledger)


def _first_id(store: Store, insider: str | None) -> str | None:
    """The id under which the store keeps the insider's programme. Raises Refused where none is registered so."""
    if insider is None:
        return None
    if insider not in store.registered_programmes():
        raise Refused(f"No programme {insider} is registered. Say the id that it has now.")
    return str(store.first_ids(pl.DataFrame({"programme_id": [insider]})).item())
