-- The private store. No primary keys, unique or check constraints and no sequences, so that the same statements run
-- on a DuckLake store too: uniqueness is checked inside the load. Nothing here is ever updated but `superseded_by`.

CREATE TABLE IF NOT EXISTS submission (
    submission_id VARCHAR, dataset VARCHAR, sha256 VARCHAR, mapping_sha256 VARCHAR, rows BIGINT,
    submitted_by VARCHAR, submitted_at TIMESTAMP, code_version VARCHAR,
    instrument_id VARCHAR, catalogue_version VARCHAR, invented BOOLEAN
);

-- What a submission speaks for. academic_year is null for the dataset programmes, which has no years.
CREATE TABLE IF NOT EXISTS submission_scope (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, superseded_by VARCHAR
);

CREATE TABLE IF NOT EXISTS programme (
    submission_id VARCHAR, programme_id VARCHAR, programme_name VARCHAR, profession VARCHAR, country VARCHAR,
    region VARCHAR, named VARCHAR
);

-- The random code under which a programme that is not named appears. Given once, kept for ever.
CREATE TABLE IF NOT EXISTS programme_code (programme_id VARCHAR, code VARCHAR);

CREATE TABLE IF NOT EXISTS cohort (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, respondent_group VARCHAR, invited BIGINT
);

CREATE TABLE IF NOT EXISTS support (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, item_id VARCHAR, status VARCHAR, since DATE
);

CREATE TABLE IF NOT EXISTS contribution (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, measure_id VARCHAR, subgroup VARCHAR,
    respondents BIGINT, affirmative BIGINT
);

CREATE TABLE IF NOT EXISTS release (release_id VARCHAR, published_at TIMESTAMP, remark VARCHAR);

-- What has been published: it never changes, and whoever stands in it stands in nothing else.
CREATE TABLE IF NOT EXISTS published (
    release_id VARCHAR, programme_id VARCHAR, measure_id VARCHAR, first_year VARCHAR, last_year VARCHAR,
    years VARCHAR[], respondents BIGINT, affirmative BIGINT
);

-- What stands: everything not superseded.
CREATE OR REPLACE VIEW standing_scope AS
SELECT scope.submission_id, submission.dataset, scope.programme_id, scope.academic_year
FROM submission_scope AS scope
JOIN submission USING (submission_id)
WHERE scope.superseded_by IS NULL;

CREATE OR REPLACE VIEW standing_programme AS
SELECT programme.*
FROM programme
JOIN standing_scope AS scope USING (submission_id, programme_id)
WHERE scope.dataset = 'programmes';

CREATE OR REPLACE VIEW standing_cohort AS
SELECT cohort.* FROM cohort JOIN standing_scope USING (submission_id, programme_id, academic_year);

CREATE OR REPLACE VIEW standing_support AS
SELECT support.* FROM support JOIN standing_scope USING (submission_id, programme_id, academic_year);

CREATE OR REPLACE VIEW standing_contribution AS
SELECT contribution.*, scope.dataset
FROM contribution
JOIN standing_scope AS scope USING (submission_id, programme_id, academic_year);
