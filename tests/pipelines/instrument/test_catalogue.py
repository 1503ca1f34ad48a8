"""The catalogue: the real ones load, every way to be wrong is refused by name, and no code knows a measure."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import CatalogueError
from pipelines.instrument.catalogue import Catalogue, read_catalogue
from pipelines.intake.catalogue_file import load_catalogue
from tests.factories import PROJECT, a_catalogue, a_file, a_measure, first_catalogue, shared

REAL = ["catalogue.toml", "data/osmi/catalogue.toml", "data/nhs_staff_survey/catalogue.toml"]

INSTRUMENT = {"id": "test", "version": "1", "title": "Test", "status": "For tests."}
STANDARD = {"minimum_respondents": 10, "minimum_each_side": 3}
SENSITIVE = {"minimum_respondents": 15, "minimum_each_side": 4}
ITEM = {"id": "rota", "kind": "support", "title": "Title"}
BENCHMARK = {"value": 1, "n": 20, "population": "Population", "source": "Source", "remark": "Remark"}


def toml(
    *measures: dict[str, Any],
    instrument: dict[str, Any] = INSTRUMENT,
    standard: dict[str, int] = STANDARD,
    sensitive: dict[str, int] = SENSITIVE,
    item: dict[str, Any] | None = None,
    gap: dict[str, Any] | None = None,
    association: dict[str, Any] | None = None,
    question: dict[str, Any] | None = None,
) -> str:
    """A catalogue as its file, with one measure where none is given."""
    tables = [("[instrument]", instrument), ("[tiers.standard]", standard), ("[tiers.sensitive]", sensitive)]
    tables += [("[[measure]]", measure) for measure in measures or (a_measure(),)]
    tables += [("[[support_item]]", item)] if item else []
    tables += [("[[gap]]", gap)] if gap else []
    tables += [("[[association]]", association)] if association else []
    tables += [("[[question]]", question)] if question else []
    return "\n".join(f"{name}\n{_entries(table)}" for name, table in tables)


def _entries(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)


def a_gap(**given: Any) -> dict[str, Any]:
    return {"id": "difference", "title": "Title", "expected": "asked", "modelled": "other"} | given


def an_association(**given: Any) -> dict[str, Any]:
    return {"id": "together", "title": "Title", "first": "asked", "second": "seen"} | given


def a_question(**given: Any) -> dict[str, Any]:
    return {"id": "wondered", "text": "Text?"} | given


BOTH_GROUPS = (a_measure(), a_measure("seen", group="trainee"))
WITH_DIRECTION = a_measure(direction="up")


def without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}


def refusal(path: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    return str(caught.value)


# ---- the real ones ----


def test_the_first_catalogue_loads() -> None:
    catalogue = first_catalogue()
    assert catalogue.instrument.id == "openness-audit"
    assert {measure.pillar for measure in catalogue.measure} == {
        "staff_openness",
        "trainee_disclosure",
        "support_offered",
    }


@pytest.mark.parametrize(("path", "measures"), list(zip(REAL, [29, 7, 6], strict=True)))
def test_the_real_catalogues_load_with_all_their_measures(path: str, measures: int) -> None:
    assert len(load_catalogue(shared(path)).measures) == measures


def test_a_catalogue_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert load_catalogue(a_file(tmp_path, "\ufeff" + toml(), "catalogue.toml")) == read_catalogue(
        "catalogue.toml", toml().encode()
    )


def test_measures_keep_the_order_of_the_file() -> None:
    catalogue = a_catalogue(*(a_measure(measure_id) for measure_id in ("b", "c", "a")))
    assert list(catalogue.measures) == ["b", "c", "a"]
    assert catalogue.measure_frame.select("place", "measure_id").rows() == [(0, "b"), (1, "c"), (2, "a")]


def test_a_group_is_asked_its_own_measures_only() -> None:
    catalogue = a_catalogue(a_measure("theirs", group="trainee"), a_measure("ours"))
    assert [measure.id for measure in catalogue.asked_of("staff")] == ["ours"]
    assert [measure.id for measure in catalogue.asked_of("trainee")] == ["theirs"]


def test_a_sensitive_measure_has_the_stricter_tier() -> None:
    catalogue = a_catalogue(a_measure("plain"), a_measure("delicate", sensitive=True))
    assert catalogue.measure_frame.select("minimum_respondents", "minimum_each_side").rows() == [(10, 3), (15, 4)]


def test_the_root_of_a_measure_is_the_last_of_its_bases() -> None:
    catalogue = a_catalogue(a_measure("third", base="second"), a_measure("second", base="first"), a_measure("first"))
    assert catalogue.measure_frame.select("measure_id", "base", "root").rows() == [
        ("third", "second", "first"),
        ("second", "first", "first"),
        ("first", None, "first"),
    ]


# ---- every way to be wrong ----

WRONG: dict[str, tuple[str, str]] = {
    # unknown, missing and malformed
    "an unknown key of a measure": (
        toml(a_measure(colour="red")),
        'measure "asked", colour: Extra inputs are not permitted.',
    ),
    "an unknown table": (
        "[[measures]]\n" + toml(),
        "measures: Extra inputs are not permitted.",
    ),
    "a key left out": (
        toml(without(a_measure(), "question")),
        'measure "asked", question: Field required.',
    ),
    "a measure without an id": (
        toml(a_measure("first"), without(a_measure(), "id")),
        "measure number 2, id: Field required.",
    ),
    "an empty title": (
        toml(a_measure(title=" ")),
        'measure "asked", title: String should have at least 1 character.',
    ),
    "a wrong basis": (
        toml(a_measure(basis="Hear say")),
        "measure \"asked\", basis: String should match pattern '^[a-z][a-z0-9_]{0,63}$'.",
    ),
    "a wrong direction": (
        toml(a_measure(direction="sideways")),
        "measure \"asked\", direction: Input should be 'up', 'down' or 'none'.",
    ),
    "a wrong group": (
        toml(a_measure(group="visitors")),
        'catalogue: "asked": its group visitors is not among the groups.',
    ),
    "a kind of support that is not listed": (
        toml(item=ITEM | {"kind": "luxury"}) + '[[kind]]\nid = "policy"\ntitle = "Policy"\n',
        'catalogue: "rota": its kind luxury is not among the kinds.',
    ),
    "an id in capitals": (
        toml(a_measure("Asked")),
        "measure \"Asked\", id: String should match pattern '^[a-z][a-z0-9_]{0,63}$'.",
    ),
    "a reserved id": (
        toml(a_measure("role")),
        'measure "role": role is the name of a column every file has; choose another id.',
    ),
    "a benchmark without its population": (
        toml(a_measure(benchmark=without(BENCHMARK, "population"))),
        'measure "asked", benchmark, population: Field required.',
    ),
    "a benchmark of a hundred and one per cent": (
        toml(a_measure(benchmark=BENCHMARK | {"value": 1.01})),
        'measure "asked", benchmark, value: Input should be less than or equal to 1.',
    ),
    "no measure at all": (
        toml().split("[[measure]]")[0],
        "measure: Field required.",
    ),
    # ids used twice
    "a measure twice": (
        toml(a_measure("first"), a_measure("second"), a_measure("first")),
        'catalogue: "first" is used twice.',
    ),
    "a support item twice": (
        toml(item=ITEM) + "\n[[support_item]]\n" + _entries(ITEM),
        'catalogue: "rota" is used twice.',
    ),
    "a gap twice": (
        toml(a_measure(), a_measure("other"), gap=a_gap()) + "\n[[gap]]\n" + _entries(a_gap()),
        'catalogue: "difference" is used twice.',
    ),
    # answers
    "one answer only": (
        toml(a_measure(answers=["yes"])),
        'measure "asked", answers: Tuple should have at least 2 items after validation, not 1.',
    ),
    "an answer that is no code": (
        toml(a_measure(answers=["Yes", "no"], affirmative=["no"])),
        "measure \"asked\", answers: String should match pattern '^[a-z][a-z0-9_]{0,63}$'.",
    ),
    "an answer twice": (
        toml(a_measure(answers=["yes", "no", "no"])),
        'measure "asked": an answer is listed twice.',
    ),
    "an affirmative answer that is none": (
        toml(a_measure(affirmative=["yes", "often"])),
        'measure "asked": affirmative holds often, which is not among the answers.',
    ),
    "no affirmative answer": (
        toml(a_measure(affirmative=[])),
        'measure "asked", affirmative: Tuple should have at least 1 item after validation, not 0.',
    ),
    "every answer affirmative": (
        toml(a_measure(answers=["yes", "always"], affirmative=["yes", "always"])),
        'measure "asked": if every answer is affirmative, nothing is measured.',
    ),
    "declining counted as affirmative": (
        toml(a_measure(affirmative=["yes", "prefer_not_to_say"])),
        'measure "asked": prefer_not_to_say can never be affirmative.',
    ),
    "being unsure counted as affirmative": (
        toml(a_measure(answers=["yes", "no", "not_sure"], affirmative=["not_sure"])),
        'measure "asked": not_sure can never be affirmative.',
    ),
    # base
    "a base that is missing": (
        toml(a_measure(base="absent")),
        'catalogue: "asked": its base absent is not a measure.',
    ),
    "a base asked of another group": (
        toml(a_measure(base="other"), a_measure("other", group="trainee")),
        'catalogue: "asked": its base other is asked of another group.',
    ),
    "a sensitive base of a measure that is not": (
        toml(a_measure(base="other"), a_measure("other", sensitive=True)),
        'catalogue: "asked": its base other is sensitive, so it must be too.',
    ),
    "itself as its base": (
        toml(a_measure(base="asked")),
        'catalogue: "asked": its bases go round in a circle.',
    ),
    "bases in a circle of three": (
        toml(a_measure("a", base="b"), a_measure("b", base="c"), a_measure("c", base="a")),
        'catalogue: "a": its bases go round in a circle.',
    ),
    # within
    "within a measure that is missing": (
        toml(a_measure(within="absent")),
        'catalogue: "asked": it stands within absent, which is not a measure.',
    ),
    "within a measure asked of another group": (
        toml(a_measure(within="other"), a_measure("other", group="trainee")),
        'catalogue: "asked": it stands within other, which is asked of another group.',
    ),
    "within a measure of another base": (
        toml(a_measure(within="other"), a_measure("other", base="third"), a_measure("third")),
        'catalogue: "asked": it stands within other, which has another base.',
    ),
    "within a measure that stands within another": (
        toml(a_measure(within="other"), a_measure("other", within="third"), a_measure("third")),
        'catalogue: "asked": it stands within other, which stands within another itself.',
    ),
    "within itself": (
        toml(a_measure(within="asked")),
        'catalogue: "asked": it stands within asked, which stands within another itself.',
    ),
    # tiers
    "nine respondents": (
        toml(standard=STANDARD | {"minimum_respondents": 9}),
        "tiers, standard, minimum_respondents: Input should be greater than or equal to 10.",
    ),
    "two on each side": (
        toml(standard=STANDARD | {"minimum_each_side": 2}),
        "tiers, standard, minimum_each_side: Input should be greater than or equal to 3.",
    ),
    "a sensitive tier of fewer respondents": (
        toml(standard=STANDARD | {"minimum_respondents": 16}),
        "tiers: the sensitive tier must be at least as strict as the standard one.",
    ),
    "a sensitive tier of fewer on each side": (
        toml(standard=STANDARD | {"minimum_each_side": 5}),
        "tiers: the sensitive tier must be at least as strict as the standard one.",
    ),
    # gaps
    "a gap with an unknown measure": (
        toml(gap=a_gap()),
        'catalogue: "difference": other is not a measure.',
    ),
    "a gap of a measure with itself": (
        toml(gap=a_gap(modelled="asked")),
        'catalogue: "difference": both sides are the same measure.',
    ),
    # measures of a support item
    "a support item with an unknown measure": (
        toml(WITH_DIRECTION, item=ITEM | {"measures": ["asked", "absent"]}),
        'catalogue: "rota": absent is not a measure.',
    ),
    "a support item with a measure of no direction": (
        toml(WITH_DIRECTION, a_measure("told"), item=ITEM | {"measures": ["asked", "told"]}),
        'catalogue: "rota": told has no better direction to look for.',
    ),
    # associations
    "an association twice": (
        toml(*BOTH_GROUPS, association=an_association()) + "\n[[association]]\n" + _entries(an_association()),
        'catalogue: "together" is used twice.',
    ),
    "an association whose first measure is unknown": (
        toml(*BOTH_GROUPS, association=an_association(first="absent")),
        'catalogue: "together": absent is not a measure.',
    ),
    "an association whose second measure is unknown": (
        toml(*BOTH_GROUPS, association=an_association(second="absent")),
        'catalogue: "together": absent is not a measure.',
    ),
    "an association of two measures of one group": (
        toml(*BOTH_GROUPS, association=an_association(first="seen")),
        'catalogue: "together": both sides are put to the same people.',
    ),
    "an association without its second measure": (
        toml(*BOTH_GROUPS, association=without(an_association(), "second")),
        'association "together", second: Field required.',
    ),
    "an association with the keys of both editions": (
        toml(*BOTH_GROUPS, association=an_association(staff="asked")),
        'association "together", staff: Extra inputs are not permitted.',
    ),
    # questions
    "a question twice": (
        toml(question=a_question()) + "\n[[question]]\n" + _entries(a_question()),
        'catalogue: "wondered" is used twice.',
    ),
    "a question without words": (
        toml(question=a_question(text=" ")),
        'question "wondered", text: String should have at least 1 character.',
    ),
    "a question about two things": (
        toml(WITH_DIRECTION, item=ITEM, question=a_question(measure="asked", item="rota")),
        'question "wondered": a question is about one gap, one measure or one support item, or about none.',
    ),
    "a question about an unknown gap": (
        toml(question=a_question(gap="asked")),
        'catalogue: "wondered": asked is not a gap.',
    ),
    "a question about an unknown measure": (
        toml(item=ITEM, question=a_question(measure="rota")),
        'catalogue: "wondered": rota is not a measure.',
    ),
    "a question about an unknown support item": (
        toml(WITH_DIRECTION, question=a_question(item="asked")),
        'catalogue: "wondered": asked is not a support item.',
    ),
    "a question about a measure of no direction": (
        toml(question=a_question(measure="asked")),
        'catalogue: "wondered": asked has no better direction to look for.',
    ),
}


@pytest.mark.parametrize(("text", "reason"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_catalogue_is_refused_with_file_entry_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    assert refusal(a_file(tmp_path, text, "catalogue.toml")) == f"catalogue.toml: {reason}"


def test_all_complaints_are_made_at_once(tmp_path: Path) -> None:
    text = toml(a_measure(direction="sideways"), a_measure("role"))
    assert refusal(a_file(tmp_path, text, "catalogue.toml")) == (
        "catalogue.toml: measure \"asked\", direction: Input should be 'up', 'down' or 'none'. "
        'measure "role": role is the name of a column every file has; choose another id.'
    )


def test_a_catalogue_that_is_not_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    sentence = refusal(a_file(tmp_path, "[instrument\n", "catalogue.toml"))
    assert sentence.startswith("catalogue.toml: the catalogue is not TOML: ")
    assert "line 1" in sentence


def test_a_catalogue_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_bytes(b'title = "M\xfcnchen"\n')
    assert refusal(path) == "catalogue.toml: the catalogue cannot be read (it is not UTF-8 text)."


def test_a_catalogue_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "catalogue.toml") == (
        "catalogue.toml: the catalogue cannot be read (No such file or directory)."
    )


RIGHT: dict[str, str] = {
    "ten respondents, three on each side": toml(standard=STANDARD, sensitive=STANDARD),
    "a sensitive tier just as strict": toml(standard=SENSITIVE),
    "a sensitive measure under a plain base": toml(a_measure(base="other", sensitive=True), a_measure("other")),
    "a sensitive measure under a sensitive base": toml(
        a_measure(base="other", sensitive=True), a_measure("other", sensitive=True)
    ),
    "within a measure of the same base": toml(
        a_measure(within="other", base="third"), a_measure("other", base="third"), a_measure("third")
    ),
    "a gap of two measures": toml(a_measure(), a_measure("other"), gap=a_gap()),
    "a benchmark of a hundred per cent": toml(a_measure(benchmark=BENCHMARK)),
    "all answers but one affirmative": toml(a_measure(answers=["a", "b", "c"], affirmative=["a", "b"])),
    "one id for a measure, a support item and a gap": toml(
        a_measure(),
        a_measure("other"),
        item=ITEM | {"id": "asked"},
        gap=a_gap(id="asked"),
    ),
    "a support item with measures of either direction": toml(
        WITH_DIRECTION, a_measure("feared", direction="down"), item=ITEM | {"measures": ["asked", "feared"]}
    ),
    "an association of a measure of staff and one of trainees": toml(*BOTH_GROUPS, association=an_association()),
    "a question about a gap": toml(a_measure(), a_measure("other"), gap=a_gap(), question=a_question(gap="difference")),
    "a question about a measure of which more is better": toml(WITH_DIRECTION, question=a_question(measure="asked")),
    "a question about a measure of which less is better": toml(
        a_measure(direction="down"), question=a_question(measure="asked")
    ),
    "a question about a support item": toml(item=ITEM, question=a_question(item="rota")),
    "a question about nothing of these": toml(question=a_question()),
    "one id for a measure, an association and a question": toml(
        *BOTH_GROUPS, association=an_association(id="asked"), question=a_question(id="asked")
    ),
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_what_stands_on_the_right_side_of_a_limit_loads(tmp_path: Path, text: str) -> None:
    assert isinstance(load_catalogue(a_file(tmp_path, text, "catalogue.toml")), Catalogue)


# ---- no measure id appears in code ----


def mentions(measure_id: str, text: str) -> bool:
    """Whether a text holds an id as a word. An id that is an ordinary word must stand alone or in quotes."""
    word = re.escape(measure_id)
    pattern = rf"\b{word}\b" if "_" in measure_id else rf"\A{word}\Z|(['\"`]){word}\1"
    return re.search(pattern, text) is not None


def python_texts(source: str) -> Iterator[str]:
    """Every name and every string of a module; not what it says about itself in docstrings and comments."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
        names = (getattr(node, field, None) for field in ("id", "attr", "arg", "name"))
        yield from (name for name in names if isinstance(name, str) and "_" in name)


def sql_texts(source: str) -> Iterator[str]:
    yield re.sub(r"--.*", "", source)


def known_to(path: Path, ids: list[str]) -> set[str]:
    source = path.read_text(encoding="utf-8")
    texts = list(python_texts(source) if path.suffix == ".py" else sql_texts(source))
    return {measure_id for measure_id in ids if any(mentions(measure_id, text) for text in texts)}


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("rows['told_tutor']", True),
        ("told_tutor = 1", True),
        ("def told_tutor(): pass", True),
        ("f(told_tutor=1)", True),
        ("measure.told_tutor", True),
        ("sql('select told_tutor from t')", True),
        ("told_tutors = 'told_tutor_2'", False),
        ("def f():\n    '''Such as told_tutor.'''", False),
        ("x = 1  # such as told_tutor", False),
        ("x = 'stress'", True),
        ("sql(\"where measure_id = 'stress'\")", True),
        ("x = 'Under stress, people say less.'", False),
        ("stress = 1", False),
        ("x = 'distress'", False),
    ],
)
def test_the_search_for_ids_in_python_tells_them_from_words(tmp_path: Path, code: str, known: bool) -> None:
    assert bool(known_to(a_file(tmp_path, code, "code.py"), ["told_tutor", "stress"])) == known


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("select * from t where measure_id = 'stress'", True),
        ("select told_tutor from t", True),
        ("select stress from t", False),
        ("select 1 -- such as told_tutor", False),
    ],
)
def test_the_search_for_ids_in_sql_tells_them_from_words(tmp_path: Path, code: str, known: bool) -> None:
    assert bool(known_to(a_file(tmp_path, code, "code.sql"), ["told_tutor", "stress"])) == known


def code_files() -> list[Path]:
    return sorted(
        path
        for package in ("pipelines", "dashboard")
        for path in (PROJECT / package).rglob("*")
        if path.suffix in {".py", ".sql"}
    )


def test_there_is_code_to_search() -> None:
    names = {path.name for path in code_files()}
    assert {"catalogue.py", "store.sql"} <= names


WORDS = re.compile(
    r"\b(?:samaritans|in2gr8\w*|116 ?123|grice|kemp|supervisors?|tutors?|lived experience|trainees have told"
    r"|would tell)\b",
    re.IGNORECASE,
)
"""Words of the first instrument: whom it asks, what about, what it rests on, and where help is in its country."""
LISTS = {"pipelines/reading/personal_headings.py"}
"""Headings that look personal in any survey."""


def words_in(path: Path) -> list[str]:
    source = path.read_text(encoding="utf-8")
    return [
        word for text in (python_texts if path.suffix == ".py" else sql_texts)(source) for word in WORDS.findall(text)
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = 'answers of Supervisors and tutors'", ["Supervisors", "tutors"]),
        ("x = f'{n} tutors'", ["tutors"]),
        ("x = 'whom trainees have told'", ["trainees have told"]),
        ("x = 1  # such as 14 of 31 supervisors", []),
        ("x = 'supervision'", []),
        ("x = f'answers of {people}'", []),
    ],
)
def test_the_search_for_words_tells_what_is_shown_from_what_is_explained(
    tmp_path: Path, code: str, found: list[str]
) -> None:
    assert words_in(a_file(tmp_path, code, "code.py")) == found


def test_no_word_of_the_first_instrument_stands_in_code() -> None:
    found = {str(path.relative_to(PROJECT)): words for path in code_files() if (words := words_in(path))}
    assert {name: words for name, words in found.items() if name not in LISTS} == {}


@pytest.mark.slow
@pytest.mark.parametrize("catalogue", REAL)
def test_no_measure_of_any_catalogue_appears_in_code(catalogue: str) -> None:
    ids = list(load_catalogue(shared(catalogue)).measures)
    found = {str(path.relative_to(PROJECT)): known for path in code_files() if (known := known_to(path, ids))}
    assert found == {}
