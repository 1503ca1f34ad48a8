"""How far something is, as it is told."""

from pathlib import Path

import pytest
import rich.progress

from pipelines.console import progress_bar
from pipelines.disclosure import audit as auditing
from pipelines.disclosure.audit import ATTACKING, attack_ledger
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

CATALOGUE = a_catalogue(a_measure(), a_measure("other"))


class SeenBar(rich.progress.Progress):
    """A bar that can be looked at."""

    made: "SeenBar"

    def __init__(self, *columns: object, **given: object) -> None:
        super().__init__(*columns, **given)  # type: ignore[arg-type]
        SeenBar.made = self


def test_a_bar_moves_within_a_step_and_on_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rich.progress, "Progress", SeenBar)
    with progress_bar(2) as progress:
        [task] = SeenBar.made.tasks
        seen = []
        for step, done in (("First", 0), ("First", 0.5), ("Second", 0), ("Second", 1)):
            progress(step, done)
            seen.append((task.description, task.completed))
    assert seen == [("First", 0), ("First", 0.5), ("Second", 1), ("Second", 2)]
    assert task.total == 2


@pytest.mark.slow
def test_it_is_told_how_far_the_attacker_is(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "TOLD_EVERY", 1)
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", CATALOGUE)
    for year, n, k in (("2023-24", 9, 4), ("2024-25", 12, 6)):  # the first waits for the second
        rows = [(programme, year, "asked", n, k) for programme in ("aa", "bb")]
        loaded(store, a_file(tmp_path, counts_csv(*rows), f"{year}.csv"), "counts", CATALOGUE)
        publish(store, CATALOGUE, tmp_path / "releases", now=NOW, published_by="tester")
    told: list[tuple[str, float]] = []
    attack_ledger(store.ledger(), lambda step, done=0, /: told.append((step, done)))
    assert told == [(ATTACKING, 0), (ATTACKING, 0.5), (ATTACKING, 1)]
