"""Analyses of one building as jobs that can be followed: steps, and the result."""

from migrations_sql import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE analysis_runs
    ADD COLUMN building_id uuid REFERENCES buildings ON DELETE CASCADE,
    ADD COLUMN result text;
COMMENT ON COLUMN analysis_runs.building_id IS 'The one building that is analysed; null for the whole portfolio.';
COMMENT ON COLUMN analysis_runs.result IS 'JSON of what one building''s analysis answered.';
CREATE INDEX analysis_runs_building ON analysis_runs (building_id, started_at DESC) WHERE building_id IS NOT NULL;

CREATE TABLE analysis_steps (
    run_id uuid NOT NULL REFERENCES analysis_runs ON DELETE CASCADE,
    number integer NOT NULL,
    done integer NOT NULL,
    total integer NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, number)
);
"""


def upgrade() -> None:
    """Add the columns and the table."""
    run(TABLES)


def downgrade() -> None:
    """Remove them; an analysis can be run again."""
    run(
        """
        DROP TABLE analysis_steps;
        DELETE FROM analysis_runs WHERE building_id IS NOT NULL;
        ALTER TABLE analysis_runs DROP COLUMN building_id, DROP COLUMN result
        """
    )
