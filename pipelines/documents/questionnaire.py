"""What a questionnaire says: the questions of the catalogue, with what a survey must say first, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from pipelines.documents.spoken import Speaker
from pipelines.errors import Refused
from pipelines.instrument.catalogue import Catalogue
from pipelines.instrument.dataset import Group
from pipelines.instrument.measures import Measure
from pipelines.instrument.nearest_code import nearest_code
from pipelines.instrument.words import PillarId

LOCAL_LINES = ("local_run", "local_seen", "local_kept", "local_talk")


@dataclass(frozen=True)
class Asked:
    """A question as it is put, or a table of questions with the same answers, under one number.

    `only_if` says whom it is for, and stands above it: those it is not for need not read it. `remark` says why it is
    asked, or how to answer, where that needs saying.
    """

    number: int | None
    text: str
    answers: tuple[str, ...]
    remark: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """The column of an audit file that its answers go into; of a table, a column for each row."""
    only_if: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Asked, ...]
    remark: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """Everything the document says, in its order."""

    title: str
    people: str
    status: str
    version: str
    page: str
    """What stands at the foot of a page; the numbers go where {page} and {pages} stand."""
    language: str
    opening: tuple[tuple[str, str], ...]
    """What a survey must say first: a lead and what it says."""
    local: str
    local_lines: tuple[str, ...]
    """What only the programme can fill in."""
    terms_title: str
    terms: tuple[str, ...]
    """What words mean in the questions below."""
    sections: tuple[Section, ...]
    closing: tuple[tuple[str, str], ...]
    """Where help is, after the most personal questions, and thanks: a lead, if any, and what it says."""
    untranslated: tuple[str, ...] = ()
    """What stands in another language than the one asked for."""


def questionnaire(
    catalogue: Catalogue,
    group: Group,
    *,
    language: str | None = None,
    short: bool = False,
    profession: str | None = None,
) -> Questionnaire:
    """What is asked of a group. `short`: without what is optional. `profession`: with what its programmes call things.

    Raises Refused where the catalogue asks nothing of the group, or has neither that language nor that profession.
    """
    if group not in catalogue.groups:
        known = ", ".join(catalogue.groups)
        raise Refused(f"The catalogue “{catalogue.instrument.id}” has no respondent group {group}. It has {known}.")
    if not catalogue.asked_of(group):
        raise Refused(f"The catalogue “{catalogue.instrument.id}” has no questions for {catalogue.people(group)}.")
    say, instrument = Speaker(catalogue, language), catalogue.instrument
    form = _Form(say, group, short)
    said = Questionnaire(
        title=say.text(instrument, "title", "instrument"),
        people=say.words("people", **say.people(group)),
        status=say.text(instrument, "status", "instrument"),
        version=say.words("version", version=instrument.version),
        page=say.words("page", page="{page}", pages="{pages}"),
        language=say.language,
        opening=form.opening(),
        local=say.words("local"),
        local_lines=tuple(map(say.words, LOCAL_LINES)),
        terms_title=say.words("terms"),
        terms=tuple(_terms(say, group, profession)),
        sections=tuple(form.sections()),
        closing=form.closing(),
    )
    return replace(said, untranslated=say.missing)


def numbers(catalogue: Catalogue, group: Group, *, short: bool = False) -> dict[str, int]:
    """The number each question has in the document: measure_id -> 1, 2, … A table of questions has one number."""
    numbered: dict[str, int] = {}
    for number, measures in enumerate(_numbered(catalogue, group, short), start=1):
        numbered |= {measure.id: number for measure in measures}
    return numbered


def _numbered(catalogue: Catalogue, group: Group, short: bool) -> Iterator[tuple[Measure, ...]]:
    """The measures under each number, in the order of the document."""
    for _, measures in groupby(_in_order(catalogue, group, short), key=lambda measure: measure.set_id or measure.id):
        yield tuple(measures)


def _in_order(catalogue: Catalogue, group: Group, short: bool) -> list[Measure]:
    """That of the catalogue, but the more personal questions last: nobody has to begin with them.

    What hangs on a sensitive question is sensitive itself, so none comes before the one it hangs on.
    """
    asked = [measure for measure in catalogue.asked_of(group) if not (short and measure.optional)]
    return sorted(asked, key=lambda measure: measure.sensitive)


# ---- what it says ----


def _terms(say: Speaker, group: Group, profession: str | None) -> Iterator[str]:
    """What words mean, and what programmes of a profession call things."""
    for term in say.catalogue.term:
        if group in term.groups:
            yield say.text(term, "text", f"term {term.id}")
    if profession is not None:
        _require_profession(say.catalogue, profession)
        local_words = say.text(say.catalogue.professions[profession], "local_words", f"profession {profession}")
        yield from (local_words,) if local_words else ()


def _require_profession(catalogue: Catalogue, profession: str) -> None:
    if profession in catalogue.professions:
        return
    names = [(name, entry.id) for entry in catalogue.profession for name in (entry.id, entry.label, *entry.also_called)]
    meant, known = nearest_code(profession, names), ", ".join(catalogue.professions) or "none"
    nearest = f"Did you mean {meant}? " if meant else ""
    raise Refused(f"{profession} is not a profession of the catalogue. {nearest}It has: {known}.")


class _Form:
    """The questions of one group, said by a speaker, with or without what is optional."""

    def __init__(self, say: Speaker, group: Group, short: bool) -> None:
        self.say, self.catalogue, self.group = say, say.catalogue, group
        self.numbered = tuple(_numbered(self.catalogue, group, short))
        self.place = numbers(self.catalogue, group, short=short)

    def opening(self) -> tuple[tuple[str, str], ...]:
        say = self.say
        about = _together(say.text(self.catalogue.instrument, "about", "instrument"), say.words("about"))
        plain = ((say.words(f"{key}_lead"), say.words(key)) for key in ("voluntary", "anonymous", "together"))
        rule = (say.words("rule_lead"), self._rule())
        return ((say.words("about_lead"), about), *plain, rule, *self._help("help_lead"))

    def closing(self) -> tuple[tuple[str, str], ...]:
        """Where help is stands once more after questions that may have been hard."""
        say = self.say
        again = self._help("help_again") if self._personal() else ()
        return (*again, ("", say.words("closing")))

    def _help(self, lead: str) -> tuple[tuple[str, str], ...]:
        """Where help is, as the catalogue says it. Nothing, where it says nothing: help is another in each country."""
        say, catalogue = self.say, self.catalogue
        if not (catalogue.instrument.help or "help" in catalogue.questionnaire.model_fields_set):
            return ()
        return ((say.words(lead), _together(say.words("help"), say.text(catalogue.instrument, "help", "instrument"))),)

    def sections(self) -> Iterator[Section]:
        """A section for each run of questions of one pillar; role or training year; and what is more personal."""
        runs = groupby(self.numbered, key=lambda measures: None if measures[0].sensitive else measures[0].pillar)
        sections = [(pillar, tuple(map(self._asked, measures))) for pillar, measures in runs]
        for pillar, questions in sections:
            if pillar is not None:
                yield Section(self._section_title(pillar), questions)
        yield from self._subgroup()
        for pillar, questions in sections:
            if pillar is None:
                yield Section(self.say.words("personal_title"), questions, self.say.words("personal"))

    def _personal(self) -> list[int]:
        """The numbers of the more personal questions."""
        return [number for number, measures in enumerate(self.numbered, start=1) if measures[0].sensitive]

    def _rule(self) -> str:
        """The publishing rule, for those whose answers it protects."""
        say, tiers, personal = self.say, self.catalogue.tiers, self._personal()
        plain = {"people": tiers.standard.minimum_respondents, "side": tiers.standard.minimum_each_side}
        strict = {"people": tiers.sensitive.minimum_respondents, "side": tiers.sensitive.minimum_each_side}
        of_personal = ""
        if personal:
            of_personal = say.words("rule_of_personal", questions=say.question_numbers(personal), **strict)
        return _together(say.words("rule", **plain), of_personal, say.words("withheld"))

    def _section_title(self, pillar: PillarId) -> str:
        entry, name = self.catalogue.pillars[pillar], f"pillar {pillar}"
        if self.group in entry.section:
            return self.say.part(entry, "section", self.group, name)
        return str(self.say.text(entry, "title", name))

    def _asked(self, measures: tuple[Measure, ...]) -> Asked:
        """One question, or a table of them."""
        first, say = measures[0], self.say
        number, answers = self.place[first.id], tuple(say.answer(first, code) for code in first.answers)
        if first.set_id is None:
            text = say.text(first, "question", f"measure {first.id}")
            return Asked(number, text, answers, columns=(first.id,), only_if=self._only_if(first))
        table, name = self.catalogue.sets_by_id[first.set_id], f"set {first.set_id}"
        remark = str(say.text(table, "remark", name))
        rows = tuple(say.text(measure, "row", f"measure {measure.id}") for measure in measures)
        columns = tuple(measure.id for measure in measures)
        return Asked(number, say.text(table, "stem", name), answers, remark, rows, columns, self._only_if(first))

    def _only_if(self, measure: Measure) -> str:
        """Whom a follow-up question is for."""
        if measure.base is None:
            return ""
        base, say = self.catalogue.measures[measure.base], self.say
        filled_in = {"answers": say.answers(base, base.affirmative), "number": self.place[base.id]}
        if base.row is None:
            return say.words("only_if", **filled_in)
        return say.words("only_if_row", row=say.text(base, "row", f"measure {base.id}"), **filled_in)

    def _subgroup(self) -> Iterator[Section]:
        """The subgroup, such as a role, where the catalogue asks for it."""
        group, say, name = self.catalogue.groups[self.group], self.say, f"group {self.group}"
        if group.subgroup_question is not None:
            labels = ((subgroup, f"{name}, {subgroup.code}") for subgroup in group.subgroup_codes)
            answers = tuple(say.text(subgroup, "label", of_subgroup) for subgroup, of_subgroup in labels)
            personal = say.words("subgroup_personal") if self._personal() else ""
            remark = _together(say.text(group, "subgroup_why", name), say.words("subgroup"), personal)
            text, columns = say.text(group, "subgroup_question", name), (str(group.subgroup_column),)
            question = Asked(None, text, answers, remark, columns=columns)
            yield Section(say.words("subgroup_title"), (question,))


def _together(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
