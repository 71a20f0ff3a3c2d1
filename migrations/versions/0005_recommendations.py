"""Measures found in buildings, what people decide about them, and the figures that an organisation sets itself."""

from migrations_sql import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE building_signals (
    building_id uuid PRIMARY KEY REFERENCES buildings ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    use text NOT NULL,
    as_of timestamptz NOT NULL,
    signals jsonb NOT NULL,
    figures jsonb NOT NULL,
    skipped text[] NOT NULL DEFAULT '{}',
    annual_money double precision,
    annual_co2 double precision,
    computed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX building_signals_organisation ON building_signals (organisation_id, use);
COMMENT ON TABLE building_signals IS 'What the readings of a building say, so that prices can change without reading them again.';
COMMENT ON COLUMN building_signals.figures IS 'What peers are compared by.';
COMMENT ON COLUMN building_signals.annual_money IS 'Cost of all metered carriers over a year; null when no carrier has enough readings.';

CREATE TABLE recommendations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    measure text NOT NULL,
    name text NOT NULL,
    end_use text NOT NULL,
    effort text NOT NULL,
    disruption text NOT NULL,
    status text NOT NULL DEFAULT 'proposed' CHECK (status IN
        ('proposed', 'accepted', 'scheduled', 'in_progress', 'done', 'verified', 'rejected')),
    reason text NOT NULL DEFAULT '',
    owner text NOT NULL DEFAULT '',
    due date,
    notes text NOT NULL DEFAULT '',
    is_current boolean NOT NULL DEFAULT true,
    rank smallint NOT NULL,
    sentence text NOT NULL,
    money double precision NOT NULL,
    money_low double precision NOT NULL,
    money_high double precision NOT NULL,
    cost double precision,
    npv double precision,
    payback double precision,
    co2 double precision NOT NULL,
    energy_kwh double precision NOT NULL,
    value double precision NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    net_money double precision,
    net_co2 double precision,
    net_kwh double precision,
    net_npv double precision,
    as_of timestamptz NOT NULL,
    detail jsonb NOT NULL,
    generated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (building_id, measure)
);
CREATE INDEX recommendations_value ON recommendations (organisation_id, is_current, value DESC);
COMMENT ON COLUMN recommendations.is_current IS 'Whether the latest run still finds it; what people decided stays either way.';
COMMENT ON COLUMN recommendations.net_money IS 'What it adds to the better-ranked measures of its building, a year; null when it does not count.';

CREATE TABLE recommendation_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recommendation_id uuid NOT NULL REFERENCES recommendations ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    old text NOT NULL,
    new text NOT NULL,
    note text NOT NULL DEFAULT ''
);
CREATE INDEX recommendation_events_recommendation ON recommendation_events (recommendation_id, id DESC);

CREATE TABLE assumptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    site_id uuid REFERENCES sites ON DELETE CASCADE,
    key text NOT NULL,
    low double precision NOT NULL,
    likely double precision NOT NULL CHECK (likely BETWEEN low AND high),
    high double precision NOT NULL,
    unit text NOT NULL,
    source text NOT NULL CHECK (source <> ''),
    dated date NOT NULL,
    author text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (organisation_id, site_id, key)
);
COMMENT ON TABLE assumptions IS 'Prices, factors and costs in place of the defaults; without a site they hold for all.';

CREATE TABLE recommendation_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    total integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    proposed integer NOT NULL DEFAULT 0,
    withdrawn integer NOT NULL DEFAULT 0,
    skipped integer NOT NULL DEFAULT 0,
    author text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    error text
);
CREATE INDEX recommendation_runs_organisation ON recommendation_runs (organisation_id, started_at DESC);
"""


def upgrade() -> None:
    """Create the tables."""
    run(TABLES)


def downgrade() -> None:
    """Remove the tables; decisions and own figures go with them."""
    run("DROP TABLE recommendation_runs, assumptions, recommendation_events, recommendations, building_signals")
