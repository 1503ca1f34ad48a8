"""Queries that researchers begin with. They are shown as they stand here, and run as they stand here."""

from typing import NamedTuple


class ReadyQuery(NamedTuple):
    """What a query answers, how its rows are to be read, and its SQL."""

    title: str
    words: str
    sql: str


READY_QUERIES = (
    ReadyQuery(
        "Rates by profession, with intervals",
        "A row is all published results of a profession together, for a measure and an academic year. The interval "
        "allows for programmes differing.",
        """\
SELECT title, name AS profession, years[1] AS academic_year, programmes,
    comparator.affirmative, respondents, rate, rate_low, rate_high
FROM comparator JOIN measure USING (measure_id)
WHERE kind = 'profession' AND len(years) = 1
ORDER BY place, profession, academic_year""",
    ),
    ReadyQuery(
        "Change by programme",
        "A row is a result beside the one before it. The difference is that of the two rates, with its interval. "
        "Where across_break is true, the question was worded anew between them.",
        """\
SELECT coalesce(programme_name, programme_id) AS programme, title,
    earlier_first_year, earlier_last_year, first_year, last_year,
    difference, difference_low, difference_high, verdict, across_break
FROM change JOIN measure USING (measure_id) JOIN programme USING (programme_id)
ORDER BY programme, place, last_year""",
    ),
    ReadyQuery(
        "The gap, beside what others see",
        "A row is a programme's gap between what is expected and what is done, beside the rate of those who say that "
        "they see it done. The two are set side by side and never subtracted: one open person can be seen by many.",
        """\
SELECT coalesce(programme_name, programme_id) AS programme, gap.last_year,
    gap.title, difference, difference_low, difference_high,
    seen.title AS seen, result.affirmative, result.respondents,
    result.rate, result.rate_low, result.rate_high
FROM gap
JOIN side_by_side_pair ON first = modelled
JOIN measure AS seen ON seen.measure_id = second
JOIN programme USING (programme_id)
LEFT JOIN result
    ON result.programme_id = gap.programme_id AND result.measure_id = second
    AND result.years = gap.years AND result.subgroup IS NULL
ORDER BY programme, gap.title, gap.last_year""",
    ),
    ReadyQuery(
        "The input of a mixed or a beta-binomial model",
        "A row is a published result: affirmative of respondents answered so. Programmes are the groups. Results that "
        "cover several years have them all in years. What is suppressed is missing, and not at random: small "
        "programmes and rates near the ends are missing more often.",
        """\
SELECT measure_id, programme_id, profession, country, first_year, last_year,
    affirmative, respondents - affirmative AS others, respondents,
    effective_respondents
FROM result JOIN programme USING (programme_id)
WHERE status = 'published' AND subgroup IS NULL
ORDER BY measure_id, programme_id, last_year""",
    ),
    ReadyQuery(
        "What is withheld",
        "A row is a measure in an academic year: of how many programmes a result is published, of how many it is "
        "suppressed, and how many did not ask.",
        """\
SELECT title, academic_year, published, suppressed, not_collected
FROM coverage JOIN measure USING (measure_id)
ORDER BY place, academic_year""",
    ),
)
