-- The tables of a store of the first edition, as they were made then.

CREATE TABLE IF NOT EXISTS submission (
    submission_id VARCHAR, dataset VARCHAR, sha256 VARCHAR, mapping_sha256 VARCHAR, rows BIGINT,
    submitted_by VARCHAR, submitted_at TIMESTAMP, code_version VARCHAR,
    instrument_id VARCHAR, catalogue_version VARCHAR, invented BOOLEAN
);

-- What a submission speaks for. academic_year is null for the dataset programmes, which has no years.
CREATE TABLE IF NOT EXISTS submission_scope (
    submission_id VARCHAR, programme_id VARCHAR, academic_year VARCHAR, superseded_by VARCHAR
);

-- Everything of a programme stands under the first id it ever had; known_as is the one it has now.
CREATE TABLE IF NOT EXISTS programme (
    submission_id VARCHAR, programme_id VARCHAR, known_as VARCHAR, programme_name VARCHAR, profession VARCHAR,
    country VARCHAR, region VARCHAR, named VARCHAR
);

-- Later ids, and the first id of the same programme.
CREATE TABLE IF NOT EXISTS programme_alias (programme_id VARCHAR, first_id VARCHAR);

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

-- What was taken back. Of a submission for many programmes, one programme can be.
CREATE TABLE IF NOT EXISTS withdrawal (
    submission_id VARCHAR, programme_id VARCHAR, withdrawn_by VARCHAR, withdrawn_at TIMESTAMP, reason VARCHAR
);

CREATE TABLE IF NOT EXISTS release (
    release_id VARCHAR, publishing BIGINT, published_at TIMESTAMP, published_by VARCHAR, remark VARCHAR
);

CREATE TABLE IF NOT EXISTS override (
    release_id VARCHAR, programme_id VARCHAR, measure_id VARCHAR, academic_year VARCHAR, reason VARCHAR
);

-- The ledger of publishing: see pipelines/disclosure. Rows are added and never changed.

CREATE TABLE IF NOT EXISTS version (
    version_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, academic_year VARCHAR,
    submission_id VARCHAR, respondents BIGINT, affirmative BIGINT, correction BOOLEAN, known BOOLEAN
);

CREATE TABLE IF NOT EXISTS part (
    part_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, parent_result BIGINT,
    versions BIGINT[], respondents BIGINT, least BIGINT, most BIGINT, affirmative BIGINT, known BOOLEAN,
    minimum_respondents BIGINT, minimum_each_side BIGINT
);

CREATE TABLE IF NOT EXISTS result (
    result_id BIGINT, publishing BIGINT, programme_id VARCHAR, measure_id VARCHAR, parts BIGINT[], years VARCHAR[],
    respondents BIGINT, affirmative BIGINT
);

CREATE TABLE IF NOT EXISTS result_subgroup (
    result_id BIGINT, subgroup VARCHAR, respondents BIGINT, affirmative BIGINT
);

CREATE TABLE IF NOT EXISTS retired (part_id BIGINT, publishing BIGINT);

-- What stands: everything neither superseded nor withdrawn.
CREATE OR REPLACE VIEW standing_scope AS
SELECT scope.submission_id, submission.dataset, scope.programme_id, scope.academic_year
FROM submission_scope AS scope
JOIN submission USING (submission_id)
ANTI JOIN withdrawal USING (submission_id, programme_id)
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
