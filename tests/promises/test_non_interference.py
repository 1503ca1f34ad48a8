"""Nothing that anybody can see, do or provoke depends on what is private.

Two homes are built by commands, with the same history and other withheld numbers; or with other real ids of unnamed
programmes and another order of loading. Meanwhile an administrator and a steward do whatever they can think of. Every
relation of every release but the release's own row, the order of its rows and the size of its file, every message,
exit code and page must be the same.
"""

import io
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines import cli
from pipelines.cli import administrator_commands, steward_commands, year_commands
from pipelines.errors import OpennessError
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.progress import quiet
from pipelines.reading.reader import read
from pipelines.roles import ANYBODY_HERE
from pipelines.settings import Settings
from pipelines.steward import next_release, record, years
from pipelines.store import store as store_module
from pipelines.upload import Desk
from tests.dashboard.test_pages import PAGES, open_page
from tests.factories import NOW, a_file, counts_csv, programmes_csv
from tests.reference.private_worlds import ROUNDS, Answer, File, History, World, histories, worlds_alike
from tests.thorough import EVERYTHING, only_in_ci

LONG = os.environ.get("NON_INTERFERENCE") == "long"
EXAMPLES = 300 if LONG else 3 if EVERYTHING else 1
MEASURE = """
[[measure]]
id = "{id}"
pillar = "staff_openness"
group = "staff"
title = "{id}"
question = "{id}?"
answers = ["yes", "no"]
affirmative = ["yes"]
basis = "actual"
direction = "none"
source = "Source"
"""
SUCCEEDS = 'replaces = "used"\ncomparable = false'
CATALOGUE = """
instrument = {{ id = "test", version = "1", title = "Test", status = "For tests." }}
tiers.standard = {{ minimum_respondents = 10, minimum_each_side = 3 }}
tiers.sensitive = {{ minimum_respondents = 15, minimum_each_side = 4 }}
[[group]]
id = "staff"
people = "staff"
person = "member of staff"
{stay}
"""
Pair = tuple[int | None, World, World, "list[Done]"]
"""How long people stay at most; two worlds that look the same from outside; and what people do in both."""

searched = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def catalogue_text(stay: int | None) -> str:
    follows = MEASURE.format(id="used") + 'base = "asked"\n'
    within = MEASURE.format(id="supervisor") + 'within = "asked"\n'
    sensitive = MEASURE.format(id="lived") + "sensitive = true\n"
    head = CATALOGUE.format(stay=f"longest_stay = {stay}" if stay else "")
    return "".join((head, MEASURE.format(id="asked"), follows, within, sensitive))


# ---- a home, and whatever is said in it ----


@dataclass
class Home:
    """A home in which people do things. Real ids may be others than those of the history."""

    folder: Path
    real: Mapping[str, str]
    said: list[tuple[Any, ...]] = field(default_factory=list)
    """Everything that was ever told to anybody, in turn."""
    by: str = "steward"
    now: datetime = NOW
    drawn: int = 0
    catalogue: str = "catalogue.toml"

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder, catalogue=self.folder / self.catalogue)

    def run(self, *arguments: str | Path, told: bool = True) -> str:
        """Give a command; what it prints."""
        self.now += timedelta(minutes=1)
        out, err = io.StringIO(), io.StringIO()
        given = ["--home", str(self.folder), "--catalogue", str(self.folder / self.catalogue), *map(str, arguments)]
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            cli.main(given)
        if told:
            self.said.append((arguments[0], left.value.code or 0, out.getvalue(), err.getvalue()))
        return out.getvalue()

    def say(self, *words: Any) -> None:
        self.said.append(words)

    def file(self, *answers: tuple[File, Answer]) -> Path:
        rows = [
            (self.real[programme], year, measure, n, k)
            for (programme, year), answer in answers
            for measure, (n, k) in answer.items()
        ]
        return a_file(self.folder, counts_csv(*rows), "sent.csv")

    def register(self, named: Mapping[str, bool], *more: str) -> None:
        texts = [programmes_csv(self.real[name], named="yes" if shown else "no") for name, shown in named.items()]
        heading = texts[0].splitlines()[0]
        rows = [text.splitlines()[1] for text in texts]
        path = a_file(self.folder, "\n".join([heading, *rows]) + "\n", "programmes.csv")
        self.run("load", path, "--dataset", "programmes", *more, told=False)


@contextmanager
def predictable(home: Home) -> Iterator[None]:
    """Time passes with each command, ids are numbered, and a programme's code comes of its name in the history."""
    names = {real: name for name, real in home.real.items()}

    def token(_: int) -> str:
        home.drawn += 1
        return f"{home.drawn:012x}"

    def codes(_: Any, programmes: pl.DataFrame) -> pl.DataFrame:
        new = [
            code or f"programme-{names[programme_id]}{home.now:%H%M}"
            for programme_id, code in programmes.select("programme_id", "code").iter_rows()
        ]
        return programmes.with_columns(pl.Series("code", new, dtype=pl.String))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module.secrets, "token_hex", token)
        patch.setattr(store_module, "draw_codes", codes)
        for module in (administrator_commands, steward_commands, year_commands):
            patch.setattr(module, "present_time", lambda: home.now)
        for module in (steward_commands, year_commands):
            patch.setattr(module, "user_name", lambda: home.by)
        patch.setattr(Desk, "_now", lambda _: home.now)
        yield


# ---- what people do ----

Action = Callable[[Home, File, Answer], None]
"""In a home, after a publishing: about a file, with what somebody guesses to be in it."""


def as_colleague(home: Home, *arguments: str | Path) -> None:
    """On the same machine, under another name: who sent a file may be told that it is held already."""
    home.by = "colleague"
    home.run(*arguments)
    home.by = "steward"


def guesses(home: Home, seen: File, guess: Answer) -> None:
    """Send for a seen year what might be in the file that was seen. It is the same in both homes."""
    path = home.file((seen, guess))
    as_colleague(home, "check", path, "--dataset", "counts")
    as_colleague(home, "check", path, "--dataset", "counts", "--json")
    as_colleague(home, "load", path, "--dataset", "counts")
    as_colleague(home, "load", path, "--dataset", "counts", "--replace")


def guesses_on_the_page(home: Home, seen: File, guess: Answer) -> None:
    """The same by the Upload page, for the year that was seen and for a year that is open; and taken back."""
    desk, path = Desk(home.settings, ANYBODY_HERE), home.file((seen, guess), ((seen[0], "2025-26"), guess))
    home.run("open", "2025-26", told=False)
    examined = desk.examine(read(path), "counts", None, quiet)
    home.say("examined", [str(finding) for finding in examined.findings], examined.accepted)
    if examined.counted is not None:
        preview = desk.preview(examined)
        home.say("preview", None if preview is None else preview.rows())
    for in_place in (False, True):
        try:
            done = desk.submit(read(path), "counts", None, by="steward", in_place=in_place)
        except OpennessError as error:
            home.say("refused", type(error), str(error))
        else:
            home.say("submitted", astuple(done.receipt), desk.submissions([done.receipt.submission_id]))
            desk.withdraw(done.receipt.submission_id, by="Somebody", reason="A guess")


def sends_and_takes_back(home: Home, seen: File, guess: Answer) -> None:
    """Sent for a seen year, set aside, and taken back by its receipt."""
    as_colleague(home, "load", home.file((seen, guess)), "--dataset", "counts", "--replace")
    submission = home.said[-1][2].split("submission ")[1].split(":")[0]
    as_colleague(home, "withdraw", "--submission", submission, "--reason", "A guess")
    as_colleague(home, "load", home.file((seen, guess)), "--dataset", "counts")


def asks_it_in_the_next_edition(home: Home, seen: File, guess: Answer) -> None:
    """With a catalogue that asks everybody what was a follow-up question in the year that was seen."""
    first = (home.folder / home.catalogue).read_text("utf-8")
    asked_of_all = first.replace('id = "used"', 'id = "used_by_all"').replace('base = "asked"', SUCCEEDS)
    a_file(home.folder, asked_of_all, "next_edition.toml")
    rows = "".join(f"{home.real[seen[0]]},{seen[1]},{answer}\n" * 6 for answer in ("yes", "no"))
    path = a_file(home.folder, "programme_id,academic_year,used_by_all\n" + rows, "sent.csv")
    home.catalogue = "next_edition.toml"
    as_colleague(home, "check", path, "--dataset", "staff_responses")
    as_colleague(home, "load", path, "--dataset", "staff_responses", "--replace")
    home.catalogue = "catalogue.toml"


def asks_what_an_override_gives_away(home: Home, seen: File, guess: Answer) -> None:
    """And declines."""
    as_colleague(home, "load", home.file((seen, guess)), "--dataset", "counts")
    for measure in ("asked", "lived", "used", "supervisor"):
        name = f"{home.real[seen[0]]}/{measure}/{seen[1]}"
        home.run("publish", "--override", name, "--reason", "Counted twice.")


def opens_and_closes(home: Home, seen: File, guess: Answer) -> None:
    home.run("open", seen[1])
    home.run("close", "2024-25")
    home.run("open", "2024-25")
    home.run("years", "--json")


def lists_everything(home: Home, seen: File, guess: Answer) -> None:
    home.run("submissions")
    home.run("submissions", "--json")
    home.run("years")
    home.run("lacking", home.real[seen[0]], "--year", seen[1])
    home.run("releases")


def tries_to_take_it_apart(home: Home, seen: File, guess: Answer) -> None:
    home.run("audit")
    home.run("audit", "--json", "--insider", home.real[seen[0]])


def looks_at_the_pages(home: Home, seen: File, guess: Answer) -> None:
    """What is known of the next release with a guess in an open year, before and after it is closed."""
    home.run("open", "2025-26", told=False)
    home.run("load", home.file(((seen[0], "2025-26"), guess)), "--dataset", "counts", "--replace")
    for _ in range(2):
        try:
            ahead = next_release.next_release(home.settings, ANYBODY_HERE)
            home.say("ahead", ahead.new.rows(), ahead.open_years, next_release.verdict(home.settings, ANYBODY_HERE))
        except OpennessError as error:
            home.say("refused", type(error), str(error))
        home.run("close", "2025-26")
    home.run("open", "2025-26")
    home.say("years", astuple(years.collection(home.settings, ANYBODY_HERE)))
    home.say("received", record.received(home.settings, ANYBODY_HERE).rows())
    home.say("record", record.record(home.settings, ANYBODY_HERE).rows())


STEWARD: tuple[Action, ...] = (
    looks_at_the_pages,
    asks_what_an_override_gives_away,
    opens_and_closes,
    lists_everything,
    tries_to_take_it_apart,
)
ADMINISTRATOR: tuple[Action, ...] = (
    guesses,
    guesses_on_the_page,
    sends_and_takes_back,
    asks_it_in_the_next_edition,
)


@dataclass(frozen=True)
class Done:
    """Something that somebody does after a publishing, about a file that was seen."""

    publishing: int
    action: Action
    file: File


@st.composite
def plots(draw: st.DrawFn, history: History) -> list[Done]:
    done = []
    for _ in range(draw(st.integers(1, 4))):
        file = draw(st.sampled_from(sorted(history.people)))
        publishing = draw(st.integers(history.seen_in(file), ROUNDS[-1]))
        done.append(Done(publishing, draw(st.sampled_from((*ADMINISTRATOR, *STEWARD))), file))
    return done


def live(home: Home, world: World, guesses_of: World, plot: list[Done], *, shuffled: bool = False) -> None:
    """Build a home by commands, publishing after publishing."""
    history = world.history
    (home.folder / "catalogue.toml").write_text((home.folder.parent / "catalogue.toml").read_text("utf-8"), "utf-8")
    home.register(dict(history.named))
    submitted: dict[File, str] = {}
    for publishing in ROUNDS:
        _take_back(home, history, submitted, publishing)
        arriving = [file for file in history.people if history.arrives[file] == publishing]
        for file in reversed(arriving) if shuffled else arriving:
            printed = home.run("load", home.file((file, world.answers[file])), "--dataset", "counts", told=False)
            submitted[file] = printed.split("submission ")[1].split(":")[0]
        for year in sorted(year for year, when in history.closed.items() if when == publishing):
            home.run("open", year, told=False)
            home.run("close", year)
        home.run("publish")
        for number, done in enumerate(plot):
            if done.publishing == publishing:
                home.say(number, done.action.__name__)
                done.action(home, done.file, guesses_of.answers[done.file])


def _take_back(home: Home, history: History, submitted: Mapping[File, str], publishing: int) -> None:
    for file, when in history.taken_back.items():
        if when == publishing:
            home.run("withdraw", "--submission", submitted[file], "--reason", "They asked.")
    if publishing in history.unnamed.values():
        named = {name: shown and history.unnamed.get(name, 9) > publishing for name, shown in history.named.items()}
        home.register(named, "--replace")


# ---- what anybody can see ----


def releases_of(home: Home) -> list[tuple[Any, ...]]:
    """Every release that is offered, oldest first: its size, and all its relations but its own row, in their order."""
    seen = []
    for path in sorted((home.folder / "releases").glob("[!.]*/release.duckdb")):
        with duckdb.connect(path, read_only=True) as connection:
            names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            rows = {name: connection.execute(f"FROM {name}").fetchall() for name in names if name != "release"}
        seen.append((path.parent.name, path.stat().st_size, rows))
    return seen


def pages_of(home: Home) -> dict[str, list[str]]:
    """Every word on every page."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENNESS_CATALOGUE", str(home.folder / "catalogue.toml"))
        for page in PAGES:
            app = open_page(home.folder, patch, page)
            found[page] = [f"{element.type}: {getattr(element, 'value', '')}" for element in app.main]
    return found


@contextmanager
def two_homes(stay: int | None, *real: Mapping[str, str]) -> Iterator[list[Home]]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "catalogue.toml").write_text(catalogue_text(stay), encoding="utf-8")
        homes = [Home(Path(folder) / name, ids) for name, ids in zip(("one", "two"), real, strict=True)]
        for home in homes:
            home.folder.mkdir()
        yield homes


def assert_same(homes: list[Home], said: Callable[[Home], list[Any]]) -> None:
    one, two = homes
    for told, other in zip(said(one), said(two), strict=True):
        assert told == other
    assert releases_of(one) == releases_of(two)
    assert releases_of(one)


def everything_said(home: Home) -> list[Any]:
    """But for the folder of the home."""
    return [str(words).replace(str(home.folder), "HOME") for words in home.said]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two worlds that look the same, and what people do in both."""
    stay = draw(st.sampled_from((None, 1, 2)))
    history = draw(histories())
    with TemporaryDirectory() as folder:
        catalogue = load_catalogue(a_file(Path(folder), catalogue_text(stay), "catalogue.toml"))
    alike = worlds_alike(history, catalogue, draw(st.integers(0, 1 << 16)))
    assume(len(alike) > 1)
    return stay, alike[0], draw(st.sampled_from(alike[1:])), draw(plots(history))


def a_pair(seed: int = 0) -> Pair:
    """The same without chance: everything is tried on one file of each kind."""
    programmes, years = {"p0": True, "p1": False, "p2": False, "p3": False}, ("2020-21", "2021-22")
    people = {(name, year): n for name in programmes for year, n in zip(years, (12, 13), strict=True)}
    history = History(programmes, people, dict.fromkeys(people, 1), dict(zip(years, (1, 2), strict=True)))
    with TemporaryDirectory() as folder:
        catalogue = load_catalogue(a_file(Path(folder), catalogue_text(2), "catalogue.toml"))
    alike = worlds_alike(history, catalogue, seed)
    different = max(alike[1:], key=lambda world: differences(world, alike[0]))
    plot = [Done(2, action, (name, "2020-21")) for action in (*ADMINISTRATOR, *STEWARD) for name in ("p0", "p1")]
    return 2, alike[0], different, plot


def differences(world: World, other: World) -> int:
    return sum(world.answers[file] != other.answers[file] for file in other.answers)


def both_lived(pair: Pair, homes: list[Home]) -> None:
    """What people guess is always what is in the first home's files."""
    _, first, second, plot = pair
    for home, world in zip(homes, (first, second), strict=True):
        with predictable(home):
            live(home, world, first, plot)


def same_ids(world: World) -> dict[str, str]:
    return {name: name for name in world.history.named}


@searched
@given(pairs())
def test_nothing_depends_on_a_number_that_is_withheld(pair: Pair) -> None:
    ids = same_ids(pair[1])
    with two_homes(pair[0], ids, ids) as homes:
        both_lived(pair, homes)
        assert_same(homes, everything_said)


def test_nothing_depends_on_whether_anybody_was_left_to_be_asked() -> None:
    """In one home nobody said yes, so that the file of counts has no row of the follow-up question."""
    people = {("p0", "2020-21"): 12, ("p1", "2020-21"): 12}
    history = History({"p0": True, "p1": False}, people, dict.fromkeys(people, 1), {"2020-21": 1})
    others = {"supervisor": (12, 0), "lived": (12, 1)}
    nobody, two = (
        World(history, {file: {"asked": (12, k), **used, **others} for file in people})
        for k, used in ((0, {}), (2, {"used": (2, 0)}))
    )
    actions = (asks_it_in_the_next_edition, asks_what_an_override_gives_away, lists_everything, looks_at_the_pages)
    plot = [Done(1, action, (name, "2020-21")) for name in ("p0", "p1") for action in actions]
    with two_homes(None, same_ids(nobody), same_ids(two)) as homes:
        both_lived((None, nobody, two, plot), homes)
        assert_same(homes, everything_said)


@only_in_ci
@pytest.mark.parametrize("seed", range(20 if LONG else 1))
def test_no_page_depends_on_a_number_that_is_withheld(seed: int) -> None:
    """A named programme and three that are not, with results of one year, of two, and years that wait."""
    pair = a_pair(seed)
    assert pair[1].answers != pair[2].answers
    ids = same_ids(pair[1])
    with two_homes(pair[0], ids, ids) as homes:
        both_lived(pair, homes)
        assert pages_of(homes[0]) == pages_of(homes[1])


@searched
@given(pairs(), st.integers(0, 1 << 16))
def test_nothing_depends_on_real_ids_or_on_the_order_of_loading(pair: Pair, seed: int) -> None:
    """Of programmes that are never named the real ids change places. What stewards are told with real ids is theirs."""
    stay, world, _, plot = pair
    unnamed = [name for name, shown in world.history.named.items() if not shown]
    moved = random.Random(seed).sample(unnamed, len(unnamed))  # noqa: S311
    plot = [done for done in plot if done.action not in STEWARD]
    with two_homes(stay, same_ids(world), same_ids(world) | dict(zip(unnamed, moved, strict=True))) as homes:
        for home, shuffled in zip(homes, (False, True), strict=True):
            with predictable(home):
                live(home, world, world, plot, shuffled=shuffled)
        assert_same(homes, published_words)


def published_words(home: Home) -> list[Any]:
    """What publishing says."""
    return [words for words in home.said if words[0] == "publish"]
