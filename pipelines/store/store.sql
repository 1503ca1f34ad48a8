-- The private store. No primary keys, unique or check constraints and no sequences, so that the same statements run
-- on a DuckLake store too: uniqueness is checked inside the load. Nothing here is ever updated but `superseded_by`,
-- and `taken_down` of a release.

-- The edition of these tables. A store of the first edition has no such table: see migration.py.
CREATE TABLE IF NOT EXISTS store_version (version BIGINT);
INSERT INTO store_version SELECT 2 WHERE NOT EXISTS (FROM store_version);

-- `publishing` is how many releases had been made when it came in.
CREATE TABLE IF NOT EXISTS submission (
    submission_id VARCHAR, dataset VARCHAR, sha256 VARCHAR, mapping_sha256 VARCHAR, rows BIGINT,
    submitted_by VARCHAR, submitted_at TIMESTAMP, code_version VARCHAR,
    instrument_id VARCHAR, catalogue_version VARCHAR, invented BOOLEAN, publishing BIGINT
);

-- What a submission speaks for. academic_year is null for the dataset programmes, which has no years. set_aside:
-- publishing had seen such numbers of this programme and year already, so these do not count. They are kept all the
-- same, because the steward may let them through.
CREATE TABLE IF NOT EXISTS submission_scope (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, superseded_by VARCHAR, set_aside BOOLEAN
);

-- When an academic year was opened for collection and when it was closed. Its last event is its state; a year without
-- one was never opened. `publishing` is how many releases had been made by then.
CREATE TABLE IF NOT EXISTS year_event (
    academic_year VARCHAR, event VARCHAR, happened_at TIMESTAMP, done_by VARCHAR, publishing BIGINT
);

-- What each measure that ever came in asked: see pipelines/instrument/definitions.py. `wording` and `entry` are JSON.
CREATE TABLE IF NOT EXISTS definition (
    measure_id VARCHAR, definition VARCHAR, wording VARCHAR, entry VARCHAR, first_seen_at TIMESTAMP
);

-- Wordings that a steward accepted as mere corrections: `corrected` is the fingerprint of the new one, `definition` that
-- of the first, under which all counts stand. Both wordings are JSON.
CREATE TABLE IF NOT EXISTS accepted_wording (
    measure_id VARCHAR, corrected VARCHAR, definition VARCHAR, before VARCHAR, after VARCHAR, reason VARCHAR,
    accepted_by VARCHAR, accepted_at TIMESTAMP
);

-- What each support item that ever came in was called, for the day on which the catalogue does not have it any more.
CREATE TABLE IF NOT EXISTS item_wording (item_id VARCHAR, title VARCHAR, kind VARCHAR, personal BOOLEAN);

-- Everything of a programme stands under the first id it ever had; known_as is the one it has now.
CREATE TABLE IF NOT EXISTS programme (
    submission_id VARCHAR, programme_id VARCHAR, known_as VARCHAR, programme_name VARCHAR, profession VARCHAR,
    country VARCHAR, region VARCHAR, named VARCHAR
);

-- Later ids, and the first id of the same programme.
CREATE TABLE IF NOT EXISTS programme_alias (programme_id VARCHAR, first_id VARCHAR);

-- Whether a programme was named, and the random code under which it appears where it is not, from a publishing on.
-- There is a new row when a release first knows the programme, and when `named` has changed.
CREATE TABLE IF NOT EXISTS identity (programme_id VARCHAR, publishing BIGINT, code VARCHAR, named BOOLEAN);

CREATE TABLE IF NOT EXISTS cohort (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, respondent_group VARCHAR, invited BIGINT
);
ALTER TABLE cohort ADD COLUMN IF NOT EXISTS collected_by VARCHAR;

CREATE TABLE IF NOT EXISTS support (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, item_id VARCHAR, status VARCHAR, since DATE
);
ALTER TABLE support ADD COLUMN IF NOT EXISTS reviewed_on DATE;
ALTER TABLE support ADD COLUMN IF NOT EXISTS evidence_url VARCHAR;

CREATE TABLE IF NOT EXISTS contribution (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, measure_id VARCHAR, definition VARCHAR,
    subgroup VARCHAR, respondents BIGINT, affirmative BIGINT
);

-- Two questions of a file that were put to the same people: how many answered both, and how many affirmed both.
CREATE TABLE IF NOT EXISTS pair (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, expected VARCHAR, modelled VARCHAR,
    respondents BIGINT, "both_sides" BIGINT
);

-- What was taken back. Of a submission for many programmes, one programme can be. `publishing` is how many releases had
-- been made by then.
CREATE TABLE IF NOT EXISTS withdrawal (
    submission_id VARCHAR, programme_id VARCHAR, withdrawn_by VARCHAR, withdrawn_at TIMESTAMP, reason VARCHAR,
    publishing BIGINT
);

-- content_hash is that of what the release says, file_sha256 that of its file. taken_down: a steward took it off.
CREATE TABLE IF NOT EXISTS release (
    release_id VARCHAR, publishing BIGINT, published_at TIMESTAMP, published_by VARCHAR, remark VARCHAR,
    previous_release_id VARCHAR, content_hash VARCHAR, file_sha256 VARCHAR,
    taken_down_by VARCHAR, taken_down_at TIMESTAMP, taken_down_reason VARCHAR
);

CREATE TABLE IF NOT EXISTS override (
    release_id VARCHAR, programme_id VARCHAR, measure_id VARCHAR, academic_year VARCHAR, reason VARCHAR
);

-- The ledger of publishing: see pipelines/disclosure/ledger.py. Rows are added and never changed.

CREATE TABLE IF NOT EXISTS seen (
    seen_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, definition VARCHAR,
    academic_year VARCHAR, submission_id VARCHAR, respondents BIGINT, affirmative BIGINT, known BOOLEAN
);

CREATE TABLE IF NOT EXISTS part (
    part_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, definition VARCHAR,
    parent_result BIGINT, seen BIGINT[], years BIGINT[], respondents BIGINT, least BIGINT, most BIGINT,
    affirmative BIGINT, known BOOLEAN, minimum_respondents BIGINT, minimum_each_side BIGINT, longest_stay BIGINT
);

CREATE TABLE IF NOT EXISTS result (
    result_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, definition VARCHAR, parts BIGINT[],
    years VARCHAR[], respondents BIGINT, affirmative BIGINT, people BIGINT
);

CREATE TABLE IF NOT EXISTS retired (part_id BIGINT, publishing BIGINT, reason VARCHAR);

CREATE TABLE IF NOT EXISTS result_subgroup (
    result_id BIGINT, subgroup VARCHAR, respondents BIGINT, affirmative BIGINT
);

-- The years that were ever opened: open, or closed.
CREATE OR REPLACE VIEW year_state AS
SELECT academic_year, arg_max(event, rowid) AS event, arg_max(publishing, rowid) AS publishing
FROM year_event
GROUP BY academic_year;

CREATE OR REPLACE VIEW open_year AS
SELECT academic_year FROM year_state WHERE event = 'opened';

-- What each programme was in the last release that knew it.
CREATE OR REPLACE VIEW last_identity AS
SELECT programme_id, arg_max(code, publishing) AS code, arg_max(named, publishing) AS named
FROM identity
GROUP BY programme_id;

-- The first release that shows an unnamed programme under the code it has now; the next one, if it has none yet.
CREATE OR REPLACE VIEW code_since AS
SELECT programme_id,
    CASE WHEN last_identity.named THEN (SELECT count(*) + 1 FROM release) ELSE min(identity.publishing) END AS since
FROM last_identity JOIN identity USING (programme_id, code)
GROUP BY programme_id, last_identity.named;

-- What stands: everything neither superseded nor withdrawn nor set aside.
CREATE OR REPLACE VIEW standing_scope AS
SELECT scope.submission_id, submission.dataset, scope.programme_id, scope.academic_year
FROM submission_scope AS scope
JOIN submission USING (submission_id)
ANTI JOIN withdrawal USING (submission_id, programme_id)
WHERE scope.superseded_by IS NULL AND NOT scope.set_aside;

-- What each release speaks of, published or not: all of closed years that had come in by then, and was not replaced,
-- taken back or set aside; and what was set aside and let through.
CREATE OR REPLACE VIEW said AS
SELECT release_id, release.publishing, submission_id, submission.dataset, programme_id, academic_year
FROM submission_scope AS scope
JOIN submission USING (submission_id)
JOIN release ON release.publishing > submission.publishing
LEFT JOIN year_state USING (academic_year)
LEFT JOIN submission AS later ON later.submission_id = scope.superseded_by
LEFT JOIN withdrawal USING (submission_id, programme_id)
WHERE (academic_year IS NULL OR (year_state.event = 'closed' AND release.publishing > year_state.publishing))
    AND coalesce(release.publishing <= later.publishing, true)
    AND coalesce(release.publishing <= withdrawal.publishing, true)
    AND (NOT scope.set_aside OR EXISTS (
        FROM seen WHERE seen.submission_id = scope.submission_id AND seen.programme_id = scope.programme_id
            AND seen.academic_year = scope.academic_year AND seen.publishing <= release.publishing
    ));

CREATE OR REPLACE VIEW standing_programme AS
SELECT programme.*
FROM programme
JOIN standing_scope AS scope USING (submission_id, programme_id)
WHERE scope.dataset = 'programmes';

CREATE OR REPLACE VIEW standing_cohort AS
SELECT cohort.* FROM cohort JOIN standing_scope USING (submission_id, programme_id, academic_year);

CREATE OR REPLACE VIEW standing_support AS
SELECT support.* FROM support JOIN standing_scope USING (submission_id, programme_id, academic_year);

-- What was set aside and not taken back. It does not count.
CREATE OR REPLACE VIEW set_aside_scope AS
SELECT scope.submission_id, submission.dataset, submission.submitted_at, scope.programme_id, scope.academic_year
FROM submission_scope AS scope
JOIN submission USING (submission_id)
ANTI JOIN withdrawal USING (submission_id, programme_id)
WHERE scope.set_aside;

CREATE OR REPLACE VIEW standing_pair AS
SELECT pair.* FROM pair JOIN standing_scope USING (submission_id, programme_id, academic_year);

CREATE OR REPLACE VIEW standing_contribution AS
SELECT contribution.*, scope.dataset
FROM contribution
JOIN standing_scope AS scope USING (submission_id, programme_id, academic_year);
