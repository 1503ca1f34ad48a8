"""The one door to the release: what it says of programmes and years. Every query gives a frame."""

from pathlib import Path
from typing import Any

import polars as pl

from dashboard.release.field import Field
from dashboard.release.words import first_of
from pipelines.home_layout import CURRENT, FILE

EVERYBODY = ("everybody", "everybody")


def compared_with(results: pl.DataFrame) -> tuple[str, str] | None:
    """Whom the results of a programme's year stand beside, kind and name; None where none of them has a comparator."""
    return next(results.drop_nulls("kind").select("kind", "name").iter_rows(), None)


def current(releases: Path) -> Path | None:
    """The latest release; None before the first, and where `current` names none that is there (`openness doctor`)."""
    try:
        named = (releases / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = releases / named / FILE
    return path if named and Path(named).name == named and path.is_file() else None


def identity_of(path: Path) -> tuple[int, ...] | None:
    """What tells a file from another that has the same name; None where it has gone."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


_HIGHLIGHTS = """
    WITH whole AS (
        FROM result WHERE subgroup IS NULL
    )
    FROM highlight AS said
    LEFT JOIN measure USING (measure_id)
    LEFT JOIN respondent_group USING (respondent_group)
    LEFT JOIN comparison AS beside
        ON said.topic = 'stands_out' AND beside.result_id = said.result_id
        AND beside.kind = said.kind AND beside.name = said.name
    LEFT JOIN change ON said.topic = 'change' AND change.result_id = said.result_id
    LEFT JOIN whole ON whole.result_id = said.result_id
    LEFT JOIN whole AS earlier ON earlier.result_id = change.earlier_result_id
    LEFT JOIN trend ON said.topic = 'trend' AND trend.programme_id = said.programme_id
        AND trend.measure_id = said.measure_id
    SELECT said.topic, said.measure_id, said.gap_id, said.result_id, said.kind, said.name, measure.title,
        respondent_group.people AS asked_of,
        coalesce(beside.first_year, change.first_year) AS first_year,
        coalesce(beside.last_year, change.last_year) AS last_year,
        beside.comparator_first_year, beside.comparator_last_year,
        change.earlier_first_year, change.earlier_last_year, change.across_break, beside.verdict,
        coalesce(beside.difference, change.difference) AS difference,
        coalesce(beside.difference_low, change.difference_low) AS difference_low,
        coalesce(beside.difference_high, change.difference_high) AS difference_high,
        trend.verdict AS trend, trend.results AS trend_results,
        trend.first_year AS trend_first_year, trend.last_year AS trend_last_year,
        EXISTS (
            FROM whole AS among WHERE among.programme_id = trend.programme_id
                AND among.measure_id = trend.measure_id AND among.response = 'under_half'
                AND among.last_year <= trend.last_year
        ) AS few_answered,
        whole.rate, whole.rate_if_none, whole.rate_if_all, whole.invited,
        earlier.rate AS earlier_rate, earlier.rate_if_none AS earlier_rate_if_none,
        earlier.rate_if_all AS earlier_rate_if_all, earlier.invited AS earlier_invited
    WHERE said.programme_id = $programme AND academic_year = $year AND coalesce(said.kind, $kind) = $kind
    ORDER BY said.place
"""


class Release(Field):
    """An open release. It never changes, so whatever is asked of it may be kept."""

    def about(self) -> dict[str, Any]:
        """The release itself: id, time, versions, thresholds, remark."""
        return self._rows("FROM release").row(0, named=True)

    def programmes(self) -> pl.DataFrame:
        """Every programme that took part, in alphabetical order of what it is called."""
        return self._labelled(
            self._rows(
                "FROM programme SEMI JOIN result USING (programme_id) ORDER BY coalesce(programme_name, programme_id)"
            )
        )

    def academic_years(self) -> list[str]:
        """Every academic year of which anything is said, latest first."""
        return self._rows("SELECT DISTINCT unnest(years) AS y FROM result ORDER BY y DESC")["y"].to_list()

    def measures(self) -> pl.DataFrame:
        """Every measure, in the order of the catalogue; those that are asked no more stand last."""
        return self._rows(
            """
            WITH in_words AS (
                SELECT measure_id, list(words ORDER BY nth) AS affirmative_words
                FROM (
                    SELECT measure_id, unnest(affirmative) AS answer, generate_subscripts(affirmative, 1) AS nth
                    FROM measure
                ) JOIN answer USING (answer)
                GROUP BY measure_id
            )
            FROM measure
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            JOIN in_words USING (measure_id)
            LEFT JOIN (SELECT measure_id AS base, title AS base_title FROM measure) USING (base)
            ORDER BY place
            """
        )

    # ---- programmes and results ----

    def places(self) -> list[tuple[str, str]]:
        """What programmes can have in common: kind and name; everybody first."""
        rows = self._rows(
            """
            SELECT DISTINCT kind, name FROM comparator
            ORDER BY list_position(['everybody', 'profession', 'country', 'region'], kind), name
            """
        )
        return [EVERYBODY, *(row for row in rows.iter_rows() if row != EVERYBODY)]

    def programme(self, programme: str) -> dict[str, Any]:
        """A programme, with its profession, country and region in words and, as `profession_code`, as a code."""
        rows = self._rows(
            "SELECT *, profession AS profession_code FROM programme WHERE programme_id = $programme",
            programme=programme,
        )
        return self._labelled(rows).row(0, named=True)

    def measure(self, measure: str) -> dict[str, Any]:
        return self.measures().row(by_predicate=pl.col("measure_id") == measure, named=True)

    def results_of(self, programme: str, year: str) -> pl.DataFrame:
        """A programme's results for a year, each with its measure and its comparator of the same years: for all of them
        the same profession if that has a verdict and a figure wherever all programmes have one, else all programmes. A
        measure that no programme was asked about in the year is left out."""
        rows = self._rows(
            """
            WITH asked AS (
                SELECT measure_id FROM coverage WHERE academic_year = $year AND published + suppressed > 0
            ), covering AS (
                SELECT DISTINCT ON (measure_id) *
                FROM result SEMI JOIN asked USING (measure_id)
                WHERE programme_id = $programme AND list_contains(years, $year) AND subgroup IS NULL
                ORDER BY measure_id, respondents DESC
            ), chosen AS (
                SELECT kind FROM comparison SEMI JOIN covering USING (result_id)
                WHERE kind IN ('profession', 'everybody') GROUP BY kind
                ORDER BY count(verdict) DESC, count(*) DESC, kind DESC LIMIT 1
            ), nearest AS (
                FROM comparison SEMI JOIN chosen USING (kind)
            )
            FROM covering JOIN measure USING (measure_id)
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            LEFT JOIN nearest USING (result_id)
            SELECT covering.*, COLUMNS(measure.* EXCLUDE (measure_id)), asked_of, nearest.kind, nearest.name,
                COLUMNS('comparator_.*'), COLUMNS('^difference'), verdict,
                detectable_more, detectable_less
            ORDER BY place
            """,
            programme=programme,
            year=year,
        )
        return self._with_place_names(rows)

    def results_for(self, measure: str, year: str, place: tuple[str, str]) -> pl.DataFrame:
        """The results of a measure for a year of all programmes of a place (kind and name), each with its difference
        from the others there together."""
        rows = self._rows(
            """
            WITH covering AS (
                SELECT DISTINCT ON (programme_id) *
                FROM result WHERE measure_id = $measure AND list_contains(years, $year) AND subgroup IS NULL
                ORDER BY programme_id, respondents DESC
            )
            SELECT covering.*, title, asked_of, programme_name, profession, country, region,
                COLUMNS('comparator_.*'), COLUMNS('^difference'), verdict,
                detectable_more, detectable_less
            FROM covering JOIN programme USING (programme_id)
            JOIN (SELECT measure_id, title, respondent_group FROM measure) USING (measure_id)
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            LEFT JOIN (FROM comparison WHERE kind = $kind AND name = $name) AS against USING (result_id)
            WHERE $name = CASE $kind
                WHEN 'everybody' THEN 'everybody'
                WHEN 'profession' THEN profession
                WHEN 'country' THEN country
                ELSE concat_ws(', ', region, country)
            END
            ORDER BY coalesce(programme_name, programme_id)
            """,
            measure=measure,
            year=year,
            kind=place[0],
            name=place[1],
        )
        return self._labelled(rows)

    def comparator(self, measure: str, years: list[str], place: tuple[str, str]) -> dict[str, Any] | None:
        """The programmes of a place together, for a measure and years; None where too few are published."""
        return first_of(
            self._rows(
                """
                FROM comparator
                WHERE measure_id = $measure AND years = $years AND kind = $kind AND name = $name
                """,
                measure=measure,
                years=years,
                kind=place[0],
                name=place[1],
            )
        )

    def coverage(self, measure: str, year: str, place: tuple[str, str]) -> dict[str, Any] | None:
        """How many programmes have a number for a measure and year, and how many do not, and why; of all together."""
        if place != EVERYBODY:
            return None
        return first_of(
            self._rows(
                "FROM coverage WHERE measure_id = $measure AND academic_year = $year", measure=measure, year=year
            )
        )

    def funnel(self, measure: str, years: list[str], place: tuple[str, str]) -> pl.DataFrame:
        """The limits of the funnel of a place and years, by how many people answered."""
        return self._rows(
            """
            FROM funnel_limit
            WHERE measure_id = $measure AND years = $years AND kind = $kind AND name = $name
            ORDER BY people
            """,
            measure=measure,
            years=years,
            kind=place[0],
            name=place[1],
        )

    def gaps(self, programme: str, year: str, kind: str) -> pl.DataFrame:
        """Every pair of measures, with its difference where there is one, beside that of others and the one before.
        The interval is that of paired answers where exactly the same people answered both: `paired` is how many."""
        return self._rows(
            """
            SELECT pair.gap_id, pair.title, pair.expected, pair.modelled,
                difference, difference_low, difference_high, gap.paired, beside.verdict AS beside,
                excess, excess_low, excess_high, before.verdict AS since, change, change_low, change_high,
                earlier_first_year, earlier_last_year,
                gap.first_year, gap.last_year, comparator_first_year, comparator_last_year
            FROM gap_pair AS pair
            LEFT JOIN (FROM gap WHERE programme_id = $programme AND list_contains(years, $year)) AS gap USING (gap_id)
            LEFT JOIN (FROM gap_comparison WHERE kind = $kind) AS beside
                USING (gap_id, programme_id, first_year, last_year)
            LEFT JOIN gap_change AS before USING (gap_id, programme_id, first_year, last_year)
            ORDER BY pair.place
            """,
            programme=programme,
            year=year,
            kind=kind,
        )

    # ---- support ----

    def support_in(self, year: str, programme: str) -> pl.DataFrame:
        """What every programme says of each support item in a year: items in the order of the catalogue, and of each
        this programme first, then the others in alphabetical order."""
        return self._rows(
            """
            FROM support JOIN support_item USING (item_id) JOIN programme USING (programme_id)
            LEFT JOIN support_kind USING (kind)
            SELECT support.*, support_item.* EXCLUDE (item_id), coalesce(support_kind.title, kind) AS kind_title,
                programme_name
            WHERE academic_year = $year
            ORDER BY place, programme_id != $programme, coalesce(programme_name, programme_id)
            """,
            year=year,
            programme=programme,
        )

    def item_ids(self) -> list[str]:
        """Every support item of the instrument, in the order of the catalogue."""
        return self._rows("SELECT item_id FROM support_item ORDER BY place")["item_id"].to_list()

    def asks_about_support(self) -> bool:
        """Whether the instrument has any support items."""
        return bool(self.item_ids())

    def links_in(self, year: str) -> pl.DataFrame:
        """Where the public can read what programmes say is in place: items in the order of the catalogue."""
        return self._rows(
            """
            FROM support JOIN support_item USING (item_id) JOIN programme USING (programme_id)
            SELECT item_id, title, programme_id, programme_name, evidence_url, reviewed_on
            WHERE academic_year = $year AND evidence_url IS NOT NULL
            ORDER BY place, coalesce(programme_name, programme_id)
            """,
            year=year,
        )

    # ---- together ----

    def associations(self, year: str) -> pl.DataFrame:
        """Every pair of measures of two groups, with their correlation in a year where there is one."""
        return self._rows(
            """
            FROM association_pair AS pair
            JOIN measure AS x_measure ON x_measure.measure_id = pair.first
            JOIN measure AS y_measure ON y_measure.measure_id = pair.second
            JOIN respondent_group AS x_group ON x_group.respondent_group = x_measure.respondent_group
            JOIN respondent_group AS y_group ON y_group.respondent_group = y_measure.respondent_group
            LEFT JOIN (FROM association WHERE academic_year = $year) AS found USING (association_id)
            SELECT pair.*, found.* EXCLUDE (association_id),
                x_measure.title AS x_title, y_measure.title AS y_title,
                x_group.people AS x_people, y_group.people AS y_people
            ORDER BY pair.place
            """,
            year=year,
        )

    def association_points(self, association: str, year: str) -> pl.DataFrame:
        """The two results of each programme in an association, in alphabetical order of the programmes."""
        return self._rows(
            """
            FROM association_point AS point JOIN programme USING (programme_id)
            JOIN result AS x ON x.result_id = first_result_id AND x.subgroup IS NULL
            JOIN result AS y ON y.result_id = second_result_id AND y.subgroup IS NULL
            SELECT point.programme_id, programme_name,
                x.respondents AS x_respondents, x.affirmative AS x_affirmative,
                x.rate AS x_rate, x.rate_low AS x_rate_low, x.rate_high AS x_rate_high,
                x.rate_if_none AS x_rate_if_none, x.rate_if_all AS x_rate_if_all,
                x.invited AS x_invited,
                x.first_year AS x_first_year, x.last_year AS x_last_year,
                y.respondents AS y_respondents, y.affirmative AS y_affirmative,
                y.rate AS y_rate, y.rate_low AS y_rate_low,
                y.rate_high AS y_rate_high,
                y.rate_if_none AS y_rate_if_none, y.rate_if_all AS y_rate_if_all,
                y.invited AS y_invited,
                y.first_year AS y_first_year, y.last_year AS y_last_year
            WHERE association_id = $association AND point.academic_year = $year
            ORDER BY coalesce(programme_name, point.programme_id)
            """,
            association=association,
            year=year,
        )

    # ---- overview ----

    def support_of(self, programme: str, year: str) -> pl.DataFrame:
        """What a programme says of each support item in a year, in the order of the catalogue."""
        return self._rows(
            """
            FROM support JOIN support_item USING (item_id)
            WHERE programme_id = $programme AND academic_year = $year ORDER BY place
            """,
            programme=programme,
            year=year,
        )

    # ---- the report ----

    def took_part(self) -> dict[str, list[str]]:
        """Every programme that took part, and in which academic years, latest first."""
        rows = self._rows(
            """
            SELECT programme_id, list_reverse_sort(list_distinct(flatten(list(years))))
            FROM result GROUP BY programme_id ORDER BY programme_id
            """
        )
        return dict(rows.iter_rows())

    def highlights(self, programme: str, year: str, kind: str) -> pl.DataFrame:
        """What there is to say of a programme's year, in its order, with the numbers it is said with. What stands out
        is said of one comparator: everybody, or (kind) the programme's own."""
        rows = self._rows(_HIGHLIGHTS, programme=programme, year=year, kind=kind)
        return self._with_place_names(rows)

    def highlight_scope(self, programme: str, year: str, kind: str) -> pl.DataFrame:
        """For how many measures of a programme's year verdicts were possible: a row a topic, in their order. What
        stands out is looked for beside everybody, or (kind) beside the programme's own."""
        rows = self._rows(
            """
            FROM highlight_scope
            WHERE programme_id = $programme AND academic_year = $year AND coalesce(kind, $kind) = $kind
            ORDER BY place
            """,
            programme=programme,
            year=year,
            kind=kind,
        )
        return self._with_place_names(rows)

    def plan(self) -> pl.DataFrame:
        """What a programme can hope to see, by group, kind of question and how many answer each year."""
        return self._rows(
            """
            FROM plan JOIN (SELECT respondent_group, place, people AS asked_of FROM respondent_group)
                USING (respondent_group)
            SELECT plan.*, asked_of ORDER BY place, sensitive, answering
            """
        )

    def questions_for(self, programme: str, year: str) -> pl.DataFrame:
        """Up to three questions for the team meeting, in the order of the catalogue, each with what it is asked
        because of: the title of a gap, measure or support item, and of an item what the programme says."""
        return self._rows(
            """
            FROM meeting_question AS asked
            LEFT JOIN question_rule AS rule USING (question_id)
            LEFT JOIN (SELECT gap_id, title AS gap_title FROM gap_pair) USING (gap_id)
            LEFT JOIN (SELECT measure_id, title AS measure_title FROM measure) USING (measure_id)
            LEFT JOIN (SELECT item_id, title AS item_title FROM support_item) USING (item_id)
            LEFT JOIN (FROM support WHERE programme_id = $programme AND academic_year = $year) AS told USING (item_id)
            SELECT asked.*, gap_id, measure_id, item_id, gap_title, measure_title, item_title, told.status
            WHERE asked.programme_id = $programme AND asked.academic_year = $year ORDER BY asked.place
            """,
            programme=programme,
            year=year,
        )
