"""Publishing: what is withheld changes nothing, what was published stays, corrections and withdrawals are obeyed."""

import random
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.disclosure.audit import attack_ledger, require_safe
from pipelines.disclosure.ledger import LIST_KEYS, YEAR_KEYS, Ledger
from pipelines.disclosure.rule import Part, Thresholds
from pipelines.disclosure.rule import published as is_published
from pipelines.errors import Refused, StoreUnavailable
from pipelines.release import file as release_file
from pipelines.release.overrides import Override
from pipelines.release.publishing import publish
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store
from pipelines.verification.rows import Row
from tests.factories import (
    NOW,
    a_catalogue,
    a_file,
    close_and_publish,
    counts_csv,
    current_release,
    everything_asked,
    loaded,
    programmes_csv,
    released,
)
from tests.reference.worlds import INSTRUMENT, YEAR, YEARS, frames

NEVER_THE_SAME = ("release_id", "published_at", "previous_release_id", "previous_content_hash")


# ---- what a suppressed number may change: nothing ----


def everything_but_when(home: Path) -> dict[str, pl.DataFrame]:
    made = release_file.read(current_release(home))
    return made | {"release": made["release"].drop(NEVER_THE_SAME)}


def assert_the_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    assert one.keys() == other.keys() == RELATIONS.keys()
    for name in RELATIONS:
        assert_frame_equal(one[name], other[name], check_exact=True)


@pytest.mark.parametrize(("n", "k", "changed"), [(9, 4, 0), (9, 4, 9), (20, 2, 0), (20, 1, 20), (20, 18, 19)])
def test_a_suppressed_number_changes_nothing_in_the_release(
    store: Store, tmp_path: Path, n: int, k: int, changed: int
) -> None:
    """Once as the first release of a store, once as its next after the file was sent again, which is set aside."""
    releases = tmp_path / "home" / "releases"
    _load_small_home(store, tmp_path, n, k)
    first = close_and_publish(store, INSTRUMENT, releases)
    before = everything_but_when(tmp_path / "home")
    assert before["result"].filter(pl.col("status") == "suppressed").height > 0

    _load_counts(store, tmp_path, n, changed, replace=True)
    close_and_publish(store, INSTRUMENT, releases)
    assert_the_same(everything_but_when(tmp_path / "home"), before)

    with Store(tmp_path / "anew" / "store.duckdb") as anew:
        _load_small_home(anew, tmp_path, n, changed)
        other = close_and_publish(anew, INSTRUMENT, tmp_path / "anew" / "releases")
    assert other.path.read_bytes() == first.path.read_bytes()
    assert other.release_id == first.release_id


def _load_small_home(store: Store, tmp_path: Path, n: int, k: int, **given: Any) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb", "cc", "dd", "ee")), "programmes", INSTRUMENT)
    _load_counts(store, tmp_path, n, k, **given)


def _load_counts(store: Store, tmp_path: Path, n: int, k: int, **given: Any) -> None:
    rows = [(who, YEAR, measure, 20, 10) for who in ("bb", "cc", "dd", "ee") for measure in ("asked", "modelled")]
    rows += [("aa", YEAR, "asked", n, k), ("aa", YEARS[2], "asked", 20, 10), ("aa", YEAR, "modelled", 20, 10)]
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT, **given)


@pytest.mark.parametrize("seed", range(5))
def test_all_suppressed_numbers_of_a_home_together_change_nothing(demo_home: Settings, seed: int) -> None:
    """Every k that was withheld is drawn anew, those of measures with a base at will."""
    catalogue = everything_asked(demo_home)
    with Store(demo_home.store, read_only=True) as store:
        held = store.holdings()
    unpublished = replace(held, ledger=Ledger.empty())
    changed = _with_other_suppressed(held, random.Random(seed))  # noqa: S311
    keys = (*YEAR_KEYS, "subgroup")
    assert not changed.sort(keys).equals(held.contributions.sort(keys))
    released_anew = replace(unpublished, contributions=changed)
    assert_the_same(frames(unpublished, catalogue, one_year=False), frames(released_anew, catalogue, one_year=False))


def _with_other_suppressed(held: Holdings, chance: random.Random) -> pl.DataFrame:
    """Each list that waits with other answers with which it would wait; what is on no list yet, with any."""
    years = {row["seen_id"]: row for row in held.ledger.seen.to_dicts()}
    placed = set(held.ledger.seen_of_parts["seen_id"])
    others = {seen: chance.randint(0, row["respondents"]) for seen, row in years.items() if seen not in placed}
    for _, rows in held.ledger.waiting.group_by(LIST_KEYS, maintain_order=True):
        others |= _drawn_anew(rows.to_dicts(), chance)
    drawn = pl.DataFrame(
        [[years[seen][key] for key in YEAR_KEYS] + [k] for seen, k in others.items()],
        schema=[*((key, pl.String) for key in YEAR_KEYS), ("other", pl.Int64)],
        orient="row",
    )
    totals = (
        held.contributions.join(drawn, on=YEAR_KEYS)
        .group_by(YEAR_KEYS)
        .agg(pl.col("submission_id", "dataset", "definition", "other").first(), pl.col("respondents").sum())
        .with_columns(subgroup=pl.lit(None, pl.String))
        .rename({"other": "affirmative"})
    )
    unchanged = held.contributions.join(drawn, on=YEAR_KEYS, how="anti")
    return pl.concat([unchanged, totals.select(unchanged.columns)])


def _drawn_anew(waiting: list[Row], chance: random.Random) -> dict[int, int]:
    """k by what was seen, for a list that goes on waiting at each of its lengths; none, where a part is of several
    years."""
    if any(len(part["seen"]) > 1 for part in waiting):
        return {}
    parts = [Part(part["respondents"], tuple(part["years"]), part["least"], part["most"]) for part in waiting]
    tier = Thresholds(*(waiting[0][name] for name in ("minimum_respondents", "minimum_each_side", "longest_stay")))
    for _ in range(1000):
        drawn = [chance.randint(part.least, part.most) for part in parts]
        if not any(is_published(tuple(parts[:end]), sum(drawn[:end]), tier) for end in range(1, len(parts) + 1)):
            return {part["seen"][0]: k for part, k in zip(waiting, drawn, strict=True)}
    return {}


# ---- one release after another ----


def test_what_was_seen_never_changes_when_its_file_is_sent_again(store: Store, tmp_path: Path) -> None:
    """Neither what was published nor what waits, and whatever else the file says of the year."""
    releases = tmp_path / "home" / "releases"
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    for k, waiting, measure in ((10, 9, "asked"), (15, 12, "asked"), (15, 30, "modelled")):
        rows = [("aa", YEARS[2], "asked", 20, k), ("aa", YEAR, measure, waiting, 4)]
        loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", INSTRUMENT, replace=True)
        close_and_publish(store, INSTRUMENT, releases)
    result = released(tmp_path / "home", "result").filter(pl.col("status") != "not_collected")
    assert result.select("measure_id", "last_year", "respondents", "affirmative").rows() == [
        ("asked", YEARS[2], 20, 10),
        ("asked", YEAR, None, None),
    ]


def test_publishing_twice_adds_nothing(store: Store, tmp_path: Path) -> None:
    _load_small_home(store, tmp_path, 9, 4)
    releases = tmp_path / "home" / "releases"
    first = close_and_publish(store, INSTRUMENT, releases)
    before = everything_but_when(tmp_path / "home")
    second = close_and_publish(store, INSTRUMENT, releases)
    assert (first.new_results, second.new_results) == (10, 0)
    assert first.results == second.results
    assert first.release_id.split("-")[-1] == second.release_id.split("-")[-1], "it says the same"
    assert_the_same(everything_but_when(tmp_path / "home"), before)


@pytest.mark.slow
def test_the_order_in_which_files_came_does_not_matter(tmp_path: Path) -> None:
    cohorts = "programme_id,academic_year,respondent_group,invited\n" + "".join(
        f"{who},{YEAR},{group},40\n" for who in ("aa", "bb", "cc", "dd") for group in ("staff", "trainee")
    )
    support = "programme_id,academic_year,item_id,status,since\n"
    support += f"aa,{YEAR},policy,in_place,2020-01-01\nbb,{YEAR},example,planned,\n"
    answers = "".join(f"dd,{YEAR},{answer}\n" for answer in ["yes"] * 7 + ["no"] * 6)
    files = [
        ("counts", counts_csv(*(("aa", year, "asked", 20, 10) for year in YEARS))),
        ("counts", counts_csv(*((who, YEAR, "asked", 30, 10) for who in ("bb", "cc")))),
        ("staff_responses", f"programme_id,academic_year,asked\n{answers}"),
        ("cohorts", cohorts),
        ("support", support),
    ]
    made = []
    for number, order in enumerate(list(permutations(files))[::37]):
        home = tmp_path / str(number)
        with Store(home / "store.duckdb") as store:
            loaded(store, a_file(tmp_path, programmes_csv("aa", "bb", "cc", "dd")), "programmes", INSTRUMENT)
            for dataset, text in order:
                loaded(store, a_file(tmp_path, text), dataset, INSTRUMENT)
            close_and_publish(store, INSTRUMENT, home / "releases")
        made.append(everything_but_when(home))
    assert made[0]["comparison"].height > 0
    assert len(made) == 4
    for other in made[1:]:
        assert_the_same(other, made[0])


def test_the_order_of_rows_does_not_matter(demo_home: Settings) -> None:
    catalogue = everything_asked(demo_home)
    with Store(demo_home.store, read_only=True) as store:
        held = store.holdings()
    unpublished = replace(held, ledger=Ledger.empty())
    shuffled = {
        name: getattr(held, name).sample(fraction=1, shuffle=True, seed=1)
        for name in ("programmes", "cohorts", "support", "contributions")
    }
    assert_the_same(frames(replace(unpublished, **shuffled), catalogue), frames(unpublished, catalogue))


@pytest.mark.parametrize("registered", [False, True])
def test_a_store_without_counts_has_nothing_to_publish(store: Store, tmp_path: Path, registered: bool) -> None:
    if registered:
        loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", INSTRUMENT)
    with pytest.raises(Refused, match="nothing to publish yet: there are no answers of a closed academic year"):
        publish(store, INSTRUMENT, tmp_path / "releases", now=NOW, published_by="tester")
    assert not (tmp_path / "releases").exists()


def test_what_is_open_is_not_published_and_the_first_publishing_says_what_to_do(store: Store, tmp_path: Path) -> None:
    releases = tmp_path / "home" / "releases"
    _load_small_home(store, tmp_path, 9, 4, close=False)
    with pytest.raises(Refused, match=f"only closed years are published, and {YEARS[2]}, {YEAR} are open.*close YEAR"):
        publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    store.close_years([YEAR], by="tester", at=NOW)
    done = publish(store, INSTRUMENT, releases, now=NOW, published_by="tester")
    assert done.open_years == [YEARS[2]]
    assert set(released(tmp_path / "home", "result")["last_year"]) == {YEAR}


def test_a_release_says_what_it_is(store: Store, tmp_path: Path) -> None:
    _load_small_home(store, tmp_path, 9, 4)
    close_and_publish(store, INSTRUMENT, tmp_path / "home" / "releases", remark="The first")
    row = released(tmp_path / "home", "release").row(0, named=True)
    said = ("published_at", "instrument_id", "submissions", "invented", "remark", "sensitive_minimum_respondents")
    assert [row[name] for name in said] == [NOW, "test", 2, False, "The first", 15]


def test_every_published_number_is_noted_in_the_store(demo_home: Settings) -> None:
    """Under a number of the store's own: that of the release goes by what is public."""
    with duckdb.connect(demo_home.store, read_only=True) as connection:
        noted = connection.execute(
            """
            SELECT NULL, measure_id, definition, years, respondents, affirmative, people FROM result
            UNION ALL
            SELECT subgroup, measure_id, definition, years, share.respondents, share.affirmative, NULL
            FROM result_subgroup AS share JOIN result USING (result_id)
            """
        )
        rows = noted.fetchall()
    result = released(demo_home.home, "result").filter(pl.col("status") == "published")
    columns = ("subgroup", "measure_id", "definition", "years", "respondents", "affirmative", "people")
    assert sorted(rows, key=str) == sorted(result.select(columns).rows(), key=str)
    assert {subgroup is None for subgroup, *_ in rows} == {True, False}


def test_another_instrument_cannot_publish_what_a_store_holds(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("P1"), "programmes.csv"), "programmes", INSTRUMENT)
    other = a_catalogue(instrument={"id": "other", "version": "1", "title": "Other", "status": "For tests."})
    with pytest.raises(Refused, match="made with the catalogue “test”, not with “other”"):
        publish(store, other, tmp_path / "releases", now=NOW, published_by="tester")
    assert not (tmp_path / "releases").exists()


# ---- pools, corrections, overrides, withdrawals: through the store into the release ----


def load_again(store: Store, tmp_path: Path, *rows: tuple[str, str, str, int, int]) -> str:
    path = a_file(tmp_path, counts_csv(*rows))
    return loaded(store, path, "counts", INSTRUMENT, replace=True).submission_id


def published_now(store: Store, tmp_path: Path, *overrides: Override) -> list[tuple[Any, ...]]:
    """Publish; then years, n and k of every published result of `asked`."""
    releases = tmp_path / "home" / "releases"
    close_and_publish(store, INSTRUMENT, releases, *overrides)
    shown = released(tmp_path / "home", "result").filter(
        pl.col("status") == "published", pl.col("measure_id") == "asked"
    )
    return shown.select("years", "respondents", "affirmative").rows()


@pytest.fixture
def _registered(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("aa", "bb")), "programmes", INSTRUMENT)


@pytest.mark.usefixtures("_registered")
def test_a_pool_of_counts_and_responses_is_one_result(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 12, 2))
    answers = "".join(f"aa,{YEARS[2]},{answer}\n" for answer in ["yes"] * 5 + ["no"] * 7)
    answers = f"programme_id,academic_year,asked\n{answers}"
    loaded(store, a_file(tmp_path, answers), "staff_responses", INSTRUMENT)
    assert published_now(store, tmp_path) == [([YEARS[0], YEARS[2]], 24, 7)]
    [row] = released(tmp_path / "home", "result").filter(pl.col("measure_id") == "asked").to_dicts()
    assert (row["first_year"], row["last_year"], row["status"]) == (YEARS[0], YEARS[2], "published")
    assert row["people"] == 12, "the same people may have answered twice"


@pytest.mark.parametrize(("before", "after"), [(4, 1), (1, 4), (4, None), (None, 4), (1, 1)])
@pytest.mark.usefixtures("_registered")
def test_an_interval_never_stands_on_more_people_than_it_did(
    store: Store, tmp_path: Path, before: int | None, after: int | None
) -> None:
    """Also where the catalogue says later that people stay longer, or not so long."""
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 2), ("aa", YEARS[1], "asked", 20, 18))
    for stay in (before, after):
        people = {"id": "staff", "people": "staff", "person": "member of staff"}
        instrument = a_catalogue(group=[people if stay is None else people | {"longest_stay": stay}])
        close_and_publish(store, instrument, tmp_path / "home" / "releases")
    [row] = released(tmp_path / "home", "result").filter(pl.col("measure_id") == "asked").to_dicts()
    assert row["effective_respondents"] == (40 if before == after else 20)
    assert row["longest_stay"] == (None if None in (before, after) else max(before or 0, after or 0))


@pytest.mark.usefixtures("_registered")
def test_a_programme_that_is_renamed_keeps_its_lists_and_results(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10), ("aa", YEARS[1], "asked", 12, 2))
    before = published_now(store, tmp_path)
    renamed = programmes_csv("aa").replace("Name of aa", "Another name")
    loaded(store, a_file(tmp_path, renamed), "programmes", INSTRUMENT, replace=True)
    assert published_now(store, tmp_path) == before == [([YEARS[0]], 20, 10)]
    load_again(store, tmp_path, ("aa", YEARS[2], "asked", 12, 5))
    assert published_now(store, tmp_path) == [*before, ([YEARS[1], YEARS[2]], 24, 7)]


@pytest.mark.usefixtures("_registered")
def test_what_was_set_aside_counts_when_it_is_overridden_and_the_release_says_so(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 8, 2))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 7, 2))
    assert published_now(store, tmp_path) == []
    override = Override("aa", "asked", YEARS[0], "One had answered twice")
    for overrides in ((override,), ()):
        published_now(store, tmp_path, *overrides)
        [told] = released(tmp_path / "home", "release")["overrides"].to_list()
        assert told == [f"aa, asked, {YEARS[0]}: One had answered twice"]
    assert attack_ledger(store.ledger()).known["years"].unique().to_list() == [[YEARS[0]]]
    with pytest.raises(Refused, match="was let through before: it counts already"):
        published_now(store, tmp_path, override)
    load_again(store, tmp_path, ("aa", YEARS[1], "asked", 12, 2), ("aa", YEARS[2], "asked", 12, 5))
    assert published_now(store, tmp_path) == [(list(YEARS[:3]), 31, 9)], "as the file has it that was let through"


@pytest.mark.parametrize("second", [(19, 9), (5, 0), (26, 13), (0, 0)])
@pytest.mark.usefixtures("_registered")
def test_what_stands_in_a_published_number_cannot_be_overridden(
    store: Store, tmp_path: Path, second: tuple[int, int]
) -> None:
    """The difference to it would be counted with people of other years, and the number would be nobody's."""
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", *second))
    with pytest.raises(Refused, match="stands in a published number"):
        published_now(store, tmp_path, Override("aa", "asked", YEARS[0], "Counted twice"))
    assert store.overrides().is_empty()
    load_again(store, tmp_path, ("aa", YEARS[1], "asked", 20, 9))
    assert published_now(store, tmp_path) == [([YEARS[0]], 20, 10), ([YEARS[1]], 20, 9)]


@pytest.mark.usefixtures("_registered")
def test_what_was_used_up_with_years_that_are_published_later_cannot_be_overridden(
    store: Store, tmp_path: Path
) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 12, 2))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 11, 2), ("aa", YEARS[1], "asked", 12, 5))
    assert published_now(store, tmp_path) == [([YEARS[0], YEARS[1]], 24, 7)]
    with pytest.raises(Refused, match="stands in a published number"):
        published_now(store, tmp_path, Override("aa", "asked", YEARS[0], "Counted twice"))


@pytest.mark.usefixtures("_registered")
def test_of_a_question_one_year_is_let_through_at_a_time(store: Store, tmp_path: Path) -> None:
    """The first may publish the list, and the difference of the second would be counted with other people."""
    years = YEARS[:2]
    load_again(store, tmp_path, *(("aa", year, "asked", 9, 2) for year in years))
    published_now(store, tmp_path)
    load_again(store, tmp_path, *(("aa", year, "asked", 11, 2) for year in years))
    overrides = [Override("aa", "asked", year, "Two came late") for year in years]
    with pytest.raises(Refused, match="Let one year through, and then the next"):
        published_now(store, tmp_path, *overrides)
    published_now(store, tmp_path, overrides[0])


@pytest.mark.usefixtures("_registered")
def test_what_goes_with_a_withdrawal_of_another_year_cannot_be_overridden(store: Store, tmp_path: Path) -> None:
    first = load_again(store, tmp_path, ("aa", YEARS[0], "asked", 12, 2))
    load_again(store, tmp_path, ("aa", YEARS[1], "asked", 8, 0))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEARS[1], "asked", 9, 5))
    store.withdraw(first, None, by="steward", at=NOW, reason="Wrong")
    with pytest.raises(Refused, match="stands in a published number, or is used up"):
        published_now(store, tmp_path, Override("aa", "asked", YEARS[1], "One came late"))


@pytest.mark.usefixtures("_registered")
def test_after_a_published_number_is_taken_back_the_new_file_counts_whole(store: Store, tmp_path: Path) -> None:
    first = load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 19, 8))
    store.withdraw(first, None, by="steward", at=NOW, reason="Counted twice")
    override = Override("aa", "asked", YEARS[0], "Counted twice")
    assert published_now(store, tmp_path, override) == [([YEARS[0]], 19, 8)]
    assert released(tmp_path / "home", "release")["submissions"].item() == 2, "the programmes, and the new file"


@pytest.mark.usefixtures("_registered")
def test_what_is_let_through_after_a_withdrawal_is_suppressed_while_it_waits_and_its_file_is_counted(
    store: Store, tmp_path: Path
) -> None:
    first = load_again(store, tmp_path, ("aa", YEARS[0], "asked", 8, 2), ("aa", YEARS[0], "modelled", 8, 2))
    published_now(store, tmp_path)
    second = load_again(store, tmp_path, ("aa", YEARS[0], "asked", 7, 2), ("aa", YEARS[0], "modelled", 7, 2))
    store.withdraw(first, None, by="steward", at=NOW, reason="Counted twice")
    override = Override("aa", "asked", YEARS[0], "Counted twice")
    for overrides in ((override,), ()):
        assert published_now(store, tmp_path, *overrides) == []
        assert _said_of_each_measure(tmp_path) == {"asked": "suppressed"}, "nothing counts of the other question"
        assert released(tmp_path / "home", "release")["submissions"].item() == 2, "the programmes, and the new file"
    store.withdraw(second, None, by="steward", at=NOW, reason="Also wrong")
    published_now(store, tmp_path)
    assert _said_of_each_measure(tmp_path) == {}
    assert released(tmp_path / "home", "release")["submissions"].item() == 1


def _said_of_each_measure(tmp_path: Path) -> dict[str, str]:
    return dict(released(tmp_path / "home", "result").select("measure_id", "status").rows())


@pytest.mark.usefixtures("_registered")
def test_an_override_of_a_question_that_publishing_has_not_seen_is_refused(store: Store, tmp_path: Path) -> None:
    """It would do nothing, and the release would say that it had."""
    load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    published_now(store, tmp_path)
    load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10), ("aa", YEAR, "modelled", 30, 12))
    with pytest.raises(Refused, match=r"modelled of aa in .* seen no answers to it"):
        published_now(store, tmp_path, Override("aa", "modelled", YEAR, "Late"))


@pytest.mark.usefixtures("_registered")
def test_a_ledger_that_nobody_can_have_written_stops_publishing_with_a_sentence(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEARS[0], "asked", 20, 10))
    published_now(store, tmp_path)
    damaged = replace(store.ledger(), parts=store.ledger().parts.clear())
    with pytest.raises(StoreUnavailable, match="The store is damaged"):
        require_safe(damaged, lambda _: None)


@pytest.mark.usefixtures("_registered")
@pytest.mark.parametrize("k", [0, 2])
def test_why_a_follow_up_cannot_be_let_through_does_not_tell_whether_there_are_counts_of_it(
    store: Store, tmp_path: Path, k: int
) -> None:
    """In the file that was seen, and in the one that was set aside."""
    told = [("aa", YEAR, "told", k, 0)] * bool(k)
    for _ in range(2):
        load_again(store, tmp_path, ("aa", YEAR, "lived", 20, k), *told)
        if not store.release_ids():
            published_now(store, tmp_path)
    with pytest.raises(Refused, match=f"told of aa in {YEAR} cannot be let through: this question is not put to"):
        published_now(store, tmp_path, Override("aa", "told", YEAR, "Late"))


@pytest.mark.usefixtures("_registered")
def test_an_override_of_what_was_not_set_aside_is_refused(store: Store, tmp_path: Path) -> None:
    load_again(store, tmp_path, ("aa", YEAR, "asked", 20, 10))
    with pytest.raises(Refused, match=f"asked of aa in {YEAR} cannot be let through: nothing of it was set aside"):
        published_now(store, tmp_path, Override("aa", "asked", YEAR, "No reason"))
    assert store.release_ids() == []
