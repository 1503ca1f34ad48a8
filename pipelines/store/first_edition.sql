-- From the tables of the first edition to those of the second. `asked` holds the definition of every measure.
-- The old tables stand under first_edition_…, and store.sql has made the new ones.

INSERT INTO submission BY NAME
SELECT *, (SELECT count(*) FROM first_edition_release WHERE published_at < submitted_at) AS publishing
FROM first_edition_submission;

INSERT INTO submission_scope BY NAME
SELECT *, false AS set_aside FROM first_edition_submission_scope;

INSERT INTO withdrawal BY NAME
SELECT *, (SELECT count(*) FROM first_edition_release WHERE published_at <= withdrawn_at) AS publishing
FROM first_edition_withdrawal;

INSERT INTO contribution BY NAME
SELECT earlier.*, asked.definition FROM first_edition_contribution AS earlier JOIN asked USING (measure_id);

INSERT INTO definition BY NAME
SELECT measure_id, definition, wording, entry, $at AS first_seen_at FROM asked
SEMI JOIN (SELECT measure_id FROM contribution UNION SELECT measure_id FROM first_edition_version) USING (measure_id);

INSERT INTO release BY NAME
SELECT *, lag(release_id) OVER (ORDER BY publishing) AS previous_release_id FROM first_edition_release;

-- Codes are kept. Of releases that were made it is not noted which names they showed: it is taken to be as it is now.
INSERT INTO identity BY NAME
SELECT programme_id, 0 AS publishing, code, coalesce(named = 'yes', false) AS named
FROM programme_code LEFT JOIN standing_programme USING (programme_id);

-- What the first edition had seen. It took a file that came again in as its difference to the one before: those rows
-- are kept as they are, so that a year may have several.
INSERT INTO seen BY NAME
SELECT version_id AS seen_id, publishing, programme_id, measure_id, definition, academic_year, submission_id,
    respondents, affirmative, known
FROM first_edition_version JOIN asked USING (measure_id);

-- A part that was such a difference stays a part of its own, and is not known: nobody was told what it is. The people
-- of its year stand in several parts, each of which is protected by itself, as the first edition promised. The second
-- promises more, so that `openness audit` may find fault with what was published of such a year.
INSERT INTO part BY NAME
WITH years AS (
    SELECT part_id, list_sort(list_distinct(list(academic_year[:4]::BIGINT))) AS years
    FROM (SELECT part_id, unnest(versions) AS seen_id FROM first_edition_part) JOIN seen USING (seen_id)
    GROUP BY part_id
)
SELECT earlier.* EXCLUDE (versions), versions AS seen, definition, years,
    -- What was published counted answers as people, as if everybody stayed for one year.
    CASE WHEN part_id IN (SELECT unnest(parts) FROM first_edition_result) THEN 1 END::BIGINT AS longest_stay
FROM first_edition_part AS earlier JOIN asked USING (measure_id) JOIN years USING (part_id);

-- The fewest people that can stand behind a result: those of its largest part, each of whom may have answered in every
-- one of its years.
INSERT INTO result BY NAME
WITH people AS (
    SELECT result_id, max(ceil(respondents / len(years)))::BIGINT AS people
    FROM (SELECT result_id, unnest(parts) AS part_id FROM first_edition_result) JOIN part USING (part_id)
    GROUP BY result_id
)
SELECT earlier.*, definition, people
FROM first_edition_result AS earlier JOIN asked USING (measure_id) JOIN people USING (result_id);

INSERT INTO retired BY NAME SELECT *, 'withdrawn' AS reason FROM first_edition_retired;

-- A result of several years behind which fewer people can stand than the second edition promises is not shown again.
INSERT INTO retired BY NAME
WITH placed AS (SELECT people, unnest(parts) AS part_id FROM result)
SELECT part_id, (SELECT max(publishing) + 1 FROM first_edition_release) AS publishing, 'withdrawn' AS reason
FROM placed JOIN part USING (part_id)
WHERE people < minimum_respondents AND part_id NOT IN (SELECT part_id FROM first_edition_retired);

-- A list that waits and covers five years is given up, by its years alone.
INSERT INTO retired BY NAME
WITH waiting AS (
    SELECT part_id, programme_id, measure_id, years FROM part
    WHERE longest_stay IS NULL AND part_id NOT IN (SELECT part_id FROM first_edition_retired)
), long AS (
    SELECT programme_id, measure_id FROM (SELECT programme_id, measure_id, unnest(years) AS year FROM waiting)
    GROUP BY programme_id, measure_id HAVING count(DISTINCT year) >= 5
)
SELECT part_id, (SELECT max(publishing) FROM first_edition_release) AS publishing, 'five_years' AS reason
FROM waiting SEMI JOIN long USING (programme_id, measure_id);

-- What publishing has seen is closed, before its first release, so that it is never opened again. All else is open.
INSERT INTO year_event (academic_year, event, happened_at, done_by, publishing)
SELECT academic_year, CASE WHEN academic_year IN (SELECT academic_year FROM seen) THEN 'closed' ELSE 'opened' END,
    $at, 'openness', 0
FROM (SELECT DISTINCT academic_year FROM submission_scope WHERE academic_year IS NOT NULL)
ORDER BY academic_year;
