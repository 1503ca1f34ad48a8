"""Which code of a list somebody meant who wrote something else. Pure.

Whole words weigh more than letters: "North East" has more in common with "North East and Yorkshire" than with "North
West", whose spelling is nearer. Where two codes may be meant, or none surely, nothing is suggested: a wrong suggestion
is followed more often than a missing one is missed.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import takewhile
from unicodedata import combining, normalize

WORD = re.compile(r"[^\W_]+")
FILLERS = {"a", "and", "in", "of", "or", "the"}
"""Words that tell no two codes apart."""
ENOUGH = 0.7
"""How much of the words of both must agree for a code to be suggested."""
AHEAD = 0.15
"""By how much the nearest code must be nearer than the next."""
MISSPELT = 0.8
"""How much of the letters of two words must agree for one to be a misspelling of the other."""
STEM, OF_A_WORD = 4, 0.55
"""So many letters, and so much of the longer word, must stand at the beginning of two words of one stem."""
RELATED = 0.9
"""What two words of one stem, or a word and its initial, count."""
ABBREVIATED = 0.6
"""What the beginning of a word counts: `psych` may be several words, so it is never enough alone."""


def nearest_code(written: str, names: Iterable[tuple[str, str]]) -> str | None:
    """The code that was meant; None where none is like what was written, or several are. `names`: every name and its
    code; a code may have several."""
    names, words = [*names], words_of(written)
    exact = {code for name, code in names if "".join(words_of(name)) == "".join(words)}
    if exact or not words:
        return exact.pop() if len(exact) == 1 else None
    codes: dict[str, list[list[str]]] = {}
    for name, code in names:
        if names_two(name) or not names_two(written):
            codes.setdefault(code, []).append(words_of(name))
    return _by_words(words, codes) if codes else None


def names_two(text: str) -> bool:
    """Whether a text joins two things: `Midlands and East` is none of them."""
    return "and" in WORD.findall(text.casefold()) or any(sign in text for sign in "&/+")


def words_of(text: str) -> list[str]:
    """The words of a name, in small letters and without accents and words that tell nothing."""
    plain = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return [word for word in WORD.findall(plain) if word not in FILLERS]


def _by_words(words: list[str], codes: Mapping[str, list[list[str]]]) -> str | None:
    scores = {code: max(_agreement(words, name) for name in known if name) for code, known in codes.items()}
    ordered = sorted(scores, key=lambda code: -scores[code])
    best, others = ordered[0], ordered[1:]
    if scores[best] < ENOUGH or (others and scores[best] - scores[others[0]] < AHEAD):
        return None
    return None if _names_another(words, codes, best, others) else best


def _names_another(words: list[str], codes: Mapping[str, list[list[str]]], best: str, others: Iterable[str]) -> bool:
    """Whether another code, which is no part of the best one's name, stands there in full too."""
    of_best = {word for name in codes[best] for word in name}
    named = (name for code in others for name in codes[code])
    return any({*name} <= {*words} and not {*name} <= of_best for name in named if name)


def _agreement(written: list[str], name: list[str]) -> float:
    """How much of both agrees, from 0 to 1. Each word agrees with one word of the other at most."""
    left, agreed = [*name], 0.0
    for word in written:
        likeness = {other: _likeness(word, other) for other in left}
        nearest = max(likeness, key=lambda other: likeness[other], default=None)
        if nearest is not None and likeness[nearest]:
            left.remove(nearest)
            agreed += likeness[nearest]
    return 2 * agreed / (len(written) + len(name))


def _likeness(word: str, other: str) -> float:
    """Whether two words are one: 1 if they are, less if one may stand for the other, 0 if not. No number is like
    another."""
    if word == other or not (word.isalpha() and other.isalpha()):
        return float(word == other)
    if min(len(word), len(other)) == 1:
        return RELATED if word[0] == other[0] else 0.0
    ratio = SequenceMatcher(None, word, other).ratio()
    if word[:2] == other[:2] and ratio >= MISSPELT:
        return ratio
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    if common >= max(STEM, OF_A_WORD * max(len(word), len(other))):
        return RELATED
    return ABBREVIATED if common == len(word) >= STEM else 0.0
