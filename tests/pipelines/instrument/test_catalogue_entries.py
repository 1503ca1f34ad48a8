"""What the second edition brought: sets, terms, successors, code lists, references, computed items, translations."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.instrument.catalogue import Catalogue
from pipelines.intake.catalogue_file import load_catalogue
from tests.factories import FIRST_EDITION, PROJECT, a_catalogue, a_measure, first_catalogue, shared, shipped_catalogue

UP = {"direction": "up"}
ITEM = {"id": "policy", "kind": "policy", "title": "Policy"}
SET = {"id": "told", "stem": "Told …?"}
BENCHMARK = {"value": 0.5, "n": 20, "population": "P", "source": "S", "remark": "R"}
REFERENCE = {"id": "seen_2020", "cite": "Somebody 2020.", "seen": "abstract"}
TERM = {"id": "share", "groups": ["staff"], "text": "To share is to tell."}


def a_row(measure_id: str, **given: Any) -> dict[str, Any]:
    return a_measure(measure_id, set="told", row=measure_id, question=f"Told {measure_id}?", **given)


def a_replaced(**given: Any) -> Catalogue:
    return a_catalogue(a_measure(**({"replaces": "earlier", "comparable": False} | given)))


def an_item(**given: Any) -> Catalogue:
    return a_catalogue(a_measure(), support_item=[ITEM, ITEM | {"id": "review"} | given])


def a_gap(*measures: dict[str, Any], **given: Any) -> Catalogue:
    gap = {"id": "difference", "title": "Title", "expected": "asked", "modelled": "other"} | given
    return a_catalogue(*(measures or (a_measure(), a_measure("other"))), gap=[gap])


def side_by_side(second: str = "seen", keys: tuple[str, str] = ("first", "second")) -> Catalogue:
    pair = {"id": "both", "title": "Both", keys[0]: "asked", keys[1]: second}
    return a_catalogue(a_measure(), a_measure("seen", group="trainee"), side_by_side=[pair])


COMPUTED = {"item": "policy", "date": "reviewed_on", "months": 24}

RIGHT: dict[str, Callable[[], Catalogue]] = {
    "a table of two": lambda: a_catalogue(a_row("a"), a_row("b"), set=[SET]),
    "a successor": a_replaced,
    "an item that replaces two": lambda: an_item(replaces=["confidant", "contact"], comparable=False),
    "a computed item": lambda: an_item(computed=COMPUTED),
    "a paired gap": lambda: a_gap(paired=True),
    "two groups in a gap that is not paired": lambda: a_gap(a_measure(), a_measure("other", group="trainee")),
    "both groups side by side": side_by_side,
    "the keys of the first edition": lambda: side_by_side(keys=("staff", "trainee")),
    "a reference": lambda: a_catalogue(a_measure(references=["seen_2020"]), reference=[REFERENCE]),
    "a term": lambda: a_catalogue(a_measure(terms=["share"]), term=[TERM]),
    "a retired measure": lambda: a_catalogue(a_measure(), retired=[{"id": "earlier", "why": "No more."}]),
    "a question to ask wherever it is published": lambda: a_catalogue(
        a_measure(**UP), question=[{"id": "q", "text": "Q?", "measure": "asked", "when": "published"}]
    ),
    "an optional follow-up of an optional question": lambda: a_catalogue(
        a_measure(optional=True), a_measure("b", base="asked", optional=True)
    ),
    "a translation": lambda: a_catalogue(a_measure(question_cy="Cwestiwn?")),
    "words around the questions": lambda: a_catalogue(questionnaire={"version": "Edition {version}"}),
}


@pytest.mark.parametrize("build", RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right_loads(build: Callable[[], Catalogue]) -> None:
    assert isinstance(build(), Catalogue)


WRONG: dict[str, tuple[Callable[[], Catalogue], str]] = {
    "a row without a set": (lambda: a_catalogue(a_measure(row="a")), "give set and row, or neither"),
    "an unknown set": (lambda: a_catalogue(a_row("a"), a_row("b")), "its set told is not a set"),
    "a stem without its dots": (
        lambda: a_catalogue(a_row("a"), a_row("b"), set=[SET | {"stem": "Told?"}]),
        "its stem must have … once",
    ),
    "a question that is not its row": (
        lambda: a_catalogue(a_row("a"), a_row("b") | {"question": "Told?"}, set=[SET]),
        "its question must be the stem of its set with its row: “Told b?”",
    ),
    "a translated question that is not its row": (
        lambda: a_catalogue(
            a_row("a"), a_row("b", row_cy="b", question_cy="Dweud?"), set=[SET | {"stem_cy": "Dweud …?"}]
        ),
        "its question_cy must be the stem of its set with its row: “Dweud b?”",
    ),
    "a table of one": (lambda: a_catalogue(a_row("a"), set=[SET]), "a set needs two measures or more"),
    "a table with different answers": (
        lambda: a_catalogue(a_row("a"), a_row("b", answers=["yes", "no"]), set=[SET]),
        "a and b differ in answers",
    ),
    "a table with different bases": (
        lambda: a_catalogue(a_measure(), a_row("a"), a_row("b", base="asked"), set=[SET]),
        "a and b differ in base",
    ),
    "a table torn apart": (
        lambda: a_catalogue(a_row("a"), a_measure(), a_row("b"), set=[SET]),
        "its measures must follow each other",
    ),
    "a successor that does not say whether comparable": (
        lambda: a_replaced(comparable=None),
        "give replaces and comparable, or neither",
    ),
    "comparable with nothing": (lambda: a_replaced(replaces=None), "give replaces and comparable, or neither"),
    "a successor of what is asked still": (
        lambda: a_replaced(replaces="asked"),
        "it replaces asked, which is a measure still",
    ),
    "two successors": (
        lambda: a_catalogue(
            *(a_measure(name, replaces="earlier", comparable=True) for name in ("asked", "other")),
        ),
        "other replaces earlier as well",
    ),
    "a successor of what is retired": (
        lambda: a_catalogue(
            a_measure(replaces="earlier", comparable=True), retired=[{"id": "earlier", "why": "No more."}]
        ),
        "earlier is retired",
    ),
    "retired and asked": (
        lambda: a_catalogue(a_measure(), retired=[{"id": "asked", "why": "No more."}]),
        "it is retired and asked all the same",
    ),
    "two items that replace the same": (
        lambda: a_catalogue(
            a_measure(),
            support_item=[ITEM | {"id": name, "replaces": ["old"], "comparable": True} for name in ("a", "b")],
        ),
        "b replaces old as well",
    ),
    "a gap that replaces one that is there": (
        lambda: a_gap(replaces="difference", comparable=True),
        "it replaces difference, which is a gap still",
    ),
    "a paired gap between two groups": (
        lambda: a_gap(a_measure(), a_measure("other", group="trainee"), paired=True),
        "it is paired, and its two sides are put to different people",
    ),
    "a measure in two paired gaps": (
        lambda: a_catalogue(
            *(a_measure(measure) for measure in "abc"),
            gap=[
                {"id": f"a_{other}", "title": "Title", "expected": "a", "modelled": other, "paired": True}
                for other in "bc"
            ],
        ),
        "its side a is in another paired gap",
    ),
    "a paired gap of what lies within another measure": (
        lambda: a_gap(a_measure(), a_measure("outer"), a_measure("other", within="outer"), paired=True),
        "its side other lies within outer",
    ),
    "side by side with itself": (lambda: side_by_side("asked"), "both sides are put to the same people"),
    "computed from nothing": (
        lambda: an_item(computed=COMPUTED | {"item": "absent"}),
        "it is computed from absent, which is not a support item",
    ),
    "computed from itself": (
        lambda: an_item(computed=COMPUTED | {"item": "review"}),
        "it is computed from review, which is computed itself",
    ),
    "computed over no month": (lambda: an_item(computed=COMPUTED | {"months": 0}), "greater than or equal to 1"),
    "an unknown reference": (lambda: a_catalogue(a_measure(references=["x"])), "x is not a reference"),
    "an unknown reference of an item": (lambda: an_item(references=["x"]), "x is not a reference"),
    "a reference with half an address": (
        lambda: a_catalogue(reference=[REFERENCE | {"url": "www.site.org"}]),
        "String should match pattern",
    ),
    "an unknown term": (lambda: a_catalogue(a_measure(terms=["x"])), "x is not a term"),
    "a term of another group": (
        lambda: a_catalogue(
            a_measure(terms=["share"]), a_measure("seen", group="trainee"), term=[TERM | {"groups": ["trainee"]}]
        ),
        "its term share is not put to its group",
    ),
    "a term for nobody": (
        lambda: a_catalogue(a_measure(), term=[TERM | {"groups": ["trainee"]}]),
        "nothing is asked of trainees",
    ),
    "a question about an item to ask wherever it is published": (
        lambda: a_catalogue(
            a_measure(),
            support_item=[ITEM],
            question=[{"id": "q", "text": "Q?", "item": "policy", "when": "published"}],
        ),
        "only a question about a measure can have a when",
    ),
    "a follow-up of an optional question": (
        lambda: a_catalogue(a_measure(optional=True), a_measure("b", base="asked")),
        "its base asked is optional, so it must be too",
    ),
    "a benchmark of an unknown profession": (
        lambda: a_catalogue(
            a_measure(benchmark=BENCHMARK | {"professions": ["alchemy"]}), profession=[{"id": "law", "label": "Law"}]
        ),
        "alchemy is not a profession",
    ),
    "a profession of an unknown discipline": (
        lambda: a_catalogue(profession=[{"id": "law", "label": "Law", "discipline": "arts"}]),
        "arts is not a discipline",
    ),
    "a region of an unknown country": (
        lambda: a_catalogue(region=[{"id": "north", "label": "North", "country": "nowhere"}]),
        "nowhere is not a country",
    ),
    "a country twice": (
        lambda: a_catalogue(country=[{"id": "wales", "label": "Wales"}] * 2),
        '"wales" is used twice',
    ),
    "a translation of what nobody asked for": (
        lambda: a_catalogue(a_measure(source_cy="Ffynhonnell")),
        "Extra inputs are not permitted",
    ),
    "a translation of nothing": (
        lambda: a_catalogue(a_measure(row_cy="rhes")),
        "row_cy translates row, which is not there",
    ),
    "a translation in its own table": (
        lambda: a_catalogue(a_measure(translations={"cy": {"question": "Q?"}})),
        "write a translation beside its text",
    ),
    "translated answers that nobody gives": (
        lambda: a_catalogue(answer_words_cy={"perhaps": "efallai"}),
        "answer_words holds perhaps",
    ),
    "translated answers of a question that does not have them": (
        lambda: a_catalogue(a_measure(answer_words_cy={"perhaps": "efallai"})),
        "its answer_words_cy holds perhaps, which is none of its answers",
    ),
    "translated answers that are no table": (
        lambda: a_catalogue(a_measure(answer_words_cy="Oes")),
        "answer_words_cy must be a table",
    ),
    "translated answers that are empty": (
        lambda: a_catalogue(a_measure(answer_words_cy={"yes": ""})),
        "String should have at least 1 character",
    ),
    "a question in a table": (
        lambda: a_catalogue(a_measure(question_cy={"yes": "Oes"})),
        "question_cy must be a text",
    ),
    "words of a question in the catalogue's own language": (
        lambda: a_catalogue(a_measure(answer_words={"yes": "I do"})),
        "Extra inputs are not permitted",
    ),
    "two answers that read the same": (
        lambda: a_catalogue(a_measure(answer_words_cy={"yes": "Nac ydw"}), answer_words_cy={"no": "Nac ydw"}),
        "two of its answers have the same words in cy",
    ),
    "a table whose lines have other words for yes": (
        lambda: a_catalogue(
            a_row("a", answer_words_cy={"yes": "Oes"}), a_row("b"), set=[{"id": "told", "stem": "Told …?"}]
        ),
        "a and b differ in answer_words_cy",
    ),
    "a translated section of nobody": (
        lambda: a_catalogue(
            pillar=[
                {"id": "staff_openness", "title": "T", "section": {"staff": "You"}, "section_cy": {"stafff": "Chi"}}
            ]
        ),
        "section_cy has stafff, which section has not",
    ),
    "words that leave out what is filled in": (
        lambda: a_catalogue(questionnaire={"version": "Edition"}),
        "version must have version in braces",
    ),
    "words that fill in what is not there": (
        lambda: a_catalogue(questionnaire={"closing_cy": "Diolch, {name}."}),
        "closing must have nothing in braces",
    ),
    "words with a brace left open": (
        lambda: a_catalogue(questionnaire={"version": "Edition {version"}),
        "version must have version in braces",
    ),
    "a language that is none": (
        lambda: a_catalogue(
            instrument={"id": "test", "version": "1", "title": "T", "status": "S", "language": "Welsh"}
        ),
        "String should match pattern",
    ),
}


@pytest.mark.parametrize(("build", "reason"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_with_the_reason(build: Callable[[], Catalogue], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        build()
    assert reason in str(caught.value)


# ---- what follows from the keys ----


def test_the_longest_stay_of_a_group_stands_with_its_measures() -> None:
    groups = [
        {"id": "staff", "people": "staff", "person": "member of staff"},
        {"id": "trainee", "people": "trainees", "person": "trainee", "longest_stay": 4},
    ]
    frame = a_catalogue(a_measure(), a_measure("seen", group="trainee"), group=groups).measure_frame
    assert frame["longest_stay"].to_list() == [None, 4]
    assert a_catalogue().measure_frame["longest_stay"].to_list() == [None]


def test_no_in_the_outer_row_counts_for_the_rows_within_where_the_table_says_so() -> None:
    rows = (a_row("anyone"), a_row("peer", within="anyone"))
    with_remark = a_catalogue(*rows, set=[SET | {"remark": "Leave out the others."}])
    assert [with_remark.counted_as_no(measure) for measure in with_remark.measure] == [None, with_remark.measure[0]]
    without = a_catalogue(*rows, set=[SET])
    assert not any(map(without.counted_as_no, without.measure))


# ---- the shipped catalogue is the second edition ----

DEFINED_BY = ("question", "answers", "affirmative", "group", "base", "within")


def test_ids_are_for_ever_a_measure_of_both_editions_means_the_same() -> None:
    first, second = first_catalogue().measures, shipped_catalogue().measures
    kept = first.keys() & second.keys()
    assert len(kept) == 6
    for measure in kept:
        assert [getattr(first[measure], key) for key in DEFINED_BY] == [
            getattr(second[measure], key) for key in DEFINED_BY
        ]


def test_every_measure_of_the_first_edition_is_kept_replaced_or_retired() -> None:
    second = shipped_catalogue()
    known = {*second.measures, *(measure.replaces for measure in second.measure), *(old.id for old in second.retired)}
    assert first_catalogue().measures.keys() - known == set()


def test_what_is_measured_is_what_the_draft_says(tmp_path: Path) -> None:
    draft = load_catalogue(shared("catalogue_v2.toml"))
    shipped = shipped_catalogue()
    assert [*draft.measures] == [*shipped.measures]
    assert [item.id for item in draft.support_item] == [item.id for item in shipped.support_item]


def test_the_first_edition_of_the_demonstration_is_the_first_edition() -> None:
    given = tomllib.loads(shared("catalogue.toml").read_text(encoding="utf-8"))
    kept = tomllib.loads(FIRST_EDITION.read_text(encoding="utf-8"))
    for first, second in zip(given["measure"], kept["measure"], strict=True):
        assert [first.get(key) for key in ("id", *DEFINED_BY)] == [second.get(key) for key in ("id", *DEFINED_BY)]


def test_nothing_is_marked_invented_but_for_the_demonstration() -> None:
    shipped = shipped_catalogue()
    assert [country.id for country in shipped.country if country.invented] == ["exampleland", "samplonia"]
    assert "exampleland" in (PROJECT / "data" / "demo" / "programmes.csv").read_text(encoding="utf-8")
