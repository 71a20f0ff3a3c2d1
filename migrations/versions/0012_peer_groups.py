"""Figures that peers are compared by, trusted loads of the analysed year, decisions about peers."""

from migrations_sql import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE building_figures
    ADD COLUMN peak double precision,
    ADD COLUMN normalised_kwh double precision,
    ADD COLUMN normalised_reason text NOT NULL DEFAULT 'Not weather-normalised: not analysed since this was introduced',
    ADD COLUMN heating_degree_days double precision,
    ADD COLUMN cooling_degree_days double precision;
COMMENT ON COLUMN building_figures.normalised_kwh IS 'Energy of a typical year of the site''s weather; null with the reason.';
COMMENT ON COLUMN building_figures.heating_degree_days IS 'K d of a typical year, base 18.3 degC.';

CREATE TABLE building_loads (
    building_id uuid PRIMARY KEY REFERENCES buildings ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    first_hour timestamptz NOT NULL,
    load bytea NOT NULL
);
CREATE INDEX building_loads_organisation ON building_loads (organisation_id);
COMMENT ON TABLE building_loads IS 'Electricity of the analysed year by hour, meters together, faulty hours unknown: what the portfolio''s peak is made of.';
COMMENT ON COLUMN building_loads.load IS 'kWh of each hour from first_hour on as little-endian float32; NaN is unknown.';

CREATE TABLE peer_choices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    peer_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE CHECK (peer_id <> building_id),
    include boolean NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 3 AND 500),
    author text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    undone_by text,
    undone_at timestamptz
);
CREATE UNIQUE INDEX peer_choices_standing ON peer_choices (building_id, peer_id) WHERE undone_at IS NULL;
COMMENT ON TABLE peer_choices IS 'Buildings kept out of another one''s peers, or put in; taken back decisions stay on record.';
"""


def upgrade() -> None:
    """Add figures, loads and decisions."""
    run(TABLES)


def downgrade() -> None:
    """Remove them; figures and loads come back with an analysis, decisions do not."""
    run(
        """
        DROP TABLE peer_choices, building_loads;
        ALTER TABLE building_figures DROP COLUMN peak, DROP COLUMN normalised_kwh, DROP COLUMN normalised_reason,
            DROP COLUMN heating_degree_days, DROP COLUMN cooling_degree_days
        """
    )
