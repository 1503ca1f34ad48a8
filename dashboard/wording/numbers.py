"""Numbers, years and names as people write them.

A row is a dict as the release gives it. Rates are between 0 and 1.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
NB = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
FEW_ANSWERED = "fewer than half answered"
NARROW = 0.02
"""An interval of less than two percentage points is given with a decimal."""


def percent(rate: float, digits: int = 0) -> str:
    """`45`, without the sign; small and large rates are never rounded to none or all."""
    if 0 < rate < 0.005:  # noqa: PLR2004  half a per cent
        return f"under{NB}1"
    if 0.995 < rate < 1:  # noqa: PLR2004
        return f"over{NB}99"
    return str(_hundredths(rate, digits))


def _hundredths(rate: float, digits: int = 0) -> Decimal:
    """A rate in per cent, half rounded up as people do it; Python's own rounding goes to the even neighbour."""
    return Decimal(str(rate)).scaleb(2).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def points(difference: float) -> str:
    """A difference of rates in percentage points: `−15`."""
    whole = _hundredths(abs(difference))
    return f"{MINUS}{whole}" if difference < 0 and whole else str(whole)


def in_points(size: float) -> str:
    """`15 points`, `1 point`; a size that would round to none is `less than 1 point`."""
    whole = points(abs(size))
    return "less than 1 point" if whole == "0" and size else f"{whole} {'point' if whole == '1' else 'points'}"


def likely_size(low: float, high: float) -> str:
    """The interval of a clear difference, as sizes: `likely range 3 to 25 points`. The lower end is never none, and the
    ends have a decimal where they would otherwise look the same."""
    sizes = sorted((abs(low), abs(high)))
    ends = [str(_hundredths(size)) for size in sizes]
    if ends[0] == ends[1]:
        ends = [str(_hundredths(size, 1)) for size in sizes]
    return f"likely range {'less than 1' if ends[0] == '0' else ends[0]} to {ends[1]} points"


def more_than(row: Row, others: str, *, more: bool) -> str:
    """A clear difference as a size: `15 points more than in 2024-25 (likely range 3 to 25 points)`."""
    size = likely_size(row["difference_low"], row["difference_high"])
    return f"{in_points(row['difference'])} {'more' if more else 'less'} than in {others} ({size})"


def signed_or_sized(row: Row) -> str:
    """A difference with its interval. A clear one is told by its size, so that no end of it is rounded to none. One
    that may go either way has its sign."""
    low, high = row["difference_low"], row["difference_high"]
    if low <= 0 <= high:
        whole = points(row["difference"])
        unit = "point" if whole in {"1", f"{MINUS}1"} else "points"
        return f"{whole} {unit} ({likely_range(low, high)})"
    return f"{in_points(row['difference'])} {'more' if low > 0 else 'less'} ({likely_size(low, high)})"


def likely_range(low: float, high: float) -> str:
    """The interval of a difference that may go either way: `likely range −7 to 39 points`."""
    return f"likely range {points(low)} to {points(high)} points"


def rate(row: Row, prefix: str = "") -> str:
    """`45%, likely range 29% to 62%`; with a decimal where the ends would otherwise look the same. Where fewer than
    half answered, what it could be if all others had answered one way or the other stands with it."""
    middle, low, high = (row[f"{prefix}{name}"] for name in ("rate", "rate_low", "rate_high"))
    digits = 1 if high - low < NARROW else 0
    middle, low, high = (percent(end, digits) for end in (middle, low, high))
    bounds = could_be(row, prefix)
    return f"{middle}%, likely range {low}% to {high}%{f'; {FEW_ANSWERED}: {bounds}' if bounds else ''}"


def could_be(row: Row, prefix: str = "") -> str:
    """What a figure could be if everybody who did not answer had answered one way or the other: `could be 6% to 81%`.
    Blank where half or more answered, and for figures of several programmes."""
    if row.get(f"{prefix}rate_if_none") is None:
        return ""
    low, high = (percent(row[f"{prefix}{end}"]) for end in ("rate_if_none", "rate_if_all"))
    return f"could be {low}% to {high}%{'' if row[f'{prefix}invited'] else ', or further out'}"


def if_others_answered(row: Row, prefix: str = "") -> str:
    """The same of a figure that is not named, as a sentence: `Fewer than half answered in 2020-21: the 25% could be 6%
    to 81%.`; blank where half or more answered."""
    bounds = could_be(row, prefix)
    if not bounds:
        return ""
    return f" {upper_first(FEW_ANSWERED)} in {span(row, prefix)}: the {percent(row[f'{prefix}rate'])}% {bounds}."


def pair(row: Row, prefix: str = "") -> str:
    """`14 of 31 (45%, likely range 29% to 62%)`, never a bare percentage."""
    return f"{share(row, prefix)} ({rate(row, prefix)})"


def share(row: Row, prefix: str = "") -> str:
    """`14 of 31`; over several years `14 of 31 answers`, because the same people may have answered every year."""
    answers = " answers" if over_several_years(row, prefix) else ""
    return f"{row[f'{prefix}affirmative']:,} of {row[f'{prefix}respondents']:,}{answers}"


def over_several_years(row: Row, prefix: str = "") -> bool:
    """Whether a result, or several together, stand on more than one academic year."""
    return bool(row[f"{prefix}first_year"] != row[f"{prefix}last_year"])


def years(row: Row) -> str:
    """`2024-25`, or `2022-23 to 2024-25` for a result that covers several."""
    first, last = row["first_year"], row["last_year"]
    return str(first) if first == last else f"{first} to {last}"


def together(row: Row) -> str:
    """Which years a result takes together; nothing for a single year."""
    return "" if row["first_year"] == row["last_year"] else f", {years(row)}"


def span(row: Row, prefix: str) -> str:
    """Years under other names: `2021-22`, or `2021-22 to 2023-24`."""
    return years({"first_year": row[f"{prefix}first_year"], "last_year": row[f"{prefix}last_year"]})


def of_other_years(row: Row) -> str:
    """Which years the results of the others are of, where these are not its own: `, 2022-23`."""
    others = span(row, "comparator_")
    return "" if others == years(row) else f", {others}"


def number_of(count: int, one: str, many: str) -> str:
    """`1 programme`, `2 programmes`, `no programmes`"""
    return f"{count:,} {one if count == 1 else many}" if count else f"no {many}"


def part_of(some: int, every: int) -> str:
    """`all 12`, or `9 of the 12`."""
    return f"all {every:,}" if some == every else f"{some:,} of the {every:,}"


def plain(code: str) -> str:
    """A code as words: `clinical_psychology` becomes `clinical psychology`."""
    return code.replace("_", " ")


def titled(row: Row) -> str:
    """A measure with whom it is put to: `Safe to share (trainees)`. Two groups can be asked under the same title."""
    return f"{row['title']} ({row['asked_of']})"


def programme_name(row: Row) -> str:
    """The name of a programme, or its code where it is not named."""
    return str(row["programme_name"] or row["programme_id"])


def listed(words: Sequence[str]) -> str:
    """`policy, culture and support`"""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def ended(words: str) -> str:
    """Words as a whole sentence: with a full stop, unless they end with a sign of their own."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


def lower_first(words: str) -> str:
    """Words that stood at the beginning, within a sentence."""
    return words[:1].lower() + words[1:]


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
