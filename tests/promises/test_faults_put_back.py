"""Thirteen faults that the first edition had. Each is put back, and something notices it; without it, nothing does.

What notices is publishing itself, `openness audit`, or a check that looks at what people can see.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.wording import about
from pipelines.disclosure import waiting_lists
from pipelines.disclosure.audit import attack_ledger
from pipelines.errors import OpennessError, Refused, StoreUnavailable
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake import loading
from pipelines.progress import quiet
from pipelines.reading.reader import read
from pipelines.release import frames as frames_module
from pipelines.release import publishing
from pipelines.release.between_the_lines import require_nothing_told_besides
from pipelines.release.history import require_one_history
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.store import store as store_module
from pipelines.store.store import Store
from pipelines.upload import Desk
from tests.factories import (
    FIRST_EDITION,
    NOW,
    Steward,
    a_catalogue,
    a_file,
    a_measure,
    close_and_publish,
    counts_csv,
    first_catalogue,
    loaded,
    programmes_csv,
    released,
)
from tests.promises.test_each_point_switched_off import (
    a_later_file_as_further_people,
    answers_for_people,
    forget,
)
from tests.reference.every_answer import try_every_answer
from tests.reference.random_audits import Group, Shape
from tests.thorough import some

Patch = pytest.MonkeyPatch
YEAR, NEXT = "2023-24", "2024-25"
CATALOGUE = a_catalogue(
    a_measure(),
    a_measure("trained"),
    group=[{"id": "staff", "people": "staff", "person": "member of staff", "longest_stay": 1}],
    support_item=[{"id": "policy", "kind": "policy", "title": "Policy"}],
)
WITH_A_BASE = CATALOGUE.model_copy(
    update={"measure": (CATALOGUE.measure[0], CATALOGUE.measure[1].model_copy(update={"base": "asked"}))}
)


class Home:
    """A home in a folder, and what people do there."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.settings, self.catalogue = folder, Settings(home=folder), catalogue
        self.store = Store(self.settings.store)

    def send(self, dataset: str, text: str, *, by: str = "tester", close: bool = True, replace: bool = True) -> Any:
        path = a_file(self.folder, text, "sent.csv")
        return loaded(self.store, path, dataset, self.catalogue, replace=replace, submitted_by=by, close=close)

    def counts(self, n: int, k: int, **given: Any) -> Any:
        who, year, measure = given.pop("who", "aa"), given.pop("year", YEAR), given.pop("measure", "asked")
        return self.send("counts", counts_csv((who, year, measure, n, k)), **given)

    def publish(self, catalogue: Catalogue | None = None) -> str:
        return close_and_publish(self.store, catalogue or self.catalogue, self.settings.releases).release_id

    def audit(self) -> bool:
        """Whether `openness audit` would pass."""
        try:
            require_one_history(self.store, self.settings.releases)
            require_nothing_told_besides(self.store, self.settings.releases)
            return attack_ledger(self.store.ledger(), unnamed=self.store.no_longer_named()).passed
        except OpennessError:
            return False


def home_of(
    folder: Path, name: str = "home", *, named: str = "yes", programmes: int = 1, catalogue: Catalogue = CATALOGUE
) -> Home:
    (folder / name).mkdir()
    home = Home(folder / name, catalogue)
    home.send("programmes", programmes_csv(*("aa", "bb", "cc")[:programmes], named=named))
    return home


def noticed(try_it: Callable[[], bool]) -> bool:
    """Whether publishing or the audit refuses, or a check finds something."""
    try:
        return try_it()
    except OpennessError:
        return True


# ---- 1: held corrections ----


def held_if_no_possible_people(patch: Patch) -> None:
    """A file is set aside only if its difference to what was seen is no possible group of people."""
    by_year = store_module.set_aside

    def by_numbers(cursor: Any, dataset: Any, counted: pl.DataFrame, kin: pl.DataFrame) -> pl.DataFrame:
        aside = by_year(cursor, dataset, counted, kin)
        if aside.is_empty():
            return aside
        seen = cursor.execute("SELECT programme_id, academic_year, measure_id, respondents n, affirmative k FROM seen")
        both = counted.join(seen.pl(), on=["programme_id", "academic_year", "measure_id"])
        more, yes = pl.col("respondents") - pl.col("n"), pl.col("affirmative") - pl.col("k")
        possible = both.filter((more >= 0) & (yes >= 0) & (yes <= more))
        return aside.join(possible, on=["programme_id", "academic_year"], how="anti")

    patch.setattr(store_module, "set_aside", by_numbers)


def guesses_tell(folder: Path) -> bool:
    """Whether a guess is set aside for one withheld number, and not for another."""
    told = []
    for k in (1, 2):
        home = home_of(folder, f"with {k}")
        home.counts(12, k)
        home.publish()
        told.append([home.counts(13, guess, by="colleague").set_aside for guess in range(5)])
    return told[0] != told[1]


# ---- 2: numbers in the order of real ids ----


def numbered_as_in_the_ledger(patch: Patch) -> None:
    """Results keep the numbers of the ledger, which sees programmes in the order of their real ids."""
    patch.setattr(frames_module, "_numbered", lambda results, shares: (results, shares))


def real_ids_tell(folder: Path) -> bool:
    """Whether the release changes, or is refused, if a programme has another real id."""
    home = home_of(folder, named="no", programmes=3)
    codes = iter(("programme-cccccc", "programme-bbbbbb", "programme-aaaaaa"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.store.identity_table._new_code", lambda _: next(codes))
        for number, who in enumerate(("aa", "bb", "cc")):
            home.counts(20 + number, 8, who=who)
        home.publish()
    return not home.audit()


# ---- 3: from an id to a code ----


def invited_told_of_all(patch: Patch) -> None:
    """How many were invited is published of programmes that are not named too."""
    everybody = pl.col("named").is_not_null().alias("named")
    named = frames_module._named
    patch.setattr(frames_module, "_named", lambda *given: named(*given).with_columns(everybody))


def a_cohort_shows_under_a_code(folder: Path) -> bool:
    home = home_of(folder, named="no")
    home.counts(30, 12)
    home.send("cohorts", f"programme_id,academic_year,respondent_group,invited\naa,{YEAR},staff,7777\n")
    home.publish()
    return 7777 in released(home.folder, "result")["invited"].to_list()


# ---- 4: answers are not people ----


def the_same_people_every_year_are_published(folder: Path) -> bool:
    """Four members of staff over four years, of a group that stays as long as it likes."""
    steward = Steward(CATALOGUE, None)
    for number in range(4):
        steward.publish_loaded(("aa", f"202{number}-2{number + 1}", "asked", None, 4, 1))
    return not attack_ledger(steward.ledger).passed


# ---- 5: a year in pieces ----


def the_attacker_sees_a_year_in_pieces(folder: Path) -> bool:
    """8, then 9 of the same year, then one of the next."""
    pieces = Shape((Group(1, "2020-21", None, 8), Group(2, "2020-21", None, 1), Group(3, "2021-22", None, 1)))
    return try_every_answer([pieces]).attacker


# ---- 6: a catalogue that changes ----


def any_catalogue_is_taken(patch: Patch) -> None:
    patch.setattr(store_module, "require_same_definitions", lambda *_: None)


def nine_waiting_people_are_counted_again(folder: Path) -> bool:
    """They wait as a question put to everybody, and once more under a base that was added."""
    home = home_of(folder)
    home.send("counts", counts_csv(("aa", YEAR, "asked", 25, 12), ("aa", YEAR, "trained", 9, 4)))
    home.publish()
    assert home.audit()
    try:
        home.publish(WITH_A_BASE)
    except StoreUnavailable as found:
        return "somebody's answers stand in two results" in str(found)
    except Refused as refused:  # the catalogue, as it should be
        return "asks otherwise" not in str(refused)
    return False


# ---- 7: withdrawn programmes stay in earlier releases ----


def nothing_taken_down(patch: Patch) -> None:
    """Earlier releases are offered on if nothing of the programme was published."""
    patch.setattr(store_module, "take_down_what_may_not_stay", lambda *_: None)


def a_withdrawn_programme_is_named_still(folder: Path) -> bool:
    home = home_of(folder, programmes=2)
    home.counts(30, 12)
    home.counts(5, 1, who="bb")
    home.publish()
    home.store.withdraw(None, "bb", by="tester", at=NOW, reason="They asked.")
    home.publish()
    return not home.audit()


# ---- 8: named, and not named ----


def what_was_seen_goes_on(patch: Patch) -> None:
    patch.setattr(waiting_lists, "_seen_before", lambda rows, _: rows.clear())


def it_stands_under_the_code(folder: Path) -> bool:
    home = home_of(folder)
    home.counts(30, 12)
    home.publish()
    home.send("programmes", programmes_csv("aa", named="no"))
    home.publish()
    return "published" in released(home.folder, "result")["status"].to_list() or not home.audit()


# ---- 9: crowds ----


def named_programmes_are_a_crowd(patch: Patch) -> None:
    """A programme that is not named hides among those that are."""

    def shared(programmes: pl.DataFrame) -> pl.DataFrame:
        return programmes if programmes.height >= 3 else frames_module.hide_what_few_share(programmes)

    patch.setattr(frames_module, "hide_what_few_share", shared)


def a_place_points_at_a_programme(folder: Path) -> bool:
    home = home_of(folder, programmes=3)
    home.send("programmes", programmes_csv("aa", named="no"))
    home.counts(30, 12)
    home.publish()
    hidden = released(home.folder, "programme").filter(~pl.col("named"))
    return hidden["profession"].is_not_null().any()


# ---- 10: a store that is older than its releases ----


def histories_not_compared(patch: Patch) -> None:
    patch.setattr(publishing, "require_one_history", lambda *_: None)


def people_are_published_again(folder: Path) -> bool:
    home = home_of(folder)
    home.counts(30, 12)
    home.publish()
    home.store.copy_to(folder / "old.duckdb")
    home.counts(30, 12, year=NEXT)
    home.publish()
    home.store = Store(folder / "old.duckdb")
    with suppress(OpennessError):
        home.publish()
        return not home.audit()
    return False


# ---- 11: the same file again ----


def anybody_is_told_that_a_file_is_held(patch: Patch) -> None:
    find = loading._find_existing
    patch.setattr(loading, "_find_existing", lambda *given: find(*given[:-1], "tester"))


def the_same_file_is_known_again(folder: Path) -> bool:
    """Whether somebody who tries every file there could be is told which one came in."""
    home = home_of(folder)
    home.counts(12, 7)
    home.publish()
    return any(home.counts(12, k, by="colleague", replace=False).already_held for k in range(13))


# ---- 12: a forged year ----


def anybody_sends_any_year(patch: Patch) -> None:
    """No rule can stop who sends a year with a k he knows. What stops him is that the page takes open years only."""
    patch.setattr(loading, "_of_open_years", lambda examined, *_: examined)


def a_forged_year_reads_the_rest_of_a_list(folder: Path) -> bool:
    """12 with 7 wait, and 40 with 20 are sent for a year that nobody opened, or that is closed."""
    home = home_of(folder, catalogue=first_catalogue())
    home.counts(12, 7, measure="lived_experience", year="2021-22")
    home.publish()
    home.store.open_years([NEXT], by="tester", at=NOW)
    home.store.close_years([NEXT], by="tester", at=NOW)
    home.store.__exit__(None, None, None)
    desk = Desk(Settings(home=home.settings.home, catalogue=FIRST_EDITION), ANYBODY_HERE)
    forged = [
        read(a_file(folder, counts_csv(("aa", year, "lived_experience", 40, 20)), f"{year}.csv"))
        for year in (YEAR, NEXT)
    ]
    return any(desk.examine(sheet, "counts", None, quiet).accepted for sheet in forged)


# ---- 13: what About says ----


def it_cannot_be_told(patch: Patch) -> None:
    old = " If ten or more people answered, very few or nearly all of them said yes. Which of the two cannot be told."
    patch.setattr(about, "_inferred", lambda _: (old,))


def about_hides_what_can_be_guessed(folder: Path) -> bool:
    tiers = {"minimum_respondents": 10, "sensitive_minimum_respondents": 15}
    said = re.sub(r"\s+", " ", str(about.rule(tiers)))
    return "a reader who knows how common something is elsewhere will mostly guess it right" not in said


# ---- the table ----


@dataclass(frozen=True)
class Fault:
    """A fault in a sentence, what puts it back, and what notices it."""

    sentence: str
    put_back: Callable[[Patch], None]
    notices: Callable[[Path], bool]


FAULTS = (
    Fault("Whether a file is held tells a withheld k.", held_if_no_possible_people, guesses_tell),
    Fault("Results are numbered in the order of real ids.", numbered_as_in_the_ledger, real_ids_tell),
    Fault(
        "A number sent for an id appears under its code.",
        invited_told_of_all,
        a_cohort_shows_under_a_code,
    ),
    Fault("Answers are taken for people.", answers_for_people, the_same_people_every_year_are_published),
    Fault("A year is protected piece by piece.", a_later_file_as_further_people, the_attacker_sees_a_year_in_pieces),
    Fault("A changed catalogue counts people twice.", any_catalogue_is_taken, nine_waiting_people_are_counted_again),
    Fault("A withdrawn programme stays in releases.", nothing_taken_down, a_withdrawn_programme_is_named_still),
    Fault(
        "What stood under a name stands under a code.",
        what_was_seen_goes_on,
        it_stands_under_the_code,
    ),
    Fault("The crowd counts named programmes.", named_programmes_are_a_crowd, a_place_points_at_a_programme),
    Fault("A store from a backup publishes people again.", histories_not_compared, people_are_published_again),
    Fault("Anybody is told that a file is held.", anybody_is_told_that_a_file_is_held, the_same_file_is_known_again),
    Fault("Whoever may send a year reads a list.", anybody_sends_any_year, a_forged_year_reads_the_rest_of_a_list),
    Fault("About says that it cannot be told.", it_cannot_be_told, about_hides_what_can_be_guessed),
)


@pytest.mark.parametrize("fault", some(FAULTS, 2), ids=lambda fault: fault.put_back.__name__)
def test_a_fault_that_is_put_back_is_noticed(fault: Fault, tmp_path: Path, monkeypatch: Patch) -> None:
    forget()
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    assert not noticed(lambda: fault.notices(tmp_path / "before")), "without the fault, there is nothing to notice"
    fault.put_back(monkeypatch)
    forget()
    assert noticed(lambda: fault.notices(tmp_path / "after")), fault.sentence
    monkeypatch.undo()
    forget()
