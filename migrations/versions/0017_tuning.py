"""Versions of detection parameters, verdicts on findings with what they silence, regions of sites."""

from migrations_sql import run

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

PARAMETERS = """
CREATE TABLE parameter_sets (
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    version integer NOT NULL,
    "values" jsonb NOT NULL,
    note text NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, version),
    CHECK (version > 0)
);
COMMENT ON COLUMN parameter_sets.version IS 'Counts from 1 in each organisation; 0 is what is built in and not stored.';

CREATE TABLE parameter_activations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    version integer NOT NULL,
    activated_by text NOT NULL,
    activated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parameter_activations_organisation ON parameter_activations (organisation_id, id DESC);
COMMENT ON TABLE parameter_activations IS 'The newest one counts; without one the built-in set is active.';

ALTER TABLE analysis_runs ADD COLUMN parameters integer;
COMMENT ON COLUMN analysis_runs.parameters IS 'Version of the parameter set; null before there were versions.';
ALTER TABLE meter_figures ADD COLUMN parameters integer, ADD COLUMN threshold double precision;
COMMENT ON COLUMN meter_figures.threshold IS 'Of detection, calibration by feedback included.';
"""

FEEDBACK = """
CREATE TABLE anomaly_feedback (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    meter_id uuid NOT NULL REFERENCES energy_meters ON DELETE CASCADE,
    event_id uuid REFERENCES anomaly_events ON DELETE SET NULL,
    verdict text NOT NULL CHECK (verdict IN ('real', 'false', 'known')),
    kind text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    hours integer NOT NULL,
    kwh double precision NOT NULL,
    strength double precision NOT NULL,
    week text NOT NULL,
    note text,
    author text NOT NULL,
    given_at timestamptz NOT NULL DEFAULT now(),
    undone_by text,
    undone_at timestamptz,
    CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE UNIQUE INDEX anomaly_feedback_event ON anomaly_feedback (event_id) WHERE undone_at IS NULL;
CREATE INDEX anomaly_feedback_meter ON anomaly_feedback (organisation_id, meter_id) WHERE undone_at IS NULL;
COMMENT ON COLUMN anomaly_feedback.kind IS 'Kind to week are those of the event when the verdict was given.';

ALTER TABLE anomaly_events
    ADD COLUMN strength double precision NOT NULL DEFAULT 0,
    ADD COLUMN week text NOT NULL DEFAULT '',
    ADD COLUMN found_confidence double precision,
    ADD COLUMN silenced_by uuid REFERENCES anomaly_feedback ON DELETE SET NULL,
    ADD COLUMN shown_by text,
    ADD COLUMN shown_at timestamptz;
CREATE INDEX anomaly_events_silenced ON anomaly_events (silenced_by) WHERE silenced_by IS NOT NULL;
COMMENT ON COLUMN anomaly_events.week IS 'Hours of the week it touched: 168 bits from Monday 00:00 in hexadecimal.';
COMMENT ON COLUMN anomaly_events.found_confidence IS 'Before calibration by feedback; null where that changed nothing.';
COMMENT ON COLUMN anomaly_events.shown_by IS 'Who asked to see it although it repeats a judged one.';
"""

REGIONS = """
ALTER TABLE sites ADD COLUMN subdivision text;
COMMENT ON COLUMN sites.subdivision IS 'For holidays: ISO 3166-2 without the country, TX or BY.';
"""


def upgrade() -> None:
    """Create the tables and columns."""
    run(PARAMETERS)
    run(FEEDBACK)
    run(REGIONS)


def downgrade() -> None:
    """Remove them."""
    run(
        """
        ALTER TABLE sites DROP COLUMN subdivision;
        ALTER TABLE anomaly_events DROP COLUMN strength, DROP COLUMN week, DROP COLUMN found_confidence,
            DROP COLUMN silenced_by, DROP COLUMN shown_by, DROP COLUMN shown_at;
        DROP TABLE anomaly_feedback;
        ALTER TABLE meter_figures DROP COLUMN parameters, DROP COLUMN threshold;
        ALTER TABLE analysis_runs DROP COLUMN parameters;
        DROP TABLE parameter_activations;
        DROP TABLE parameter_sets;
        """
    )
