"""A second proof that nothing can be taken apart, without any attacker: other histories that give the same releases.

For every part that was not published by itself as many whole histories are found as values are promised, each with
another k there; published release by release from scratch they give what the true one gave. And what still waits can
be changed in the store without changing one row of a release.
"""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import ge, ne
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from pipelines.disclosure.rule import statuses
from pipelines.disclosure.waiting_lists import YEAR_KEYS, Ledger, advance
from pipelines.instrument.measures import Measure
from pipelines.release.publishing import publish
from pipelines.release.schema import RELATIONS
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv

INSTRUMENT = a_catalogue(
    a_measure(),
    a_measure("lived", sensitive=True),
    a_measure("used", base="asked"),
    a_measure("supervisor", within="asked"),
    a_measure("helped", base="used"),
)
MEASURES = INSTRUMENT.measure_frame
CHILDREN = {
    measure.id: [child for child in INSTRUMENT.measure if (child.within or child.base) == measure.id]
    for measure in INSTRUMENT.measure
}
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24")
PUBLISHINGS = (1, 2, 3)
BATCHES = (100, 1_000, 10_000)
MANY = 200_000
ITS_OWN = ("release_id", "published_at")

Row = tuple[int, str, str]
"""Of which publishing, academic year, and measure."""
Counts = dict[Row, tuple[int, int]]
"""n and k by row: of files as they came in, or of what each added to what publishing had seen."""


@dataclass(frozen=True)
class History:
    """The files of one programme, as publishing came to see them; and which year was withdrawn before which one."""

    files: Counts
    withdrawn: tuple[tuple[int, str], ...] = ()

    @cached_property
    def ledger(self) -> Ledger:
        return _publish_all([self])[0]

    @cached_property
    def added(self) -> Counts:
        rows = self.ledger.versions.select("publishing", "academic_year", "measure_id", "respondents", "affirmative")
        return {(publishing, year, measure): (n, k) for publishing, year, measure, n, k in rows.iter_rows()}

    def but(self, added: Counts) -> "History":
        """The same files, but for what each added. What was held back stays about as far from what was seen."""
        files = {row: _plus(n_k, _seen(added, row), _seen(self.added, row, -1)) for row, n_k in self.files.items()}
        held = {row: (n, min(max(k, 0), n)) for row, (n, k) in files.items() if row not in added}
        return History(files | held, self.withdrawn)

    @property
    def could_be(self) -> bool:
        """Whether it passes the checks that every file has to pass."""
        return all(0 <= k <= n and self._agrees(row) for row, (n, k) in self.files.items())

    def _agrees(self, row: Row) -> bool:
        yes = self.files[row][1]
        inner = {child: self.files.get((*row[:2], child.id), (0, 0)) for child in CHILDREN[row[2]]}
        return all((k if child.within else n) <= yes for child, (n, k) in inner.items())


def _plus(*pairs: tuple[int, int]) -> tuple[int, int]:
    return sum(n for n, _ in pairs), sum(k for _, k in pairs)


def _seen(added: Counts, row: Row, sign: int = 1) -> tuple[int, int]:
    """What publishing has seen of a row's year and measure once it has seen the row."""
    so_far = [n_k for other, n_k in added.items() if other[0] <= row[0] and other[1:] == row[1:]]
    return sign * sum(n for n, _ in so_far), sign * sum(k for _, k in so_far)


# ---- publishing from scratch ----


def releases(histories: list[History]) -> list[Any]:
    """What all releases of each history show; the histories of one set of files are published side by side."""
    return _publish_all(histories)[1]


def _publish_all(histories: list[History]) -> tuple[Ledger, list[Any]]:
    rows = _as_rows(histories)
    ledger, shown = Ledger.empty(), []
    for publishing in PUBLISHINGS:
        taken_back = [(year, when) for when, year in histories[0].withdrawn if when <= publishing]
        withdrawn = [f"{earlier}, {year}" for year, when in taken_back for earlier in range(when)]
        standing = (
            rows.filter(pl.col("publishing") <= publishing)
            .unique(YEAR_KEYS, keep="last", maintain_order=True)
            .filter(~pl.col("submission_id").is_in(withdrawn))
        )
        ledger += advance(ledger, standing, MEASURES, publishing, _taken_back(rows, withdrawn), _nothing()).new
        shown += [_shown(standing, ledger, publishing)]
    by_history = dict(pl.concat(shown).group_by("programme_id").agg(pl.col("line").sort()).iter_rows())
    return ledger, [by_history.get(str(number), []) for number in range(len(histories))]


def _as_rows(histories: list[History]) -> pl.DataFrame:
    rows = [
        (str(number), year, measure, n, k, publishing)
        for number, history in enumerate(histories)
        for (publishing, year, measure), (n, k) in sorted(history.files.items())
    ]
    schema = dict.fromkeys(("programme_id", "academic_year", "measure_id"), pl.String)
    numbers = dict.fromkeys(("respondents", "affirmative", "publishing"), pl.Int64)
    return pl.DataFrame(rows, schema=schema | numbers, orient="row").with_columns(
        pl.format("{}, {}", "publishing", "academic_year").alias("submission_id"),
        pl.lit("staff_responses").alias("dataset"),
        pl.lit(None, pl.String).alias("subgroup"),
    )


def _taken_back(rows: pl.DataFrame, withdrawn: list[str]) -> pl.DataFrame:
    return (
        rows.filter(pl.col("submission_id").is_in(withdrawn))
        .select("submission_id", "programme_id", "academic_year")
        .unique()
    )


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(YEAR_KEYS, pl.String))


def _shown(standing: pl.DataFrame, ledger: Ledger, publishing: int) -> pl.DataFrame:
    """Every result with its numbers and every status, a line of text each."""
    results = ledger.published.select(
        "programme_id",
        pl.format(
            "{}: {} {} has {} of {}",
            pl.lit(publishing),
            "measure_id",
            pl.col("years").list.join(" "),
            "affirmative",
            "respondents",
        ).alias("line"),
    )
    said = statuses(standing, MEASURES, ledger.published).select(
        "programme_id",
        pl.format("{}: {} {} is {}", pl.lit(publishing), "measure_id", "academic_year", "status").alias("line"),
    )
    return pl.concat([results, said])


# ---- other histories ----


@dataclass(frozen=True)
class Stretch:
    """Parts of one list that were published together, or that nobody has seen; each with its least and most k."""

    measure_id: str
    parts: list[dict[str, Any]]
    total: int | None

    @property
    def promised(self) -> list[int]:
        """How many values each part is to keep."""
        return [min(part["minimum_each_side"], part["most"] - part["least"] + 1) for part in self.parts]

    def values(self) -> list[tuple[int, ...]]:
        """Other values of all parts in any order: adding up to the total, where that is known."""
        ranges = [(part["least"], part["most"]) for part in self.parts]
        totals = [self.total] if self.total is not None else range(sum(most for _, most in ranges) + 1)
        found = list(islice((values for total in totals for values in _adding_up(ranges, total)), MANY))
        random.Random(1).shuffle(found)  # noqa: S311  only so that a few of them are various
        return found


def _adding_up(ranges: list[tuple[int, int]], total: int) -> Iterator[tuple[int, ...]]:
    if not ranges:
        yield from [()] if total == 0 else []
        return
    (least, most), rest = ranges[0], ranges[1:]
    low, high = sum(low for low, _ in rest), sum(high for _, high in rest)
    for value in range(max(least, total - high), min(most, total - low) + 1):
        for others in _adding_up(rest, total - value):
            yield (value, *others)


def stretches(ledger: Ledger) -> list[Stretch]:
    """Every part that was not published by itself, beside those it stood with."""
    parts = {part["part_id"]: part for part in ledger.parts.to_dicts()}
    pooled = [(m, ids, k) for m, ids, k in ledger.results.select("measure_id", "parts", "affirmative").iter_rows()]
    unseen = set(parts) - {part for _, ids, _ in pooled for part in ids}
    withheld = [
        (measure, sorted(part for part in unseen if parts[part]["measure_id"] == measure), None) for measure in CHILDREN
    ]
    several = [(m, ids, k) for m, ids, k in pooled if len(ids) > 1]
    return [Stretch(m, [parts[part] for part in ids], k) for m, ids, k in [*several, *withheld] if ids]


def others(history: History, stretch: Stretch) -> Iterator[tuple[tuple[int, ...], History]]:
    """Other histories, with the values they give to a stretch. What hangs on it is moved where it must be."""
    rows = {number: (p, year, m) for number, p, m, year in _version_rows(history.ledger)}
    for values in stretch.values():
        added = dict(history.added)
        for part, value in zip(stretch.parts, values, strict=True):
            _give(added, [rows[version] for version in part["versions"]], value)
        _settle(added, history, stretch.measure_id, rows)
        if (other := history.but(added)).could_be:
            yield values, other


def _version_rows(ledger: Ledger) -> Iterator[tuple[int, int, str, str]]:
    return ledger.versions.select("version_id", "publishing", "measure_id", "academic_year").iter_rows()


def _give(added: Counts, rows: list[Row], total: int) -> None:
    """Spread a part's k over its years: no year more than it may have, no year changed without need."""
    within = INSTRUMENT.measures[rows[0][2]].within
    limits = [min(added[row][0], _yes(added, row, within) if within else added[row][0]) for row in rows]
    spread = _spread([added[row][1] for row in rows], limits, total)
    added.update({row: (added[row][0], k) for row, k in zip(rows, spread, strict=True)})


def _yes(added: Counts, row: Row, measure: str) -> int:
    return added.get((*row[:2], measure), (0, 0))[1]


def _spread(now: list[int], limits: list[int], total: int) -> list[int]:
    spread = [min(value, limit) for value, limit in zip(now, limits, strict=True)]
    for place, limit in enumerate(limits):
        missing = total - sum(spread)
        spread[place] += min(missing, limit - spread[place]) if missing > 0 else -min(-missing, spread[place])
    return spread


def _settle(added: Counts, history: History, outer: str, rows: dict[int, Row]) -> None:
    """Whatever hangs on a measure follows it; the n and k of each of its parts stay."""
    for child in CHILDREN[outer]:
        parts = history.ledger.parts.filter(pl.col("measure_id") == child.id).to_dicts()
        placed = [
            (part["respondents"], part["affirmative"], [rows[number] for number in part["versions"]]) for part in parts
        ]
        of_parts = {row for _, _, years in placed for row in years}
        alone = [(*added[row], [row]) for row in added if row[2] == child.id and row not in of_parts]
        for n, k, years in [*placed, *alone]:
            if not child.within:
                limits = [_yes(added, row, outer) for row in years]
                spread = _spread([added[row][0] for row in years], limits, n)
                added.update({row: (size, added[row][1]) for row, size in zip(years, spread, strict=True)})
            _give(added, years, k)
        _settle(added, history, child.id, rows)


# ---- any history ----


@st.composite
def histories(draw: st.DrawFn) -> History:
    files: Counts = {}
    last: dict[str, int] = {}
    for publishing in PUBLISHINGS:
        for year in draw(st.lists(st.sampled_from(YEARS), max_size=3, unique=True)):
            files |= _one_file(draw, publishing, year, files if year in last else None, last.get(year, 0))
            last[year] = publishing
    withdrawn = draw(st.lists(st.tuples(st.sampled_from((2, 3)), st.sampled_from(YEARS)), max_size=1))
    return History(files, tuple(withdrawn if draw(st.booleans()) else ()))


def _one_file(draw: st.DrawFn, publishing: int, year: str, before: Counts | None, then: int) -> Counts:
    """All measures of a year; where it has been sent before, with a few people more."""
    added: Counts = {}
    for measure in INSTRUMENT.measure:
        outer_n, outer_k = added.get((publishing, year, measure.within or measure.base), (4, 4) if before else (30, 30))
        limit = outer_k if measure.base else outer_n
        n = outer_n if measure.within else draw(st.integers(0, limit) if before else _people(measure, limit))
        k = draw(_answers(min(n, outer_k)))
        added[publishing, year, measure.id] = n, k
    return {row: _plus(n_k, (before or {}).get((then, *row[1:]), (0, 0))) for row, n_k in added.items()} | (
        _sent_wrongly(draw, publishing, year) if before else {}
    )


def _sent_wrongly(draw: st.DrawFn, publishing: int, year: str) -> Counts:
    """Other counts altogether, of a measure on which no other hangs: they may be no possible correction."""
    n = draw(st.integers(1, 30))
    return {(publishing, year, "lived"): (n, draw(_answers(n)))} if draw(st.booleans()) else {}


def _people(measure: Measure, limit: int) -> st.SearchStrategy[int]:
    return st.integers(limit // 2, limit) if measure.base else st.integers(1, 12) | st.integers(1, limit)


def _answers(n: int) -> st.SearchStrategy[int]:
    """Rare, common, and anything between."""
    return st.integers(0, min(n, 3)) | st.integers(max(0, n - 3), n) | st.integers(0, n)


# ---- the proof ----


def values_left(history: History, stretch: Stretch) -> list[int]:
    """How many values each part has in histories with the same releases; no more are looked for than are promised."""
    [true], candidates = releases([history]), others(history, stretch)
    same: list[tuple[int, ...]] = []
    left: list[int] = []
    for size in BATCHES:
        batch = list(islice(candidates, size))
        shown = releases([other for _, other in batch]) if batch else []
        same += [values for (values, _), seen in zip(batch, shown, strict=True) if seen == true]
        left = [len({values[place] for values in same}) for place in range(len(stretch.parts))]
        if not batch or all(map(ge, left, stretch.promised)):
            break
    return left


@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(histories())
def test_every_part_not_published_by_itself_has_other_histories_with_the_same_releases(history: History) -> None:
    for stretch in stretches(history.ledger):
        event(f"{stretch.measure_id}, {'pooled' if stretch.total is not None else 'withheld'}")
        left = values_left(history, stretch)
        assert all(map(ge, left, stretch.promised)), (stretch, left)


def test_a_year_in_which_nobody_was_left_to_be_asked_stands_in_the_result_all_the_same() -> None:
    """Or else its being there would say that somebody was, and its not being there that perhaps nobody was."""
    pooled = {(1, YEARS[0], "asked"): (9, 2), (1, YEARS[1], "asked"): (25, 14)}
    nobody = {(1, YEARS[0], "used"): (0, 0), (1, YEARS[1], "used"): (13, 6)}
    somebody = {(1, YEARS[0], "used"): (1, 0), (1, YEARS[1], "used"): (12, 6)}
    first, second = releases([History(pooled | nobody), History(pooled | somebody)])
    assert first == second
    assert f"1: used {YEARS[0]} {YEARS[1]} has 6 of 13" in first


# ---- what still waits ----


def otherwise(history: History) -> History:
    """A history with the same releases and other counts in something that still waits; itself, if nothing does."""
    true = releases([history])
    for stretch in stretches(history.ledger):
        if stretch.total is None:
            now = tuple(part["affirmative"] for part in stretch.parts)
            batch = [other for values, other in islice(others(history, stretch), BATCHES[0]) if values != now]
            same = [other for other, seen in zip(batch, releases(batch), strict=True) if [seen] == true]
            if same:
                return same[-1]
    return history


def released_in_turn(store_path: Path, programmes: list[History]) -> Iterator[dict[str, list[Any]]]:
    """Every row of every relation of each release, but its id and time. Files go in and releases come out."""
    with Store(store_path) as store:
        for publishing in PUBLISHINGS:
            rows = [
                (f"programme-{number}", year, measure, n, k)
                for number, history in enumerate(programmes)
                for (sent, year, measure), (n, k) in history.files.items()
                if sent == publishing
            ]
            if rows:
                file = a_file(store_path.parent, counts_csv(*rows), f"counts_{publishing}.csv")
                loaded(store, file, "counts", INSTRUMENT, replace=True)
            made = publish(store, INSTRUMENT, store_path.parent / "releases", now=NOW, published_by="tester")
            with duckdb.connect(made.path, read_only=True) as release:
                yield {
                    name: release.execute(f"FROM {name}").pl().drop(ITS_OWN, strict=False).rows() for name in RELATIONS
                }


@settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(st.lists(histories(), min_size=3, max_size=5))
def test_what_waits_can_be_other_without_changing_a_row(programmes: list[History]) -> None:
    sent = [History(history.files) for history in programmes if any(row[0] == 1 for row in history.files)]
    assume(sent)
    twin = [otherwise(history) for history in sent]
    event(f"{sum(map(ne, sent, twin))} of {len(sent)} programmes differ")
    with TemporaryDirectory() as folder:
        one, two = Path(folder) / "one" / "store.duckdb", Path(folder) / "two" / "store.duckdb"
        with Store(one) as store:
            ids = [f"programme-{number}" for number in range(len(sent))]
            text = programmes_csv(*ids[1:]) + programmes_csv(ids[0], named="no").splitlines()[1] + "\n"
            loaded(store, a_file(Path(folder), text, "programmes.csv"), "programmes", INSTRUMENT)
        two.parent.mkdir()
        shutil.copy(one, two)
        for true, other in zip(released_in_turn(one, sent), released_in_turn(two, twin), strict=True):
            assert true == other
