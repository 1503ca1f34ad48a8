"""Everything that a survey needs around it, filled in as far as the catalogue knows, and pushing nobody."""

import io
import re
import tomllib
from html import unescape
from typing import Any
from zipfile import ZipFile

import pytest

from pipelines.documents.survey_files import TOOLS
from pipelines.documents.survey_pack import WORDS, Asking, only_in_english, pack
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.entry import filled_in
from pipelines.instrument.pack_words import FILLED_IN
from tests.factories import a_catalogue, a_measure, shipped_catalogue

PUSHING = r"\b(?:must|should|please (?:share|tell|answer|take part)|encourage|important|help us|honest|brave|urge)\b"
CATALOGUE = shipped_catalogue()
ALL = pack(CATALOGUE, "alder", "2025-26", "2026-27")


def texts(content: bytes = ALL) -> dict[str, str]:
    """What each text says, without the marks of a page."""
    with ZipFile(io.BytesIO(content)) as zipped:
        names = [name for name in zipped.namelist() if name.endswith((".txt", ".html")) and "for-" not in name]
        read = {name: zipped.read(name).decode() for name in names}
    plain = {name: unescape(re.sub(r"<[^>]+>", " ", text.split("</style>")[-1])) for name, text in read.items()}
    return {name: " ".join(text.split()) for name, text in plain.items()}


def names(content: bytes) -> set[str]:
    with ZipFile(io.BytesIO(content)) as zipped:
        return {*zipped.namelist()}


def test_everything_is_there_for_each_group() -> None:
    for group in ("staff", "trainee"):
        mine = {name.removeprefix(f"{group}/") for name in names(ALL) if name.startswith(f"{group}/")}
        assert mine == {
            "invitation.txt",
            "reminder-1.txt",
            "reminder-2.txt",
            "information-sheet.html",
            "privacy-notice.html",
            "questionnaire.pdf",
            "questionnaire.html",
            *(f"for-{tool}{entry.ending}" for tool, entry in TOOLS.items()),
        }
    assert {"start-here.html", "templates/cohorts.xlsx", "templates/trainee_responses.xlsx"} <= names(ALL)


@pytest.mark.parametrize("group", ["staff", "trainee"])
@pytest.mark.parametrize("text", ["invitation.txt", "reminder-1.txt", "reminder-2.txt", "information-sheet.html"])
def test_each_text_says_that_it_is_voluntary_and_who_sees_single_answers(group: str, text: str) -> None:
    said = texts()[f"{group}/{text}"]
    assert "Taking part is voluntary. You may leave out any question, or stop, without a reason" in said
    assert "Single answers are seen by [name" in said
    assert f"does not teach, supervise, mark or assess {CATALOGUE.people(group)}" in said  # type: ignore[arg-type]
    assert not re.search(PUSHING, said.casefold()), text
    assert "{" not in said


def test_somebody_who_assesses_nobody_is_to_see_single_answers_and_the_days_are_said() -> None:
    said = texts()["start-here.html"]
    assert "Choose somebody who does not assess those who are asked" in said
    assert said.index("First day") < said.index("first reminder") < said.index("second and last reminder")
    assert all(entry.steps in said for entry in TOOLS.values())


def test_a_privacy_notice_says_what_leaves_the_programme_and_has_places_to_fill() -> None:
    said = texts()["trainee/privacy-notice.html"]
    assert "counts alone, or the file of answers, which is counted when it comes in and not kept" in said
    assert "leave out the question “Which year of your training are you in?”, and every other question" in said
    assert said.count("[") > 5


def test_no_text_says_that_no_file_is_sent_or_that_no_tool_keeps_a_time() -> None:
    said = texts()
    for text in ("information-sheet", "privacy-notice"):
        assert "the file of answers, which is counted when it comes in" in said[f"trainee/{text}.html"]
    assert "gets no answers" not in said["trainee/information-sheet.html"]
    assert "Some tools keep a time, or a running number, beside the answers." in said["trainee/privacy-notice.html"]
    assert "no time" not in said["trainee/privacy-notice.html"]


def test_what_happens_to_answers_of_a_page_that_is_closed_is_for_the_programme_to_say() -> None:
    said = texts()
    assert "[say whether the survey tool keeps what was answered so far]" in said["trainee/information-sheet.html"]
    assert "Leave out whatever you wish. Your other answers still count." in said["trainee/questionnaire.html"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("staff/information-sheet.html", "more personal"),
        ("staff/privacy-notice.html", "more personal"),
        ("staff/questionnaire.html", "more personal"),
        ("start-here.html", "more personal"),
        ("start-here.html", "support.xlsx"),
    ],
)
def test_what_an_instrument_has_not_is_not_spoken_of(text: str, sentence: str) -> None:
    plain = texts(pack(a_catalogue(), "alder", "2025-26", "2026-27"))
    assert sentence in texts()[text]
    assert sentence not in plain[text]
    assert "{" not in plain[text]
    assert "openness" not in plain["staff/privacy-notice.html"]


def test_only_a_subgroup_that_is_asked_for_can_be_left_out() -> None:
    alone = a_catalogue(group=[{"id": "staff", "people": "singers", "person": "singer"}])
    plain = texts(pack(alone, "alder", "2025-26", "2026-27"))["staff/privacy-notice.html"]
    assert "You can leave out every question." in plain
    assert "You can leave out the question “" in texts()["staff/privacy-notice.html"]


def test_only_who_is_asked_has_texts() -> None:
    found = names(pack(a_catalogue(), "alder", "2025-26", "2026-27"))
    assert any(name.startswith("staff/") for name in found)
    assert not any(name.startswith("trainee/") or "trainee" in name or "support" in name for name in found)


def test_the_same_catalogue_gives_the_same_bytes() -> None:
    assert pack(CATALOGUE, "alder", "2025-26", "2026-27") == ALL


@pytest.mark.parametrize(("programme", "year"), [("a", "2025-26"), ("alder", "2025-27"), ("../alder", "2025-26")])
def test_what_can_be_no_programme_or_year_is_refused(programme: str, year: str) -> None:
    with pytest.raises(Refused):
        pack(CATALOGUE, programme, year, "2026-27")


# ---- in another language ----

IN_WELSH = {
    "who_sees": "Gwelir gan [enw]. Nid yw'n asesu {people}.",
    "invitation": "{title} {people} {about} {voluntary} {anonymous} {who_sees} [dolen]",
    "reminder": "{reminder}: {people} {voluntary} {who_sees} {last}",
    "reminders": {"Cyntaf": "", "Olaf": "Dyna'r cyfan."},
    "information": {
        "Beth yw hyn?": "{about} {title} {people} {year}",
        "Rhaid?": "{voluntary} {help} {who_sees} {rule}",
    },
    "privacy": {"Pwy?": "{who_sees}", "Beth?": "{rule}"},
}


def welsh(**pack_words: Any) -> Catalogue:
    """A catalogue with one question in Welsh, and these texts around it."""
    words = {"voluntary_lead": "You choose", "voluntary_lead_cy": "Eich dewis chi", "voluntary_cy": "Mae'n wirfoddol."}
    return a_catalogue(a_measure(question_cy="Diogel?"), questionnaire=words, pack={"cy": pack_words})


def test_texts_that_the_catalogue_has_in_a_language_are_in_it_and_the_questions_too() -> None:
    made = pack(welsh(**IN_WELSH), "alder", "2025-26", "2026-27", Asking("cy"))
    said = texts(made)
    assert "Mae'n wirfoddol." in said["staff/invitation.txt"]
    assert said["staff/reminder-2.txt"].startswith("Olaf: ")
    assert said["staff/information-sheet.html"].count("Mae'n wirfoddol.") == 1
    assert "Diogel?" in said["staff/questionnaire.html"]
    assert "Taking part is voluntary" not in said["staff/invitation.txt"]
    with ZipFile(io.BytesIO(made)) as zipped:
        assert b'<html lang="cy">' in zipped.read("staff/information-sheet.html")
        assert b'<html lang="en">' in zipped.read("start-here.html")
    assert only_in_english(welsh(**IN_WELSH), "cy") == ()


SHEETS = "staff/information-sheet.html", "staff/privacy-notice.html"


def titles(catalogue: Catalogue, language: str | None) -> list[str]:
    """What each sheet says at its top."""
    with ZipFile(io.BytesIO(pack(catalogue, "alder", "2025-26", "2026-27", Asking(language)))) as zipped:
        return [re.findall("<title>(.*?)</title>", zipped.read(name).decode())[0] for name in SHEETS]


def test_no_two_sheets_have_the_same_title() -> None:
    named = {"information_title": "Gwybodaeth", "privacy_title": "Preifatrwydd"}
    assert titles(welsh(**IN_WELSH), "cy") == [
        "Beth yw hyn? Test: supervisors and tutors, 2025-26",
        "Pwy? Test: supervisors and tutors, 2025-26",
    ]
    assert titles(welsh(**IN_WELSH, **named), "cy") == [
        "Gwybodaeth. Test: supervisors and tutors, 2025-26",
        "Preifatrwydd. Test: supervisors and tutors, 2025-26",
    ]
    only_title = {"who_sees": IN_WELSH["who_sees"], **named}
    assert titles(welsh(**only_title), "cy") == titles(a_catalogue(), None)
    assert titles(a_catalogue(), None) == [
        "Information. Test: supervisors and tutors, 2025-26",
        "Privacy. Test: supervisors and tutors, 2025-26",
    ]


def in_forms(forms: dict[str, str], **questionnaire: str) -> Catalogue:
    """A catalogue whose people stand in two forms of their own in Welsh."""
    group = {"id": "staff", "people": "tutors", "person": "tutor", "people_cy": "tiwtoriaid", "people_forms_cy": forms}
    texts = {name: IN_WELSH[name] for name in ("who_sees", "information", "privacy")}
    invited = IN_WELSH["invitation"].replace("{people}", "Annwyl {people_after}")  # type: ignore[attr-defined]
    return a_catalogue(
        group=[group],
        pack={"cy": {**texts, "invitation": invited}},
        questionnaire={"people_cy": "Cwestiynau i {people_to}", **questionnaire},
    )


def test_people_stand_in_the_form_that_the_sentence_needs() -> None:
    made = texts(
        pack(in_forms({"to": "diwtoriaid", "after": "Diwtoriaid"}), "alder", "2025-26", "2026-27", Asking("cy"))
    )
    assert "Annwyl Diwtoriaid" in made["staff/invitation.txt"]
    assert "Nid yw'n asesu tiwtoriaid" in made["staff/invitation.txt"]
    assert "Cwestiynau i diwtoriaid" in made["staff/questionnaire.html"]


def test_a_form_of_the_people_that_a_group_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="so give after in people_forms_cy of staff"):
        in_forms({"to": "diwtoriaid"})
    with pytest.raises(ValueError, match="so give for in people_forms of staff"):
        in_forms({"to": "diwtoriaid", "after": "Diwtoriaid"}, people="Asked of {people_for}")


def test_a_text_that_it_has_not_is_in_english_throughout_and_told() -> None:
    without = welsh(who_sees=IN_WELSH["who_sees"])
    said = texts(pack(without, "alder", "2025-26", "2026-27", Asking("cy")))
    assert "Taking part is voluntary." in said["staff/invitation.txt"]
    assert "Single answers are seen by [name" in said["staff/invitation.txt"]
    assert "Mae'n" not in said["staff/invitation.txt"]
    assert only_in_english(without, "cy") == ("invitation", "reminder", "information", "privacy")
    assert only_in_english(CATALOGUE, None) == ()


def test_a_language_that_the_catalogue_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="no texts in the language fr"):
        pack(welsh(**IN_WELSH), "alder", "2025-26", "2026-27", Asking("fr"))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"invitation": "Dear {people}"}, "invitation must have about, anonymous, people, title, voluntary, who_sees"),
        ({"privacy": {"Pwy?": "{who_sees} {rule} {name}"}}, "privacy must have rule, who_sees in braces, and nothing"),
        ({"who_sees": "{people"}, "who_sees must have people"),
        ({"reminders": None}, "give reminder and reminders, or neither"),
    ],
)
def test_a_text_that_leaves_out_what_has_to_be_known_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        welsh(**IN_WELSH | changed)


def test_our_texts_have_what_is_asked_of_others() -> None:
    ours = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    for name, wanted in FILLED_IN.items():
        found = filled_in([ours[name]] if isinstance(ours[name], str) else ours[name].values())
        allowed = {"title", "leaves", "hard", "collected", "leave_out"}
        assert wanted - {"help"} <= (found or set()) <= wanted | allowed, name
