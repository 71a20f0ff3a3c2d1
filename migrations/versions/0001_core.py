"""Organisations, people, sites, buildings, meters, readings."""

from migrations_sql import run, timescale

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ACCOUNTS = """
CREATE TABLE organisations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> ''),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
    is_demo boolean NOT NULL DEFAULT false,
    currency text NOT NULL DEFAULT 'USD',
    data_version bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN organisations.data_version IS 'Raised by every change of readings or results; caches key on it.';

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (email = lower(email) AND email LIKE '%@%'),
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    UNIQUE (email)
);

CREATE TABLE memberships (
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('facility_manager', 'energy_analyst', 'executive', 'administrator')),
    PRIMARY KEY (organisation_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    role text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN sessions.user_id IS 'NULL for a visitor of the synthetic portfolio.';

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE setup_links (
    token_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE sign_in_failures (
    email text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failures_recent ON sign_in_failures (email, at);

CREATE TABLE audit_trail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid REFERENCES organisations ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_trail_organisation ON audit_trail (organisation_id, id DESC);
"""

BUILDINGS = """
CREATE TABLE portfolios (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    name text NOT NULL,
    UNIQUE (organisation_id, name)
);

CREATE TABLE sites (
    key integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    name text NOT NULL,
    time_zone text NOT NULL,
    country text,
    grid_region text,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    UNIQUE (organisation_id, name)
);

CREATE TABLE buildings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    site_id uuid NOT NULL REFERENCES sites,
    name text NOT NULL,
    primary_use text,
    sub_use text,
    industry text,
    sub_industry text,
    area_m2 double precision CHECK (area_m2 > 0),
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    address text,
    year_built integer CHECK (year_built BETWEEN 1000 AND 2100),
    year_renovated integer CHECK (year_renovated BETWEEN 1000 AND 2100),
    date_opened date,
    floors integer CHECK (floors BETWEEN 0 AND 300),
    occupants integer CHECK (occupants >= 0),
    heating_type text,
    energy_sources text[] NOT NULL DEFAULT '{}',
    has_renewable boolean,
    operating_hours text,
    occupancy_type text,
    energy_star_score double precision,
    published_eui double precision,
    published_site_eui double precision,
    published_source_eui double precision,
    leed_level text,
    rating text,
    bdg2_kaggle_id integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    UNIQUE (organisation_id, name)
);
CREATE INDEX buildings_site ON buildings (site_id);
COMMENT ON COLUMN buildings.published_eui IS 'As the source gives it, kWh/m2 a year; never used in place of a computed one.';

CREATE TABLE energy_meters (
    key integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings,
    name text NOT NULL,
    carrier text NOT NULL CHECK (carrier IN
        ('electricity', 'gas', 'steam', 'hotwater', 'chilledwater', 'water', 'irrigation', 'solar')),
    unit text NOT NULL CHECK (unit IN ('kWh', 'L')),
    interval_minutes integer NOT NULL DEFAULT 60 CHECK (interval_minutes > 0),
    first_reading timestamptz,
    last_reading timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    UNIQUE (building_id, carrier, name)
);
CREATE INDEX energy_meters_organisation ON energy_meters (organisation_id, carrier);
COMMENT ON COLUMN energy_meters.key IS 'Never leaves the database.';
"""

READINGS = """
CREATE TABLE meter_readings (
    time timestamptz NOT NULL,
    value double precision NOT NULL,
    meter_key integer NOT NULL,
    quality smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (meter_key, time)
)
"""

METERING = """
COMMENT ON COLUMN meter_readings.quality IS '0 measured, 1 estimated, 2 edited by hand';

CREATE TABLE meter_readings_daily (
    day date NOT NULL,
    meter_key integer NOT NULL,
    readings smallint NOT NULL,
    expected smallint NOT NULL,
    estimated smallint NOT NULL DEFAULT 0,
    total double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    PRIMARY KEY (meter_key, day)
);
COMMENT ON TABLE meter_readings_daily IS 'Local calendar days of the site: 23, 24 or 25 hours; expected counts readings of the meter''s interval.';

CREATE TABLE meter_hours (
    hour timestamptz NOT NULL,
    total double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    meter_key integer NOT NULL,
    readings smallint NOT NULL,
    estimated smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (meter_key, hour)
);
COMMENT ON TABLE meter_hours IS 'Only for meters finer than hourly; see the view meter_readings_hourly.';

CREATE TABLE building_totals_monthly (
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    carrier text NOT NULL,
    month date NOT NULL,
    readings integer NOT NULL,
    estimated integer NOT NULL,
    total double precision NOT NULL,
    PRIMARY KEY (building_id, carrier, month)
);

CREATE TABLE site_totals_daily (
    site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
    carrier text NOT NULL,
    day date NOT NULL,
    readings integer NOT NULL,
    estimated integer NOT NULL,
    total double precision NOT NULL,
    PRIMARY KEY (site_id, carrier, day)
);

CREATE TABLE weather_readings (
    site_key integer NOT NULL REFERENCES sites (key) ON DELETE CASCADE,
    time timestamptz NOT NULL,
    air_temperature double precision,
    dew_temperature double precision,
    cloud_coverage double precision,
    precipitation_1h double precision,
    sea_level_pressure double precision,
    wind_direction double precision,
    wind_speed double precision,
    PRIMARY KEY (site_key, time)
);

CREATE TABLE weather_daily (
    site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
    day date NOT NULL,
    mean double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    readings smallint NOT NULL,
    PRIMARY KEY (site_id, day)
);
COMMENT ON TABLE weather_daily IS 'Air temperature by local day, degrees Celsius.';

CREATE TABLE imports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    source text NOT NULL,
    format text NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    author text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    progress jsonb NOT NULL DEFAULT '{}',
    report jsonb,
    error text
);
CREATE INDEX imports_organisation ON imports (organisation_id, started_at DESC);

CREATE TABLE reading_edits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meter_key integer NOT NULL REFERENCES energy_meters (key) ON DELETE CASCADE,
    time timestamptz NOT NULL,
    old_value double precision,
    new_value double precision,
    method text NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    import_id uuid REFERENCES imports ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reading_edits_meter ON reading_edits (meter_key, time);
COMMENT ON TABLE reading_edits IS 'The ledger: a value that was replaced stays here.';
"""

HOURLY_VIEW = """
CREATE VIEW meter_readings_hourly AS
SELECT r.meter_key, r.time AS hour, r.value AS total, r.value AS minimum, r.value AS maximum,
       1::bigint AS readings, (r.quality <> 0)::int::bigint AS estimated
FROM energy_meters m JOIN meter_readings r ON r.meter_key = m.key
WHERE m.interval_minutes = 60
UNION ALL
SELECT meter_key, hour, total, minimum, maximum, readings::bigint, estimated::bigint
FROM meter_hours
"""

COLUMNSTORE = """
SELECT create_hypertable('meter_readings', by_range('time', INTERVAL '1 month'), create_default_indexes => false);
ALTER TABLE meter_readings SET (
    timescaledb.enable_columnstore = true, timescaledb.segmentby = 'meter_key', timescaledb.orderby = 'time');
CALL add_columnstore_policy('meter_readings', after => INTERVAL '2 months');

CREATE MATERIALIZED VIEW meter_hours_aggregate
WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT r.meter_key, time_bucket(INTERVAL '1 hour', r.time) AS hour, sum(r.value) AS total, min(r.value) AS minimum,
       max(r.value) AS maximum, count(*) AS readings, count(*) FILTER (WHERE r.quality <> 0) AS estimated
FROM meter_readings r JOIN energy_meters m ON m.key = r.meter_key
WHERE m.interval_minutes < 60
GROUP BY 1, 2
WITH NO DATA;
COMMENT ON VIEW meter_hours_aggregate IS 'Hours of finer meters as of its last refresh; read meter_readings_hourly.';
ALTER MATERIALIZED VIEW meter_hours_aggregate SET (
    timescaledb.enable_columnstore = true, timescaledb.segmentby = 'meter_key', timescaledb.orderby = 'hour');
SELECT add_continuous_aggregate_policy('meter_hours_aggregate', start_offset => NULL, end_offset => INTERVAL '1 hour',
    schedule_interval => INTERVAL '1 hour', buckets_per_batch => 720);
CALL add_columnstore_policy('meter_hours_aggregate', after => INTERVAL '2 months');

CREATE VIEW meter_readings_hourly AS
SELECT r.meter_key, r.time AS hour, r.value AS total, r.value AS minimum, r.value AS maximum,
       1::bigint AS readings, (r.quality <> 0)::int::bigint AS estimated
FROM energy_meters m JOIN meter_readings r ON r.meter_key = m.key
WHERE m.interval_minutes = 60
UNION ALL
SELECT meter_key, hour, total, minimum, maximum, readings::bigint, estimated::bigint
FROM meter_hours
UNION ALL
SELECT a.meter_key, a.hour, a.total, a.minimum, a.maximum, a.readings, a.estimated
FROM energy_meters m JOIN meter_hours_aggregate a ON a.meter_key = m.key
WHERE NOT EXISTS (SELECT FROM meter_hours h WHERE h.meter_key = a.meter_key AND h.hour = a.hour);

CREATE PROCEDURE settle_meter_hours(job_id integer, config jsonb) LANGUAGE sql AS $$
    DELETE FROM meter_hours h USING meter_hours_aggregate a
    WHERE a.meter_key = h.meter_key AND a.hour = h.hour
      AND a.readings = h.readings AND a.estimated = h.estimated AND a.minimum = h.minimum AND a.maximum = h.maximum
      AND abs(a.total - h.total) <= 1e-9 * abs(h.total)
$$;
COMMENT ON PROCEDURE settle_meter_hours IS
    'An aggregate lags behind changes: meter_hours holds every changed hour until the aggregate tells the same.';
SELECT add_job('settle_meter_hours', INTERVAL '1 hour');
"""

FORGET = """
CREATE FUNCTION forget_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone) THEN
        -- constant keys: without them, TimescaleDB would decompress every meter
        PERFORM set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
        EXECUTE 'DELETE FROM meter_readings WHERE meter_key = ANY($1)' USING (SELECT array_agg(key) FROM gone);
        DELETE FROM meter_readings_daily d USING gone g WHERE d.meter_key = g.key;
        DELETE FROM meter_hours h USING gone g WHERE h.meter_key = g.key;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_readings AFTER DELETE ON energy_meters
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_readings();
COMMENT ON FUNCTION forget_readings() IS 'Readings go with their meter; a foreign key would cost every imported row a look-up.';
"""

PARTITIONS = """
CREATE FUNCTION ensure_reading_partitions(first timestamptz, last timestamptz) RETURNS void
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz := date_trunc('month', first);
    name text;
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = 'meter_readings'::regclass) <> 'p' THEN
        -- a hypertable makes its own chunks, but refuses to correct more than 100,000 compressed readings by default
        PERFORM set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
        RETURN;
    END IF;
    WHILE month <= last LOOP
        name := 'meter_readings_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('ensure_reading_partitions', 0));
        END IF;
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE meter_readings INCLUDING DEFAULTS)', name);
            EXECUTE format('ALTER TABLE meter_readings ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
"""


def upgrade() -> None:
    """Create everything; the readings table is a hypertable where the server has TimescaleDB."""
    run("CREATE EXTENSION IF NOT EXISTS vector")
    run(ACCOUNTS)
    run(BUILDINGS)
    hypertable = timescale()
    run(READINGS if hypertable else READINGS + "PARTITION BY RANGE (time)")
    run(METERING)
    run(COLUMNSTORE if hypertable else HOURLY_VIEW)
    run(FORGET)
    run(PARTITIONS)


def downgrade() -> None:
    """The first revision goes with its database."""
    raise RuntimeError("The first revision cannot be undone: drop the database instead")
