"""A second proof that nothing can be taken apart, without any attacker: other histories that give the same releases.

For every part that was not published by itself as many whole histories are found as values are promised, each with
another k there; published release by release from scratch they give what the true one gave. First a few likely ones are
tried. Then, of a result, all values that its parts can have together. Where these are too many, it says that it could
not look. Ten seeds give 400 histories with 1,354 lists; it could not look into one of them, and found what is promised
everywhere else. Sixty seeds gave 2,400 histories with 7,951 lists; into two it could not look, and none fell below.

The first edition's search failed once, on a history that stands below. On paper the rule was right: of 2021-22 came 0
of 1, and then 3 of 3, which was held because of two more people three more cannot have said yes. The search wanted
another history with 1 of 1, and left the file that was held as it was; but then 3 of 3 was two more of two more, and
was not held. With 0 of 3 it would have been, and the releases would have been the same. In the second edition a file
that comes later is set aside whatever is in it, so there is nothing of this kind to be found.
"""

import random
from itertools import islice

import pytest

from tests.reference.other_histories import (
    INSTRUMENT,
    YEARS,
    History,
    Stretch,
    a_history,
    changed,
    publish_all,
    stretches,
)
from tests.thorough import some

HISTORIES = 40
"""Of each seed."""
MANY = 10_000
"""So many values are gone through of a result, and no more."""
STAYS = (None, 1, 2, 3, 4)

Place = tuple[int, Stretch]
"""A history by its number, and a stretch of it."""
Met = dict[int, list[set[int]]]
"""For the stretches by their number: the values met of each part."""


def places_to_look_at(histories: list[History], stay: int | None) -> tuple[list[Place], list[list[str]]]:
    ledger, said = publish_all(histories, stay)
    return [(number, stretch) for number in range(len(histories)) for stretch in stretches(ledger, str(number))], said


def try_values(
    met: Met,
    candidates: list[tuple[int, tuple[int, ...]]],
    places: list[Place],
    histories: list[History],
    said: list[list[str]],
    stay: int | None,
) -> None:
    """Note the values, each of a stretch by its number, with which the releases would have been the same."""
    tried = [
        (number, values, changed(histories[places[number][0]], places[number][1], values))
        for number, values in candidates
    ]
    possible = [(number, values, other) for number, values, other in tried if other.could_be]
    _, seen = publish_all([other for *_, other in possible], stay)
    for (number, values, _), lines in zip(possible, seen, strict=True):
        if lines == said[places[number][0]]:
            for found, value in zip(met[number], values, strict=True):
                found.add(value)


def lacking(met: Met, places: list[Place]) -> list[int]:
    """The stretches of which not every part has as many values as promised."""
    return [
        number
        for number, (_, stretch) in enumerate(places)
        if any(len(found) < promised for found, promised in zip(met[number], stretch.promised, strict=True))
    ]


def look_into(histories: list[History], stay: int | None) -> tuple[list[Place], int, int]:
    """The stretches that do not keep what is promised; of how many that cannot be told; and how many there are."""
    places, said = places_to_look_at(histories, stay)
    met: Met = {number: [set() for _ in stretch.parts] for number, (_, stretch) in enumerate(places)}
    likely = [(number, values) for number, (_, stretch) in enumerate(places) for values in stretch.first_values()]
    try_values(met, likely, places, histories, said, stay)
    everything = {number: list(islice(places[number][1].all_values(), MANY + 1)) for number in lacking(met, places)}
    looked_at = {number: values for number, values in everything.items() if len(values) <= MANY}
    try_values(met, [(n, v) for n, values in looked_at.items() for v in values], places, histories, said, stay)
    left = lacking(met, places)
    below = [places[number] for number in left if number in looked_at]
    return below, len(left) - len(below), len(places)


@pytest.mark.parametrize("seed", some(range(10), 3))
def test_every_part_not_published_by_itself_has_other_histories_with_the_same_releases(seed: int) -> None:
    dice, stay = random.Random(seed), STAYS[seed % len(STAYS)]  # noqa: S311
    below, could_not_look, places = look_into([a_history(dice) for _ in range(HISTORIES)], stay)
    assert below == []
    assert could_not_look <= 0.03 * places


FIRST_FILES = {
    "2020-21": ((7, 3), (9, 1), (2, 1), (7, 1), (1, 0)),
    "2021-22": ((6, 3), (1, 0), (2, 1), (6, 0), (1, 1)),
    "2022-23": ((3, 2), (10, 3), (2, 2), (3, 1), (2, 2)),
    "2023-24": ((17, 14), (22, 17), (9, 7), (17, 13), (6, 2)),
}
LAST_FILES = FIRST_FILES | {
    "2020-21": ((11, 3), (8, 0), (2, 1), (11, 1), (1, 0)),
    "2021-22": ((10, 3), (3, 3), (2, 1), (10, 0), (1, 1)),
    "2022-23": ((6, 4), (12, 3), (3, 3), (6, 2), (2, 2)),
}
"""n and k of every measure of the instrument, in its order, in the first and in the last file of each year."""
FILES = {
    "seen at first": (FIRST_FILES, {"2022-23": 1, "2020-21": 2, "2021-22": 2, "2023-24": 2}),
    "closed after the last": (LAST_FILES, {"2023-24": 2, "2020-21": 3, "2021-22": 3, "2022-23": 3}),
    "withdrawn and set aside": (FIRST_FILES, {"2022-23": 1, "2020-21": 2, "2021-22": 2, "2023-24": 3}),
}
"""What publishing sees of them, and when: of a year that it has seen, every later file is set aside."""


@pytest.mark.parametrize("stay", STAYS)
@pytest.mark.parametrize("case", FILES)
def test_the_history_on_which_the_first_edition_failed_keeps_what_is_promised(case: str, stay: int | None) -> None:
    files, came = FILES[case]
    counts = {
        (year, measure.id): pair
        for year, pairs in files.items()
        for measure, pair in zip(INSTRUMENT.measure, pairs, strict=True)
    }
    history = History(counts, came, ((3, "2021-22"),) if case.startswith("withdrawn") else ())
    below, could_not_look, places = look_into([history], stay)
    assert (below, could_not_look) == ([], 0)
    assert places


def test_a_year_in_which_nobody_was_left_to_be_asked_stands_in_the_result_all_the_same() -> None:
    """Or else its being there would say that somebody was, and its not being there that perhaps nobody was."""
    pooled = {(YEARS[0], "asked"): (9, 2), (YEARS[1], "asked"): (25, 14)}
    nobody = {(YEARS[0], "used"): (0, 0), (YEARS[1], "used"): (13, 6)}
    somebody = {(YEARS[0], "used"): (1, 0), (YEARS[1], "used"): (12, 6)}
    came = dict.fromkeys(YEARS[:2], 1)
    _, (first, second) = publish_all([History(pooled | nobody, came), History(pooled | somebody, came)], stay=1)
    assert first == second
    assert f"1: used {YEARS[0]} {YEARS[1]} has 6 of 13 by 13 people" in first
