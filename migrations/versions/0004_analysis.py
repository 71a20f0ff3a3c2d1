"""What the analysis found: anomaly events, figures of meters and buildings, runs over the portfolio."""

from migrations_sql import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE anomaly_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    meter_id uuid NOT NULL REFERENCES energy_meters ON DELETE CASCADE,
    carrier text NOT NULL,
    kind text NOT NULL,
    fingerprint text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL CHECK (ended_at > started_at),
    hours integer NOT NULL,
    spells integer NOT NULL,
    kwh double precision NOT NULL,
    normal_kwh double precision NOT NULL,
    money double precision,
    co2_kg double precision,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    explanation text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'resolved')),
    status_by text,
    status_at timestamptz,
    note text,
    detected_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (meter_id, fingerprint)
);
CREATE INDEX anomaly_events_newest ON anomaly_events (organisation_id, status, started_at DESC, id);
CREATE INDEX anomaly_events_every ON anomaly_events (organisation_id, started_at DESC, id);
CREATE INDEX anomaly_events_dearest ON anomaly_events (organisation_id, status, money DESC NULLS LAST, id);
CREATE INDEX anomaly_events_building ON anomaly_events (building_id, started_at DESC);
COMMENT ON COLUMN anomaly_events.fingerprint IS 'Kind and first hour as first found; an event that is found again keeps it, and its status.';
COMMENT ON COLUMN anomaly_events.kwh IS 'Recorded minus normal over the affected hours; litres for water and irrigation.';

CREATE TABLE meter_figures (
    meter_id uuid PRIMARY KEY REFERENCES energy_meters ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    carrier text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    coverage double precision NOT NULL,
    annual double precision,
    money double precision,
    co2_kg double precision,
    near_base double precision,
    near_peak double precision,
    mean double precision,
    peak double precision,
    load_factor double precision,
    unoccupied_ratio double precision,
    occupied_hours text,
    model jsonb,
    refusals text[] NOT NULL DEFAULT '{}',
    analysed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX meter_figures_building ON meter_figures (building_id);
COMMENT ON COLUMN meter_figures.annual IS 'kWh or litres of 365 days, from the hours that can be trusted; null below three quarters of them.';
COMMENT ON COLUMN meter_figures.refusals IS 'What could not be computed and why, as sentences.';

CREATE TABLE building_figures (
    building_id uuid PRIMARY KEY REFERENCES buildings ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    period_start date NOT NULL,
    period_end date NOT NULL,
    use_type text NOT NULL,
    carriers text[] NOT NULL,
    area_m2 double precision,
    annual_kwh double precision,
    eui double precision,
    money double precision,
    co2_kg double precision,
    coverage double precision NOT NULL,
    load_factor double precision,
    near_base double precision,
    near_peak double precision,
    unoccupied_ratio double precision,
    cvrmse double precision,
    heating_sensitivity double precision,
    cooling_sensitivity double precision,
    excess_kwh double precision NOT NULL DEFAULT 0,
    excess_money double precision NOT NULL DEFAULT 0,
    analysed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX building_figures_ranking ON building_figures (organisation_id, use_type, eui);
COMMENT ON COLUMN building_figures.load_factor IS 'Load figures and the ratio are those of the electricity meters together.';
COMMENT ON COLUMN building_figures.cvrmse IS 'Of the largest weather model among the meters; sensitivities are kWh a day and kelvin over all of them.';
COMMENT ON COLUMN building_figures.excess_money IS 'Cost of what anomalies used above normal within the period.';

CREATE TABLE analysis_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    total integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    events integer NOT NULL DEFAULT 0,
    author text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    error text
);
CREATE INDEX analysis_runs_organisation ON analysis_runs (organisation_id, started_at DESC);
"""


def upgrade() -> None:
    """Create the tables."""
    run(TABLES)


def downgrade() -> None:
    """Remove the tables; every analysis can be run again."""
    run("DROP TABLE analysis_runs, building_figures, meter_figures, anomaly_events")
