"""What a release takes, whatever is handed to it: no result on too few people, and nothing pooled that is withheld."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.release.columns import broken_rules
from pipelines.release.publishing import publish
from pipelines.release.schema import RELATIONS
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, counts_csv, loaded, programmes_csv, released

YEAR = "2024-25"


@pytest.mark.parametrize(("n", "k", "refused"), [(10, 3, False), (9, 3, True), (10, 2, True), (10, 8, True)])
def test_no_release_takes_a_result_with_too_few_people_in_all_or_on_a_side(n: int, k: int, refused: bool) -> None:
    relation = RELATIONS["result"]
    row = dict.fromkeys(relation.columns) | {
        "result_id": 1,
        "measure_id": "asked",
        "programme_id": "north",
        "first_year": YEAR,
        "last_year": YEAR,
        "years": [YEAR],
        "subgroup": None,
        "status": "published",
        "respondents": n,
        "affirmative": k,
        "invited": None,
        "rate": k / n,
        "rate_low": 0.0,
        "rate_high": 1.0,
        "people": max(n, 10),
        "effective_respondents": float(n),
        "definition": "0123456789abcdef",
    }
    assert bool(broken_rules(relation, relation.shaped(pl.DataFrame([row])))) == refused


def test_all_pooled_less_all_published_is_what_nobody_may_know_so_a_comparator_pools_the_published(
    store: Store, tmp_path: Path
) -> None:
    """Point 11. Were everybody pooled, the one withheld would be what is left over."""
    ids = [f"programme-{number}" for number in range(5)]
    k = [8, 8, 8, 8, 1]  # the last is withheld
    counts = counts_csv(*((programme, "2024-25", "asked", 20, yes) for programme, yes in zip(ids, k, strict=True)))
    loaded(store, a_file(tmp_path, programmes_csv(*ids), "programmes.csv"), "programmes", a_catalogue())
    loaded(store, a_file(tmp_path, counts), "counts", a_catalogue())
    publish(store, a_catalogue(), tmp_path / "releases", now=NOW, published_by="tester")
    shown = released(tmp_path, "result")["affirmative"].sum()
    pooled = set(released(tmp_path, "comparator")["affirmative"])
    assert sum(k) - shown == 1
    assert pooled == {shown}
