"""Corrections over the raw readings, in batches that can be undone; the hourly view becomes the validated one."""

from migrations_sql import run, timescale

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CORRECTIONS = """
CREATE TABLE edit_batches (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    author text NOT NULL,
    method text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    undone_at timestamptz,
    undone_by text
);
CREATE INDEX edit_batches_organisation ON edit_batches (organisation_id, at DESC);

CREATE TABLE reading_corrections (
    meter_key integer NOT NULL REFERENCES energy_meters (key) ON DELETE CASCADE,
    time timestamptz NOT NULL,
    value double precision,
    quality smallint NOT NULL CHECK (quality IN (1, 2)),
    batch_id uuid NOT NULL REFERENCES edit_batches ON DELETE CASCADE,
    PRIMARY KEY (meter_key, time)
);
CREATE INDEX reading_corrections_batch ON reading_corrections (batch_id);
COMMENT ON TABLE reading_corrections IS
    'What counts in place of the raw readings, which stay as they came; the active ones only.';
COMMENT ON COLUMN reading_corrections.value IS 'NULL: the raw reading does not count, and there is none in its place.';
COMMENT ON COLUMN reading_corrections.quality IS '1 estimated, 2 edited by hand';

ALTER TABLE reading_edits
    ADD COLUMN raw_value double precision,
    ADD COLUMN batch_id uuid REFERENCES edit_batches ON DELETE CASCADE,
    ADD COLUMN quality smallint NOT NULL DEFAULT 0,
    ADD COLUMN replaced_batch uuid,
    ADD COLUMN replaced_quality smallint,
    ADD COLUMN undoes bigint REFERENCES reading_edits ON DELETE CASCADE;
CREATE INDEX reading_edits_batch ON reading_edits (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX reading_edits_undoes ON reading_edits (undoes) WHERE undoes IS NOT NULL;
COMMENT ON TABLE reading_edits IS 'The ledger, only ever added to: a value that was replaced or corrected stays here.';
COMMENT ON COLUMN reading_edits.old_value IS 'What counted before: the raw reading, or an earlier correction.';
COMMENT ON COLUMN reading_edits.replaced_batch IS 'The batch of the earlier correction, which returns with an undo.';
COMMENT ON COLUMN reading_edits.undoes IS 'This entry takes back another one.';
"""

VALIDATED = """
CREATE OR REPLACE VIEW meter_readings_hourly AS
SELECT r.meter_key, r.time AS hour, r.value AS total, r.value AS minimum, r.value AS maximum,
       1::bigint AS readings, (r.quality <> 0)::int::bigint AS estimated
FROM energy_meters m JOIN meter_readings r ON r.meter_key = m.key
WHERE m.interval_minutes = 60
  AND NOT EXISTS (SELECT FROM reading_corrections c WHERE c.meter_key = r.meter_key AND c.time = r.time)
UNION ALL
SELECT c.meter_key, c.time, c.value, c.value, c.value, 1::bigint, 1::bigint
FROM energy_meters m JOIN reading_corrections c ON c.meter_key = m.key
WHERE m.interval_minutes = 60 AND c.value IS NOT NULL
UNION ALL
SELECT meter_key, hour, total, minimum, maximum, readings::bigint, estimated::bigint
FROM meter_hours
WHERE readings > 0
"""

OF_AGGREGATE = """
UNION ALL
SELECT a.meter_key, a.hour, a.total, a.minimum, a.maximum, a.readings, a.estimated
FROM energy_meters m JOIN meter_hours_aggregate a ON a.meter_key = m.key
WHERE NOT EXISTS (SELECT FROM meter_hours h WHERE h.meter_key = a.meter_key AND h.hour = a.hour)
"""

COMMENTS = """
COMMENT ON VIEW meter_readings_hourly IS 'The validated hours: raw readings with the active corrections over them.';
COMMENT ON COLUMN meter_hours.readings IS '0 where corrections leave no reading of the hour.';
"""


def upgrade() -> None:
    """Add the tables, extend the ledger, put corrections into the hourly view."""
    run(CORRECTIONS)
    run(VALIDATED + (OF_AGGREGATE if timescale() else ""))
    run(COMMENTS)


def downgrade() -> None:
    """Corrections cannot go without the totals that hold them."""
    raise RuntimeError("Undo every batch of corrections and restore a backup instead")
