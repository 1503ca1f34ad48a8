"""The words on screen: which are out, how hard they are to read, and that no two sentences contradict each other.

The sentences are read as a reader reads them: every sentence about every programme of a release, and nothing of the
code that makes them.
"""

import os
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.components import tables
from dashboard.release.reader import EVERYBODY, Release, compared_with, current
from dashboard.report import wording as report_wording
from dashboard.wording import (
    about,
    across_programmes,
    comparison,
    field,
    gap,
    glossary,
    highlights,
    numbers,
    over_time,
    plan,
    sentences,
)
from pipelines.release import file as release_file
from pipelines.settings import Settings
from tests.factories import PROJECT
from tests.reference.worlds import YEARS, frames, holdings, programmes
from tests.thorough import EVERYTHING

Row = dict[str, Any]

OUT = (
    r"to be expected",
    r"as expected",
    r"told apart",
    r"taken together",
    r"cannot be (told|seen)",
    r"beyond doubt",
    r"stands? outside",
    r"nothing to do with each other",
    r"no more than chance",
    r"favourable",
    r"\d[\s\u00a0]%",
    r"(?<![\d.,])(?<!to )(?<!to −)1 (points|programmes|results|years|answers)\b",
    r"\b(0|[2-9]|\d\d+) (point|programme|result|year)\b(?! in )",
    r"\(0 to ",
    r"(more|less) \(likely range 0 to ",
    r"\bof it all\b",
)
"""Words and shapes that are out: a position that is "expected", two verdicts in one, a wrong singular, a lost zero."""
RELEASES = 100 if os.environ.get("WORDS") == "long" else 15 if EVERYTHING else 3
"""Random releases of which all sentences are read."""
OLDEST = 14
"""The reading age that running text may ask for at most."""


# ---- every sentence of a release ----


MOST = 25 if EVERYTHING else 8
"""Of so many programmes of a release the sentences are read: of more, every second, third and so on."""


def told(release: Release) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every sentence about every programme, with what it is about."""
    took_part = release.took_part()
    for programme, years in list(took_part.items())[:: 1 + len(took_part) // MOST]:
        for year in years:
            yield from _told_of_a_year(release, programme, year)
        yield from _told_over_the_years(release, programme, years)
    for place, row in enumerate(release.plan().iter_rows(named=True)):
        yield ("plan", str(place)), " | ".join(tables.plan(pl.DataFrame([row])).row(0))
    for row in release.field().iter_rows(named=True):
        yield ("field", row["kind"], row["name"], row["measure_id"], row["academic_year"]), field.sentence(row)
    for year in release.academic_years():
        for pair in release.associations(year).iter_rows(named=True):
            yield ("association", pair["association_id"], year), across_programmes.association_sentence(pair)


def _told_of_a_year(release: Release, programme: str, year: str) -> Iterator[tuple[tuple[str, ...], str]]:
    results = release.results_of(programme, year)
    kind, _ = compared_with(results) or EVERYBODY
    by_measure = {row["measure_id"]: row for row in results.iter_rows(named=True)}
    for pair in release.gaps(programme, year, kind).iter_rows(named=True):
        sides = by_measure.get(pair["expected"]), by_measure.get(pair["modelled"])
        yield ("gap", programme, year, pair["gap_id"]), gap.gap_sentence(*sides, pair, kind)
    rows = release.highlights(programme, year, kind).to_dicts()
    for row in rows:
        if row["topic"] in highlights.SENTENCES:
            about_what = (row["topic"], programme, year, row["measure_id"])
            yield about_what, highlights.highlight_sentences([row])[0]
    yield ("withheld", programme, year), highlights.withheld_sentence(rows)
    for sentence in highlights.scope_sentences(rows, release.highlight_scope(programme, year, kind).to_dicts()):
        yield ("scope", programme, year, sentence[:24]), sentence
    for row in by_measure.values():
        yield ("result", programme, year, row["measure_id"]), sentences.result_sentence(row)
        yield from _told_of_several_years(programme, year, row)
        for response in sentences.response_sentences(row):
            yield ("response", programme, year, row["measure_id"]), response
        if row["kind"]:
            verdict = comparison.verdict_sentence(row, row)
            yield ("compared", programme, year, row["measure_id"]), verdict
            yield ("table", programme, year, row["measure_id"]), comparison.verdict(row)
            yield ("found", programme, year, row["measure_id"]), comparison.detectable_sentence(row)
            yield ("others", programme, year, row["measure_id"]), comparison.others_sentence(row, None)
            yield from _told_below_a_funnel(release, year, row)


def _told_of_several_years(programme: str, year: str, row: Row) -> Iterator[tuple[tuple[str, ...], str]]:
    """Whatever is said of a result over several years, and of how many people it is at least."""
    if row["status"] == "published" and row["first_year"] != row["last_year"]:
        what = programme, year, row["measure_id"], str(row["people"])
        yield ("several", *what, "sentence"), sentences.result_sentence(row)
        yield ("several", *what, "cell"), sentences.result(row)
        if row["invited"]:
            yield ("several", *what, "response"), sentences.response_sentences(row)[0]


def _told_below_a_funnel(release: Release, year: str, row: Row) -> Iterator[tuple[tuple[str, ...], str]]:
    """What stands below the picture of all programmes, with the years of the own result and how many are drawn."""
    together = _together(release, row["measure_id"], tuple(row["years"]))
    if together and together["spread"] is not None:
        drawn = _drawn(release, row["measure_id"], year)
        what = row["measure_id"], year, numbers.years(row), str(drawn)
        yield ("funnel", *what), comparison.funnel_sentence(together, drawn, year)


@cache  # the same for every programme
def _together(release: Release, measure: str, years: tuple[str, ...]) -> Row | None:
    return release.comparator(measure, years, EVERYBODY)


@cache
def _drawn(release: Release, measure: str, year: str) -> int:
    return release.results_for(measure, year, EVERYBODY).filter(status="published").height


def _told_over_the_years(
    release: Release, programme: str, years: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for measure in release.measures().filter(~pl.col("retired"))["measure_id"]:
        series = release.series(programme, measure).to_dicts()
        asked_as = {year: row["measure_id"] for row in series for year in row["years"]}
        for year in years:
            sentence = over_time.change_sentence(series, year, years)
            yield ("changed", programme, year, asked_as.get(year, measure)), sentence
        yield ("trended", programme, measure), over_time.trend_sentence(release.trend(programme, measure))


Said = list[tuple[tuple[str, ...], str]]
ByTopic = dict[str, dict[tuple[str, ...], str]]


def contradictions(said: Said) -> list[str]:
    """Pairs of sentences that cannot both be so, and sentences that contradict themselves."""
    by_topic: ByTopic = {topic: {} for topic in ("compared", "table", "stands_out", "gap", "changed", "change")}
    for (topic, *what), sentence in said:
        by_topic.setdefault(topic, {})[tuple(what)] = sentence
    return [
        *_among_others(by_topic),
        *_of_gaps(by_topic),
        *_of_changes(by_topic),
        *_of_nothing(by_topic),
        *_of_what_is_never_found(by_topic),
        *_of_answers(by_topic),
        *_of_funnels(by_topic),
        *_of_plans(by_topic),
    ]


def _of_nothing(by_topic: ByTopic) -> Iterator[str]:
    """That nothing stands out, or changed, is said only where some measure has a verdict; and else why it is not."""
    judged = {what[:2] for what, cell in by_topic["table"].items() if JUDGED.search(cell)}
    of_the_year = {what: said for what, said in by_topic["changed"].items() if "last result before it" not in said}
    looked_at = {what[:2] for what, said in of_the_year.items() if CHANGE_IS_TOLD.search(said)}
    for what, sentence in by_topic.get("scope", {}).items():
        for words, possible in (("stands out", judged), ("changed", looked_at)):
            if words in sentence and ("could not be looked at" in sentence) == (what[:2] in possible):
                yield f"{what}: {sentence}"


JUDGED = re.compile("stands? out|no clear difference")
CLEAR_CHANGE = r": a (rise|fall)\.( The question was worded anew in between\.)?( Fewer than half answered in .*)?$"
CHANGE_IS_TOLD = re.compile(r"no clear change|: a (rise|fall)\.")


def _of_what_is_never_found(by_topic: ByTopic) -> Iterator[str]:
    """No difference is said to be found four times in five where no verdict is ever given."""
    for what, sentence in by_topic.get("found", {}).items():
        if bool(sentence) != ("too few to say" not in by_topic["compared"][what]):
            yield f"{what}: {sentence} / {by_topic['compared'][what]}"


def _of_answers(by_topic: ByTopic) -> Iterator[str]:
    """Of several years answers are told, and never as people."""
    for what, sentence in by_topic.get("several", {}).items():
        answers = re.search(r"\d (of [\d,]+ )?answers", sentence)
        if not answers or f"from at least {int(what[3]):,} people" not in sentence:
            yield f"{what}: {sentence}"


def _of_funnels(by_topic: ByTopic) -> Iterator[str]:
    """The years of the lines, those of the results they are made from, and how many programmes are drawn, are named."""
    for (measure, year, years, drawn), sentence in by_topic.get("funnel", {}).items():
        named = rf"^{int(drawn):,} programmes? (is|are) drawn here, with results that cover {year}\. "
        lines = rf"The lines are for results of {years}, and are made from \d+ programmes with results of \d{{4}}-\d\d"
        if drawn != "0" and not (re.search(named, sentence) and re.search(lines, sentence)):
            yield f"{measure}, {year}: {sentence}"


def _of_plans(by_topic: ByTopic) -> Iterator[str]:
    """No change without a second result, and no difference without a first."""
    for sentence in by_topic.get("plan", {}).values():
        *_, shown, _, again, change, difference = sentence.split(" | ")
        if (shown == "hardly ever" and "point" in difference) or (again == "hardly ever" and "point" in change):
            yield sentence


def _among_others(by_topic: ByTopic) -> Iterator[str]:
    for what, sentence in by_topic["compared"].items():
        verdicts = "stands out:", "does not stand out", "no clear difference"
        stands_out, within, unclear = (words in sentence for words in verdicts)
        few = "too few to say" in sentence
        table, listed = by_topic["table"][what], by_topic["stands_out"].get(what, "")
        agree = (stands_out, within, unclear) == tuple(words in table for words in verdicts)
        same_side = all((side in listed) == (side in sentence) for side in (" more than", " less than"))
        sized = bool(re.search(r"\d+ points? (more|less)", sentence))
        if stands_out + within + unclear + few != 1 or not agree or stands_out != bool(listed):
            yield f"{what}: {sentence} / {table} / {listed}"
        if (listed and not same_side) or (unclear and sized) or (within and not sized):
            yield f"{what}: {sentence} / {listed}"
        own, others = (by_topic.get(topic, {}).get(what, "") for topic in ("result", "others"))
        if unclear and _ranges_are_apart(own, others):
            yield f"{what}: {sentence} / {own} / {others}"


def _ranges_are_apart(sentence: str, other: str) -> bool:
    """Whether the likely ranges of two rates, as they are printed, have no value in common."""
    ranges = [RANGE.search(text) for text in (sentence, other)]
    ends = [[float(end) for end in found.groups()] for found in ranges if found]
    return len(ends) == 2 and (ends[0][0] > ends[1][1] or ends[0][1] < ends[1][0])


RANGE = re.compile(r"likely range (\d+(?:\.\d+)?)% to (\d+(?:\.\d+)?)%")


def _of_gaps(by_topic: ByTopic) -> Iterator[str]:
    for what, sentence in by_topic["gap"].items():
        if "There is no clear gap between" in sentence and re.search(
            "wider|narrower|other way round|higher than", sentence
        ):
            yield f"{what}: {sentence}"


def _of_changes(by_topic: ByTopic) -> Iterator[str]:
    for what, sentence in by_topic["changed"].items():
        if "The last result before it" not in sentence:
            clear = bool(re.search(CLEAR_CHANGE, sentence))
            if clear != (what in by_topic["change"]) or (clear and "no clear change" in sentence):
                yield f"{what}: {sentence} / {by_topic['change'].get(what)}"


@cache
def said_of(releases: Path) -> Said:
    path = current(releases)
    assert path is not None
    with Release(path) as release:
        return list(told(release))


@pytest.mark.slow
@pytest.mark.parametrize("home", ["demo_home", "osmi_home", "nhs_home"])
def test_no_two_sentences_about_one_comparison_contradict(home: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(home)
    said = said_of(settings.releases)
    assert len(said) > 20
    assert contradictions(said) == []


@pytest.mark.slow
def test_wherever_a_result_is_told_of_which_fewer_than_half_answered_stands_what_it_could_be(
    demo_home: Settings,
) -> None:
    """In the table of measures, and in each finding that it stands out or has changed."""
    path = current(demo_home.releases)
    assert path is not None
    told_of_few: list[tuple[str, str]] = []
    with Release(path) as release:
        for who, year in [(who, year) for who, years in release.took_part().items() for year in years]:
            few = release.results_of(who, year).drop_nulls("rate_if_none")
            told_of_few += [("result", sentences.result(row)) for row in few.iter_rows(named=True)]
            for row in release.highlights(who, year, "everybody").to_dicts():
                if row["topic"] in ("stands_out", "change") and row["measure_id"] in few["measure_id"]:
                    told_of_few.append((row["topic"], highlights.highlight_sentences([row])[0]))
    assert {topic for topic, _ in told_of_few} == {"result", "stands_out", "change"}
    assert [told for _, told in told_of_few if "ewer than half answered" not in told or "could be" not in told] == []


def a_random_release(folder: Path, number: int) -> Path:
    """A few programmes, or enough for a funnel, with random rates in four years."""
    dice = random.Random(number)  # noqa: S311  nothing secret hangs on it
    rows = []
    for who in range(11 if number % 5 == 0 else dice.choice((3, 4, 5))):
        for year in YEARS:
            if dice.random() < 0.8:
                for measure in ("asked", "modelled", "trainee_asked"):
                    n = dice.randint(5, 60)
                    rate = min(0.95, max(0.05, dice.gauss(0.5, 0.2)))
                    k = sum(dice.random() < rate for _ in range(n))
                    rows.append((f"p{who}", year, measure, None, n, k))
    registered = programmes(**{f"p{who}": (dice.choice("pq"), "C", None, True) for who in range(14)})
    release_file.build(folder, "2026-01-01-1-aaaaaaaa", frames(holdings(rows, registered)))
    return release_file.put_in_place(folder, "2026-01-01-1-aaaaaaaa")


@pytest.mark.slow
def test_no_two_sentences_of_random_releases_contradict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The contract is not asked here: it would take half of the time.
    monkeypatch.setattr(release_file, "_check", lambda _: None)
    topics: set[str] = set()
    for number in range(RELEASES):
        with Release(a_random_release(tmp_path / str(number), number)) as release:
            said = list(told(release))
        assert contradictions(said) == [], number
        topics |= {topic for (topic, *_), _ in said}
        assert not [sentence for _, sentence in said if bad_words(sentence)], number
    assert topics >= {"gap", "stands_out", "change", "compared", "changed", "scope", "funnel", "several", "plan"}


@pytest.mark.parametrize(
    "told_so",
    [
        [
            (("table", "p", "2024-25", "m"), "−20 points (likely range −35 to −5 points), no verdict"),
            (("scope", "p", "2024-25", "x"), "Nothing stands out from all other programmes."),
        ],
        [
            (("changed", "p", "2024-25", "m"), "2024-25: … There is no earlier result to compare it with."),
            (("scope", "p", "2024-25", "x"), "Nothing has clearly changed since the results before."),
        ],
        [
            (("table", "p", "2024-25", "m"), "no clear difference"),
            (("compared", "p", "2024-25", "m"), "There is no clear difference from the other programmes."),
            (("scope", "p", "2024-25", "x"), "Whether anything stands out could not be looked at."),
        ],
        [
            (("table", "p", "2024-25", "m"), "−20 points, no verdict"),
            (
                ("compared", "p", "2024-25", "m"),
                "There are too few to say whether a result stands out.",
            ),
            (("found", "p", "2024-25", "m"), "A difference of about 31 points would be found four times in five."),
        ],
        [
            (("table", "p", "2024-25", "m"), "no clear difference"),
            (("compared", "p", "2024-25", "m"), "There is no clear difference from the other programmes."),
            (("result", "p", "2024-25", "m"), "3 of 14 trainees (21%, likely range 8% to 48%) feel ready."),
            (("others", "p", "2024-25", "m"), "The others together: 318 of 510 (62%, likely range 55% to 70%)."),
        ],
        [
            (("table", "p", "2024-25", "m"), "does not stand out: 41 points less (likely range 14 to 57 points)"),
            (("compared", "p", "2024-25", "m"), "There is no clear difference from the other programmes."),
        ],
        [(("several", "p", "2024-25", "m", "11", "sentence"), "14 of 31 trainees (45%), 2022-23 to 2024-25.")],
        [(("funnel", "m", "2024-25", "2022-23 to 2024-25", "23"), "1 result is compared here, and none stands out.")],
        [(("plan", "0"), "staff | sensitive | 4 | hardly ever | hardly ever | hardly ever | none | about 43 points")],
        [(("plan", "0"), "staff | sensitive | 4 | after 9 years | hardly ever | hardly ever | about 80 points | none")],
    ],
)
def test_each_contradiction_is_noticed(told_so: Said) -> None:
    assert contradictions(told_so)


# ---- words ----


def bad_words(text: str) -> list[str]:
    return [match.group(0) for shape in OUT for match in re.finditer(shape, text, re.IGNORECASE)]


@pytest.mark.parametrize(
    "sentence",
    [
        "That is above what is mostly to be expected.",
        "45\u00a0% of them",
        "45 % of them",
        "1 points more",
        "2 point more",
        "The two cannot be told apart.",
        "29 points less (0 to 52)",
    ],
)
def test_what_is_out_is_recognised(sentence: str) -> None:
    assert bad_words(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("home", ["demo_home", "osmi_home", "nhs_home"])
def test_no_sentence_of_a_release_has_a_word_that_is_out(home: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(home)
    assert [(what, sentence) for what, sentence in said_of(settings.releases) if bad_words(sentence)] == []


def test_no_text_of_the_dashboard_has_a_word_that_is_out() -> None:
    """As it stands in the code, with the comments of the code."""
    found = {
        f"{path.name}: {words}"
        for path in sorted((PROJECT / "dashboard").rglob("*.py"))
        for words in bad_words(path.read_text(encoding="utf-8"))
    }
    assert not found


# ---- how hard they are to read ----

MODULES = (about, across_programmes, comparison, gap, over_time, plan, sentences, report_wording)


def syllables(word: str) -> int:
    """About how many: groups of vowels, a silent e left out."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith("le") and groups > 1
    silent = (
        silent or (word.endswith("es") and groups > 1) or (word.endswith("ed") and not word.endswith(("ted", "ded")))
    )
    return max(1, groups - silent)


def reading_age(text: str) -> float:
    """The age at which a text is understood, by the grade of Kincaid and others (1975) and five years."""
    parts = [part for part in re.split(r"[.!?:;]\s+|[.!?:;]$", text) if re.search("[a-z]", part)]
    words = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + 5


def running_texts() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and len(value.split()) >= 25:
                yield f"{module.__name__}.{name}", value
    yield "glossary", " ".join(meaning for _, meaning in glossary.GLOSSARY)


@pytest.mark.parametrize(("name", "text"), list(running_texts()), ids=lambda value: value if len(value) < 60 else "")
def test_running_text_asks_for_a_reading_age_of_at_most_14(name: str, text: str) -> None:
    assert reading_age(text) <= OLDEST, (name, round(reading_age(text), 1))


def test_the_reading_age_tells_hard_text_from_easy() -> None:
    assert reading_age("The cat sat on the mat. It was warm. We let it be.") < 8
    hard = "Notwithstanding considerable methodological heterogeneity, associations necessarily remain observational."
    assert reading_age(hard) > 18
