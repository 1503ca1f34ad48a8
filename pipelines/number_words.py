"""Small numbers as words, for sentences that are made from a constant or from the catalogue."""

from fractions import Fraction

_BELOW_TWENTY = (
    *("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PARTS = {2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths")}


def in_words(number: float) -> str:
    """A number as a sentence writes it: 10 gives `ten`, 22 `twenty-two`, 100 `100`, 2 / 3 `two thirds`."""
    share = Fraction(number).limit_denominator(max(_PARTS))
    if share.denominator == 1:
        return _whole(share.numerator)
    return f"{_whole(share.numerator)} {_PARTS[share.denominator][share.numerator > 1]}"


def in_tenths(share: float) -> str:
    """`nine in ten`"""
    return f"{_whole(round(10 * share))} in {_whole(10)}"


def _whole(number: int) -> str:
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    tens, ones = divmod(number, 10)
    if tens > len(_TENS) + 1:
        return f"{number:,}"
    return "-".join([_TENS[tens - 2], *([_BELOW_TWENTY[ones]] if ones else [])])
