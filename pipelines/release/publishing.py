"""Publishing: what may be shown becomes a release, and the store notes for ever what was shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.disclosure.audit import require_pairs_safe, require_safe
from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.progress import Progress, quiet
from pipelines.release import file as release
from pipelines.release.between_the_lines import LOOKED_AT, thin_crowds, told_besides
from pipelines.release.frames import compose
from pipelines.release.history import require_one_history, require_same_results, settle
from pipelines.release.next_ledger import new_in_ledger
from pipelines.release.overrides import Override, counts_let_through, rows_of
from pipelines.release.unnamed import only_what_is_new, told_overrides
from pipelines.store.records import Holdings, ReleaseNote
from pipelines.store.store import Store


@dataclass(frozen=True)
class Published:
    """What publishing did: the release, how many results are new in it, how many have each status, which years are
    still open and so not in it, whether the release bears a later day than the clock shows, and what a steward should
    know of earlier releases now (thin_crowds)."""

    release_id: str
    path: Path
    new_results: int
    results: dict[str, int]
    open_years: list[str]
    clock_is_behind: bool
    to_know: list[str]


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
    """Make a release of what the store holds of closed years, put it in place, and make it the current one.

    Before anything is written, releases and store must tell one history, and the attacker tries to take all releases
    apart. If he wins, nothing is published. The release is then built, noted in the store, and named, in this order. If
    publishing stops in between, the next publishing finishes the release where the store has noted it, and removes it
    where it has not.
    Raises Refused where there are two histories, or the attacker wins, or there is nothing to publish or to override;
    BrokenRelease; StoreUnavailable.
    """
    require_one_history(store, releases)
    settle(store, releases)
    progress("Deciding what can be published")
    holdings, noted = _holdings(store, catalogue), store.releases()
    catalogue = store.everything_asked(catalogue)
    chosen = rows_of(store, overrides)
    note = _note(noted, now, published_by, remark, chosen)
    counts = counts_let_through(store, catalogue, holdings, chosen.select(YEAR_KEYS))
    new = new_in_ledger(holdings, catalogue, note.publishing, counts)
    ledger = holdings.ledger + new
    require_safe(ledger, progress, holdings.unnamed)
    require_pairs_safe(ledger, holdings.pairs)
    require_same_results(store, holdings.ledger, releases)
    progress("Computing")
    overridden_before = told_overrides(store.overrides(), noted, holdings)
    frames = compose(note, catalogue, only_what_is_new(holdings), ledger, overridden_before)
    note, frames = _with_id(note, frames, noted)
    progress("Writing the release")
    path = _write(store, releases, note, new, holdings, frames)
    settle(store, releases)
    return Published(
        note.release_id,
        path,
        new.results.height,
        dict(frames["result"]["status"].value_counts().iter_rows()),
        holdings.open_years,
        note.published_at > now,
        thin_crowds(store, releases),
    )


def _holdings(store: Store, catalogue: Catalogue) -> Holdings:
    """What there is to publish. Raises Refused where there is nothing, or where it was asked otherwise."""
    store.require_instrument(catalogue.instrument.id)
    store.require_definitions(catalogue)
    holdings = store.holdings()
    if holdings.contributions.is_empty() and not store.release_ids():
        raise Refused(f"There is nothing to publish yet: {_what_to_do(holdings.open_years)}")
    return holdings


def _what_to_do(open_years: list[str]) -> str:
    if not open_years:
        return (
            "there are no answers of a closed academic year. Load responses or counts, and close their year with "
            "`openness close YEAR` when all have come in."
        )
    are = "is open" if len(open_years) == 1 else "are open"
    return (
        f"only closed years are published, and {', '.join(open_years)} {are}. When all files of a year have come in, "
        f"close it with `openness close YEAR`."
    )


def _note(
    noted: pl.DataFrame, now: datetime, published_by: str, remark: str | None, overrides: pl.DataFrame
) -> ReleaseNote:
    """What is noted of the next release, but for what only its content tells. It is never earlier than the last."""
    previous = next(noted[-1:].iter_rows(named=True), None)
    return ReleaseNote(
        release_id="",
        publishing=noted.height + 1,
        published_at=max(now, previous["published_at"]) if previous else now,
        published_by=published_by,
        remark=remark,
        overrides=overrides,
        previous_release_id=previous["release_id"] if previous else None,
        previous_content_hash=previous["content_hash"] if previous else None,
    )


def _with_id(
    note: ReleaseNote, frames: dict[str, pl.DataFrame], noted: pl.DataFrame
) -> tuple[ReleaseNote, dict[str, pl.DataFrame]]:
    """A release and its frames, with the id and the hash that come of its content."""
    content = release.content_hash(frames)
    release_id = release.next_id(noted["release_id"].to_list(), note.published_at.date(), content)
    row = frames["release"].with_columns(release_id=pl.lit(release_id), content_hash=pl.lit(content))
    return replace(note, release_id=release_id, content_hash=content), frames | {"release": row}


def _require_nothing_told_besides(built: Path) -> None:
    for clause in told_besides(release.read(built, LOOKED_AT)):
        raise release.BrokenRelease(f"Nothing was published: {clause}. That must not happen: please report it.")


def _write(
    store: Store,
    releases: Path,
    note: ReleaseNote,
    new: Ledger,
    holdings: Holdings,
    frames: dict[str, pl.DataFrame],
) -> Path:
    """Build the release, note it in the store, and give it its name. If it cannot be noted, it is removed."""
    built = release.build(releases, note.release_id, frames)
    try:
        _require_nothing_told_besides(built)
        store.record_release(replace(note, file_sha256=release.sha256_of(built)), new, holdings)
    except BaseException:
        release.discard(releases, note.release_id)
        raise
    return release.put_in_place(releases, note.release_id)
