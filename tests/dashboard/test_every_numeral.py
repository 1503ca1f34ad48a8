"""Every number on screen is in the release: the numerals of every page are taken, and each is looked for there."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from google.protobuf.message import Message
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from dashboard.charts import base as charts
from dashboard.components import controls, overview, tables
from dashboard.components.markdown_escape import literally
from dashboard.release.reader import Release, current
from dashboard.release.ready_queries import READY_QUERIES
from dashboard.report.field import field_report
from dashboard.report.report import report
from dashboard.report.sheet import sheet
from dashboard.wording import about, comparison, frame, numbers
from dashboard.wording import sentences as wording
from pipelines.settings import Settings
from tests.dashboard.numerals import Known, read
from tests.dashboard.test_pages import PAGES, Opener, open_page, opened  # noqa: F401  opened is a fixture
from tests.thorough import EVERYTHING

pytestmark = pytest.mark.slow

COVERED = sorted(set(PAGES) - {"upload", *frame.STEWARD_PAGES})
"""Steward pages show the store and the Upload page a file: see their own tests. Of the Data page all but the rows of a
query, which are rows of the release."""

CONSTANTS = {
    "95 of 100 such ranges": "what a likely range is",
    "between \N{MINUS SIGN}1 and 1": "what a correlation can be",
    "Near 1 the": "what a correlation can be",
    "near \N{MINUS SIGN}1 one": "what a correlation can be",
    "116 123": "a telephone number",
    "From 0% to 100%": "what a rate can be",
    "from 0% below to 100% above": "what a rate can be",
    "In 2022-23 nine people answer": "an example of the rule",
    "In 2023-24 one more answers": "an example of the rule",
    "In 2024-25 twelve people answer": "an example of the rule",
    "as one result: 11 of 22.": "an example of the rule",
    "DuckDB from version 1.2 on": "the format of the file",
    "longer than 10 seconds": "what a query may take",
    "more than 1,000 rows": "what a query may take",
    **{query.sql: "SQL, which is shown and run as it stands" for query in READY_QUERIES},
}
"""What the wording itself says in numerals, and why it may."""

ADDRESSES = [
    {"programme": "demo-alder", "year": "2025-26", "measure": "talks_with_trainees"},
    {"programme": "demo-alder", "year": "2023-24", "measure": "shared_with_supervisor"},
    {"programme": "demo-elm", "year": "2025-26", "measure": "safe_to_share"},
    {"programme": "demo-elm", "year": "2024-25", "measure": "staff_has_lived_experience"},
    {"programme": "demo-cedar", "year": "2022-23", "measure": "had_training_to_respond"},
    {"programme": "demo-cedar", "year": "2023-24", "measure": "staff_shared_with_colleague"},
    {"programme": "demo-ash", "year": "2020-21", "measure": "free_to_choose"},
    {"programme": "demo-yew", "year": "2020-21", "measure": "told_supervisor"},
    {"programme": "not named", "year": "2025-26", "measure": "expects_trainees_to_talk"},
]
STYLE = re.compile("<style>.*?</style>|<script type=.application/ld.json.>.*?</script>", re.DOTALL)
"""What a page looks like is not what it says, nor what programs read of it; nor are tags, which `Known` takes out."""
WORDS_OF_A_CHART = {"text", "hovertext", "hovertemplate", "texttemplate", "customdata", "name", "title"}
NOT_SHOWN = {"page", "page_script_hash", "query_string"} | {
    "id",
    "element_id",
    "form_id",
    "url",
    "deferred_file_id",
    "config",
    "spec",
    "icon",
    "group_id",
}
"""Fields of what the server sends that nobody reads; a chart's spec is read by itself."""


@cache
def known(releases: Path) -> Known:
    return Known(read(releases), [*CONSTANTS, *comments(releases)])


def comments(releases: Path) -> list[str]:
    """What the file says of its own tables and columns: the codebook shows it."""
    with Release(current(releases) or releases) as release:
        columns = pl.concat(release.columns_of(name) for name in release.relations())
        return [literally(comment) for comment in [*release.relations().values(), *columns["comment"]]]


def said(app: AppTest) -> Iterator[str]:
    """Everything a page says: texts, options, labels, cells, what stands in and beside charts, and their alt texts."""
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield from _strings(proto)
        if node.type == "plotly_chart":
            yield from _chart(json.loads(node.proto.spec))
        if node.type in {"table", "dataframe", "arrow_table", "arrow_data_frame"}:
            yield from map(str, node.value.columns)
            yield from map(str, node.value.to_numpy().ravel())


def _strings(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name in NOT_SHOWN:
            continue
        for one in value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]:
            if isinstance(one, str):
                yield STYLE.sub(" ", one)
            elif isinstance(one, Message):
                yield from _strings(one)


def _chart(spec: dict[str, Any]) -> Iterator[str]:
    for trace in spec["data"]:
        assert trace.get("hoverinfo") in {"text", "none", "skip"}, "a browser must not make numbers of its own"
    layout = {name: value for name, value in spec["layout"].items() if name != "template"}
    yield from _words(spec["data"])
    yield from _words(layout)


def _words(part: object, *, shown: bool = False) -> Iterator[str]:
    if isinstance(part, str):
        if shown:
            yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _words(value, shown=name in WORDS_OF_A_CHART)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value, shown=shown)
    elif shown and isinstance(part, int | float) and not isinstance(part, bool):
        yield str(part)


def unknown(app: AppTest, allowed: Known) -> list[str]:
    return [f"{numeral!r} in {text[:300]!r}" for text in said(app) for numeral in allowed.unknown(text)]


LOOKED_AT = [
    (page, address)
    for at, page in enumerate(COVERED)
    for number, address in enumerate(ADDRESSES)
    if EVERYTHING or (at + number) % 2 == 0
]
"""By default each page is looked at with every second address, and the next page with the others."""


@pytest.fixture
def allowed(demo_home: Settings) -> Known:
    return known(demo_home.releases)


def with_a_code(home: Settings, address: dict[str, str]) -> dict[str, str]:
    """An address of an unnamed programme has the code it was given."""
    code = read(home.releases)["programme"].filter(~pl.col("named"))["programme_id"].sort()[0]
    return address | ({"programme": code} if address["programme"] == "not named" else {})


@pytest.mark.parametrize(
    ("page", "address"), LOOKED_AT, ids=lambda it: it if isinstance(it, str) else "-".join(it.values())
)
def test_every_numeral_on_a_page_is_in_the_release(
    demo_home: Settings,
    opened: Opener,  # noqa: F811
    allowed: Known,
    page: str,
    address: dict[str, str],
) -> None:
    assert not unknown(opened(page, **with_a_code(demo_home, address)), allowed)


def test_every_numeral_is_in_the_release_for_every_measure(
    demo_home: Settings,
    opened: Opener,  # noqa: F811
    allowed: Known,
) -> None:
    app = opened("compare", programme="demo-rowan", year="2024-25")
    for measure, title in read(demo_home.releases)["measure"].select("measure_id", "title").iter_rows():
        app.query_params["measure"] = measure
        assert app.run().title[0].value == title
        assert not unknown(app, allowed)


def test_every_numeral_is_in_the_release_of_real_counts_with_thousands(
    nhs_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The axis shows where the data are, and says that its ends are out of sight."""
    ends = ("0% is out of sight", "100% is out of sight")
    allowed = Known(read(nhs_home.releases), [*CONSTANTS, *ends])
    for page in ("overview", "compare", "field"):
        app = open_page(nhs_home.home, monkeypatch, page, measure="stress", year="2021-22", programme="NDJ")
        everything = "".join(said(app))
        assert "," in everything
        assert (page == "compare") == all(end in everything for end in ends)
        assert not unknown(app, allowed)


AT_THE_FOOT = re.compile(r"page \d+ of \d+\b")
"""Which page of a document it is, as every document says."""
PRINTED = "from 0% to 100%"
"""What a rate can be, as a document says it."""


def documents(release: Release, programme: str, year: str) -> Iterator[bytes]:
    """All that is printed of a programme and year, and of the field."""
    yield report(release, programme, year)
    yield field_report(release)
    for group in release.people():
        yield sheet(release, programme, year, group)


def unknown_in(document: bytes, allowed: Known) -> list[str]:
    """The numerals of a PDF that its release does not hold. Lines of a page are read as one text."""
    pages = (" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(document)).pages)
    return [numeral for page in pages for numeral in allowed.unknown(AT_THE_FOOT.sub(" ", page))]


@pytest.fixture
def printable(demo_home: Settings) -> Known:
    return Known(read(demo_home.releases), [*CONSTANTS, PRINTED])


@pytest.mark.parametrize("address", [ADDRESSES[0], ADDRESSES[-1]], ids=lambda address: address["programme"])
def test_every_numeral_in_a_document_is_in_the_release(
    demo_home: Settings, printable: Known, address: dict[str, str]
) -> None:
    whose = with_a_code(demo_home, address)
    with Release(current(demo_home.releases) or demo_home.releases) as release:
        for document in documents(release, whose["programme"], whose["year"]):
            assert not unknown_in(document, printable)


def test_a_number_in_a_document_that_is_not_in_the_release_is_found(
    demo_home: Settings, printable: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "share", lambda *_: "4,711 of 9,999")
    monkeypatch.setattr(about, "thresholds", lambda _: "At least 4,712 people.")
    with Release(current(demo_home.releases) or demo_home.releases) as release:
        found = unknown_in(sheet(release, "demo-alder", "2025-26", "trainee"), printable)
    assert any(numeral.startswith("4,711 of 9,999") for numeral in found)
    assert "4,712" in found


def test_no_constant_is_allowed_that_no_page_says(opened: Opener) -> None:  # noqa: F811
    everything = "\n".join(text for page in COVERED for text in said(opened(page, **ADDRESSES[0])))
    assert not [constant for constant in CONSTANTS if constant not in everything]


def test_what_is_collected_holds_all_that_a_page_says(opened: Opener) -> None:  # noqa: F811
    """A text, a caption, a cell, a label of an axis, a hover text, an alt text, an option, a download."""
    everything = "\n".join(said(opened("compare", **ADDRESSES[0])))
    for words in (
        "This programme: ",
        "Asked of supervisors and tutors",
        "clinical psychology",
        "all together",
        "Alder (invented): ",
        "each programme's result with its interval",
        "2021-22",
        "Table as CSV",
    ):
        assert words in everything


def more_in_a_table(*given: Any, original: Callable[..., pl.DataFrame]) -> pl.DataFrame:
    return original(*given).with_columns(pl.lit("4,711").alias("More"))


MUTATIONS = {
    "a sentence": ("overview", wording, "HOW_TO_READ", "There are 4,711 people."),
    "a caption": ("compare", wording, "direction", lambda _: "More is better by 4711."),
    "a sum of two results": (
        "overview",
        wording,
        "share",
        lambda row, *_: f"{row['affirmative'] * 2} of {row['respondents'] * 2}",
    ),
    "one more on one side": (
        "compare",
        comparison,
        "pair",
        lambda row, prefix="", pair=comparison.pair: pair(
            {**row, f"{prefix}affirmative": row[f"{prefix}affirmative"] + 1}, prefix
        ),
    ),
    "a rate cut instead of rounded": (
        "compare",
        numbers,
        "percent",
        lambda rate, *_: str(int(rate * 100)),
    ),
    "differences without a sign": (
        "change",
        numbers,
        "points",
        lambda difference, points=numbers.points: points(abs(difference)),
    ),
    "a difference of its own": ("compare", comparison, "in_points", lambda *_: "4711 points"),
    "a year nobody has": ("compare", wording, "together", lambda _: ", 2031-32"),
    "a count of its own": ("compare", wording, "withheld_sentence", lambda _: "4,711 results are suppressed."),
    "how many programmes": ("compare", comparison, "part_of", lambda some, every: f"{some * 100} of the {every}"),
    "an alt text": ("compare", wording, "compare_alt", lambda _: "4711 programmes."),
    "a hover text": ("compare", charts, "programme_hover", lambda rows: ["4,711"] * rows.height),
    "a label in a chart": ("overview", wording, "short", lambda _: "4,711 of 9,999"),
    "a cell": ("compare", tables, "programmes", partial(more_in_a_table, original=tables.programmes)),
    "a date": ("about", about, "release_sentence", lambda _: "Published on 23 November 2031."),
    "a threshold": ("about", about, "thresholds", lambda _: "At least 4711 people."),
    "the rule": ("about", about, "rule", lambda _: ["At least 4711 people."]),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_number_that_is_not_in_the_release_is_found(
    opened: Opener,  # noqa: F811
    allowed: Known,
    monkeypatch: pytest.MonkeyPatch,
    mutation: str,
) -> None:
    page, module, name, changed = MUTATIONS[mutation]
    for keeper in (controls, overview):  # what was made once would be shown again, unchanged
        monkeypatch.setattr(keeper, "made_once", lambda _, make: make())
    monkeypatch.setattr(module, name, changed)
    assert unknown(opened(page, **ADDRESSES[0]), allowed)


RELEASE = {
    "result": pl.DataFrame(
        {
            "result_id": [77],
            "measure_id": ["asked_2"],
            "first_year": ["2024-25"],
            "affirmative": [1_014],
            "respondents": [2_231],
            "invited": [3_000],
            "rate": [0.4545],
            "rate_low": [0.29],
            "rate_high": [0.9999],
            "difference": [-0.155],
            "difference_low": [-0.2949],
            "difference_high": [-0.001],
            "correlation": [-0.456],
        }
    ).with_columns(pl.date(2024, 9, 1).alias("since"))
}


@pytest.mark.parametrize(
    "text",
    [
        "1,014 of 2,231 people (45%, likely range 29% to over\xa099%), 2024-25.",
        "1\xa0014 of 2\u202f231 and 2231 of 3,000 invited",
        "45.5% or 45% of asked 2",
        "−16 points (likely range −29 to 0 points) is 16 points less (likely range less than 1 to 29 points)",
        "since September 2024, on 1 September 2024, 2024-09-01",
        "−0.46 or −0.5",
        "in2gr8mentalhealth",
        "<span style='font-size:11px'>45%</span>",
    ],
)
def test_what_a_release_allows_is_known(text: str) -> None:
    assert Known(RELEASE).unknown(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1,014 of 2,231 (45%, likely range 29% to 99%)", ["1,014 of 2,231 (45%, likely range 29% to 99%"]),
        ("1,015 of 2,231", ["1,015 of 2,231"]),
        ("2,231 and 2,232", ["2,232"]),
        ("46%", ["46%"]),
        ("−16 points (likely range −29 to −1 points)", ["−16 points (likely range −29 to −1 points"]),
        ("16 points less (likely range 1 to 29 points)", ["16 points less (likely range 1 to 29 points"]),
        ("15 points", ["15 points"]),
        ("2023-24", ["2023-24"]),
        ("October 2024", ["2024"]),
        ("0.46", ["0.46"]),
        ("77", ["77"]),  # a key of the release is no number about anything
        ("1,014.5", ["1,014.5"]),
        ("0.1.0", ["0.1.0"]),
        ("1,014 of 2,231 programmes", ["1,014 of 2,231 programmes"]),  # those are people
        ("1,014 of 2,231 invited", ["1,014 of 2,231 invited"]),
    ],
)
def test_what_a_release_does_not_hold_is_unknown(text: str, left: list[str]) -> None:
    assert Known(RELEASE).unknown(text) == left
