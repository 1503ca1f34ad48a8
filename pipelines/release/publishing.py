"""Publishing: what may be shown becomes a release, and what was shown is noted for ever."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.disclosure.audit import require_safe
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Step, advance
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.progress import Progress, quiet
from pipelines.release import file as release
from pipelines.release.frames import compose
from pipelines.store.records import Holdings, ReleaseNote
from pipelines.store.store import Store


@dataclass(frozen=True)
class Override:
    """A held correction that the steward lets through, and why. It stands in the release."""

    programme_id: str
    measure_id: str
    academic_year: str
    reason: str


@dataclass(frozen=True)
class Published:
    """What a publishing did: the release, how many results are new in it, and how many have each status."""

    release_id: str
    path: Path
    new_results: int
    results: dict[str, int]
    held: list[tuple[str, str, str]]


def publish(
    store: Store,
    catalogue: Catalogue,
    releases: Path,
    *,
    now: datetime,
    published_by: str,
    remark: str | None = None,
    overrides: tuple[Override, ...] = (),
    progress: Progress = quiet,
) -> Published:
    """Make a release of what the store holds, put it in place, and make it the current one.

    The release is built first, then noted in the store, then it gets its name. A publish stopped in between is
    finished or forgotten by the next one, as the store says.
    Before that the attacker tries to take everything apart, over all releases; if he wins, nothing is published.
    Raises Refused then, and where there is nothing to publish or to override; BrokenRelease, StoreUnavailable.
    """
    made = finish_interrupted(store, releases)
    progress("Deciding what can be published")
    store.require_instrument(catalogue.instrument.id)
    holdings = store.holdings()
    if holdings.contributions.is_empty() and not made:
        raise Refused("There is nothing to publish yet: load responses or counts first.")
    step = _step(store, catalogue, holdings, len(made) + 1, overrides)
    ledger = holdings.ledger + step.new
    require_safe(ledger, progress)
    note = _note(store, releases, made, now, published_by, remark, overrides)
    progress("Computing")
    frames = compose(note, catalogue, holdings, ledger, store.overrides())
    progress("Writing the release")
    release.build(releases, note.release_id, frames)
    try:
        store.record_release(note, step.new)
    except BaseException:
        release.discard(releases, note.release_id)
        raise
    path = release.put_in_place(releases, note.release_id)
    _take_down_withdrawn(store, releases)
    counts = dict(frames["result"]["status"].value_counts().iter_rows())
    return Published(note.release_id, path, step.new.results.height, counts, list(step.held.iter_rows()))


def finish_interrupted(store: Store, releases: Path) -> list[str]:
    """A release left half-way: put in place if the store has noted it, removed if not. The releases there are."""
    made = store.release_ids()
    for release_id in release.left_over(releases):
        settle = release.put_in_place if release_id in made else release.discard
        settle(releases, release_id)
    if made and (releases / made[-1]).exists():  # it may have been removed, or the store moved without it
        release.put_in_place(releases, made[-1])
        _take_down_withdrawn(store, releases)
    return made


def _step(
    store: Store, catalogue: Catalogue, holdings: Holdings, publishing: int, overrides: tuple[Override, ...]
) -> Step:
    rows = [(o.programme_id, o.measure_id, o.academic_year) for o in overrides]
    chosen = store.first_ids(pl.DataFrame(rows, schema=dict.fromkeys(YEAR_KEYS, pl.String), orient="row"))
    step = advance(
        holdings.ledger, holdings.contributions, catalogue.measure_frame, publishing, holdings.withdrawn, chosen
    )
    stray = chosen.join(step.new.versions.filter("known"), on=YEAR_KEYS, how="anti")
    for programme, measure, year in stray.iter_rows():
        raise Refused(f"There is no held correction of {measure} of {programme} in {year} to override.")
    return step


def _note(
    store: Store,
    releases: Path,
    made: list[str],
    now: datetime,
    published_by: str,
    remark: str | None,
    overrides: tuple[Override, ...],
) -> ReleaseNote:
    rows = [(o.programme_id, o.measure_id, o.academic_year, o.reason) for o in overrides]
    schema = dict.fromkeys((*YEAR_KEYS, "reason"), pl.String)
    return ReleaseNote(
        release_id=release.next_id(releases, made, now.date()),
        publishing=len(made) + 1,
        published_at=now,
        published_by=published_by,
        remark=remark,
        overrides=store.first_ids(pl.DataFrame(rows, schema=schema, orient="row")),
    )


def _take_down_withdrawn(store: Store, releases: Path) -> None:
    """Releases that hold what has been withdrawn since are no longer offered."""
    ledger = store.ledger()
    withdrawn = ledger.results.join(ledger.live_results, on="result_id", how="anti")
    until = (
        withdrawn.select("publishing", pl.col("parts").list.first().alias("part_id"))
        .join(ledger.retired, on="part_id", suffix="_retired")
        .select("publishing", pl.col("publishing_retired").alias("until"))
        .unique()
    )
    holding = store.releases().join_where(
        until.rename({"publishing": "since"}),
        pl.col("publishing") >= pl.col("since"),
        pl.col("publishing") < pl.col("until"),
    )
    for release_id in holding["release_id"].unique().sort():
        release.take_down(releases, release_id)
