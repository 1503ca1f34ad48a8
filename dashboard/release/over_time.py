"""What a release says of a programme over the years: series, changes, trends, and when support came."""

from typing import Any

import polars as pl

from dashboard.release.words import ReleaseWords, first_of


class OverTime(ReleaseWords):
    """An open release, asked about the years."""

    def series(self, programme: str, measure: str) -> pl.DataFrame:
        """A programme's results of the series of a measure in the order of their years, each with its change from the
        one before; and each year withheld of which no other result is shown."""
        return self._rows(
            """
            WITH same_series AS (
                FROM measure WHERE series = (SELECT series FROM measure WHERE measure_id = $measure)
            ), own AS (
                FROM result SEMI JOIN same_series USING (measure_id)
                WHERE programme_id = $programme AND subgroup IS NULL
            ), covered AS (
                SELECT DISTINCT unnest(years) AS year FROM own WHERE status = 'published'
            ), asked AS (
                SELECT DISTINCT unnest(years) AS year FROM own WHERE status <> 'not_collected'
            )
            FROM own JOIN measure USING (measure_id)
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            LEFT JOIN change USING (result_id)
            LEFT JOIN (
                FROM result
                SELECT result_id AS earlier_result_id, rate AS earlier_rate, rate_if_none AS earlier_rate_if_none,
                    rate_if_all AS earlier_rate_if_all, invited AS earlier_invited
                WHERE subgroup IS NULL
            ) USING (earlier_result_id)
            SELECT own.*, title, phrase, question, respondent_group, asked_of,
                COLUMNS('earlier_(.*_year|rate.*|invited)'), across_break, COLUMNS('difference.*'), verdict
            WHERE own.status = 'published'
                OR (own.status = 'suppressed' AND own.first_year NOT IN (FROM covered))
                OR (own.status = 'not_collected' AND own.first_year NOT IN (FROM asked))
            ORDER BY own.first_year, own.last_year, own.result_id
            """,
            programme=programme,
            measure=measure,
        )

    def all_series(self, programme: str) -> pl.DataFrame:
        """Every published result of a programme, by the series of its measure: the one that is asked now gives the
        series its name. In the order of the catalogue, then of the years."""
        return self._rows(
            """
            WITH named AS (
                SELECT series, min(place) AS place, arg_min(measure_id, place) AS shown_measure,
                    arg_min(format('{} ({})', title, people), place) AS shown_title
                FROM (
                    FROM measure JOIN respondent_group USING (respondent_group)
                    SELECT series, measure.place, measure_id, title, people
                ) GROUP BY series
            )
            FROM result JOIN measure USING (measure_id) JOIN named USING (series)
            SELECT shown_measure, shown_title, result.years, rate, rate_low, rate_high
            WHERE programme_id = $programme AND status = 'published' AND subgroup IS NULL
            ORDER BY named.place, first_year, last_year
            """,
            programme=programme,
        )

    def comparators(self, measure: str) -> pl.DataFrame:
        """All programmes together, for each year of the series of a measure that has a figure; in a year with figures
        of two measures that of the later."""
        return self._rows(
            """
            SELECT DISTINCT ON (academic_year) comparator.*, years[1] AS academic_year
            FROM comparator JOIN measure USING (measure_id)
            WHERE series = (SELECT series FROM measure WHERE measure_id = $measure) AND kind = 'everybody'
                AND len(years) = 1
            ORDER BY academic_year, place
            """,
            measure=measure,
        )

    def editions(self) -> list[tuple[str, str]]:
        """The versions of the catalogue, and the first academic year of each, in order."""
        return self._rows("SELECT catalogue_version, first_year FROM edition ORDER BY first_year").rows()

    def before_measure(self, measure: str) -> dict[str, Any] | None:
        """The question that was asked before those of a measure's series and cannot be set beside them, if any."""
        return first_of(
            self._rows(
                """
                FROM measure SEMI JOIN (
                    SELECT replaces AS measure_id FROM measure
                    WHERE series = (SELECT series FROM measure WHERE measure_id = $measure) AND NOT comparable
                ) USING (measure_id)
                """,
                measure=measure,
            )
        )

    def after_measure(self, measure: str) -> dict[str, Any] | None:
        """The question that is asked in the place of a measure that is asked no more, if any."""
        return first_of(self._rows("FROM measure WHERE replaces = $measure", measure=measure))

    def trend(self, programme: str, measure: str) -> dict[str, Any] | None:
        """The trend of a programme's results of a measure, and whether fewer than half answered in any of its years;
        None where there are too few."""
        return first_of(
            self._rows(
                """
                FROM trend
                SELECT *, EXISTS (
                    FROM result WHERE result.programme_id = trend.programme_id
                        AND result.measure_id = trend.measure_id AND response = 'under_half' AND subgroup IS NULL
                        AND result.last_year <= trend.last_year
                ) AS few_answered
                WHERE programme_id = $programme AND measure_id = $measure
                """,
                programme=programme,
                measure=measure,
            )
        )

    def policy_dates(self, programme: str, measure: str) -> pl.DataFrame:
        """When the support items that belong to a measure came into place, in the order of time. The catalogue says to
        which measures an item belongs; one that belongs to another wording of the same series counts too."""
        return self._rows(
            """
            WITH wordings AS (
                SELECT list(measure_id) AS measures FROM measure
                WHERE series = (SELECT series FROM measure WHERE measure_id = $measure)
            ), began AS (
                SELECT item_id, arg_max(since, academic_year) AS since
                FROM support WHERE programme_id = $programme AND status = 'in_place' AND since IS NOT NULL
                GROUP BY item_id
            )
            FROM began JOIN support_item AS item USING (item_id), wordings
            SELECT item_id, title, since
            WHERE list_has_any(item.measures, wordings.measures)
            ORDER BY since, place
            """,
            programme=programme,
            measure=measure,
        )

    def worded_anew(self, programme: str, year: str) -> list[str]:
        """The measures of a year whose question had other words in the result before, each with whom it is put to, in
        the order of the catalogue."""
        return self._rows(
            """
            SELECT DISTINCT format('{} ({})', title, respondent_group.people) AS title, measure.place
            FROM change JOIN result USING (result_id)
            JOIN measure ON measure.measure_id = change.measure_id JOIN respondent_group USING (respondent_group)
            WHERE change.programme_id = $programme AND list_contains(result.years, $year) AND across_break
            ORDER BY measure.place
            """,
            programme=programme,
            year=year,
        )["title"].to_list()

    def other_questions(self, programme: str, year: str) -> list[str]:
        """The measures that a programme asked for the first time in a year, in the place of questions it had asked
        before and beside which they cannot be set, in the order of the catalogue."""
        return self._rows(
            """
            WITH asked AS (
                SELECT DISTINCT measure_id, unnest(years) AS year FROM result
                WHERE programme_id = $programme AND subgroup IS NULL AND status <> 'not_collected'
            ), began AS (
                SELECT measure_id, min(year) AS year FROM asked GROUP BY measure_id
            )
            SELECT format('{} ({})', title, respondent_group.people) AS title
            FROM measure JOIN respondent_group USING (respondent_group) JOIN began USING (measure_id)
            JOIN began AS before ON before.measure_id = replaces
            WHERE NOT comparable AND began.year = $year AND before.year < $year
            ORDER BY measure.place
            """,
            programme=programme,
            year=year,
        )["title"].to_list()

    def before_and_after(self, programme: str) -> pl.DataFrame:
        """A programme's measures before and after each support item that came into place, with both results."""
        return self._rows(
            """
            FROM policy_change AS change JOIN support_item AS item USING (item_id) JOIN measure USING (measure_id)
            JOIN result AS earlier ON earlier.result_id = before_result_id AND earlier.subgroup IS NULL
            JOIN result AS later ON later.result_id = after_result_id AND later.subgroup IS NULL
            SELECT change.*, item.title AS title, measure.title AS measure,
                earlier.respondents AS before_respondents, earlier.affirmative AS before_affirmative,
                earlier.rate AS before_rate, earlier.rate_low AS before_rate_low, earlier.rate_high AS before_rate_high,
                earlier.rate_if_none AS before_rate_if_none, earlier.rate_if_all AS before_rate_if_all,
                earlier.invited AS before_invited,
                later.respondents AS after_respondents, later.affirmative AS after_affirmative,
                later.rate AS after_rate, later.rate_low AS after_rate_low, later.rate_high AS after_rate_high,
                later.rate_if_none AS after_rate_if_none, later.rate_if_all AS after_rate_if_all,
                later.invited AS after_invited
            WHERE change.programme_id = $programme ORDER BY since, item.place, measure.place
            """,
            programme=programme,
        )
