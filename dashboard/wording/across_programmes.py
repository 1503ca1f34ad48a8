"""All programmes at once as sentences: what support they say they have, and how two rates go together."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from dashboard.wording.numbers import (
    MINUS,
    Row,
    ended,
    listed,
    lower_first,
    part_of,
    plain,
    programme_name,
    upper_first,
)
from pipelines.number_words import in_words
from pipelines.thresholds import LEAST_COVERAGE, LEAST_FOR_ASSOCIATION

SIGNS = {"in_place": "●", "in_part": "⊙", "planned": "◇", "not_in_place": "–", "not_known": "?"}
"""Every status as the chart draws it."""

KEY = (
    "  ·  ".join(f"{sign} {plain(status)}" for status, sign in SIGNS.items())
    + ". Where there is no sign nothing was said."
)
MANY = "There are too many programmes here to draw side by side, so this shows what this programme says of itself."
NO_ASSOCIATION = (
    f"There is no figure for this year. It needs at least {in_words(LEAST_FOR_ASSOCIATION)} programmes with results of "
    f"both that share a year, and at least {in_words(LEAST_COVERAGE)} of those that asked both. What is suppressed is "
    f"mostly very low or very high."
)
SELF_SELECTED = (
    "Programmes chose to take part, and people chose to answer. So it is about those who did. A link does not say what "
    "causes what."
)
NOTHING_ASKED = "This instrument asks nothing about support and policy."
NO_POINT = "This programme has no result of both that can be shown, and so no point here."
NO_PAIRS = "This instrument names no two measures to look at together."

SELF_DECLARED = "This is what the programme says of itself. Nobody has checked it."
MORE_ON_SUPPORT = "What counts as in place, since when, and where it can be read: "
SEE_SUPPORT = "see the page on support"
EVERY_ITEM = "Every item, and what counts as in place"
CHOOSE_AN_ITEM = "Choose an item to see how programmes have worded it in public."
WORDED_BY_OTHERS = "How programmes have worded it, where the public can read it:"
NO_PUBLIC_TEXT = "No programme has named a public text of it."
NOBODY_ELSE = "no other programme said anything"
NOT_SAID = "not said"
NO_RULE = "the questionnaire does not say"
NO_LINK = "no public text named"
"""What stands in a cell of a table where a programme, or the catalogue, said nothing."""
FEW_LINKS = 5
"""So many public texts of an item are offered, in alphabetical order of the programmes."""

# ---- support ----


def support_how_to_read(statuses: Sequence[Row]) -> str:
    """How to read the charts of support, and what each status means where the catalogue says it."""
    meanings = [f"“{upper_first(plain(row['status']))}”: {row['words']}" for row in statuses if row["words"]]
    return " ".join(
        [
            "Each line is a support or policy item, each column a programme: the first, in blue, is this one, and its "
            "status stands in words at the end of the line; the others follow in alphabetical order. It is what "
            "programmes say of themselves, on the day they answered.",
            *meanings,
            "That something is in place does not say that people know it or find it helpful; what those who were asked "
            "say stands below.",
        ]
    )


def support_sentence(own_programme: Sequence[Row]) -> str:
    """For which kinds of support all, some or none is in place. `own_programme`: its rows of `Release.support_in`."""
    if not own_programme:
        return "This programme sent nothing about support and policy for this year. Choose another year above."
    sentence = [
        f"{words} {listed(kinds)}"
        for words, kinds in (
            ("everything asked about on", _kinds(own_programme, everything=True, something=True)),
            ("some of what was asked about on", _kinds(own_programme, everything=False, something=True)),
            ("nothing yet on", _kinds(own_programme, everything=False, something=False)),
        )
        if kinds
    ]
    return f"In place, as the programme says of itself: {'; '.join(sentence)}."


def _kinds(own_programme: Sequence[Row], *, everything: bool, something: bool) -> list[str]:
    """The kinds of which all items (or not all, but some; or none) are in place, in the order of the catalogue."""
    kinds = dict.fromkeys(row["kind_title"] for row in own_programme)
    placed = {
        kind: [row["status"] == "in_place" for row in own_programme if row["kind_title"] == kind] for kind in kinds
    }
    return [lower_first(kind) for kind in kinds if (all(placed[kind]), any(placed[kind])) == (everything, something)]


def by_status(rows: Sequence[Row]) -> list[str]:
    """Items by how far they are: `In place: A; B.` In the order of the catalogue."""
    return [
        ended(f"{upper_first(plain(status))}: {'; '.join(row['title'] for row in rows if row['status'] == status)}")
        for status in SIGNS
        if any(row["status"] == status for row in rows)
    ]


def status_since(row: Row) -> str:
    """`in place since October 2023`"""
    return plain(row["status"]) + (f" since {row['since']:%B %Y}" if row["since"] else "")


def in_place_if(row: Row) -> str:
    """What must be true of an item for it to be in place; blank where the catalogue does not say."""
    return ended(f"It is in place if: {row['in_place']}") if row["in_place"] else ""


def told(row: Row) -> str:
    """What a programme says of an item: `This programme says: in place since October 2023, reviewed in May 2025.`"""
    reviewed = f", reviewed in {row['reviewed_on']:%B %Y}" if row["reviewed_on"] else ""
    return f"This programme says: {status_since(row)}{reviewed}."


def link_name(row: Row) -> str:
    """Whose policy a link leads to, and when it was reviewed: `Elm (reviewed in May 2025)`"""
    name = programme_name(row)
    return f"{name} (reviewed in {row['reviewed_on']:%B %Y})" if row["reviewed_on"] else name


def own_status(rows: Sequence[Row]) -> str:
    """This programme's status of an item; nothing was said where there is no row."""
    return status_since(rows[0]) if rows else "nothing said"


def who_says_what(rows: Sequence[Row]) -> str:
    """`in place: Cedar, Elm; planned: Yew`"""
    sentence = {plain(status): [programme_name(row) for row in rows if row["status"] == status] for status in SIGNS}
    return "; ".join(f"{words}: {', '.join(names)}" for words, names in sentence.items() if names) or NOBODY_ELSE


def support_alt(kind_title: str) -> str:
    """What a chart of support items shows, for those who cannot see it."""
    return f"{kind_title}: for each item the status each programme gives. The table below holds the same."


# ---- together ----


def together_how_to_read(pair: Row) -> str:
    """How to read a chart of two rates. `pair` as `Release.associations` gives it."""
    first, second = pair["x_people"], pair["y_people"]
    return (
        f"Each point is a programme. Further to the right more of its {first} said yes, and further up more of its "
        f"{second}. The lines through it are likely ranges. The filled blue point is this programme. "
        f"The correlation lies between −1 and 1. Near 1 the two rise together, and near −1 one falls where the other "
        f"rises. Small numbers pull it towards zero, so a figure near zero does not show that there is no link. "
        f"Points that line up do not say what causes what: {first} may follow {second}, or both may follow something "
        f"else."
    )


def correlation(value: float) -> str:
    """`−0.15`"""
    hundredths = Decimal(str(abs(value))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{MINUS}{hundredths}" if value < 0 and hundredths else str(hundredths)


def association_sentence(pair: Row) -> str:
    """How two rates go together across programmes, with all that stands behind it. From `Release.associations`."""
    if pair["correlation"] is None:
        return NO_ASSOCIATION
    low, high = pair["correlation_low"], pair["correlation_high"]
    interval = f"likely range {correlation(low)} to {correlation(high)}"
    programmes = part_of(pair["programmes"], pair["asked"])
    return (
        f"{_verdict(low, high)} The correlation is {correlation(pair['correlation'])} ({interval}), in {programmes} "
        f"programmes that asked both. It stands on {pair['first_respondents']:,} answers of {pair['x_people']} and "
        f"{pair['second_respondents']:,} answers of {pair['y_people']}. {_attenuation_sentence(pair)} "
        f"{SELF_SELECTED}"
    )


def _attenuation_sentence(pair: Row) -> str:
    """How far small numbers pull the figure towards zero."""
    if pair["attenuation"] == 0:
        return "These programmes differ so little, and are so small, that hardly any link could show here."
    shown = correlation(pair["attenuation"])
    return f"Small numbers pull this figure towards zero: on average a perfect link would show here as about {shown}."


def _verdict(low: float, high: float) -> str:
    if low <= 0 <= high:
        return "There is no clear link between the two."
    way = "higher too" if low > 0 else "lower"
    return f"There is a link between the two: where one is higher, the other tends to be {way}."


def association_alt(pair: Row) -> str:
    """What the chart shows, for those who cannot see it."""
    return (
        f"{ended(pair['title'])} Each programme's {pair['x_title']} ({pair['x_people']}) against "
        f"{pair['y_title']} ({pair['y_people']}). "
        f"{association_sentence(pair)} The table below holds the same."
    )
