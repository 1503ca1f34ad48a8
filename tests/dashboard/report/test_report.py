"""The report as a board gets it: read back from the PDF, and held against the release."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from dashboard.release.reader import Release, current
from dashboard.report import wording as wording_report
from dashboard.report.report import content, report
from dashboard.wording import about as wording_about
from dashboard.wording import comparison as wording_comparison
from dashboard.wording import gap as wording_gap
from dashboard.wording import sentences as wording
from dashboard.wording.highlights import NOTHING
from dashboard.wording.sentences import BY_CHANCE
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.factories import NOW, a_file, counts_csv, first_catalogue, loaded

pytestmark = pytest.mark.slow

Count = tuple[str, str, str, int, int]
Small = Callable[..., Release]


@pytest.fixture
def release(demo_home: Settings) -> Iterator[Release]:
    yield from _opened(demo_home.releases)


@pytest.fixture
def small(store: Store, tmp_path: Path) -> Small:
    """A release of one programme, aa, with these counts."""

    def published(*counts: Count, name: str = "Aa", named: str = "yes") -> Release:
        header = "programme_id,programme_name,profession,country,region,named"
        programmes = f"{header}\naa,Aa,psychology,Country,,{named}\n"
        catalogue, releases = first_catalogue(), tmp_path / "home" / "releases"
        loaded(store, a_file(tmp_path, programmes, "programmes.csv"), "programmes", catalogue)
        with store._transaction() as cursor:  # whatever the contract says of names now
            cursor.execute("UPDATE programme SET programme_name = ?", [name])
        loaded(store, a_file(tmp_path, counts_csv(*counts), "counts.csv"), "counts", catalogue)
        publish(store, catalogue, releases, now=NOW, published_by="tester")
        return next(_opened(releases))

    return published


def _opened(releases: Path) -> Iterator[Release]:
    path = current(releases)
    assert path is not None
    yield Release(path)


def text_of(pdf: bytes) -> str:
    """Everything the report says, with its line breaks and no-break spaces as blanks."""
    return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def plain(text: str) -> str:
    return " ".join(text.replace("-\n", "-").split())


def tagged(pdf: bytes, kind: str) -> list[Any]:
    """The structure elements of a kind, in reading order."""

    def elements(node: Any) -> Iterator[Any]:
        below = node.get("/K", [])
        for child in below if isinstance(below, list) else [below]:
            element = child.get_object()
            if isinstance(element, dict) and "/S" in element:
                yield element
                yield from elements(element)

    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return [element for element in elements(root["/StructTreeRoot"]) if element["/S"] == f"/{kind}"]


# ---- what it says ----


def test_the_numbers_and_sentences_are_those_of_the_release(release: Release) -> None:
    programme, year = "demo-alder", "2025-26"
    said = text_of(report(release, programme, year))
    for row in release.results_of(programme, year).iter_rows(named=True):
        assert row["title"] in said
        assert plain(wording.result(row)) in said
        assert wording.response(row) in said
        if row["kind"]:
            assert plain(wording_comparison.comparator(row)) in said
            assert plain(wording_comparison.verdict(row)) in said
    for question in release.questions_for(programme, year)["text"]:
        assert plain(question) in said
    for item in release.support_of(programme, year).iter_rows(named=True):
        assert plain(wording_report.support_line(item)) in said
    about = release.about()
    assert plain(wording_about.release_sentence(about)) in said
    assert plain(wording_about.thresholds(about)) in said
    assert "Samaritans (116 123" in str(release.instrument()["help"])
    assert plain(wording_about.where_help_is(release.instrument())) in said


def test_the_gap_comes_first_in_the_words_of_the_page(release: Release) -> None:
    rows = {row["measure_id"]: row for row in release.results_of("demo-alder", "2025-26").iter_rows(named=True)}
    said = text_of(report(release, "demo-alder", "2025-26"))
    for pair in release.gaps("demo-alder", "2025-26", "everybody").iter_rows(named=True):
        sentence = wording_gap.gap_sentence(rows[pair["expected"]], rows[pair["modelled"]], pair, "everybody")
        assert 0 < said.index(plain(sentence)) < said.index("Staff openness What supervisors")


def test_points_and_intervals_stand_where_the_release_says(release: Release) -> None:
    results = release.results_of("demo-alder", "2025-26")
    by_title = {row["title"]: row for row in results.iter_rows(named=True)}
    pillars = content(release, "demo-alder", "2025-26")["pillars"]
    lines = [line for pillar in pillars for kind in pillar["kinds"] for line in kind["lines"]]
    assert len(lines) == results.height
    for line in lines:
        row = by_title[line["title"]]
        published = row["status"] == "published"
        assert line["own"] == ([row["rate_low"], row["rate"], row["rate_high"]] if published else None)
        assert (line["others"] is None) == (row["kind"] is None)


def test_what_stands_out_and_what_has_changed_are_the_sentences_of_overview(release: Release) -> None:
    said = content(release, "demo-alder", "2025-26")["highlights"]
    change = (
        "“Would tell a supervisor: past difficulty” (trainees): 18 points less than in 2024-25 (likely range 2 to 33 "
        "points)."
    )
    assert change in said
    assert "“Trained to respond” (supervisors and tutors) has risen over 5 results, from 2021-22 to 2025-26." in said
    assert any(
        sentence.startswith("“Staff talk with trainees” (supervisors and tutors) stands out:") for sentence in said
    )
    assert BY_CHANCE in said


def test_a_trend_is_told_only_in_the_year_it_leads_up_to(release: Release) -> None:
    trends = [
        sum("has risen" in sentence for sentence in content(release, "demo-alder", year)["highlights"])
        for year in ("2024-25", "2025-26")
    ]
    assert trends[0] < trends[1]


def test_years_taken_together_are_named(release: Release) -> None:
    assert "2022-23 to 2024-25" in text_of(report(release, "demo-alder", "2024-25"))


def test_the_release_and_the_year_stand_at_the_foot_of_every_page(release: Release) -> None:
    pages = PdfReader(BytesIO(report(release, "demo-alder", "2025-26"))).pages
    foot = f"Alder (invented) · 2025-26 · release {release.about()['release_id']}"
    assert all(foot in plain(page.extract_text()) for page in pages)


def test_a_programme_that_is_not_named_shows_its_code(release: Release) -> None:
    [code, *_] = [one for one in release.took_part() if one.startswith("programme-")]
    said = text_of(report(release, code, "2025-26"))
    assert said.startswith(f"OPENNESS REPORT {code} ")
    assert "This programme is not named" in said
    for unnamed in ("birch", "larch", "oak"):
        assert unnamed not in said.lower()


def test_nothing_is_judged_or_ranked(release: Release) -> None:
    said = text_of(report(release, "demo-alder", "2025-26")).lower()
    for word in ("better", "worse than", "best", "rank ", " league", "target of", "much_lower"):
        assert word not in said


# ---- programmes with little to show ----


def test_where_nothing_could_be_looked_at_that_is_said_and_why(small: Small) -> None:
    release = small(("aa", "2024-25", "safe_to_share", 20, 8))
    said = text_of(report(release, "aa", "2024-25"))
    assert "8 of 20 (40%, likely range 22% to 61%)" in said
    assert "Whether anything stands out from all other programmes could not be looked at. Of 1 measure" in said
    assert "1 has no earlier result." in said
    assert not [nothing for nothing in NOTHING.values() if nothing in said]
    assert "There is nothing to set side by side" not in said
    assert "nothing to set side by side" in said  # neither side of a gap was sent


def test_what_is_suppressed_is_as_visible_as_what_is_shown(small: Small) -> None:
    suppressed = ("aa", "2024-25", "safe_to_share", 9, 4), ("aa", "2024-25", "free_to_choose", 30, 30)
    release = small(*suppressed, ("aa", "2024-25", "aware_of_support", 20, 8))
    said = text_of(report(release, "aa", "2024-25"))
    reason = "Suppressed for now: too few people stand behind it, or too few on one side."
    assert f"{reason} Safe to share (trainees); Free to choose (trainees)." in said
    assert said.count(reason) == 1
    assert len(tagged(report(release, "aa", "2024-25"), "Figure")) == 1  # of the one that is shown


def test_a_side_of_the_gap_that_is_suppressed_is_drawn_as_nothing(small: Small) -> None:
    release = small(("aa", "2024-25", "expects_openness", 20, 14), ("aa", "2024-25", "models_openness", 9, 4))
    [first, *_] = tagged(report(release, "aa", "2024-25"), "Figure")
    assert plain(first["/Alt"]) == (
        "Expects trainees to be open: 70%, likely range 48% to 85%. Has been open with trainees: suppressed for now."
    )


# ---- how it is made ----


def test_two_to_six_pages_whatever_the_programme(release: Release) -> None:
    for programme, years in release.took_part().items():
        for year in {years[0], years[-1]}:
            pages = len(PdfReader(BytesIO(report(release, programme, year))).pages)
            assert 2 <= pages <= 6, (programme, year)


def test_it_is_tagged_for_those_who_listen_to_it(release: Release) -> None:
    pdf = report(release, "demo-alder", "2025-26")
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Openness report: Alder (invented), 2025-26"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert len(tagged(pdf, "Table")) == release.pillars().height
    assert len(tagged(pdf, "H1")) >= 7
    assert tagged(pdf, "TH")


def test_every_chart_is_told_in_words(release: Release) -> None:
    results = release.results_of("demo-alder", "2025-26")
    published = [row for row in results.iter_rows(named=True) if row["status"] == "published"]
    told = [plain(figure["/Alt"]) for figure in tagged(report(release, "demo-alder", "2025-26"), "Figure")]
    assert len(told) == 2 + len(published)
    assert set(told[2:]) == {plain(wording_report.chart_alt([row])) for row in published}


def test_every_font_is_embedded(release: Release) -> None:
    for page in PdfReader(BytesIO(report(release, "demo-alder", "2025-26"))).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            [descendant] = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_same_release_gives_the_same_bytes(release: Release) -> None:
    assert report(release, "demo-alder", "2025-26") == report(release, "demo-alder", "2025-26")


@pytest.mark.parametrize(
    "name",
    ['#import "x"', "@d #panic() // e = - + %s", "https://example.org", "a -- b ... 'c' #d.e(1)"],
)
def test_a_name_is_text_and_never_markup(small: Small, name: str) -> None:
    pdf = report(small(("aa", "2024-25", "safe_to_share", 20, 8), name=name), "aa", "2024-25")
    assert text_of(pdf).startswith(f"OPENNESS REPORT {plain(name)} Psychology")
    metadata = PdfReader(BytesIO(pdf)).metadata
    assert metadata is not None
    assert metadata.title == f"Openness report: {name}, 2024-25"


def test_a_name_no_font_can_write_is_no_reason_to_have_no_report(small: Small) -> None:
    """PDF/UA allows no character without a glyph. U+10FFFD is one no font has."""
    pdf = report(small(("aa", "2024-25", "safe_to_share", 20, 8), name="Ä Ω \U0010fffd"), "aa", "2024-25")
    assert text_of(pdf).startswith("OPENNESS REPORT Ä Ω □ Psychology")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
