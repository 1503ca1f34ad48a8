"""Which numerals a release allows a page to say. Everything is worked out here again, without the product's code.

A text is read in four steps, and each takes away what it could explain:

1. phrases: texts of the release that hold digits (ids, years, titles, questions, sources), its dates in words, and a
   short list of constants of the wording, each with its reason;
2. numbers that belong together: `14 of 31 (45%, likely range 29% to 62%)` must be one row of the release, and so must
   `−15 points (likely range −29 to −1 points)` and `14 of 31`;
3. single numerals: with `%` a rate of the release, with `points` a difference, else a count or a coefficient;
4. what is left is unknown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import polars as pl

Frames = Mapping[str, pl.DataFrame]

MINUS = "\N{MINUS SIGN}"
SPACE = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
COUNT = r"\d{1,3}(?:[,\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]\d{3})+|\d+"
PER_CENT = rf"(?:(?:under|over){SPACE})?\d+(?:\.\d+)?"
POINTS = rf"(?:less than 1|{MINUS}?\d+(?:\.\d+)?)"
LIKELY = r"likely range "

PAIR = re.compile(rf"(?<!\w)({COUNT}) of ({COUNT})[^\d()]*\(({PER_CENT})%, {LIKELY}({PER_CENT})% to ({PER_CENT})%")
DIFFERENCE = re.compile(rf"(?<!\w)({POINTS}) points?[^\d()]*\(?[^\d()]*{LIKELY}({POINTS}) to ({POINTS}) points")
PROGRAMMES = re.compile(rf"(?<!\w)({COUNT}) of (?:the )?({COUNT}) programmes")
INVITED = re.compile(rf"(?<!\w)({COUNT}) of ({COUNT}) invited")
PART = re.compile(rf"(?<!\w)({COUNT}) of (?:the )?({COUNT})")
RATE = re.compile(rf"(?<!\w)({PER_CENT})%(?:{SPACE}to{SPACE}({PER_CENT})%)?")
SINGLE_DIFFERENCE = re.compile(rf"(?<!\w)({POINTS}) points?")
NUMERAL = re.compile(rf"(?<!\w)(\d{{4}}-\d\d(?:-\d\d)?|{MINUS}?\d+(?:\.\d+){{2,}}|{MINUS}?(?:{COUNT})(?:\.\d+)?)")
TAG = re.compile(r"<[^>]*>")

RATES = re.compile(r".*(rate|rate_low|rate_if_none|rate_if_all|rate_high|coverage|low_95|high_95|low_998|high_998)$")
COEFFICIENTS = re.compile(r"(correlation.*|z|p_value|phi|tau2|outside_by_chance)$")
DETECTABLE = re.compile(r"detectable_(change|difference|more|less)$")
NO_NUMBER = re.compile(r"(place|row|hash|.*result_id)$")
PARTS = {
    PROGRAMMES: [("programmes", "asked")],
    INVITED: [("respondents", "invited")],
    PART: [
        ("affirmative", "respondents"),
        ("respondents", "invited"),
        ("programmes", "asked"),
        ("possible", "asked"),
    ],
}


class Known:
    """What a release allows to be said."""

    def __init__(self, frames: Frames, constants: Iterable[str] = ()) -> None:
        texts = {*_texts(frames), *_dates(frames)}
        spoken = {text.replace("_", " ") for text in texts}
        long = {text for text in (texts | spoken) if re.search(r"\d", text) and re.search(r"[^\d.,]", text)}
        self.phrases = _any_of(long | set(constants))
        self.pairs = set(_pairs(frames))
        self.differences = set(_differences(frames))
        self.parts = {pattern: set(_parts(frames, names)) for pattern, names in PARTS.items()}
        self.rates = {said for value in _floats(frames, RATES) for said in rates(value)}
        self.points = {said for triple in self.differences for said in triple}
        self.points |= {points(value) for value in _floats(frames, DETECTABLE)}
        self.numerals = {str(value) for value in _counts(frames)} | (texts - long)
        self.numerals |= {said for value in _floats(frames, COEFFICIENTS) for said in decimals(value)}

    def unknown(self, text: str) -> list[str]:
        """The numerals of a text that are not in the release."""
        left = self.phrases.sub("·", TAG.sub(" ", text.replace("\N{WORD JOINER}", "")))
        found = []
        for pattern, known in ((PAIR, self.pairs), (DIFFERENCE, self.differences), *self.parts.items()):
            found += [m.group() for m in pattern.finditer(left) if tuple(map(_bare, m.groups())) not in known]
            left = pattern.sub("·", left)
        for pattern, single in ((RATE, self.rates), (SINGLE_DIFFERENCE, self.points), (NUMERAL, self.numerals)):
            found += [m.group() for m in pattern.finditer(left) if {_bare(one) for one in m.groups() if one} - single]
            left = pattern.sub("·", left)
        return found


def read(releases: Path) -> dict[str, pl.DataFrame]:
    """Every relation of the current release."""
    current = releases / (releases / "current").read_text(encoding="utf-8").strip() / "release.duckdb"
    with duckdb.connect(current, read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.execute(f"FROM {name}").pl() for name in names}


def rounded(value: float, places: int) -> str:
    """Half goes up, away from nothing."""
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def rates(rate: float) -> list[str]:
    """A rate in per cent without and with a decimal; what would be rounded to none or all, in words."""
    if 0 < rate < 0.005:
        return ["under 1"]
    if 0.995 < rate < 1:
        return ["over 99"]
    return [_per_cent(rate, places) for places in (0, 1)]


def decimals(value: float) -> list[str]:
    """A coefficient with one, two or three decimals."""
    return [rounded(value, places).replace("-", MINUS) for places in (1, 2, 3)]


def points(difference: float) -> str:
    """A difference of rates in whole points. Less than half a point has no sign."""
    return re.sub(rf"^{MINUS}0$", "0", _per_cent(difference, 0))


def _size(difference: float) -> str:
    """A difference without its sign; one that would round to none is told in words."""
    whole = _per_cent(abs(difference), 0)
    return "less than 1" if whole == "0" and difference else whole


def _sizes(*ends: float) -> tuple[str, str]:
    """The ends of an interval without their signs, with a decimal where they would look the same."""
    near, far = sorted(map(abs, ends))
    if _per_cent(near, 0) == _per_cent(far, 0):
        return "less than 1" if _per_cent(near, 1) == "0.0" else _per_cent(near, 1), _per_cent(far, 1)
    return "less than 1" if _per_cent(near, 0) == "0" else _per_cent(near, 0), _per_cent(far, 0)


def _per_cent(value: float, places: int) -> str:
    hundredths = Decimal(str(value)) * 100
    return str(hundredths.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)).replace("-", MINUS)


def _bare(numeral: str) -> str:
    """Without separators of thousands."""
    return re.sub(r"(?<=\d)[,\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d)", "", numeral).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(phrase)}(?!\w)" for phrase in longest_first) or r"(?!)")


def _texts(frames: Frames) -> Iterator[str]:
    for frame in frames.values():
        for column in frame.iter_columns():
            if column.dtype == pl.List(pl.String):
                column = column.explode()  # noqa: PLW2901
            if column.dtype == pl.String:
                yield from (text for text in column.drop_nulls().unique() if re.search(r"\d", text))


def _dates(frames: Frames) -> Iterator[str]:
    for frame in frames.values():
        for column in frame.iter_columns():
            if column.dtype.is_temporal():
                day: date
                for day in column.drop_nulls().unique():
                    yield from (f"{day:%-d %B %Y}", f"{day:%B %Y}", f"{day:%Y-%m-%d}")


def _floats(frames: Frames, names: re.Pattern[str]) -> Iterator[float]:
    for frame in frames.values():
        for column in frame.iter_columns():
            if column.dtype.is_float() and names.match(column.name):
                yield from column.drop_nulls().unique()


def _counts(frames: Frames) -> Iterator[int]:
    for frame in frames.values():
        for column in frame.iter_columns():
            if column.dtype.is_integer() and not NO_NUMBER.match(column.name):
                yield from column.drop_nulls().unique()


def _pairs(frames: Frames) -> Iterator[tuple[str, ...]]:
    names = "affirmative", "respondents", "rate", "rate_low", "rate_high"
    for frame in frames.values():
        for prefix in ("", "comparator_"):
            columns = [f"{prefix}{name}" for name in names]
            if set(columns) <= set(frame.columns):
                for k, n, *ends in frame.select(columns).drop_nulls().unique().iter_rows():
                    for places in (0, -1):
                        yield (str(k), str(n), *(rates(end)[places] for end in ends))


def _parts(frames: Frames, names: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for frame in frames.values():
        for prefix in ("", "comparator_"):
            for some, every in names:
                columns = [f"{prefix}{some}", f"{prefix}{every}"]
                if all(name in frame.columns and frame[name].dtype.is_integer() for name in columns):
                    yield from ((str(a), str(b)) for a, b in frame.select(columns).drop_nulls().unique().iter_rows())


def _differences(frames: Frames) -> Iterator[tuple[str, str, str]]:
    """Each difference with its ends: as it is, and without signs where words say more or less."""
    for frame in frames.values():
        for name in frame.columns:
            ends = f"{name}_low", f"{name}_high"
            if set(ends) <= set(frame.columns) and not RATES.match(name) and not COEFFICIENTS.match(name):
                for middle, low, high in frame.select(name, *ends).drop_nulls().unique().iter_rows():
                    yield points(middle), points(low), points(high)
                    yield _size(middle), *_sizes(low, high)
