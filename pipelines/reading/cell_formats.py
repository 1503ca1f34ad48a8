"""What a person sees in a workbook's cell: 12 and not 12.0, 2024-09-01 and not 45536."""

import math
import re
from datetime import datetime, timedelta

DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
TIMES = {18, 19, 20, 21, 45, 46, 47}
PERCENTS = {9, 10}
"""Built-in number formats."""
LAST_DAY = 2_958_465
"""31 December 9999, as spreadsheets count days."""
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  a sheet has no zone
FIRST_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
MARCH_1900 = 60
"""The day from which Excel counts rightly. It believes that there was a 29 February 1900."""
SURROGATES = range(0xD800, 0xE000)


def shown_number(value: str, kind: str, first_day: datetime) -> str:
    """A number under a format of this kind. Raises ValueError where the value is no number."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    if kind in ("date", "time") and 0 <= number < LAST_DAY + 1:
        return _moment(number, kind, first_day)
    if kind == "percent":
        return f"{_digits(number * 100)}%"
    return _digits(number).zfill(int(kind)) if kind.isdigit() else _digits(number)


def format_kind(number: int, code: str) -> str:
    """What a number format shows: a date, a time, a percentage, a number of digits, or nothing special ("")."""
    built_in = (("date", DATES), ("time", TIMES), ("percent", PERCENTS))
    return next((kind for kind, numbers in built_in if number in numbers), None) or _kind_of(code)


def _kind_of(code: str) -> str:
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', "", code.lower()).partition(";")[0]
    if re.fullmatch(r"0{2,}", bare):
        return str(len(bare))
    if "general" in bare:
        return ""
    marks = (("date", "[yd]"), ("time", "[hs]"), ("date", "m"), ("percent", "%"))
    return next((kind for kind, mark in marks if re.search(mark, bare)), "")


def unescaped(text: str) -> str:
    """Excel writes characters that XML cannot hold as _x000D_."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", _character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code in SURROGATES else chr(code)


def _digits(number: float) -> str:
    text = f"{number:.15g}"
    return "0" if text == "-0" else text


def _moment(number: float, kind: str, first_day: datetime) -> str:
    """A day number as 2024-09-01, with the time of day if it has one."""
    early = first_day == FIRST_DAY and 1 <= number < MARCH_1900
    moment = first_day + timedelta(days=int(early), seconds=round(number * 86_400))
    if kind == "time" and number < 1:
        return f"{moment:%H:%M:%S}"
    whole = moment.time().isoformat() == "00:00:00"
    return f"{moment:%Y-%m-%d}" if whole and kind == "date" else f"{moment:%Y-%m-%d %H:%M:%S}"
