"""The documentation tells what the rule costs: what is published of real data, and of invented programmes by size."""

from itertools import product

import polars as pl
import pytest

from pipelines.disclosure.audit import reach
from pipelines.disclosure.ledger import YEAR_KEYS, Ledger
from pipelines.disclosure.rule import Part, Thresholds, enough, published
from pipelines.disclosure.waiting_lists import SUBMISSION_KEYS, advance
from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from pipelines.settings import Settings
from pipelines.store.records import Holdings
from pipelines.store.store import Store
from tests.benchmarks import publishing_at_size
from tests.benchmarks.published_by_size import SIZES, Reach, by_first_edition, by_second_edition, invented, table
from tests.factories import PROJECT
from tests.reference import first_edition

PAGE = (PROJECT / "docs" / "what-is-published.md").read_text(encoding="utf-8")
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("home", ["demo_home", "nhs_home", "osmi_home"])
def test_the_page_tells_how_many_answers_are_published(home: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(home)
    with Store(settings.store, read_only=True) as store:
        holdings, catalogue = store.holdings(), store.everything_asked(load_catalogue(settings.catalogue))
    told, seen = reach(holdings.ledger), int(holdings.ledger.seen["respondents"].sum())
    alone, counted = answers_alone(holdings.ledger, catalogue), published_if_answers_counted(holdings, catalogue)
    numbers = seen, told.published, told.over_several_years, seen - told.published, alone, counted
    assert f"| {' | '.join(f'{number:,}' for number in numbers)} |" in PAGE


def published_if_answers_counted(holdings: Holdings, catalogue: Catalogue) -> int:
    """What the rule's first edition would have published: that of people who answer once. Nothing was taken back."""
    measures, none = (
        catalogue.measure_frame.with_columns(longest_stay=pl.lit(1, pl.Int64)),
        holdings.contributions.clear(),
    )
    overridden = none.select(*YEAR_KEYS, "submission_id", "respondents", "affirmative")
    return reach(
        Ledger.empty()
        + advance(
            Ledger.empty(),
            holdings.contributions,
            measures,
            1,
            overridden.select(SUBMISSION_KEYS),
            overridden,
            overridden.select("programme_id", publishing="respondents"),
        )
    ).published


def answers_alone(ledger: Ledger, catalogue: Catalogue) -> int:
    """What would be published if every year stood alone. No command tells it: it depends on what is withheld."""
    tiers = catalogue.measure_frame.select("measure_id", "minimum_respondents", "minimum_each_side")
    alone = ledger.seen.join(tiers, on="measure_id").filter(enough(pl.col("respondents"), pl.col("affirmative")))
    return int(alone["respondents"].sum())


def test_the_table_by_the_size_of_programmes_is_what_its_command_says() -> None:
    lines = table()
    assert "\n".join(lines) in PAGE
    without_the_question = [f"|{line.split('|', 2)[2]}" for line in lines if line.startswith("| ordinary |")]
    assert "\n".join(without_the_question) in README


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("question", ["ordinary", "sensitive"])
def test_more_is_published_the_shorter_people_stay_and_most_where_answers_are_counted(
    question: str, size: tuple[int, int]
) -> None:
    answers = invented(*size, programmes=200)
    by_stay: list[Reach] = [by_second_edition(question, answers, stay) for stay in (None, 4, 2, 1)]
    assert sorted(by_stay, key=lambda shown: shown.answers) == by_stay
    assert by_stay[-1] == by_first_edition(question, answers)


@pytest.mark.parametrize("tier", [(3, 2), (5, 3), (6, 2)])
def test_counting_answers_is_counting_people_who_answer_once(tier: tuple[int, int]) -> None:
    """So the first edition's rule stands in the second: for people who stay one year."""
    thresholds = Thresholds(*tier, 1)
    decided = 0
    for length, largest in ((1, 12), (2, 8), (3, 6), (4, 3)):
        for sizes in product(range(1, largest + 1), repeat=length):
            parts = tuple(Part(n, (year,), 0, n) for year, n in enumerate(sizes))
            shown = first_edition.published(sizes, *tier)
            possible = shown | first_edition.waiting(sizes, *tier)
            totals = [total for total in range(sum(sizes) + 1) if possible >> total & 1]
            assert [bool(shown >> k & 1) for k in totals] == [published(parts, k, thresholds) for k in totals]
            decided += len(totals)
    assert decided


def test_the_benchmark_at_size_runs_and_the_attacker_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    publishing_at_size.main(programmes=3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "870 counts of 3 programmes"
    assert "he finds 0" in lines
