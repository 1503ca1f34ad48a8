"""The words of the catalogue as relations of a release, so that no page and no report needs words of its own."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.entry import Entry
from pipelines.release.catalogue_relations import CATALOGUE_RELATIONS

Row = Mapping[str, object]


def catalogue_words(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """Who is asked, what the parts of the audit are called, and how answers read. By relation, in catalogue order."""
    instrument = catalogue.instrument
    return {
        "instrument": pl.DataFrame(
            {
                "instrument_id": instrument.id,
                "question": instrument.question,
                "subject": instrument.subject,
                "principle": instrument.principle,
                "language": instrument.language,
                "licence": instrument.licence,
                "help": instrument.help,
            }
        ),
        "term": _placed("term", catalogue.term),
        "left_out": _placed("left_out", catalogue.left_out),
        "reference": _placed("reference", catalogue.reference),
        "code": _codes(catalogue),
        "question_rule": _placed("question_rule", catalogue.question, chosen_when="when"),
        "side_by_side_pair": _placed("side_by_side_pair", catalogue.all_side_by_side),
        "respondent_group": _groups(catalogue),
        "subgroup": _subgroups(catalogue),
        "pillar": _titled("pillar", (entry.model_dump() for entry in catalogue.pillars.values()), ("question",)),
        "basis": _titled("basis", (entry.model_dump() for entry in catalogue.bases.values())),
        "support_kind": _titled("kind", (entry.model_dump() for entry in catalogue.kinds.values())),
        "support_status": _frame(
            [
                {"status": status, "place": place, "words": words}
                for place, (status, words) in enumerate(catalogue.status_words.items())
            ],
            ("status", "words"),
        ),
        "answer": _answers(catalogue),
    }


def _groups(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {
            "respondent_group": group.id,
            "place": place,
            "people": group.people,
            "person": group.person,
            "longest_stay": group.longest_stay,
        }
        for place, group in enumerate(catalogue.groups.values())
    ]
    return _frame(rows, ("respondent_group", "people", "person"), ("place", "longest_stay"))


def _subgroups(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        {"respondent_group": group.id, "subgroup": subgroup.code, "place": place, "label": subgroup.label}
        for group in catalogue.groups.values()
        for place, subgroup in enumerate(group.subgroup_codes)
    ]
    return _frame(rows, ("respondent_group", "subgroup", "label"))


def _titled(name: str, entries: Iterable[Row], others: Sequence[str] = ()) -> pl.DataFrame:
    """Entries with a title: the id under its own name, the place, the title, and other texts."""
    rows = [
        {name: entry["id"], "place": place, "title": entry["title"], **{other: entry[other] for other in others}}
        for place, entry in enumerate(entries)
    ]
    return _frame(rows, (name, "title", *others))


def _placed(relation: str, entries: Sequence[Entry], **renamed: str) -> pl.DataFrame:
    """Entries with all their texts, in order. `renamed`: the name in the catalogue, by the one in the release."""
    columns = CATALOGUE_RELATIONS[relation].columns
    rows = [entry.model_dump() | {"place": place} for place, entry in enumerate(entries)]
    key = CATALOGUE_RELATIONS[relation].key[0]
    names = {column: renamed.get(column, "id" if column == key else column) for column in columns}
    return pl.DataFrame(
        [{column: row[name] for column, name in names.items()} for row in rows],
        schema={column: described.dtype for column, described in columns.items()},
    )


def _codes(catalogue: Catalogue) -> pl.DataFrame:
    """Professions, countries and regions, and what each belongs to."""
    rows = [
        *(("profession", entry.id, entry.label, entry.discipline) for entry in catalogue.profession),
        *(("country", entry.id, entry.label, None) for entry in catalogue.country),
        *(("region", entry.id, entry.label, entry.country) for entry in catalogue.region),
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("kind", "code", "label", "within"), pl.String), orient="row")


def _answers(catalogue: Catalogue) -> pl.DataFrame:
    codes = dict.fromkeys(answer for measure in catalogue.measure for answer in measure.answers)
    return _frame([{"answer": code, "words": catalogue.answer(code)} for code in codes], ("answer", "words"), ())


def _frame(rows: Sequence[Row], texts: Sequence[str], numbers: Sequence[str] = ("place",)) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String()) | dict.fromkeys(numbers, pl.Int64()))
