"""An administrator at the Upload page, as far as Python sees it: offers a file, and says what is what."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.upload import wording
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.dashboard.test_pages import open_page
from tests.factories import FIRST_EDITION, NOW, a_file, loaded, programmes_csv

Counts = dict[str, tuple[int, int]]
"""By measure: how many answered, and how many said yes."""


class Administrator:
    """Somebody with the Upload page open."""

    def __init__(self, home: Settings, monkeypatch: pytest.MonkeyPatch, dataset: str = "trainee_responses") -> None:
        monkeypatch.setenv("OPENNESS_CATALOGUE", str(home.catalogue))
        self.home = home
        self.app: AppTest = open_page(home.home, monkeypatch, "upload")
        self.find("selectbox", wording.KIND).set_value(dataset).run()

    def offer(self, file: Path) -> "Administrator":
        self.find("file_uploader", wording.FILE).set_value((file.name, file.read_bytes(), "text/plain")).run()
        return self._unharmed()

    def bring_mapping(self, file: Path) -> "Administrator":
        self.find("file_uploader", wording.SAVED_MAPPING).set_value((file.name, file.read_bytes(), "text/plain")).run()
        return self._unharmed()

    def find(self, kind: str, *parts: str) -> Any:
        """The only widget of a kind whose label holds all parts."""
        found = [widget for widget in self.app.get(kind) if all(part in widget.label for part in parts)]
        assert len(found) == 1, [widget.label for widget in self.app.get(kind)]
        return found[0]

    def say(self, label: str, value: Any, kind: str = "selectbox") -> "Administrator":
        self.find(kind, label).set_value(value).run()
        return self._unharmed()

    def press(self, label: str) -> "Administrator":
        self.find("button", label).click().run()
        return self._unharmed()

    def submit(self) -> "Administrator":
        return self.say(wording.SENT_BY, "Ada", "text_input").press(wording.SUBMIT)

    @property
    def told(self) -> str:
        """All that stands on the page."""
        kinds = ("error", "warning", "success", "header", "markdown", "caption")
        words = [str(element.value) for kind in kinds for element in self.app.get(kind)]
        return " ".join([*words, *(str(table.value.to_dict("records")) for table in self.app.table)])

    @property
    def held(self) -> Counts:
        return held(self.home)

    def _unharmed(self) -> "Administrator":
        assert not self.app.exception
        return self


def a_home(folder: Path, catalogue: Path = FIRST_EDITION) -> Settings:
    """A home in which alder and birch are registered and two years are open."""
    home = Settings(home=folder / "home", catalogue=catalogue)
    with Store(home.store) as store:
        programmes = a_file(folder, programmes_csv("alder", "birch", "demo-alder"), "programmes.csv")
        loaded(store, programmes, "programmes", load_catalogue(catalogue))
        store.open_years(["2021-22", "2024-25", "2025-26"], by="steward", at=NOW)
    return home


def held(home: Settings) -> Counts:
    """What the store holds. Its years are closed, because nothing counts before."""
    with Store(home.store) as store:
        store.close_years(store.year_states(), by="steward", at=NOW)
        return counted(store.holdings().contributions)


def counted(rows: pl.DataFrame) -> Counts:
    """Counts over all programmes, years and subgroups."""
    sums = rows.group_by("measure_id").agg(pl.col("respondents", "affirmative").sum())
    return {row["measure_id"]: (row["respondents"], row["affirmative"]) for row in sums.to_dicts()}
