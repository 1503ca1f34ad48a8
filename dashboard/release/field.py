"""What a release says of all programmes together, and never of any by itself: by profession and year."""

import polars as pl

from dashboard.release.over_time import OverTime


class Field(OverTime):
    """An open release, asked about the whole field."""

    def field(self) -> pl.DataFrame:
        """What is expected, what is done and what others see of it: each measure of a gap, or of a pair with one, for
        every profession and all together, year by year. Every measure, where the instrument has no gap. How many
        programmes stand behind each figure is `programmes`.
        """
        rows = self._rows(
            """
            WITH in_gaps AS (
                SELECT measure_id, min(place) AS place
                FROM (SELECT place * 2 AS place, unnest([expected, modelled]) AS measure_id FROM gap_pair)
                GROUP BY measure_id
            ), beside AS (
                SELECT unnest([first, second]) AS measure_id
                FROM side_by_side_pair
                WHERE first IN (SELECT measure_id FROM in_gaps) OR second IN (SELECT measure_id FROM in_gaps)
            ), wanted AS (
                SELECT measure_id FROM in_gaps UNION SELECT measure_id FROM beside
                UNION SELECT measure_id FROM measure WHERE NOT EXISTS (FROM in_gaps)
            )
            FROM comparator JOIN measure USING (measure_id) SEMI JOIN wanted USING (measure_id)
            JOIN (SELECT respondent_group, people AS asked_of FROM respondent_group) USING (respondent_group)
            SELECT comparator.*, years[1] AS academic_year, title, asked_of, respondent_group, measure.place
            WHERE len(years) = 1 AND kind IN ('everybody', 'profession')
            ORDER BY kind, name, measure.place, academic_year
            """
        )
        return self._with_place_names(rows)

    def has_gaps(self) -> bool:
        """Whether the instrument sets what is expected against what is done."""
        return bool(self._rows("SELECT count(*) AS gaps FROM gap_pair").item())
