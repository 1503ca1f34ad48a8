"""Each sentence of the report that no page has."""

from datetime import date
from typing import Any

from dashboard.report import wording
from tests.dashboard.wording.test_sentences import a_result


def a_programme(**given: Any) -> dict[str, Any]:
    return {
        "programme_id": "programme-12ab",
        "programme_name": "Alder",
        "profession": "clinical_psychology",
        "country": "Exampleland",
        "region": "North",
    } | given


def test_a_report_says_what_it_is_about() -> None:
    assert wording.title(a_programme(), "2024-25") == "Openness report: Alder, 2024-25"
    assert wording.about_programme(a_programme(), "2024-25") == (
        "Clinical psychology · North, Exampleland · academic year 2024-25"
    )
    assert "· Exampleland ·" in wording.about_programme(a_programme(region=None), "2024-25")
    assert wording.footer(a_programme(), "2024-25", {"release_id": "2026-11-22-1"}) == (
        "Alder · 2024-25 · release 2026-11-22-1"
    )


def test_a_code_in_the_place_of_a_name_is_explained() -> None:
    assert wording.unnamed(a_programme()) == ""
    assert "not named" in wording.unnamed(a_programme(programme_name=None))
    assert wording.title(a_programme(programme_name=None), "2024-25").endswith(": programme-12ab, 2024-25")


def test_a_chart_is_told_by_its_points() -> None:
    alone = a_result(rate_low=0.29, rate_high=0.62, comparator_rate=None)
    beside = alone | {"comparator_rate": 0.41, "comparator_rate_low": 0.35, "comparator_rate_high": 0.46}
    assert wording.chart_alt([alone]) == "Has been open: 45%, likely range 29% to 62%."
    assert wording.chart_alt([beside, a_result(status="suppressed")]) == (
        "Has been open: 45%, likely range 29% to 62%; comparable programmes 41%, likely range 35% to 46%. "
        "Has been open: suppressed for now."
    )


def test_each_reason_for_a_missing_number_is_told_once() -> None:
    assert wording.withheld_sentences([a_result()]) == []
    suppressed = [a_result(status="suppressed"), a_result(status="suppressed", title="Safe to share")]
    assert wording.withheld_sentences([a_result(status="not_collected", title="Asked"), *suppressed]) == [
        f"{wording.WITHHELD['suppressed']} Has been open (supervisors and tutors); Safe to share "
        "(supervisors and tutors).",
        f"{wording.WITHHELD['not_collected']} Asked (supervisors and tutors).",
    ]


def test_a_support_item_says_since_when_if_that_is_known() -> None:
    item = {"title": "Written policy", "since": date(2018, 3, 1)}
    assert wording.support_line(item) == "Written policy (since March 2018)"
    assert wording.support_line(item | {"since": None}) == "Written policy"


def test_what_is_set_side_by_side_is_said_in_the_words_of_the_catalogue() -> None:
    words = {"subject": "what staff do", "principle": "It is a choice."}
    assert wording.purpose(words) == "What staff do, side by side. It is a choice."
    neutral = wording.purpose({"subject": None, "principle": None})
    assert neutral == "What was asked, programme by programme, side by side. Nobody is ranked."
