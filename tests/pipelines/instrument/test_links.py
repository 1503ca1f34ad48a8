"""A link to a policy is a page that everybody can open, of a programme that is named, and points at nobody."""

from pathlib import Path

import pytest

from pipelines.findings import Finding
from pipelines.instrument.public_address import HAS_USER, LONGEST_ADDRESS, what_to_change
from tests.factories import a_catalogue, checked

CATALOGUE = a_catalogue(
    support_item=[
        {"id": "policy", "kind": "policy", "title": "Policy"},
        {"id": "reviewed", "kind": "policy", "title": "Reviewed"}
        | {"computed": {"item": "policy", "date": "reviewed_on", "months": 24}},
        {"id": "example", "kind": "culture", "title": "Example", "personal": True},
    ]
)
HEADINGS = "programme_id,academic_year,item_id,status,evidence_url"
KNOWN = {"programmes": frozenset({"P1", "P2"}), "named": frozenset({"P1"})}


def rules(folder: Path, row: str, **context: frozenset[str]) -> list[str]:
    return [found.rule for found in checked(folder, "support", f"{HEADINGS}\n{row}\n", CATALOGUE, **context).findings]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.site.ac.uk/policy",
        "https://site.org",
        "https://Site.Org/",
        "https://a-b.site.co.uk/a/b_c~d.pdf;x=1",
        "https://xn--bcher-kva.de/%C3%BC",
        "https://local.site.org/localhost",
        "https://site.org/" + "a" * (LONGEST_ADDRESS - 17),
    ],
)
def test_the_address_of_a_public_page_is_accepted(tmp_path: Path, address: str) -> None:
    assert rules(tmp_path, f"P1,2024-25,policy,in_place,{address}") == []


@pytest.mark.parametrize(
    "address",
    [
        "http://www.site.ac.uk/policy",
        "ftp://site.org",
        "javascript:alert(1)",
        "site.org/policy",
        "https://site",
        "https://site.org?x=1",
        "https://site.org/a?b",
        "https://site.org/#part",
        "https://user@site.org/",
        "https://user:word@site.org/",
        "https://site.org:8443/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://0x7f.0.0.1/",
        "https://localhost/",
        "https://server.local/policy",
        "https://SERVER.LOCAL",
        "https://wiki.internal/policy",
        "https://router.home.arpa/",
        "https://site.org./",
        "https://-site.org/",
        "https://site..org/",
        "https://site.org\\@other.org/",
        "https://site.org/a b",
        "https://site.org/[x](y)",
        "https://site.org/<b>",
        "https://site.org/%zz",
        "https://sité.org/",
        "https://site.org/" + "a" * (LONGEST_ADDRESS - 16),
    ],
)
def test_any_other_address_is_refused(tmp_path: Path, address: str) -> None:
    (rule,) = rules(tmp_path, f"P1,2024-25,policy,in_place,{address}")
    assert rule == "public_address"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://WWW.Site.ac.uk/Policy", "https://www.site.ac.uk/Policy"),
        ("Https://SITE.ORG", "https://site.org"),
        ("https://site.org/A/B", "https://site.org/A/B"),
    ],
)
def test_capitals_mean_nothing_before_the_path(tmp_path: Path, written: str, kept: str) -> None:
    text = f"{HEADINGS}\nP1,2024-25,policy,in_place,{written}\n"
    found = checked(tmp_path, "support", text, CATALOGUE)
    assert found.findings == ()
    assert found.rows["evidence_url"].to_list() == [kept]


@pytest.mark.parametrize("address", ["https://user@site.org/", "https://user:word@site.org/", "HTTPS://User@site.org"])
def test_a_link_with_a_user_is_told_as_such_and_not_repeated(tmp_path: Path, address: str) -> None:
    finding = told(tmp_path, address)
    assert finding.what == HAS_USER
    assert "between https:// and “@”" in finding.fix
    assert "user@" not in str(finding).lower()
    assert "word@" not in str(finding)


def test_an_address_of_mail_is_still_told_as_one(tmp_path: Path) -> None:
    finding = told(tmp_path, "somebody@site.org")
    assert finding.rule == "personal_value"
    assert "an e-mail address" in finding.what


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://site.org/", "does not begin with https://"),
        ("https://site.org:8443/", "a port: “:8443”"),
        ("https://127.0.0.1/", "the number of a machine"),
        ("https://2130706433/", "the number of a machine"),
        ("https://0x7f.0.0.1/", "the number of a machine"),
        ("https://[::1]/", "the number of a machine"),
        ("https://sité.org/", "writes such a name with xn--"),
        ("https://site.org./", "ends with a full stop"),
        ("https://site/", "only within a network"),
        ("https://LOCALHOST/", "only within a network"),
        ("https://server.local/policy", "only within a network"),
        ("https://-site.org/", "not the name of a site"),
        ("https://site.org/a?b=c", "Leave out “?”"),
        ("https://site.org?b=c", "Leave out “?”"),
        ("https://site.org/a#b", "Leave out “#”"),
        ("https://site.org\\@other.org/", "signs that an address does not have"),
        ("https://site.org/a b", "signs that an address does not have"),
        ("https://site.org/a\N{RIGHT-TO-LEFT OVERRIDE}b", "signs that an address does not have"),
        ("https://site.org/" + "a" * LONGEST_ADDRESS, "longer than 500 characters"),
    ],
    ids=lambda text: text[:40],
)
def test_it_is_said_what_is_wrong_with_an_address(address: str, why: str) -> None:
    assert why in what_to_change(address)


def told(folder: Path, address: str) -> Finding:
    """What is found about this link."""
    text = f"{HEADINGS}\nP1,2024-25,policy,in_place,{address}\n"
    [finding] = checked(folder, "support", text, CATALOGUE).findings
    return finding


def test_a_link_is_refused_of_a_programme_that_is_not_named(tmp_path: Path) -> None:
    row = "2024-25,policy,in_place,https://site.org/"
    assert rules(tmp_path, f"P1,{row}", **KNOWN) == []
    assert rules(tmp_path, f"P2,{row}", **KNOWN) == ["evidence_of_named"]
    assert rules(tmp_path, "P2,2024-25,policy,in_place,", **KNOWN) == []


def test_a_programme_that_nobody_registered_is_told_that_and_no_more(tmp_path: Path) -> None:
    assert rules(tmp_path, "P3,2024-25,policy,in_place,https://site.org/", **KNOWN) == ["registered"]


def test_what_points_at_somebody_takes_no_link(tmp_path: Path) -> None:
    assert rules(tmp_path, "P1,2024-25,example,in_place,https://site.org/") == ["evidence_of_nobody"]
    assert rules(tmp_path, "P1,2024-25,example,in_place,") == []


def test_a_status_that_is_worked_out_is_not_given(tmp_path: Path) -> None:
    text = f"{HEADINGS}\nP1,2024-25,reviewed,in_place,\n"
    (finding,) = checked(tmp_path, "support", text, CATALOGUE).findings
    assert finding.rule == "computed_item"
    assert "reviewed follows from reviewed_on of policy" in finding.expected
