"""Publishing: what may be shown becomes a release, and the store notes for ever what was shown."""

from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.disclosure.audit import require_safe
from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.waiting_lists import advance
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.progress import Progress, quiet
from pipelines.release import file as release
from pipelines.release.frames import compose
from pipelines.store.records import CLOSED, Holdings, ReleaseNote
from pipelines.store.store import Store


@dataclass(frozen=True)
class Override:
    """A count set aside that the steward lets through, and the reason. The release shows both."""

    programme_id: str
    measure_id: str
    academic_year: str
    reason: str


@dataclass(frozen=True)
class Published:
    """What publishing did: the release, how many results are new in it, how many have each status, and which years are
    open, so that nothing of them is in it."""

    release_id: str
    path: Path
    new_results: int
    results: dict[str, int]
    open_years: list[str]


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

    Before anything is written, the attacker tries to take all releases apart. If the attacker wins, nothing is
    published. The release is then built, noted in the store, and named, in this order. If publishing stops in between,
    the next publishing finishes the release where the store has noted it, and removes it where it has not.
    Raises Refused if the attacker wins, or if there is nothing to publish or to override; BrokenRelease;
    StoreUnavailable.
    """
    release_ids = finish_interrupted(store, releases)
    progress("Deciding what can be published")
    store.require_instrument(catalogue.instrument.id)
    holdings = store.holdings()
    store.require_definitions(catalogue)
    if CLOSED not in store.year_states().values():
        raise Refused(
            "There is nothing to publish yet, because no academic year is closed. Load responses or counts, and close "
            "their year with `openness close YEAR` when all have come in."
        )
    publishing = len(release_ids) + 1
    new = _new(store, catalogue, holdings, publishing, overrides)
    ledger = holdings.ledger + new
    require_safe(ledger, progress)
    release_id = release.next_id(releases, release_ids, now.date())
    note = ReleaseNote(
        release_id=release_id,
        publishing=publishing,
        published_at=now,
        published_by=published_by,
        remark=remark,
        overrides=_first_ids(store, overrides),
    )
    progress("Computing")
    frames = compose(note, catalogue, holdings, ledger, store.overrides())
    progress("Writing the release")
    path = _write(store, releases, note, new, holdings.programmes, frames)
    _take_down_withdrawn(store, releases)
    statuses = dict(frames["result"]["status"].value_counts().iter_rows())
    return Published(release_id, path, new.results.height, statuses, holdings.open_years)


def finish_interrupted(store: Store, releases: Path) -> list[str]:
    """Put a release that was left half-way in place if the store has noted it, and remove it if not.

    Returns the ids of all releases that the store has noted.
    """
    noted = store.release_ids()
    for release_id in release.left_over(releases):
        settle = release.put_in_place if release_id in noted else release.discard
        settle(releases, release_id)
    if noted and (releases / noted[-1]).exists():  # it may have been removed, or the store moved without it
        release.put_in_place(releases, noted[-1])
        _take_down_withdrawn(store, releases)
    return noted


def _new(
    store: Store, catalogue: Catalogue, holdings: Holdings, publishing: int, overrides: tuple[Override, ...]
) -> Ledger:
    """What this publishing adds to the ledger. Refuses an override of what was not set aside."""
    chosen = _first_ids(store, overrides).select(YEAR_KEYS)
    counts = store.set_aside_counts(chosen)
    for programme, measure, year in chosen.join(counts, on=YEAR_KEYS, how="anti").iter_rows():
        raise Refused(f"Nothing was set aside of {measure} of {programme} in {year} that could be let through.")
    return advance(
        holdings.ledger,
        holdings.contributions,
        catalogue.measure_frame,
        publishing,
        holdings.withdrawn,
        counts,
        holdings.unnamed,
    )


def _first_ids(store: Store, overrides: tuple[Override, ...]) -> pl.DataFrame:
    """The overrides as rows, each under the id that its programme was first registered with."""
    schema = dict.fromkeys((*YEAR_KEYS, "reason"), pl.String)
    return store.first_ids(pl.DataFrame([astuple(override) for override in overrides], schema=schema, orient="row"))


def _write(
    store: Store,
    releases: Path,
    note: ReleaseNote,
    new: Ledger,
    programmes: pl.DataFrame,
    frames: dict[str, pl.DataFrame],
) -> Path:
    """Build the release, note it in the store, and give it its name. If it cannot be noted, it is removed."""
    release.build(releases, note.release_id, frames)
    try:
        store.record_release(note, new, programmes)
    except BaseException:
        release.discard(releases, note.release_id)
        raise
    return release.put_in_place(releases, note.release_id)


def _take_down_withdrawn(store: Store, releases: Path) -> None:
    """Stop offering every release that holds a result which has been withdrawn since."""
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
