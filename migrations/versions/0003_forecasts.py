"""Forecasts: what was expected, from when, how sure."""

from migrations_sql import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FORECASTS = """
CREATE TABLE forecasts (
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    meter_id uuid NOT NULL REFERENCES energy_meters (id) ON DELETE CASCADE,
    origin timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    data_version bigint NOT NULL,
    fingerprint bytea NOT NULL,
    refusal text,
    local timestamp[] NOT NULL DEFAULT '{}',
    value double precision[] NOT NULL DEFAULT '{}',
    low80 double precision[] NOT NULL DEFAULT '{}',
    high80 double precision[] NOT NULL DEFAULT '{}',
    low95 double precision[] NOT NULL DEFAULT '{}',
    high95 double precision[] NOT NULL DEFAULT '{}',
    days jsonb NOT NULL DEFAULT '[]',
    weights jsonb NOT NULL DEFAULT '{}',
    backtest jsonb,
    notes text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (meter_id, origin),
    CHECK ((refusal IS NULL) = (backtest IS NOT NULL))
);
CREATE INDEX forecasts_organisation ON forecasts (organisation_id);
COMMENT ON TABLE forecasts IS 'One per meter and origin; older origins stay, to be compared with what came.';
COMMENT ON COLUMN forecasts.data_version IS 'The organisation''s version when the forecast was last known to be current.';
COMMENT ON COLUMN forecasts.fingerprint IS 'Hash of the history and method it was made from: an unchanged one need not be computed again.';
COMMENT ON COLUMN forecasts.refusal IS 'Why this meter cannot be forecast from this origin; then there are no points.';
"""

MODELS = """
CREATE TABLE forecast_models (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    engine text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    trained_until timestamptz NOT NULL,
    meters integer NOT NULL CHECK (meters > 0),
    artefact bytea NOT NULL,
    checksum bytea NOT NULL
);
CREATE INDEX forecast_models_newest ON forecast_models (organisation_id, engine, created_at DESC);
COMMENT ON TABLE forecast_models IS 'Models learned over all meters of an organisation; the newest of an engine is in use.';
COMMENT ON COLUMN forecast_models.trained_until IS 'Nothing from this instant on was learned from, so backtests after it are honest.';
COMMENT ON COLUMN forecast_models.artefact IS 'Plain arrays, never a pickle; checksum is its SHA-256.';
"""


def upgrade() -> None:
    """Create the tables."""
    run(FORECASTS)
    run(MODELS)


def downgrade() -> None:
    """Remove them; forecasts can be made again."""
    run("DROP TABLE forecast_models; DROP TABLE forecasts")
