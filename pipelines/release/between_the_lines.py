"""What a release could tell beside its numbers: by the order of its rows, by how results are numbered, by what it says
of programmes that are not named, and by still naming a programme that is named no longer.

Publishing looks at each release before it is put in place, and the audit at all that are offered.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from pipelines.errors import Refused
from pipelines.release import file as release
from pipelines.release.schema import LEAST_ALIKE
from pipelines.release.unnamed import PLACES
from pipelines.store.store import Store

TOLD_OF_NAMED_ONLY = (
    ("result", "invited"),
    ("result", "collected_by"),
    ("support", "since"),
    ("support", "reviewed_on"),
    ("support", "evidence_url"),
)
LOOKED_AT = ("result", "measure", "programme", "support")
"""The relations that are looked at. Every release has them, also one that an earlier version made."""
NUMBERED_BY = ("place", "programme_id", "first_year", "last_year", "years")
"""Results are numbered in the order of what the release says of them."""


def told_besides(relations: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """What the relations of a release tell beside their numbers, each as a clause. Nothing, if all is well."""
    numbers = (
        relations["result"]
        .filter(pl.col("result_id").is_not_null() & pl.col("subgroup").is_null())
        .join(relations["measure"].select("measure_id", "place"), on="measure_id")
        .sort(NUMBERED_BY, maintain_order=True)["result_id"]
    )
    if not (numbers.is_sorted() and numbers.to_list() == sorted(set(numbers))):
        yield "its results are not numbered in the order of what it says of them"
    hidden = relations["programme"].filter(~pl.col("named")).select("programme_id")
    for name, column in TOLD_OF_NAMED_ONLY:
        rows = relations[name].join(hidden, on="programme_id", how="semi")
        if column in rows.columns and rows[column].is_not_null().any():  # an early release has fewer columns
            yield f"it says {column} of a programme that is not named"


def require_nothing_told_besides(store: Store, releases: Path) -> None:
    """Raises Refused where a release that is offered tells anything beside its numbers, or names a programme that the
    latest one does not name (it was taken back, or is not named any more), or shows a code it had before that."""
    latest: set[str] | None = None
    former_codes = set(store.codes_given().filter("former")["code"])
    for release_id in reversed(store.offered_releases()):
        relations = release.read(release.place_of(releases, release_id), LOOKED_AT)
        for clause in told_besides(relations):
            raise Refused(
                f"The release {release_id} tells more than its numbers: {clause}. Take it off with `openness withdraw "
                f'--release {release_id} --reason "…"`. If this version of openness made it, please report it, too.'
            )
        named = relations["programme"].filter("named").select("programme_id")
        shown = set(store.first_ids(named)["programme_id"])
        latest = shown if latest is None else latest
        for code in sorted(former_codes & set(relations["programme"]["programme_id"])):
            raise Refused(
                f"The release {release_id} shows {code}, a code from before its programme was named, and the latest "
                f'one does not name it. Take it off with `openness withdraw --release {release_id} --reason "…"`.'
            )
        for programme in sorted(shown - latest):
            raise Refused(
                f"The release {release_id} still names {programme}, which the latest one does not name. Take it off "
                f'with `openness withdraw --release {release_id} --reason "…"`.'
            )


def thin_crowds(store: Store, releases: Path) -> list[str]:
    """A sentence for each earlier release with programmes that looked alike under their codes, so many of them named by
    now that fewer than LEAST_ALIKE are left. Whoever keeps it may tell whose the codes of those are."""
    offered = store.offered_releases()
    if not offered:
        return []
    programmes = {
        release_id: release.read(release.place_of(releases, release_id), ["programme"])["programme"]
        for release_id in offered
    }
    named = set(store.first_ids(programmes[offered[-1]].filter("named"))["programme_id"])
    revealed = store.codes_given().filter(pl.col("programme_id").is_in(named)).select(programme_id="code")
    return [_thin(release_id) for release_id in offered if _has_thin_crowd(programmes[release_id], revealed)]


def _has_thin_crowd(programmes: pl.DataFrame, revealed: pl.DataFrame) -> bool:
    """Also of those that show nothing. Where they were fewer from the beginning, nothing can help."""
    crowds = programmes.filter(~pl.col("named")).filter(pl.len().over(PLACES) >= LEAST_ALIKE)
    left = crowds.join(revealed, on="programme_id", how="anti").group_by(PLACES).len()
    return bool((left["len"] < LEAST_ALIKE).any())


def _thin(release_id: str) -> str:
    return (
        f"In the release {release_id} programmes that were not named show the same profession, country and region, or "
        f"show none, and fewer than {LEAST_ALIKE} of them are not named by now: whoever has it may tell whose their "
        f'numbers are. To take it off: `openness withdraw --release {release_id} --reason "…"`.'
    )
