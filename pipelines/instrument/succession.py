"""Whether measures that replaced each other over the editions make one line that leads somewhere. Pure.

A catalogue alone cannot tell: what a measure replaces stands in an earlier edition, which only the store knows.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipelines.instrument.measures import DECLINED

if TYPE_CHECKING:
    from pipelines.instrument.catalogue import Catalogue
    from pipelines.instrument.measures import Measure

ALIKE = 0.8
"""How much of two ids must be the same for one to be a slip of the pen for the other."""


Value = str | list[str] | None


def faults_of_succession(catalogue: "Catalogue", earlier: Sequence["Measure"], items: Collection[str]) -> list[str]:
    """A sentence for each `replaces` that cannot hold beside what the store has seen.

    `earlier`: the measures that the store has answers to and the catalogue does not have. `items`: the support items
    that ever came in.
    """
    everything = catalogue.with_retired(earlier)
    replacing = [measure for measure in catalogue.measure if measure.replaces]
    faults = [*_circles(everything, replacing), *_rivals(replacing, earlier)]
    for measure in replacing:
        if measure.comparable and measure.replaces in everything.measures:
            faults += _unlike(everything, everything.measures[measure.replaces], measure)
    return [*faults, *_unknown_measures(catalogue, replacing, earlier), *_unknown_items(catalogue, items)]


def _circles(everything: "Catalogue", replacing: Iterable["Measure"]) -> Iterator[str]:
    """Measures that replace each other in a circle, each circle once."""
    told: set[str] = set()
    for measure in replacing:
        line = _line_before(everything, measure)
        if everything.measures[line[-1]].replaces == measure.id and measure.id not in told:
            told |= {*line}
            steps = ", ".join(f"{new} replaces {old}" for new, old in zip(line, [*line[1:], measure.id], strict=True))
            yield f"Measures replace each other in a circle, as the store has seen them: {steps}."


def _line_before(everything: "Catalogue", measure: "Measure") -> list[str]:
    """A measure, what it replaces, what that replaced, and so on; it stops where it would turn in a circle."""
    line = [measure.id]
    while (before := everything.measures[line[-1]].replaces) in everything.measures and before not in line:
        line.append(str(before))
    return line


def _rivals(replacing: Iterable["Measure"], earlier: Iterable["Measure"]) -> Iterator[str]:
    """Two measures that both carry on the series of a third."""
    successors = {measure.replaces: measure.id for measure in earlier if measure.replaces and measure.comparable}
    for measure in replacing:
        rival = successors.get(measure.replaces or "")
        if measure.comparable and rival:
            yield (
                f"{measure.id} carries on the series of {measure.replaces}, which {rival} has carried on already: "
                f"let it replace {rival}."
            )


def _unlike(everything: "Catalogue", old: "Measure", new: "Measure") -> Iterator[str]:
    """Why two measures that are said to be comparable are not: each reason a sentence."""
    pairs: dict[str, tuple[Value, Value]] = {
        "who is asked": (old.group, new.group),
        "the answers": (_real(old.answers), _real(new.answers)),
        "the answers that count as yes": (sorted(old.affirmative), sorted(new.affirmative)),
        "the question it follows": (_series_of_base(everything, old), _series_of_base(everything, new)),
        "what kind of thing it tells (basis)": (old.basis, new.basis),
    }
    if {old.direction, new.direction} == {"up", "down"}:
        pairs["the better direction"] = (old.direction, new.direction)
    for called, (before, now) in pairs.items():
        if before != now:
            yield (
                f"{new.id} cannot be comparable with {old.id}: {called} was {_told(before)} and is {_told(now)}. "
                f"Say `comparable = false`."
            )


def _real(answers: Iterable[str]) -> list[str]:
    """The answers that say something, whatever their order."""
    return sorted(set(answers) - set(DECLINED))


def _series_of_base(everything: "Catalogue", measure: "Measure") -> str | None:
    base = everything.measures.get(measure.base or "")
    return everything.series_id(base) if base else measure.base


def _told(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else value or "none"


def _unknown_measures(
    catalogue: "Catalogue", replacing: Iterable["Measure"], earlier: Sequence["Measure"]
) -> Iterator[str]:
    """A `replaces` that nobody knows, where the store knows an earlier measure that nothing replaces.

    A new home has seen nothing of the edition before, so an id that it does not know is no fault by itself.
    """
    replaced = {str(measure.replaces): measure.id for measure in replacing}
    settled = {entry.id for entry in catalogue.retired} | {measure.replaces for measure in earlier}
    seen = {measure.id for measure in earlier}
    forgotten = sorted(seen - {*replaced} - settled)
    for old, new in replaced.items():
        if forgotten and old not in seen:
            nearest = get_close_matches(old, forgotten, n=1, cutoff=0)
            yield _not_known(new, old, (nearest or forgotten)[0])


def _unknown_items(catalogue: "Catalogue", items: Collection[str]) -> Iterator[str]:
    """The same of support items. They may be dropped without a word, so only what is nearly the same is told."""
    replaced = {old: item.id for item in catalogue.support_item for old in item.replaces}
    forgotten = {*items} - {*replaced} - {item.id for item in catalogue.support_item}
    for old, new in replaced.items():
        if old not in items:
            for meant in get_close_matches(old, sorted(forgotten), n=1, cutoff=ALIKE):
                yield _not_known(new, old, meant)


def _not_known(new: str, old: str, meant: str) -> str:
    return (
        f"{new} replaces {old}, which neither this catalogue nor the store knows. If you mean {meant}, write it "
        f"exactly so. If not, and nothing takes the place of {meant}, list {meant} under [[retired]]."
    )
