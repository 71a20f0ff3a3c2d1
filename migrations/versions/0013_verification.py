"""Measurement and verification studies, declared events, fitted baselines and results."""

from migrations_sql import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STUDIES = """
CREATE TABLE verification_studies (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    meter_id uuid NOT NULL REFERENCES energy_meters ON DELETE CASCADE,
    name text NOT NULL,
    baseline_first date NOT NULL,
    baseline_last date NOT NULL,
    reporting_first date NOT NULL,
    reporting_last date,
    method text,
    "interval" text,
    confidence double precision NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    CHECK (baseline_first <= baseline_last AND baseline_last < reporting_first),
    CHECK (reporting_last IS NULL OR reporting_first <= reporting_last),
    CHECK (confidence > 0 AND confidence < 1)
);
CREATE INDEX verification_studies_organisation ON verification_studies (organisation_id, archived_at);
CREATE INDEX verification_studies_meter ON verification_studies (meter_id);
COMMENT ON COLUMN verification_studies.reporting_last IS 'Null: to the last day with readings.';
COMMENT ON COLUMN verification_studies.method IS 'Null: the surest of the models that the data allow.';
COMMENT ON COLUMN verification_studies.revision IS 'Raised by every change of the study or its events.';

CREATE TABLE verification_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    study_id uuid NOT NULL REFERENCES verification_studies ON DELETE CASCADE,
    first_day date NOT NULL,
    last_day date NOT NULL,
    treatment text NOT NULL,
    amount double precision,
    reason text NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL DEFAULT now(),
    undone_by text,
    undone_at timestamptz,
    CHECK (first_day <= last_day),
    CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE INDEX verification_events_study ON verification_events (study_id);
COMMENT ON COLUMN verification_events.undone_at IS 'Undone events stay on record.';

CREATE TABLE verification_baselines (
    study_id uuid PRIMARY KEY REFERENCES verification_studies ON DELETE CASCADE,
    fitted jsonb NOT NULL,
    fitted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN verification_baselines.fitted IS 'Model, data window with SHA-256 of the readings, rivals.';

CREATE TABLE verification_results (
    study_id uuid PRIMARY KEY REFERENCES verification_studies ON DELETE CASCADE,
    data_version bigint NOT NULL,
    revision integer NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now(),
    result jsonb,
    refusal text,
    CHECK ((result IS NULL) <> (refusal IS NULL))
);
COMMENT ON COLUMN verification_results.data_version IS 'Of the organisation when it was computed.';
"""


def upgrade() -> None:
    """Create the tables."""
    run(STUDIES)


def downgrade() -> None:
    """Remove the tables with the studies in them."""
    run("DROP TABLE verification_results, verification_baselines, verification_events, verification_studies")
