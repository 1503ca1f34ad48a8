"""The one door to the release. Opens it for reading only; every query has a cursor of its own and gives a frame."""

from pathlib import Path
from typing import Any, Self

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.home_layout import CURRENT, FILE

_NEWEST = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'gap_of_same_people'"
"""Asks for the relation that releases got last."""
_LABELS = """
    SELECT kind, code, CASE kind WHEN 'profession' THEN lower(label[1]) || label[2:] ELSE label END FROM code
"""
"""What codes of professions, countries and regions stand for."""
EVERYBODY = ("everybody", "everybody")


def compared_with(results: pl.DataFrame) -> tuple[str, str] | None:
    """Whom the results of a programme's year stand beside, kind and name; None where none of them has a comparator."""
    return next(results.drop_nulls("kind").select("kind", "name").iter_rows(), None)


def current(releases: Path) -> Path | None:
    """The latest release, or None before the first."""
    pointer = releases / CURRENT
    if not pointer.is_file():
        return None
    return releases / pointer.read_text(encoding="utf-8").strip() / FILE


class Release:
    """An open release. It never changes, so whatever is asked of it may be kept."""

    def __init__(self, path: Path) -> None:
        """Open a release: read-only, and without reach to any other file, which cannot be taken back.

        Raises Refused where an earlier version of openness made it, which did not say all that the pages show.
        """
        self._connection = duckdb.connect(path, read_only=True)
        self._connection.execute("SET enable_external_access = false")
        if self._rows(_NEWEST).is_empty():
            self._connection.close()
            raise Refused(
                "The release was made by an earlier version of openness, and lacks what the pages show now. Make a new "
                "one with `openness publish`; what was published before stays published."
            )
        self._labels: dict[tuple[str, str], str] = {
            (kind, code): label for kind, code, label in self._rows(_LABELS).iter_rows()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

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

    # ---- words of the catalogue ----

    def instrument(self) -> dict[str, Any]:
        """What the instrument asks: question, subject, principle; each may be null."""
        return self._rows("FROM instrument").row(0, named=True)

    def people(self) -> dict[str, str]:
        """What the people of each group are called."""
        return dict(self._rows("SELECT respondent_group, people FROM respondent_group").iter_rows())

    def pillars(self) -> pl.DataFrame:
        """The parts of the audit, in order: pillar, title, question."""
        return self._rows("SELECT pillar, title, question FROM pillar ORDER BY place")

    def bases(self) -> dict[str, str]:
        """What kinds of things measures tell, in order, and their titles."""
        return dict(self._rows("SELECT basis, title FROM basis ORDER BY place").iter_rows())

    def support_statuses(self) -> pl.DataFrame:
        """What a programme can say of a support item, in order, and when it should say so: status, words."""
        return self._rows("SELECT status, words FROM support_status ORDER BY place")

    def left_out(self) -> list[tuple[str, str]]:
        """What is not asked on purpose, and why."""
        return self._rows("SELECT title, why FROM left_out ORDER BY place").rows()

    def references(self) -> pl.DataFrame:
        """What the questions and items rest on: cite, doi, url."""
        return self._rows("SELECT cite, doi, url, seen FROM reference ORDER BY place")

    def corrections(self) -> pl.DataFrame:
        """Questions whose wording was corrected: title, before, after, reason, accepted_at."""
        return self._rows(
            """
            SELECT title, before, after, reason, accepted_at
            FROM wording_correction JOIN measure USING (measure_id) ORDER BY accepted_at, place
            """
        )

    def side_by_side(self) -> pl.DataFrame:
        """Each pair of a measure of staff and one of trainees that are drawn together."""
        return self._rows("FROM side_by_side_pair ORDER BY place")

    def place_name(self, kind: str | None, name: str | None) -> str | None:
        """A profession, country or region (with its country) in words."""
        if name is None or kind is None or kind == "everybody":
            return name
        if kind != "region":
            return self._labels.get((kind, name), name)
        region, _, country = name.partition(", ")
        return ", ".join(self._labels.get(code, code[1]) for code in (("region", region), ("country", country)))

    def _labelled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Programmes with profession, country and region in words."""
        return rows.with_columns(
            pl.col(kind).replace({code: label for (of_kind, code), label in self._labels.items() if of_kind == kind})
            for kind in ("profession", "country", "region")
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
        """A programme's results for a year, each with its measure and its comparator: for all of them the same
        profession if that has a figure wherever all programmes have one, else all programmes. A measure that no
        programme was asked about in the year is left out."""
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
                WHERE kind IN ('profession', 'everybody') GROUP BY kind ORDER BY count(*) DESC, kind DESC LIMIT 1
            ), nearest AS (
                FROM comparison SEMI JOIN chosen USING (kind)
            )
            FROM covering JOIN measure USING (measure_id)
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            LEFT JOIN nearest USING (result_id)
            SELECT covering.*, COLUMNS(measure.* EXCLUDE (measure_id)), asked_of, nearest.kind, nearest.name,
                COLUMNS('comparator_.*'), COLUMNS('difference.*'), smallest_difference
            ORDER BY place
            """,
            programme=programme,
            year=year,
        )
        names = {(kind, name): self.place_name(kind, name) for kind, name in rows.select("kind", "name").iter_rows()}
        return rows.with_columns(
            pl.Series("name", [names[row] for row in rows.select("kind", "name").iter_rows()], dtype=pl.String)
        )

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
            SELECT covering.*, programme_name, profession, country, region,
                COLUMNS('comparator_.*'), COLUMNS('difference.*'), position, smallest_difference
            FROM covering JOIN programme USING (programme_id)
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

    def comparator(self, measure: str, year: str, place: tuple[str, str]) -> dict[str, Any] | None:
        """The programmes of a place together, for a measure and year; None where too few are published."""
        return _first(
            self._rows(
                """
                FROM comparator
                WHERE measure_id = $measure AND academic_year = $year AND kind = $kind AND name = $name
                """,
                measure=measure,
                year=year,
                kind=place[0],
                name=place[1],
            )
        )

    def coverage(self, measure: str, year: str, place: tuple[str, str]) -> dict[str, Any] | None:
        """How many programmes have a number for a measure and year, and how many do not, and why; of all together."""
        if place != EVERYBODY:
            return None
        return _first(
            self._rows(
                "FROM coverage WHERE measure_id = $measure AND academic_year = $year", measure=measure, year=year
            )
        )

    def funnel(self, measure: str, year: str, place: tuple[str, str]) -> pl.DataFrame:
        """The limits of the funnel of a place, by how many answered."""
        return self._rows(
            """
            FROM funnel_limit
            WHERE measure_id = $measure AND academic_year = $year AND kind = $kind AND name = $name
            ORDER BY respondents
            """,
            measure=measure,
            year=year,
            kind=place[0],
            name=place[1],
        )

    def gaps(self, programme: str, year: str, kind: str) -> pl.DataFrame:
        """Every pair of measures, with its difference where there is one, beside that of others and the one before.
        The interval is that of paired answers where exactly the same people answered both: `paired` is how many."""
        return self._rows(
            """
            SELECT pair.gap_id, pair.title, pair.expected, pair.modelled,
                difference, coalesce(paired_low, difference_low) AS difference_low,
                coalesce(paired_high, difference_high) AS difference_high, paired, beside.verdict AS beside,
                excess, excess_low, excess_high, before.verdict AS since, earlier_first_year, earlier_last_year
            FROM gap_pair AS pair
            LEFT JOIN (FROM gap WHERE programme_id = $programme AND list_contains(years, $year)) AS gap USING (gap_id)
            LEFT JOIN (
                SELECT gap_id, programme_id, academic_year AS first_year, academic_year AS last_year,
                    respondents AS paired, difference_low AS paired_low, difference_high AS paired_high
                FROM gap_of_same_people
            ) AS same_people USING (gap_id, programme_id, first_year, last_year)
            LEFT JOIN (FROM gap_comparison WHERE kind = $kind) AS beside
                USING (gap_id, programme_id, first_year, last_year)
            LEFT JOIN gap_change AS before USING (gap_id, programme_id, first_year, last_year)
            ORDER BY pair.place
            """,
            programme=programme,
            year=year,
            kind=kind,
        )

    # ---- change ----

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
            SELECT own.*, title, phrase, question, respondent_group, asked_of,
                COLUMNS('earlier_.*_year'), across_break, COLUMNS('difference.*'), verdict
            WHERE own.status = 'published'
                OR (own.status = 'suppressed' AND own.first_year NOT IN (FROM covered))
                OR (own.status = 'not_collected' AND own.first_year NOT IN (FROM asked))
            ORDER BY own.first_year, own.last_year, own.result_id
            """,
            programme=programme,
            measure=measure,
        )

    def comparators(self, measure: str) -> pl.DataFrame:
        """All programmes together, for each year of the series of a measure that has a figure; in a year with figures
        of two measures that of the later."""
        return self._rows(
            """
            SELECT DISTINCT ON (academic_year) comparator.*
            FROM comparator JOIN measure USING (measure_id)
            WHERE series = (SELECT series FROM measure WHERE measure_id = $measure) AND kind = 'everybody'
            ORDER BY academic_year, place
            """,
            measure=measure,
        )

    def editions(self) -> list[tuple[str, str]]:
        """The versions of the catalogue, and the first academic year of each, in order."""
        return self._rows("SELECT catalogue_version, first_year FROM edition ORDER BY first_year").rows()

    def before_measure(self, measure: str) -> dict[str, Any] | None:
        """The question that was asked before those of a measure's series and cannot be set beside them, if any."""
        return _first(
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
        return _first(self._rows("FROM measure WHERE replaces = $measure", measure=measure))

    def trend(self, programme: str, measure: str) -> dict[str, Any] | None:
        """The trend of a programme's results of a measure; None where there are too few."""
        return _first(
            self._rows(
                "FROM trend WHERE programme_id = $programme AND measure_id = $measure",
                programme=programme,
                measure=measure,
            )
        )

    def policy_dates(self, programme: str, measure: str) -> pl.DataFrame:
        """When support items came into place, in the order of time: those that are looked at with the measure
        anywhere in the release or, if none is, all."""
        return self._rows(
            """
            WITH began AS (
                SELECT item_id, arg_max(since, academic_year) AS since
                FROM support WHERE programme_id = $programme AND status = 'in_place' AND since IS NOT NULL
                GROUP BY item_id
            ), related AS (
                SELECT DISTINCT item_id FROM policy_change WHERE measure_id = $measure
            )
            FROM began JOIN support_item USING (item_id)
            SELECT item_id, title, since
            WHERE item_id IN (FROM related) OR NOT EXISTS (FROM related)
            ORDER BY since, place
            """,
            programme=programme,
            measure=measure,
        )

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
                later.respondents AS after_respondents, later.affirmative AS after_affirmative,
                later.rate AS after_rate, later.rate_low AS after_rate_low, later.rate_high AS after_rate_high
            WHERE change.programme_id = $programme ORDER BY since, item.place, measure.place
            """,
            programme=programme,
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

    def asks_about_support(self) -> bool:
        """Whether the instrument has any support items."""
        return bool(self._rows("FROM support_item").height)

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
        """Every pair of a staff and a trainee measure, with their correlation in a year where there is one."""
        return self._rows(
            """
            FROM association_pair AS pair
            JOIN measure AS staff_measure ON staff_measure.measure_id = pair.staff
            JOIN measure AS trainee_measure ON trainee_measure.measure_id = pair.trainee
            JOIN respondent_group AS staff_group ON staff_group.respondent_group = staff_measure.respondent_group
            JOIN respondent_group AS trainee_group ON trainee_group.respondent_group = trainee_measure.respondent_group
            LEFT JOIN (FROM association WHERE academic_year = $year) AS found USING (association_id)
            SELECT pair.*, found.* EXCLUDE (association_id),
                staff_measure.title AS staff_title, trainee_measure.title AS trainee_title,
                staff_group.people AS staff_people, trainee_group.people AS trainee_people
            ORDER BY pair.place
            """,
            year=year,
        )

    def association_points(self, association: str, year: str) -> pl.DataFrame:
        """The two results of each programme in an association, in alphabetical order of the programmes."""
        return self._rows(
            """
            FROM association_point AS point JOIN programme USING (programme_id)
            JOIN result AS staff ON staff.result_id = staff_result_id AND staff.subgroup IS NULL
            JOIN result AS trainee ON trainee.result_id = trainee_result_id AND trainee.subgroup IS NULL
            SELECT point.programme_id, programme_name,
                staff.respondents AS staff_respondents, staff.affirmative AS staff_affirmative,
                staff.rate AS staff_rate, staff.rate_low AS staff_rate_low, staff.rate_high AS staff_rate_high,
                staff.first_year AS staff_first_year, staff.last_year AS staff_last_year,
                trainee.respondents AS trainee_respondents, trainee.affirmative AS trainee_affirmative,
                trainee.rate AS trainee_rate, trainee.rate_low AS trainee_rate_low,
                trainee.rate_high AS trainee_rate_high,
                trainee.first_year AS trainee_first_year, trainee.last_year AS trainee_last_year
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

    def changes_of(self, programme: str, year: str) -> pl.DataFrame:
        """A programme's results for a year beside the ones before, with the trend of the series where it ends there."""
        return self._rows(
            """
            FROM change JOIN result USING (result_id) JOIN measure ON measure.measure_id = change.measure_id
            LEFT JOIN trend ON trend.programme_id = change.programme_id AND trend.measure_id = change.measure_id
                AND trend.last_year = change.last_year
            SELECT change.*, measure.title, measure.pillar, trend.verdict AS trend, trend.results AS trend_results,
                trend.first_year AS trend_first_year, trend.last_year AS trend_last_year
            WHERE change.programme_id = $programme AND list_contains(result.years, $year) AND result.subgroup IS NULL
            ORDER BY measure.place
            """,
            programme=programme,
            year=year,
        )

    def questions_for(self, programme: str, year: str) -> pl.DataFrame:
        """Up to three questions for the team meeting, in the order of the catalogue."""
        return self._rows(
            "FROM meeting_question WHERE programme_id = $programme AND academic_year = $year ORDER BY place",
            programme=programme,
            year=year,
        )

    def _rows(self, sql: str, **values: str) -> pl.DataFrame:
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, values).pl()


def _first(rows: pl.DataFrame) -> dict[str, Any] | None:
    return next(rows.iter_rows(named=True), None)
