"""Load shapes of meters and the patterns that they fall into."""

from migrations_sql import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PATTERNS = """
CREATE TABLE load_patterns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    carrier text NOT NULL,
    name text NOT NULL,
    centre double precision[] NOT NULL,
    week double precision[] NOT NULL,
    traits jsonb NOT NULL,
    rank integer NOT NULL,
    reason text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organisation_id, carrier, name)
);
COMMENT ON COLUMN load_patterns.id IS 'Stays when a later grouping finds the pattern again.';
COMMENT ON COLUMN load_patterns.centre IS 'Mean direction of its members'' load shapes, 384 values of length 1.';
COMMENT ON COLUMN load_patterns.week IS 'Median of its members'' typical weeks over their means, Monday 00:00 first.';

CREATE TABLE meter_shapes (
    meter_id uuid PRIMARY KEY REFERENCES energy_meters ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    carrier text NOT NULL,
    week double precision[] NOT NULL,
    traits jsonb NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    turned_at timestamptz,
    turned_until timestamptz,
    turned_amount double precision,
    turned_usual double precision,
    pattern_id uuid REFERENCES load_patterns ON DELETE SET NULL,
    likeness double precision
);
CREATE INDEX meter_shapes_organisation ON meter_shapes (organisation_id, carrier);
CREATE INDEX meter_shapes_building ON meter_shapes (building_id);
COMMENT ON COLUMN meter_shapes.turned_at IS 'The week at which this year''s ways best take over from those of the year before.';
COMMENT ON COLUMN meter_shapes.turned_usual IS 'Use in the same weeks a year before those of turned_amount.';
COMMENT ON COLUMN meter_shapes.likeness IS 'Cosine to the centre of its pattern.';
"""


def upgrade() -> None:
    """Create the tables."""
    run(PATTERNS)


def downgrade() -> None:
    """Remove the tables; the next analysis finds the patterns again."""
    run("DROP TABLE meter_shapes, load_patterns")
