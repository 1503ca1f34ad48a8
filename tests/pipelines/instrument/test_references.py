"""What the questions rest on is linked at publishers, DOIs, universities and public bodies only."""

from urllib.parse import urlsplit

import pytest

from pipelines.instrument.catalogue import Catalogue
from tests.factories import first_catalogue, shipped_catalogue

KINDS = {
    "DOI": ("doi.org",),
    "publisher": (
        "www.cambridge.org",
        "www.emerald.com",
        "psychiatryonline.org",
        "www.rcpjournals.org",
        "bps.org.uk",  # the British Psychological Society
    ),
    "university": (".ac.uk", ".edu", ".edu.au"),
    "public body": (
        "pmc.ncbi.nlm.nih.gov",  # the library of the National Institutes of Health
        "hcpc-uk.org",
        "nmc.org.uk",
        "www.gmc-uk.org",
        "www.oiahe.org.uk",  # the Office of the Independent Adjudicator for Higher Education
        ".gov.uk",
        ".nhs.uk",
    ),
}
"""Whose pages are linked. An ending that begins with a full stop is given only to bodies of that kind."""


def kind_of(link: str) -> str | None:
    """What kind of body publishes a page; None where it is none of those that are linked."""
    host = urlsplit(link).hostname or ""
    for kind, hosts in KINDS.items():
        if any(host.endswith(name) if name.startswith(".") else host == name for name in hosts):
            return kind
    return None


@pytest.mark.parametrize("catalogue", [first_catalogue(), shipped_catalogue()], ids=["first", "second"])
def test_every_link_of_the_instrument_goes_to_one_of_these(catalogue: Catalogue) -> None:
    strangers = [entry.id for entry in catalogue.reference if entry.url and kind_of(entry.url) is None]
    assert strangers == []


def test_a_reference_whose_doi_was_seen_and_that_has_no_other_page_is_linked_by_it() -> None:
    for entry in shipped_catalogue().reference:
        if entry.url and kind_of(entry.url) == "DOI":
            assert entry.url == f"https://doi.org/{entry.doi}", entry.id


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://doi.org/10.1000/x", "DOI"),
        ("https://doi.org.other.com/10.1000/x", None),
        ("https://blogs.ucl.ac.uk/a", "university"),
        ("https://notac.uk/a", None),
        ("https://www.gmc-uk.org/a", "public body"),
        ("https://www.somebody.com/a", None),
    ],
)
def test_a_kind_is_told_by_the_whole_name_of_the_host(link: str, kind: str | None) -> None:
    assert kind_of(link) == kind
