"""Whether the releases on the disk and the store tell one history. If they do not, nothing may be published.

A store that was put back from an old backup does not know what was published since. It would publish the same people
again, in other results.
"""

from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.errors import Refused
from pipelines.release import file as release
from pipelines.store.store import Store


def require_one_history(store: Store, releases: Path) -> None:
    """Raises Refused, with what to do, where a release is unknown to the store, or is missing, or was altered."""
    noted = store.releases()
    require_nothing_unknown(noted, releases)
    for release_id, sha256 in offered(noted).select("release_id", "file_sha256").iter_rows():
        path = release.place_of(releases, release_id)
        if not path.exists():
            raise Refused(f"The release {release_id} is missing from {releases}. {_remedy(release_id)}")
        if sha256 is not None and release.sha256_of(path) != sha256:
            raise Refused(f"The release {release_id} in {releases} is not as it was published. {_remedy(release_id)}")


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
