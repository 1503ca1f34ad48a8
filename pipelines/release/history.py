"""Whether the releases on the disk and the store tell one history. If they do not, nothing may be published.

A store that was put back from an old backup does not know what was published since. It would publish the same people
again, in other results.
"""

from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.disclosure.ledger import Ledger
from pipelines.errors import Refused
from pipelines.home_layout import CURRENT
from pipelines.release import file as release
from pipelines.store.store import Store

SAME_IN_BOTH = ("release_id", "published_at", "content_hash", "previous_release_id")
"""What a release says of itself and the store of it; a store made by an earlier version may not know all of it."""
PUBLISHED = ("programme_id", "measure_id", "years", "subgroup", "respondents", "affirmative")
"""What a published result says, in the store and in a release."""


def require_one_history(store: Store, releases: Path) -> None:
    """Raises Refused, with what to do, where a release is unknown to the store, or is missing, or was altered."""
    noted = store.releases()
    require_nothing_unknown(noted, releases)
    _require_chain(noted)
    for release_id, sha256 in offered(noted).select("release_id", "file_sha256").iter_rows():
        path = release.place_of(releases, release_id)
        if not path.exists():
            raise Refused(f"The release {release_id} is missing from {releases}. {_remedy(release_id)}")
        if sha256 is not None and release.sha256_of(path) != sha256:
            raise Refused(f"The release {release_id} in {releases} is not as it was published. {_remedy(release_id)}")


def _require_chain(noted: pl.DataFrame) -> None:
    before = None
    for previous, release_id in noted.select("previous_release_id", "release_id").iter_rows():
        if previous != before:
            raise Refused(
                f"In the store the release {release_id} does not follow the one before it. Put the newest backup back "
                f"with `openness restore FILE`."
            )
        before = release_id


def require_same_results(store: Store, ledger: Ledger, releases: Path) -> None:
    """Raises Refused where the latest release that is offered and the store do not say the same of what is published.

    `ledger`: the store's. What is published stays, so the latest release tells of all of it that still stands.
    """
    for noted in offered(store.releases())[-1:].iter_rows(named=True):
        told = release.read(release.place_of(releases, noted["release_id"]), ("release", "result"))
        [row] = told["release"].to_dicts()
        same_row = all(noted[name] in {row.get(name), None} for name in SAME_IN_BOTH)
        if not same_row or not _published(ledger, noted["publishing"]).equals(_told(store, told["result"])):
            raise Refused(
                f"The store and the release {noted['release_id']} do not say the same of what is published, so one of "
                f"them was altered. Nothing can be published on top of that. Put the newest backup back with "
                f"`openness restore FILE`."
            )


def require_latest_is_current(store: Store, releases: Path) -> None:
    """Raises Refused where readers are shown another release than the latest that is offered, or none."""
    latest = next(reversed(offered(store.releases())["release_id"].to_list()), "")
    shown = release.current_id(releases)
    if shown != latest:
        raise Refused(
            f"Readers should be shown {latest or 'no release'}, and the file {releases / CURRENT} names "
            f"{shown or 'none'}. The next `openness publish` or `openness backup FILE` puts that right."
        )


def _published(ledger: Ledger, publishing: int) -> pl.DataFrame:
    """What the store says the release of a publishing shows: PUBLISHED."""
    seen, parts, results, retired = (frame.filter(pl.col("publishing") <= publishing) for frame in ledger.frames[:-1])
    then = Ledger(seen, parts, results, retired, ledger.shares)
    whole = then.published.with_columns(subgroup=pl.lit(None, pl.String))
    shares = then.published.drop("respondents", "affirmative").join(ledger.shares, on="result_id")
    return pl.concat([whole.select(PUBLISHED), shares.select(PUBLISHED)]).sort(PUBLISHED)


def _told(store: Store, result: pl.DataFrame) -> pl.DataFrame:
    """What a release shows, each programme under the id that the store keeps it under: PUBLISHED."""
    owners = dict(store.codes_given().select("code", "programme_id").iter_rows())
    shown = result.filter(pl.col("status") == "published").with_columns(pl.col("programme_id").replace(owners))
    return store.first_ids(shown).select(PUBLISHED).sort(PUBLISHED)


def require_nothing_unknown(noted: pl.DataFrame, releases: Path) -> None:
    """Raises Refused where there is a release that the store does not know: the store is older than its releases."""
    known = set(noted["release_id"])
    unknown = [release_id for release_id in release.lying_there(releases) if release_id not in known]
    if unknown:
        raise Refused(
            f"{releases} holds the release {unknown[-1]}, which the store does not know. So the store is older than "
            f"its releases, and would publish the same people twice. Put the newest backup back with "
            f"`openness restore FILE`. If the release is not one of this store, move it elsewhere."
        )


def offered(noted: pl.DataFrame) -> pl.DataFrame:
    """The releases that are still offered, oldest first."""
    return noted.filter(pl.col("taken_down_at").is_null())


def settle(store: Store, releases: Path) -> None:
    """Bring the disk to what the store has noted: releases that were being built, the current one, those taken down.

    The current one comes before those taken down, so that readers are never sent to a release that is gone.
    """
    noted = store.releases()
    for release_id in release.left_over(releases):
        finish = release.put_in_place if release_id in noted["release_id"] else release.discard
        finish(releases, release_id)
    if releases.is_dir():
        lying = [name for name in offered(noted)["release_id"] if release.place_of(releases, name).exists()]
        release.make_current(releases, next(reversed(lying), None))
    for release_id in noted.filter(pl.col("taken_down_at").is_not_null())["release_id"]:
        release.take_down(releases, release_id)


def take_off(store: Store, releases: Path, release_id: str, *, by: str, at: datetime, reason: str) -> None:
    """Offer a release no longer, for good. It may be lost already.

    Raises Refused where there is no such release, or it is no longer offered anyway.
    """
    require_nothing_unknown(store.releases(), releases)
    store.take_down_release(release_id, by=by, at=at, reason=reason)
    settle(store, releases)


def _remedy(release_id: str) -> str:
    return (
        f"Put it back with `openness restore FILE`, from a backup that has it. If there is none, "
        f'`openness withdraw --release {release_id} --reason "…"` takes it off for good.'
    )
