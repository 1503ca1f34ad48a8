"""Numbers, ids and orders in a release are functions of what it says, never of what is not public."""

import random
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.release.frames import compose
from pipelines.release.schema import RELATIONS
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from tests.factories import everything_asked, released
from tests.reference.worlds import (
    A_NOTE,
    INSTRUMENT,
    NO_OVERRIDES,
    YEAR,
    YEARS,
    frames,
    holdings,
    programmes,
    published,
    told,
    waits,
)


def test_results_are_numbered_by_what_is_public(demo_home: Settings) -> None:
    catalogue = everything_asked(demo_home)
    place = {measure.id: number for number, measure in enumerate(catalogue.measure)}
    result = released(demo_home.home, "result").filter(pl.col("status") == "published", pl.col("subgroup").is_null())
    rows = result.sort("result_id").select("measure_id", "programme_id", "first_year", "last_year").rows()
    assert result["result_id"].sort().to_list() == list(range(1, result.height + 1))
    assert rows == sorted(rows, key=lambda row: (place[row[0]], *row[1:]))


@pytest.mark.parametrize("home", ["demo_home", "osmi_home", "nhs_home"])
def test_rows_stand_in_a_public_order(home: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(home).home
    for name, relation in RELATIONS.items():
        rows = released(folder, name)
        assert rows.equals(rows.sort(relation.order)), name
        assert rows.select(relation.key).is_unique().all(), name


@pytest.mark.parametrize("seed", range(5))
def test_the_real_ids_of_unnamed_programmes_and_the_order_of_rows_change_nothing(seed: int) -> None:
    """Each keeps its code and its numbers; its real id is another, so that it stands elsewhere in the store."""
    chance = random.Random(seed)  # noqa: S311
    others = [f"p{number}" for number in range(8)]
    real = dict(zip(others, chance.sample(others, len(others)), strict=True))
    before = _home_of_unnamed(dict(zip(others, others, strict=True)), None)
    after = _home_of_unnamed(real, chance)
    assert (
        before.programmes.sort("programme_id")["code"].to_list()
        != after.programmes.sort("programme_id")["code"].to_list()
    )
    one, other = frames(before), frames(after)
    for name in RELATIONS:
        assert_frame_equal(one[name], other[name], check_exact=True)
    assert one["result"]["result_id"].max() > 8


def _home_of_unnamed(real: dict[str, str], chance: random.Random | None) -> Holdings:
    """Eight programmes that are not named and one that is, with results of one year and of two, and one overridden."""
    rows = [told(real[who], year, n=20 + number, k=9) for number, who in enumerate(real) for year in YEARS[:2]]
    rows += [told(real[who], YEARS[2], n=12 + number, k=2) for number, who in enumerate(real)]
    rows += [told(real[who], YEARS[3], n=12 + number, k=7) for number, who in enumerate(real)]
    rows += [told("named"), waits("named", YEARS[0])]
    registered = programmes(**dict.fromkeys(real.values(), ("p", "C", "R", False)), named=("p", "C", "R", True))
    codes = {real[who]: f"code-{who}" for who in real}
    registered = registered.with_columns(
        pl.col("programme_id").replace(codes).alias("code"), pl.lit("Name").alias("programme_name")
    )
    support = pl.DataFrame(
        [(real[who], YEAR, "policy", "in_place", date(2020, 1, 1 + number)) for number, who in enumerate(real)],
        schema=["programme_id", "academic_year", "item_id", "status", "since"],
        orient="row",
    )
    made = holdings(rows, registered, support=support)
    if chance is None:
        return made
    shuffled = {
        name: getattr(made, name).sample(fraction=1, shuffle=True, seed=chance.randrange(1000))
        for name in ("programmes", "support", "contributions")
    }
    return replace(made, **shuffled)


def test_the_order_of_overrides_is_that_of_their_words() -> None:
    registered = programmes(aa=("p", "C", "R", False), zz=("p", "C", "R", False)).with_columns(
        pl.col("programme_id").replace({"aa": "code-2", "zz": "code-1"}).alias("code")
    )
    overrides = pl.DataFrame(
        [("aa", "asked", YEAR, "First"), ("zz", "asked", YEAR, "Second")],
        schema=["programme_id", "measure_id", "academic_year", "reason"],
        orient="row",
    )
    held = holdings([told("aa")], registered)
    note = replace(A_NOTE, overrides=overrides)
    made = compose(note, INSTRUMENT, held, published(held), NO_OVERRIDES.with_columns(release_id=pl.lit("an-id")))
    [said] = made["release"]["overrides"].to_list()
    assert said == [f"code-1, asked, {YEAR}: Second", f"code-2, asked, {YEAR}: First"]
