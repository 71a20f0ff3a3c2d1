"""Data quality of meters: scores with their issues, proposals that wait for a decision, the threshold of coverage."""

from migrations_sql import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE meter_quality (
    meter_key integer PRIMARY KEY REFERENCES energy_meters (key) ON DELETE CASCADE,
    checked_at timestamptz NOT NULL,
    score double precision NOT NULL CHECK (score BETWEEN 0 AND 100),
    expected bigint NOT NULL,
    present bigint NOT NULL,
    estimated bigint NOT NULL,
    wrong bigint NOT NULL,
    ingredients jsonb NOT NULL,
    issue_count integer NOT NULL,
    issues jsonb NOT NULL
);
COMMENT ON TABLE meter_quality IS 'What the checks said of a meter''s readings when it was last checked.';
COMMENT ON COLUMN meter_quality.ingredients IS 'What took points off 100, the most first.';
COMMENT ON COLUMN meter_quality.issues IS 'The longest ones in order of time; issue_count counts all.';

CREATE TABLE meters_unchecked (
    meter_key integer PRIMARY KEY REFERENCES energy_meters (key) ON DELETE CASCADE,
    readings bigint NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE meters_unchecked IS 'Readings that came in or changed since the meter was last checked.';

CREATE TABLE quality_proposals (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    meter_key integer NOT NULL REFERENCES energy_meters (key) ON DELETE CASCADE,
    kind text NOT NULL,
    method text NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    readings integer NOT NULL CHECK (readings > 0),
    seconds bigint[] NOT NULL,
    before double precision[] NOT NULL,
    after double precision[] NOT NULL,
    estimated boolean NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'applied', 'rejected', 'replaced')),
    decided_at timestamptz,
    decided_by text,
    batch_id uuid REFERENCES edit_batches ON DELETE SET NULL,
    CHECK (cardinality(seconds) = readings AND cardinality(before) = readings AND cardinality(after) = readings)
);
CREATE INDEX quality_proposals_meter ON quality_proposals (meter_key, made_at DESC);
CREATE INDEX quality_proposals_open ON quality_proposals (organisation_id) WHERE status = 'open';
COMMENT ON TABLE quality_proposals IS 'Corrections that somebody may apply as a batch or reject; nothing has changed before.';
COMMENT ON COLUMN quality_proposals.seconds IS 'Beginning of each reading, seconds since 1970 UTC.';
COMMENT ON COLUMN quality_proposals.before IS 'What counted when it was proposed, NaN for none.';
COMMENT ON COLUMN quality_proposals.after IS 'What shall count, NaN for none.';

ALTER TABLE organisations ADD COLUMN coverage_threshold double precision NOT NULL DEFAULT 0.9
    CHECK (coverage_threshold > 0 AND coverage_threshold <= 1);
COMMENT ON COLUMN organisations.coverage_threshold IS 'Share of readings below which a total says that it is incomplete.';
"""


def upgrade() -> None:
    """Add the tables and the setting."""
    run(TABLES)


def downgrade() -> None:
    """Remove them; scores and proposals are made anew."""
    run(
        """
        ALTER TABLE organisations DROP COLUMN coverage_threshold;
        DROP TABLE quality_proposals, meters_unchecked, meter_quality;
        """
    )
