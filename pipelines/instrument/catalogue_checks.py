"""What must hold between the entries of a catalogue. Each check raises a ValueError that names the entry."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipelines.instrument.code_lists import Profession, Region
from pipelines.instrument.entry import FORM_OF_PEOPLE, PEOPLE, filled_in, require
from pipelines.instrument.instrument_entry import Term
from pipelines.instrument.measures import Gap, Measure, MeasureSet, Pair, Retired, and_list
from pipelines.instrument.pack_words import FILLED_IN, texts_of
from pipelines.instrument.support_items import Question, SupportItem
from pipelines.instrument.words import NEUTRAL_GROUPS

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue


def check_entries(catalogue: "Catalogue") -> None:
    """Raise a ValueError where entries do not agree with each other."""
    _check_ids(catalogue)
    _check_answer_words(catalogue)
    _check_people_forms(catalogue)
    for table, checks in CHECKS.items():
        for entry in getattr(catalogue, table):
            for check in checks:
                _in_entry(entry.id, check, catalogue, entry)


def _in_entry(entry_id: str, check: Callable[["Catalogue", Any], None], catalogue: "Catalogue", entry: Any) -> None:
    try:
        check(catalogue, entry)
    except ValueError as error:
        raise ValueError(f'"{entry_id}": {error}') from None


def _check_ids(catalogue: "Catalogue") -> None:
    for table in type(catalogue).model_fields:
        entries = getattr(catalogue, table)
        if isinstance(entries, tuple):
            _require_unique(entry.id for entry in entries)


def _check_answer_words(catalogue: "Catalogue") -> None:
    answers = {answer for measure in catalogue.measure for answer in measure.answers}
    translated = [texts["answer_words"] for texts in catalogue.translations.values()]
    unknown = {code for words in (catalogue.answer_words, *translated) for code in words} - answers
    require(not unknown, f"answer_words holds {and_list(unknown)}, which is no answer of any measure")


def _check_people_forms(catalogue: "Catalogue") -> None:
    """Where a text has the people in a form such as {people_to}, each group that is asked has that form."""
    asked = [group for group in catalogue.groups.values() if catalogue.asked_of(group.id)]
    for language, text in _texts_with_people(catalogue):
        for name in filled_in([text]) or ():
            form = name.removeprefix(FORM_OF_PEOPLE)
            lacking = {group.id for group in asked if form != name and form not in group.forms(language)}
            keys = f"people_forms_{language}" if language else "people_forms"
            require(not lacking, f"{{{name}}} stands in a text, so give {form} in {keys} of {and_list(lacking)}")


def _texts_with_people(catalogue: "Catalogue") -> Iterator[tuple[str | None, str]]:
    """Each text that may name the people who are asked, and its language; None for the catalogue's own."""
    yield None, catalogue.questionnaire.people
    for language, texts in catalogue.questionnaire.translations.items():
        yield language, str(texts.get(PEOPLE, ""))
    for language, words in catalogue.pack.items():
        is_own = language == catalogue.instrument.language.partition("-")[0]
        given = [getattr(words, name) for name in FILLED_IN]
        yield from ((None if is_own else language, text) for texts in filter(None, given) for text in texts_of(texts))


def _check_answers_read_apart(catalogue: "Catalogue", measure: Measure) -> None:
    """What it says of answers in other languages is about its answers, and no two of them read the same."""
    for language in {*catalogue.translations, *measure.translations}:
        unknown = {*(measure.translation("answer_words", language) or {})} - {*measure.answers}
        require(not unknown, f"its answer_words_{language} holds {and_list(unknown)}, which is none of its answers")
        words = catalogue.translated_answers(measure, language)
        said = [words[code] for code in measure.answers if code in words]
        require(len({*said}) == len(said), f"two of its answers have the same words in {language}")


def _require_unique(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for entry_id in ids:
        require(entry_id not in seen, f'"{entry_id}" is used twice')
        seen.add(entry_id)


def _require_known(ids: Iterable[str], known: Iterable[str], what: str) -> None:
    known = {*known}
    for entry_id in ids:
        require(entry_id in known, f"{entry_id} is not {what}")


# ---- measures ----


def _check_base(catalogue: "Catalogue", measure: Measure) -> None:
    if measure.base is None:
        return
    require(measure.base in catalogue.measures, f"its base {measure.base} is not a measure")
    base = catalogue.measures[measure.base]
    require(base.group == measure.group, f"its base {base.id} is asked of another group")
    require(measure.sensitive or not base.sensitive, f"its base {base.id} is sensitive, so it must be too")
    require(measure.optional or not base.optional, f"its base {base.id} is optional, so it must be too")
    require(measure.id not in catalogue.chain(measure), "its bases go round in a circle")


def _check_within(catalogue: "Catalogue", measure: Measure) -> None:
    if measure.within is None:
        return
    require(measure.within in catalogue.measures, f"it stands within {measure.within}, which is not a measure")
    outer = catalogue.measures[measure.within]
    require(outer.group == measure.group, f"it stands within {outer.id}, which is asked of another group")
    require(outer.base == measure.base, f"it stands within {outer.id}, which has another base")
    require(outer.within is None, f"it stands within {outer.id}, which stands within another itself")


def _check_listed(catalogue: "Catalogue", measure: Measure) -> None:
    """A list of groups, pillars or bases holds all that are used."""
    groups = {*NEUTRAL_GROUPS, *(group.id for group in catalogue.group)}
    require(measure.group in groups, f"its group {measure.group} is not among the groups")
    columns = {group.subgroup_column for group in catalogue.groups.values()}
    require(measure.id not in columns, f"{measure.id} is the column of subgroups; choose another id")
    pillars, bases = {pillar.id for pillar in catalogue.pillar}, {basis.id for basis in catalogue.basis}
    require(not pillars or measure.pillar in pillars, f"its pillar {measure.pillar} is not among the pillars")
    require(not bases or measure.basis in bases, f"its basis {measure.basis} is not among the bases")


def _check_row(catalogue: "Catalogue", measure: Measure) -> None:
    """The question of a measure in a set is the stem with its row, in every language that has all three."""
    if measure.set_id is None:
        return
    require(measure.set_id in catalogue.sets_by_id, f"its set {measure.set_id} is not a set")
    table = catalogue.sets_by_id[measure.set_id]
    wanted = table.question(str(measure.row))
    require(measure.question == wanted, f"its question must be the stem of its set with its row: “{wanted}”")
    for language, texts in measure.translations.items():
        stem = table.translation("stem", language)
        if stem and {"row", "question"} <= {*texts}:
            translated = stem.replace("…", texts["row"])
            require(
                texts["question"] == translated,
                f"its question_{language} must be the stem of its set with its row: “{translated}”",
            )


def _check_mentions(catalogue: "Catalogue", measure: Measure) -> None:
    """References, terms and professions of a benchmark."""
    _require_known(measure.references, catalogue.references, "a reference")
    _require_known(measure.terms, catalogue.terms, "a term")
    for term in measure.terms:
        require(measure.group in catalogue.terms[term].groups, f"its term {term} is not put to its group")
    if measure.benchmark and catalogue.profession:
        _require_known(measure.benchmark.professions, catalogue.professions, "a profession")


def _check_replaced(catalogue: "Catalogue", measure: Measure) -> None:
    if measure.replaces is not None:
        _check_succession(measure.id, [measure.replaces], catalogue.measure, "measure")
        require(measure.replaces not in {entry.id for entry in catalogue.retired}, f"{measure.replaces} is retired")


def _check_retired(catalogue: "Catalogue", retired: Retired) -> None:
    require(retired.id not in catalogue.measures, "it is retired and asked all the same")


def _check_succession(entry_id: str, replaced: Iterable[str], entries: Iterable[Any], what: str) -> None:
    """What is replaced is there no more, and has one successor."""
    for old in replaced:
        require(old not in {entry.id for entry in entries}, f"it replaces {old}, which is a {what} still")
        rivals = {entry.id for entry in entries if old in _replaced_by(entry)} - {entry_id}
        require(not rivals, f"{and_list(rivals)} replaces {old} as well")


def _replaced_by(entry: Any) -> tuple[str, ...]:
    replaced = entry.replaces or ()
    return (replaced,) if isinstance(replaced, str) else replaced


def _check_table(catalogue: "Catalogue", table: MeasureSet) -> None:
    """The rows of a table are put together, to the same people, with the same answers."""
    rows = [measure for measure in catalogue.measure if measure.set_id == table.id]
    require(len(rows) > 1, "a set needs two measures or more")
    for first, second in pairwise(rows):
        for key in ("group", "answers", "base", "sensitive", "pillar"):
            require(getattr(first, key) == getattr(second, key), f"{first.id} and {second.id} differ in {key}")
        for language in {*first.translations, *second.translations}:
            said = [measure.translation("answer_words", language) for measure in (first, second)]
            require(said[0] == said[1], f"{first.id} and {second.id} differ in answer_words_{language}")
    asked = [measure.id for measure in catalogue.asked_of(rows[0].group) if measure.sensitive == rows[0].sensitive]
    start = asked.index(rows[0].id)
    together = asked[start : start + len(rows)] == [row.id for row in rows]
    require(together, "its measures must follow each other")


# ---- pairs ----


def _check_gap(catalogue: "Catalogue", gap: Gap) -> None:
    _require_known((gap.expected, gap.modelled), catalogue.measures, "a measure")
    require(gap.expected != gap.modelled, "both sides are the same measure")
    groups = {catalogue.measures[side].group for side in (gap.expected, gap.modelled)}
    require(not gap.paired or len(groups) == 1, "it is paired, and its two sides are put to different people")
    if gap.paired:
        _check_tells_no_other_pair(catalogue, gap)
    if gap.replaces is not None:
        _check_succession(gap.id, [gap.replaces], catalogue.gap, "gap")


def _check_tells_no_other_pair(catalogue: "Catalogue", gap: Gap) -> None:
    """What is told of one pair of answers must not give away what is withheld of another."""
    for side in (gap.expected, gap.modelled):
        pairs = [other for other in catalogue.gap if other.paired and side in (other.expected, other.modelled)]
        require(len(pairs) == 1, f"it is paired, and its side {side} is in another paired gap: pair one of them")
        within = catalogue.measures[side].within
        require(not within, f"it is paired, and its side {side} lies within {within}: leave out `paired`")


def _check_pair(catalogue: "Catalogue", pair: Pair) -> None:
    """Its two sides are put to different people."""
    _require_known((pair.first, pair.second), catalogue.measures, "a measure")
    first, second = (catalogue.measures[side].group for side in (pair.first, pair.second))
    require(first != second, "both sides are put to the same people")


# ---- support items and questions ----


def _check_item(catalogue: "Catalogue", item: SupportItem) -> None:
    for measure in item.measures:
        _check_has_direction(catalogue, measure)
    kinds = {kind.id for kind in catalogue.kind}
    require(not kinds or item.kind in kinds, f"its kind {item.kind} is not among the kinds")
    _require_known(item.references, catalogue.references, "a reference")
    _check_succession(item.id, item.replaces, catalogue.support_item, "support item")
    _check_computed(catalogue, item)


def _check_computed(catalogue: "Catalogue", item: SupportItem) -> None:
    if item.computed is not None:
        others = {other.id: other for other in catalogue.support_item}
        source = item.computed.item
        require(source in others, f"it is computed from {source}, which is not a support item")
        require(others[source].computed is None, f"it is computed from {source}, which is computed itself")


def _check_question(catalogue: "Catalogue", question: Question) -> None:
    if question.gap:
        _require_known((question.gap,), (gap.id for gap in catalogue.gap), "a gap")
    if question.item:
        _require_known((question.item,), (item.id for item in catalogue.support_item), "a support item")
    if question.measure:
        _check_has_direction(catalogue, question.measure)


def _check_has_direction(catalogue: "Catalogue", measure: str) -> None:
    """Where neither more nor less is better, nothing is to be brought about."""
    require(measure in catalogue.measures, f"{measure} is not a measure")
    require(catalogue.measures[measure].direction != "none", f"{measure} has no better direction to look for")


# ---- words and code lists ----


def _check_term(catalogue: "Catalogue", term: Term) -> None:
    for group in term.groups:
        require(bool(catalogue.asked_of(group)), f"nothing is asked of {catalogue.people(group)}")


def _check_profession(catalogue: "Catalogue", profession: Profession) -> None:
    if profession.discipline is not None:
        _require_known((profession.discipline,), (entry.id for entry in catalogue.discipline), "a discipline")


def _check_region(catalogue: "Catalogue", region: Region) -> None:
    _require_known((region.country,), (country.id for country in catalogue.country), "a country")


CHECKS: dict[str, tuple[Callable[["Catalogue", Any], None], ...]] = {
    "measure": (
        *(_check_base, _check_within, _check_listed, _check_row),
        *(_check_mentions, _check_replaced, _check_answers_read_apart),
    ),
    "sets": (_check_table,),
    "retired": (_check_retired,),
    "gap": (_check_gap,),
    "support_item": (_check_item,),
    "association": (_check_pair,),
    "side_by_side": (_check_pair,),
    "question": (_check_question,),
    "term": (_check_term,),
    "profession": (_check_profession,),
    "region": (_check_region,),
}
"""Table of the catalogue -> what must hold of each of its entries."""
