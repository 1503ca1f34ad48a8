"""A question that changes is another question: what a definition takes in, and what the store refuses."""

import re
from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Dataset
from pipelines.instrument.definitions import definition, differences, is_correction, wording
from pipelines.intake.loading import Rejected, load
from pipelines.release.publishing import publish
from pipelines.store.store import Store
from tests.factories import NOW, a_catalogue, a_file, a_measure, counts_csv, loaded, programmes_csv


def catalogue(version: str = "1", **given: object) -> Catalogue:
    """A question, and one that follows it; `given` is changed in the first."""
    instrument = {"id": "test", "version": version, "title": "Test", "status": "For tests."}
    return a_catalogue(a_measure("asked", **given), a_measure("followed", base="asked"), instrument=instrument)


def defined(given: Catalogue, measure: str = "asked") -> str:
    return definition(given, given.measures[measure])


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Another question?"},
        {"answers": ["yes", "no", "not_sure", "prefer_not_to_say"]},
        {"answers": ["no", "yes", "prefer_not_to_say"]},
        {"affirmative": ["no"]},
    ],
)
def test_what_is_asked_and_counted_changes_the_definition_also_of_what_follows(change: dict[str, object]) -> None:
    assert defined(catalogue(**change)) != defined(catalogue())
    assert defined(catalogue(**change), "followed") != defined(catalogue(), "followed")


@pytest.mark.parametrize("relation", ["base", "within"])
def test_what_a_measure_depends_on_changes_its_definition(relation: str) -> None:
    alone = a_catalogue(a_measure("asked"), a_measure("more"))
    dependent = a_catalogue(a_measure("asked"), a_measure("more", **{relation: "asked"}))
    assert defined(alone, "more") != defined(dependent, "more")


def test_who_is_asked_changes_the_definition() -> None:
    assert defined(a_catalogue(a_measure("asked", group="trainee"))) != defined(a_catalogue(a_measure("asked")))


@pytest.mark.parametrize(
    "change", [{"title": "Another"}, {"source": "Another"}, {"sensitive": False}, {"direction": "up"}]
)
def test_what_does_not_change_the_question_does_not_change_the_definition(change: dict[str, object]) -> None:
    assert defined(catalogue(**change)) == defined(catalogue())


def test_the_order_of_affirmative_answers_does_not_matter() -> None:
    answers = ["yes", "no", "partly"]
    either = [catalogue(answers=answers, affirmative=chosen) for chosen in (["yes", "partly"], ["partly", "yes"])]
    assert defined(either[0]) == defined(either[1])


def test_differences_are_told_one_by_one() -> None:
    before, now = (
        a_catalogue(a_measure("asked", **given)) for given in ({}, {"question": "Else?", "group": "trainee"})
    )
    told = differences(wording(before, before.measures["asked"]), wording(now, now.measures["asked"]))
    assert list(told) == [
        "the question was “Question?” and is “Else?”",
        "who is asked was “staff” and is “trainee”",
    ]


# ---- the store refuses it ----


@pytest.fixture
def _held(store: Store, tmp_path: Path) -> None:
    loaded(store, a_file(tmp_path, programmes_csv("elm")), "programmes", catalogue())
    rows = ("elm", "2023-24", "asked", 12, 6), ("elm", "2023-24", "followed", 6, 3)
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", catalogue())


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("version", ["1", "2"])
def test_a_load_with_a_question_asked_otherwise_is_refused_whatever_the_version(
    store: Store, tmp_path: Path, version: str
) -> None:
    file = a_file(tmp_path, counts_csv(("elm", "2024-25", "asked", 12, 6)))
    with pytest.raises(
        Refused, match=r"asked: the question was “Question\?” and is “Else\?”.*new id.*`replaces`"
    ) as told:
        loaded(store, file, "counts", catalogue(version, question="Else?"))
    assert "followed:" not in str(told.value)
    assert store.answered()["academic_year"].unique().to_list() == ["2023-24"]


@pytest.mark.usefixtures("_held")
def test_to_publish_with_a_question_asked_otherwise_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="asked: the list of answers that count as yes was"):
        publish(store, catalogue(affirmative=["no"]), tmp_path / "home" / "releases", now=NOW, published_by="tester")
    assert store.release_ids() == []


@pytest.mark.usefixtures("_held")
def test_a_base_added_or_taken_away_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="followed: the question it follows was “asked” and is none"):
        store.require_definitions(a_catalogue(a_measure("asked"), a_measure("followed")))


@pytest.mark.usefixtures("_held")
def test_what_the_store_has_no_answers_to_may_be_defined_anew(store: Store, tmp_path: Path) -> None:
    grown = a_catalogue(a_measure("asked"), a_measure("followed", base="asked"), a_measure("new"))
    load(
        a_file(tmp_path, counts_csv(("elm", "2024-25", "new", 12, 6))),
        Dataset.COUNTS,
        grown,
        store,
        submitted_by="tester",
        now=NOW,
    )
    store.require_definitions(a_catalogue(a_measure("asked"), a_measure("followed", base="asked")))


# ---- terms, corrections, and what is asked no more ----


def with_term(text: str, *terms: str, **given: object) -> Catalogue:
    """A question whose words a term explains, if it names the term."""
    term = {"id": "here", "groups": ["staff"], "text": text}
    return a_catalogue(a_measure("asked", terms=terms, **given), term=[term])


@pytest.mark.parametrize(("terms", "same"), [((), True), (("here",), False)])
def test_the_text_of_a_term_belongs_to_the_definition_of_a_measure_that_names_it(
    terms: tuple[str, ...], same: bool
) -> None:
    before, now = with_term("Here is this place.", *terms), with_term("Here is that place.", *terms)
    assert (defined(before) == defined(now)) == same
    told = list(differences(wording(before, before.measures["asked"]), wording(now, now.measures["asked"])))
    assert told == ([] if same else ["the meaning of its words was Here is this place. and is Here is that place."])


@pytest.mark.parametrize(
    ("changed", "correction"),
    [
        ({"question": "Question!"}, True),
        ({"answers": ["yes", "no"]}, False),
        ({"affirmative": ["no"]}, False),
        ({"group": "trainee"}, False),
    ],
)
def test_only_words_can_be_corrected(changed: dict[str, object], correction: bool) -> None:
    before, now = a_catalogue(), a_catalogue(a_measure(**changed))
    wordings = (wording(before, before.measures["asked"]), wording(now, now.measures["asked"]))
    assert is_correction(*wordings) == correction


def test_a_corrected_question_and_what_depends_on_it_keep_their_definitions() -> None:
    before, now = catalogue(), catalogue(question="Question!")
    accepted = {defined(now): defined(before)}
    assert definition(now, now.measures["asked"], accepted) == defined(before)
    assert definition(now, now.measures["followed"], accepted) == defined(before, "followed")


@pytest.mark.usefixtures("_held")
def test_a_measure_that_the_catalogue_drops_is_known_with_its_words(store: Store) -> None:
    everything = store.everything_asked(a_catalogue(a_measure("asked")))
    assert everything.retired_ids == {"followed"}
    assert [*everything.measures] == ["asked", "followed"]
    assert everything.measures["followed"].question == "Question?"
    assert everything.measure_frame["measure_id"].to_list() == ["asked", "followed"]


REPLACED = a_catalogue(a_measure("new", replaces="asked", comparable=True))
NEXT = a_catalogue(a_measure("next", replaces="new", comparable=False))


@pytest.mark.parametrize("later", [REPLACED, NEXT], ids=["what replaces it", "what replaces that"])
@pytest.mark.parametrize("published", [True, False])
def test_a_year_stands_on_one_only_of_questions_that_replaced_each_other(
    store: Store, tmp_path: Path, published: bool, later: Catalogue
) -> None:
    """Also where the other comes in another kind of file: the same people would be counted twice, in one series."""
    first = a_catalogue(a_measure("asked"))
    loaded(store, a_file(tmp_path, programmes_csv("elm", "oak")), "programmes", first)
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2023-24", "asked", 20, 8))), "counts", first)
    loaded(store, a_file(tmp_path, counts_csv(("oak", "2022-23", "new", 20, 8))), "counts", REPLACED)
    if published:
        publish(store, REPLACED, tmp_path / "home" / "releases", now=NOW, published_by="tester")
    [measure] = later.measures
    rows = "".join(f"elm,2023-24,{answer}\n" for answer in ["yes"] * 9 + ["no"] * 12)
    answers = a_file(tmp_path, f"programme_id,academic_year,{measure}\n{rows}")
    if published:
        assert loaded(store, answers, "staff_responses", later).set_aside == ["elm in 2023-24"]
    else:
        with pytest.raises(Rejected) as told:
            loaded(store, answers, "staff_responses", later)
        assert "asked has come in already as counts" in str([finding.expected for finding in told.value.findings])


BASED = a_catalogue(a_measure("asked"), a_measure("told", base="asked", question="Told?"))
WITHOUT = a_catalogue(a_measure("asked"))
TOLD_OTHERWISE = a_catalogue(a_measure("asked"), a_measure("told", base="asked", question="Told now?"))


@pytest.mark.parametrize("left", [0, 1, 2])
def test_what_is_known_of_a_measure_does_not_tell_whether_anybody_was_left_to_be_asked(
    store: Store, tmp_path: Path, left: int
) -> None:
    """A file of counts has a row for it only where somebody was."""
    rows = [("aa", "2024-25", "asked", 12, left)] + [("aa", "2024-25", "told", left, 0)] * bool(left)
    loaded(store, a_file(tmp_path, programmes_csv("aa")), "programmes", BASED)
    loaded(store, a_file(tmp_path, counts_csv(*rows)), "counts", BASED)
    assert store.everything_asked(WITHOUT).retired_ids == {"told"}
    with pytest.raises(Refused, match="told: the question was"):
        store.require_definitions(TOLD_OTHERWISE)


@pytest.mark.parametrize(("closed", "retired"), [(False, set()), (True, {"followed"})])
@pytest.mark.usefixtures("_held")
def test_a_measure_that_only_an_open_year_has_is_not_told_of(store: Store, closed: bool, retired: set[str]) -> None:
    store.open_years(["2023-24"], by="tester", at=NOW)
    if closed:
        store.close_years(["2023-24"], by="tester", at=NOW)
    assert store.everything_asked(a_catalogue(a_measure("asked"))).retired_ids == retired


@pytest.mark.parametrize(("comparable", "series"), [(True, ["new", "new"]), (False, ["old", "new"])])
def test_comparable_measures_that_replaced_each_other_are_one_series(comparable: bool, series: list[str]) -> None:
    new = a_catalogue(a_measure("new", replaces="old", comparable=comparable))
    everything = new.with_retired([a_catalogue(a_measure("old")).measures["old"]])
    assert [everything.series_id(everything.measures[name]) for name in ("old", "new")] == series


def test_a_series_goes_by_its_last_measure() -> None:
    old = a_catalogue(a_measure("first")).measure[0]
    middle = a_catalogue(a_measure("second", replaces="first", comparable=True)).measure[0]
    everything = a_catalogue(a_measure("third", replaces="second", comparable=True)).with_retired([old, middle])
    assert {everything.series_id(measure) for measure in everything.measure} == {"third"}


# ---- what respondents read beside the question ----

WELSH = {"yes": "Ydw", "no": "Nac ydw"}


def read_as(**given: object) -> Catalogue:
    """A question in a table, with a line above it and words for its answers. `given` is changed in the catalogue."""
    rows = [
        a_measure(name, set="table", row=name, row_cy=f"{name} cy", question=f"Told {name}?") for name in ("a", "b")
    ]
    table = {"id": "table", "stem": "Told …?", "remark": "Tick one.", "remark_cy": "Ticiwch un."}
    term = {"id": "here", "groups": ["staff"], "text": "Here is this place.", "text_cy": "Yma."}
    words = {"answer_words": {"yes": "Yes, I have"}, "answer_words_cy": WELSH}
    return a_catalogue(*rows, **({"set": [table], "term": [term], **words} | given))


@pytest.fixture
def _read(store: Store, tmp_path: Path) -> None:
    """A store that has answers to `a`."""
    loaded(store, a_file(tmp_path, programmes_csv("elm")), "programmes", read_as())
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2023-24", "a", 12, 6))), "counts", read_as())


TABLE = {"id": "table", "stem": "Told …?", "remark": "Tick one.", "remark_cy": "Ticiwch un."}
TERM = {"id": "here", "groups": ["staff"], "text": "Here is this place.", "text_cy": "Yma."}
OTHERWISE = [
    ({"answer_words": {"yes": "Never"}}, "the words of the answer yes in en was “Yes, I have” and is “Never”"),
    ({"answer_words": {}}, "the words of the answer yes in en was “Yes, I have” and is “Yes”"),
    ({"answer_words": {"yes": "Yes, I have", "no": "Maybe"}}, "the answer no in en was “No” and is “Maybe”"),
    ({"answer_words_cy": WELSH | {"yes": "Oes"}}, "the answer yes in cy was “Ydw” and is “Oes”"),
    ({"set": [TABLE | {"remark": "Else."}]}, "the remark at its table in en was “Tick one.” and is “Else.”"),
    ({"set": [TABLE | {"remark_cy": "Arall."}]}, "the remark at its table in cy was “Ticiwch un.” and is “Arall.”"),
    ({"term": [TERM | {"text": "Else."}]}, "above the questions, here in en was “Here is this place.” and is “Else.”"),
    ({"term": [TERM | {"text_cy": "Arall."}]}, "above the questions, here in cy was “Yma.” and is “Arall.”"),
]


@pytest.mark.usefixtures("_read")
@pytest.mark.parametrize(("change", "told"), OTHERWISE)
def test_what_respondents_read_in_any_language_is_part_of_the_question(
    store: Store, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=re.escape(told)) as refused:
        store.require_definitions(read_as(**change))
    assert "a: " in str(refused.value)
    assert "b: " not in str(refused.value)  # it has no answers yet
    with pytest.raises(Refused):
        publish(store, read_as(**change), tmp_path / "home" / "releases", now=NOW, published_by="tester")


@pytest.mark.usefixtures("_read")
@pytest.mark.parametrize(
    "change",
    [
        {"answer_words_ga": {"yes": "Tá"}},
        {"answer_words_cy": WELSH | {"prefer_not_to_say": "Mae’n well gen i beidio"}},
        {"answer_words_cy": {"yes": "Ydw"}},
        {"set": [TABLE | {"stem_cy": "Dweud …?"}]},
        {"term": [TERM, {"id": "more", "groups": ["staff"], "text": "More."}]},
        {"term": [TERM | {"text_ga": "Anseo."}]},
    ],
)
def test_a_translation_or_a_line_that_is_added_is_no_other_question(store: Store, change: dict[str, object]) -> None:
    store.require_definitions(read_as(**change))


@pytest.mark.usefixtures("_read")
def test_a_translation_that_came_later_holds_from_then_on(store: Store, tmp_path: Path) -> None:
    later = read_as(answer_words_ga={"yes": "Tá"})
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2024-25", "a", 12, 6))), "counts", later)
    store.require_definitions(read_as())
    with pytest.raises(Refused, match="the words of the answer yes in ga was “Tá” and is “Níl”"):
        store.require_definitions(read_as(answer_words_ga={"yes": "Níl"}))


@pytest.mark.usefixtures("_read")
def test_a_corrected_word_of_an_answer_is_accepted_by_name_and_told(store: Store) -> None:
    corrected = read_as(answer_words={"yes": "Yes, I did"})
    texts = store.accept_wording(corrected, ["a"], reason="A slip.", by="tester", at=NOW)
    assert texts == {"a": ("Yes, I have", "Yes, I did")}
    store.require_definitions(corrected)
    with pytest.raises(Refused, match="was “Yes, I did” and is “Yes, I have”"):
        store.require_definitions(read_as())
    with pytest.raises(Refused, match="as the store knows it already"):
        store.accept_wording(corrected, ["a"], reason="Again.", by="tester", at=NOW)
    assert store.holdings().corrections.select("before", "after").rows() == [("Yes, I have", "Yes, I did")]


@pytest.mark.usefixtures("_read")
def test_several_corrections_are_accepted_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(Refused, match="no answers to b"):
        store.accept_wording(read_as(answer_words={}), ["a", "b"], reason="A slip.", by="tester", at=NOW)
    assert store.holdings().corrections.is_empty()


@pytest.mark.usefixtures("_read")
def test_a_store_that_knows_no_words_takes_those_of_the_next_file(store: Store, tmp_path: Path) -> None:
    with store._transaction() as cursor:
        cursor.execute("UPDATE definition SET wording = json_merge_patch(wording, '{\"shown\": null}')")
    other = read_as(answer_words={})
    store.require_definitions(other)
    loaded(store, a_file(tmp_path, counts_csv(("elm", "2024-25", "a", 12, 6))), "counts", other)
    with pytest.raises(Refused, match="was “Yes” and is “Yes, I have”"):
        store.require_definitions(read_as())
