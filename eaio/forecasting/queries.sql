-- name: stored
SELECT meter_id, origin, data_version, fingerprint, refusal,
       local, value, low80, high80, low95, high95, days, weights, backtest, notes
FROM forecasts
WHERE organisation_id = %(organisation)s AND meter_id = ANY(%(meters)s) AND origin = %(origin)s;

-- name: save
INSERT INTO forecasts (organisation_id, meter_id, origin, data_version, fingerprint, refusal,
                       local, value, low80, high80, low95, high95, days, weights, backtest, notes)
SELECT m.organisation_id, m.id, %(origin)s, %(data_version)s, %(fingerprint)s, %(refusal)s,
       %(local)s::timestamp[], %(value)s::float8[], %(low80)s::float8[], %(high80)s::float8[],
       %(low95)s::float8[], %(high95)s::float8[], %(days)s::jsonb, %(weights)s::jsonb, %(backtest)s::jsonb, %(notes)s::text[]
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s
ON CONFLICT (meter_id, origin) DO UPDATE SET
    created_at = now(), data_version = excluded.data_version, fingerprint = excluded.fingerprint,
    refusal = excluded.refusal, local = excluded.local, value = excluded.value,
    low80 = excluded.low80, high80 = excluded.high80, low95 = excluded.low95, high95 = excluded.high95,
    days = excluded.days, weights = excluded.weights, backtest = excluded.backtest, notes = excluded.notes;

-- name: confirm
UPDATE forecasts SET data_version = %(data_version)s
WHERE organisation_id = %(organisation)s AND meter_id = %(meter)s AND origin = %(origin)s
  AND data_version < %(data_version)s;

-- name: newest
WITH latest AS (
    SELECT DISTINCT ON (f.meter_id) f.meter_id, f.origin, f.refusal, f.days -> 0 AS next_day, f.weights, f.backtest
    FROM forecasts f
    WHERE f.organisation_id = %(organisation)s
    ORDER BY f.meter_id, f.origin DESC
)
SELECT l.meter_id, m.name AS meter, b.id AS building_id, b.name AS building, m.carrier, m.unit, s.time_zone,
       l.origin, l.refusal, l.next_day, l.weights, l.backtest
FROM latest l
JOIN energy_meters m ON m.id = l.meter_id AND m.archived_at IS NULL
JOIN buildings b ON b.id = m.building_id AND b.archived_at IS NULL
JOIN sites s ON s.id = b.site_id
WHERE (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s)
  AND (%(search)s::text IS NULL OR position(lower(%(search)s) IN lower(b.name || ' ' || m.name)) > 0)
ORDER BY l.refusal IS NOT NULL,
         CASE %(sort)s WHEN 'next_day' THEN (l.next_day ->> 'value')::float8
                       WHEN 'error' THEN (l.backtest ->> 'nrmse')::float8 END DESC NULLS LAST,
         b.name, m.carrier, m.name
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_newest
SELECT count(DISTINCT f.meter_id)
FROM forecasts f
JOIN energy_meters m ON m.id = f.meter_id AND m.archived_at IS NULL
JOIN buildings b ON b.id = m.building_id AND b.archived_at IS NULL
WHERE f.organisation_id = %(organisation)s
  AND (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s)
  AND (%(search)s::text IS NULL OR position(lower(%(search)s) IN lower(b.name || ' ' || m.name)) > 0);

-- name: newest_model
SELECT id, trained_until, artefact, checksum
FROM forecast_models
WHERE organisation_id = %(organisation)s AND engine = %(engine)s
ORDER BY created_at DESC
LIMIT 1;

-- name: save_model
INSERT INTO forecast_models (organisation_id, engine, trained_until, meters, artefact, checksum)
VALUES (%(organisation)s, %(engine)s, %(trained_until)s, %(meters)s, %(artefact)s, %(checksum)s);

-- name: drop_older_models
DELETE FROM forecast_models
WHERE organisation_id = %(organisation)s AND engine = %(engine)s AND id NOT IN (
    SELECT id FROM forecast_models WHERE organisation_id = %(organisation)s AND engine = %(engine)s
    ORDER BY created_at DESC LIMIT %(keep)s);
