"""The site that anybody can host: every numeral is in the release, every text literal, nothing is from elsewhere."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import polars as pl
import pytest

from dashboard.release.reader import Release, current
from dashboard.release.ready_queries import READY_QUERIES
from dashboard.site import site as whole_site
from dashboard.site.site import files
from dashboard.wording import field as wording_field
from dashboard.wording import site as wording
from dashboard.wording.sentences import NOTHING_SHOWN
from pipelines.errors import Refused
from pipelines.progress import quiet
from pipelines.release.publishing import publish
from pipelines.settings import Settings
from pipelines.store.store import Store
from tests.dashboard.numerals import Known, read
from tests.dashboard.site.test_duckdb_wasm import package
from tests.dashboard.test_every_numeral import CONSTANTS
from tests.factories import NOW, a_file, counts_csv, first_catalogue, loaded, programmes_csv
from tests.hostile_catalogue import NOWHERE, SIGNS

pytestmark = pytest.mark.slow

Site = Mapping[str, bytes]
SAID = {"alt", "title", "aria-label"}
"""Attributes that people hear or read; those that begin with `data-` hold what the script says, and two limits."""
LIMITS = {"data-seconds", "data-rows"}
AXIS = re.compile(r'<text class="axis".*?</text>')
"""What an axis goes from and to is what a rate can be."""
NOT_READ = {"script", "style"}


class Page(HTMLParser):
    """A page: its tags with their attributes, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.within = tag
        self.said += [
            value or "" for name, value in attrs if name in SAID or (name.startswith("data-") and name not in LIMITS)
        ]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within not in NOT_READ:
            self.said.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def made(home: Settings, wasm: Path | None = None) -> Site:
    path = current(home.releases)
    assert path
    with Release(path) as release:
        return dict(files(release, wasm, quiet))


def pages(site: Site) -> dict[str, Page]:
    return {name: Page(content.decode()) for name, content in site.items() if name.endswith(".html")}


def pictures(site: Site) -> Iterator[Page]:
    for name, content in site.items():
        if name.endswith(".svg"):
            yield Page(AXIS.sub("", content.decode()))


@pytest.fixture(scope="module")
def demo_site(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made(demo_home, package(tmp_path_factory.mktemp("package")))


@pytest.fixture(scope="module")
def hostile_site(hostile_home: Settings) -> Site:
    return made(hostile_home)


def unknown(site: Site, allowed: Known) -> list[str]:
    said = (text for page in (*pages(site).values(), *pictures(site)) for text in page.said)
    return [f"{numeral!r} in {text[:200]!r}" for text in said for numeral in allowed.unknown(text)]


def known(home: Settings) -> Known:
    with Release(current(home.releases) or home.releases) as release:
        columns = pl.concat(release.columns_of(name) for name in release.relations())
        comments = [*release.relations().values(), *columns["comment"]]
    return Known(read(home.releases), [*CONSTANTS, "first 1,000 rows", *comments])


def test_every_numeral_is_in_the_release(demo_home: Settings, demo_site: Site) -> None:
    assert not unknown(demo_site, known(demo_home))


def test_a_numeral_that_is_not_in_the_release_is_found(demo_home: Settings, demo_site: Site) -> None:
    name = "programmes/demo-alder.html"
    changed = demo_site[name].replace(b"supervisors and tutors (", b"supervisors and tutors, and 4,711 others (", 1)
    assert changed != demo_site[name]
    assert unknown({name: changed}, known(demo_home))


def test_every_numeral_is_in_the_release_of_real_counts_with_thousands(nhs_home: Settings) -> None:
    path = current(nhs_home.releases)
    assert path
    with Release(path) as release:
        some = dict(islice(files(release, None, quiet), 90))
    assert len(pages(some)) > 20
    assert not unknown(some, known(nhs_home))


def test_every_programme_has_a_page_with_a_picture_and_a_table(demo_home: Settings, demo_site: Site) -> None:
    with Release(current(demo_home.releases) or demo_home.releases) as release:
        took_part, names = release.took_part(), release.programmes()["programme_id"].to_list()
    told = pages(demo_site)
    for name in took_part:
        page = told[f"programmes/{name}.html"]
        assert page.all("img"), name
        assert page.all("caption"), name
    links = [page["href"] for page in told["index.html"].all("a") if "programmes/" in (page["href"] or "")]
    assert links == [f"programmes/{name}.html" for name in names]  # in alphabetical order, and not by result


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two programmes of which nothing of the latest year can be shown; of the first an earlier year can."""
    folder, catalogue = tmp_path_factory.mktemp("small"), first_catalogue()
    counts = [("aa", "2023-24", 30, 15), ("aa", "2024-25", 9, 4), ("bb", "2024-25", 9, 4)]
    rows = [(programme, year, "safe_to_share", n, k) for programme, year, n, k in counts]
    with Store(folder / "store.duckdb") as store:
        loaded(store, a_file(folder, programmes_csv("aa", "bb"), "programmes.csv"), "programmes", catalogue)
        loaded(store, a_file(folder, counts_csv(*rows)), "counts", catalogue)
        publish(store, catalogue, folder / "releases", now=NOW, published_by="tester")
    return made(Settings(home=folder))


@pytest.mark.parametrize(("programme", "years", "drawn"), [("aa", ["2024-25", "2023-24"], 1), ("bb", ["2024-25"], 0)])
def test_where_nothing_of_the_latest_year_can_be_shown_it_is_said_and_an_earlier_one_told(
    small_site: Site, programme: str, years: list[str], drawn: int
) -> None:
    page = pages(small_site)[f"programmes/{programme}.html"]
    assert [text[:7] for text in page.said if text.endswith(": what was found")] == years
    assert sum(NOTHING_SHOWN in text for text in page.said) == 1
    assert len(page.all("img")) == len(page.all("table")) == drawn


def test_a_field_without_figures_says_so_and_draws_nothing(small_site: Site) -> None:
    page = pages(small_site)["field.html"]
    assert wording_field.NOTHING in page.said
    assert not page.all("img")


def test_every_link_and_picture_leads_to_a_file_of_the_site(demo_site: Site) -> None:
    for name, page in pages(demo_site).items():
        addresses = [tag.get("href") or tag.get("src") or "" for tag in page.all("a", "link", "img", "script")]
        for address in filter(None, addresses):
            parts = urlsplit(address)
            assert not parts.scheme, (name, address)
            if parts.path:
                assert normpath(join(dirname(name), unquote(parts.path))) in demo_site, (name, address)
            else:
                assert parts.fragment in {tag.get("id") for _, tag in page.tags}, (name, address)


def test_no_page_but_that_for_sql_runs_a_script_or_asks_for_more_than_files_of_the_site(demo_site: Site) -> None:
    for name, page in pages(demo_site).items():
        [policy] = [tag["content"] or "" for tag in page.all("meta") if "http-equiv" in tag]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        scripts = [tag for tag in page.all("script") if tag.get("type") != "application/ld+json"]
        assert [tag.get("src") for tag in scripts] == (["sql.js"] if name == "sql.html" else [])
        assert ("script-src" in policy) == (name == "sql.html")
        assert not re.search(r"https?:|unsafe-inline|'unsafe-eval'|\*", policy)
        assert not [tag for _, tag in page.tags if any(key.startswith("on") or key == "style" for key in tag)]


def test_a_site_without_duckdb_wasm_has_its_queries_and_says_that_they_do_not_run(hostile_site: Site) -> None:
    page = pages(hostile_site)["sql.html"]
    assert wording.NO_SQL in page.said
    assert [query.sql for query in READY_QUERIES if query.sql not in page.said] == []
    assert not page.all("button", "textarea", "script")
    assert not [name for name in hostile_site if "duckdb-wasm" in name or name.endswith(".js")]


def test_no_text_of_a_catalogue_becomes_more_than_words(hostile_site: Site, demo_site: Site) -> None:
    usual = {tag for page in pages(demo_site).values() for tag, _ in page.tags}
    for name, page in pages(hostile_site).items():
        assert {tag for tag, _ in page.tags} <= usual, name
        assert not page.all("b")
        assert not [tag for _, tag in page.tags if NOWHERE in (tag.get("href") or tag.get("src") or "")]
    assert any(all(sign in text for sign in SIGNS) for text in pages(hostile_site)["about.html"].said)
    assert not [tag for picture in pictures(hostile_site) for tag in picture.all("b", "a", "image", "script")]


def test_structured_data_cannot_end_its_element(hostile_site: Site) -> None:
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', hostile_site["data.html"].decode())
    assert "<" not in block
    assert block.endswith("}")


def test_the_release_is_given_away_as_it_is(demo_home: Settings, demo_site: Site) -> None:
    path = current(demo_home.releases)
    assert path
    assert demo_site["release.duckdb"] == path.read_bytes()
    assert {"release-csv.zip", "release-parquet.zip", "release.xlsx", "release-ddi.xml", "codebook.md"} <= {*demo_site}


@pytest.mark.parametrize("name", ["../../x", "a/b", "a.b", "", ".x", "<b>"])
def test_an_id_that_could_lead_out_of_the_folder_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="cannot be the name of a file"):
        whole_site._address(name)
