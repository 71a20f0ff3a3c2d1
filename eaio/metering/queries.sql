-- name: hourly_series
SELECT m.id, s.id AS site_id, s.time_zone,
       coalesce(r.times, h.times) AS times, coalesce(r.amounts, h.amounts) AS amounts, c.times, c.amounts
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN LATERAL (
    SELECT array_agg(r.time ORDER BY r.time) AS times, array_agg(r.value ORDER BY r.time) AS amounts
    FROM meter_readings r
    WHERE m.interval_minutes = 60 AND r.meter_key = m.key
      AND r.time >= coalesce(%(start)s::timestamptz, m.first_reading)
      AND r.time < coalesce(%(end)s::timestamptz, 'infinity')
) r ON true
LEFT JOIN LATERAL (
    SELECT array_agg(h.hour ORDER BY h.hour) AS times, array_agg(h.total ORDER BY h.hour) AS amounts
    FROM meter_readings_hourly h
    WHERE m.interval_minutes < 60 AND h.meter_key = m.key AND h.readings >= 60 / m.interval_minutes
      AND h.hour >= coalesce(%(start)s::timestamptz, m.first_reading - interval '1 hour')
      AND h.hour < coalesce(%(end)s::timestamptz, 'infinity')
) h ON true
LEFT JOIN LATERAL (
    SELECT array_agg(c.time ORDER BY c.time) AS times, array_agg(coalesce(c.value, 'NaN') ORDER BY c.time) AS amounts
    FROM reading_corrections c
    WHERE m.interval_minutes = 60 AND c.meter_key = m.key
      AND c.time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND c.time < coalesce(%(end)s::timestamptz, 'infinity')
) c ON true
WHERE m.organisation_id = %(organisation)s AND m.id = ANY(%(meters)s);

-- name: raw_hourly_series
SELECT m.id, s.id AS site_id, s.time_zone, r.times, r.amounts, NULL AS corrected, NULL AS corrections
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN LATERAL (
    SELECT array_agg(h.hour ORDER BY h.hour) AS times, array_agg(h.total ORDER BY h.hour) AS amounts
    FROM (
        SELECT CASE WHEN m.interval_minutes = 60 THEN r.time ELSE date_trunc('hour', r.time, s.time_zone) END AS hour,
               sum(r.value) AS total
        FROM meter_readings r
        WHERE r.meter_key = m.key
          AND r.time >= coalesce(%(start)s::timestamptz, m.first_reading - interval '1 hour')
          AND r.time < coalesce(%(end)s::timestamptz, 'infinity')
        GROUP BY 1
        HAVING count(*) >= 60 / m.interval_minutes
    ) h
) r ON true
WHERE m.organisation_id = %(organisation)s AND m.id = ANY(%(meters)s);

-- name: meters_of_building
SELECT id FROM energy_meters
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND archived_at IS NULL
  AND interval_minutes <= 60 AND first_reading IS NOT NULL
ORDER BY carrier, name;

-- name: interval_of_meter
SELECT interval_minutes FROM energy_meters
WHERE organisation_id = %(organisation)s AND id = %(meter)s;

-- name: weather_series
SELECT s.time_zone, w.times, w.temperature, w.dew_temperature, w.cloud_coverage, w.precipitation, w.pressure,
       w.wind_direction, w.wind_speed
FROM sites s
CROSS JOIN LATERAL (
    SELECT array_agg(w.time ORDER BY w.time) AS times,
           array_agg(coalesce(w.air_temperature, 'NaN') ORDER BY w.time) AS temperature,
           array_agg(coalesce(w.dew_temperature, 'NaN') ORDER BY w.time) AS dew_temperature,
           array_agg(coalesce(w.cloud_coverage, 'NaN') ORDER BY w.time) AS cloud_coverage,
           array_agg(coalesce(w.precipitation_1h, 'NaN') ORDER BY w.time) AS precipitation,
           array_agg(coalesce(w.sea_level_pressure, 'NaN') ORDER BY w.time) AS pressure,
           array_agg(coalesce(w.wind_direction, 'NaN') ORDER BY w.time) AS wind_direction,
           array_agg(coalesce(w.wind_speed, 'NaN') ORDER BY w.time) AS wind_speed
    FROM weather_readings w
    WHERE w.site_key = s.key AND w.time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND w.time < coalesce(%(end)s::timestamptz, 'infinity')
) w
WHERE s.organisation_id = %(organisation)s AND s.id = %(site)s;

-- name: temperature_series
SELECT s.id, w.times, w.temperature
FROM sites s
CROSS JOIN LATERAL (
    SELECT array_agg(w.time ORDER BY w.time) AS times, array_agg(w.air_temperature ORDER BY w.time) AS temperature
    FROM weather_readings w
    WHERE w.site_key = s.key AND w.air_temperature IS NOT NULL
      AND w.time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND w.time < coalesce(%(end)s::timestamptz, 'infinity')
) w
WHERE s.organisation_id = %(organisation)s AND s.id = ANY(%(sites)s);

-- name: weather_daily
SELECT d.day, d.mean, d.minimum, d.maximum, d.readings
FROM weather_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s AND s.id = %(site)s
  AND d.day >= coalesce(%(start)s::date, '-infinity') AND d.day < coalesce(%(end)s::date, 'infinity')
ORDER BY d.day;

-- name: extent
SELECT min(m.first_reading) AS first, max(m.last_reading) AS last
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s);

-- name: local_extent
SELECT min(m.first_reading AT TIME ZONE s.time_zone) AS first, max(m.last_reading AT TIME ZONE s.time_zone) AS last
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s);

-- name: meter_groups
SELECT CASE %(level)s WHEN 'meter' THEN m.id WHEN 'building' THEN m.building_id WHEN 'site' THEN b.site_id
       ELSE m.organisation_id END::text AS id,
       m.carrier, s.time_zone, m.interval_minutes, count(*) AS meters
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
GROUP BY 1, 2, 3, 4;

-- name: daily_of_meters
SELECT m.carrier, d.day, sum(d.total) AS total, sum(d.readings) AS readings, sum(d.estimated) AS estimated
FROM meter_readings_daily d JOIN energy_meters m ON m.key = d.meter_key
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL
  AND (m.id = %(meter)s::uuid OR m.building_id = %(building)s::uuid)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY m.carrier, d.day;

-- name: daily_of_sites
SELECT d.carrier, d.day, sum(d.total) AS total, sum(d.readings) AS readings, sum(d.estimated) AS estimated
FROM site_totals_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s AND (%(site)s::uuid IS NULL OR s.id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY d.carrier, d.day;

-- name: hours_of_portfolio
-- OFFSET 0 keeps the search by meter and span: pulled up, the planner loses the bounds and reads every hour there is.
SELECT h.hour, sum(h.total) AS total, count(*)::integer AS meters
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
CROSS JOIN unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS span (first, last)
JOIN LATERAL (
    SELECT r.hour, r.total FROM meter_readings_hourly r
    WHERE r.meter_key = m.key AND r.hour >= span.first AND r.hour < span.last
    OFFSET 0
) h ON true
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND m.carrier = %(carrier)s AND m.interval_minutes <= 60 AND m.last_reading >= %(reporting_since)s
GROUP BY h.hour
ORDER BY h.hour;

-- name: totals_of_meters
SELECT m.id::text AS id, m.carrier, sum(d.total) AS total, sum(d.readings) AS readings, sum(d.estimated) AS estimated
FROM meter_readings_daily d JOIN energy_meters m ON m.key = d.meter_key JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY m.id, m.carrier;

-- name: totals_of_buildings
SELECT t.building_id::text AS id, t.carrier, sum(t.total) AS total, sum(t.readings) AS readings,
       sum(t.estimated) AS estimated
FROM (
    SELECT t.building_id, t.carrier, t.total, t.readings, t.estimated
    FROM building_totals_monthly t
    WHERE t.month >= %(first_month)s AND t.month < %(last_month)s
    UNION ALL
    SELECT m.building_id, m.carrier, d.total, d.readings, d.estimated
    FROM meter_readings_daily d JOIN energy_meters m ON m.key = d.meter_key
    WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL
      AND (d.day >= %(start)s AND d.day < %(head_end)s OR d.day >= %(tail_start)s AND d.day < %(end)s)
) t JOIN buildings b ON b.id = t.building_id JOIN sites s ON s.id = b.site_id
WHERE b.organisation_id = %(organisation)s
  AND (%(building)s::uuid IS NULL OR b.id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
GROUP BY 1, 2;

-- name: totals_of_sites
SELECT d.site_id::text AS id, d.carrier, sum(d.total) AS total, sum(d.readings) AS readings,
       sum(d.estimated) AS estimated
FROM site_totals_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s AND (%(site)s::uuid IS NULL OR s.id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY 1, 2;

-- name: totals_of_portfolio
SELECT s.organisation_id::text AS id, d.carrier, sum(d.total) AS total, sum(d.readings) AS readings,
       sum(d.estimated) AS estimated
FROM site_totals_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY 1, 2;

-- name: ensure_partitions
SELECT ensure_reading_partitions(to_timestamp(%(first)s), to_timestamp(%(last)s));

-- name: stored_readings
SELECT m.key, r.times, r.amounts, r.quality
FROM energy_meters m
CROSS JOIN LATERAL (
    SELECT array_agg(r.time ORDER BY r.time) AS times, array_agg(r.value ORDER BY r.time) AS amounts,
           array_agg(r.quality ORDER BY r.time) AS quality
    FROM meter_readings r
    WHERE r.meter_key = m.key AND r.time >= to_timestamp(%(first)s) AND r.time <= to_timestamp(%(last)s)
) r
WHERE m.organisation_id = %(organisation)s AND m.key = ANY(%(keys)s) AND r.times IS NOT NULL
ORDER BY m.key;

-- name: stored_corrections
SELECT m.key, c.times, c.amounts, c.quality
FROM energy_meters m
CROSS JOIN LATERAL (
    SELECT array_agg(c.time ORDER BY c.time) AS times, array_agg(coalesce(c.value, 'NaN') ORDER BY c.time) AS amounts,
           array_agg(c.quality ORDER BY c.time) AS quality
    FROM reading_corrections c
    WHERE c.meter_key = m.key AND c.time >= to_timestamp(%(first)s) AND c.time <= to_timestamp(%(last)s)
) c
WHERE m.organisation_id = %(organisation)s AND m.key = ANY(%(keys)s) AND c.times IS NOT NULL
ORDER BY m.key;

-- name: retire_estimates
WITH retired AS (
    DELETE FROM reading_corrections c
    USING unnest(%(keys)s::integer[], %(seconds)s::bigint[], %(new)s::float8[]) AS a (key, second, new)
    WHERE c.meter_key = a.key AND c.time = to_timestamp(a.second)
    RETURNING c.meter_key, c.time, c.value, c.batch_id, a.new
)
INSERT INTO reading_edits (meter_key, time, raw_value, old_value, new_value, method, author, reason, import_id,
                           batch_id, undoes)
SELECT r.meter_key, r.time, r.new, r.value, r.new, %(method)s, %(author)s, 'the reading itself arrived',
       %(import_id)s::uuid, r.batch_id, e.id
FROM retired r
LEFT JOIN reading_edits e ON e.meter_key = r.meter_key AND e.time = r.time AND e.batch_id = r.batch_id
    AND e.undoes IS NULL;

-- name: start_batch
INSERT INTO edit_batches (organisation_id, author, method, reason)
VALUES (%(organisation)s, %(author)s, %(method)s, %(reason)s)
RETURNING id;

-- name: log_corrections
INSERT INTO reading_edits (meter_key, time, raw_value, old_value, new_value, quality, method, author, reason, batch_id,
                           replaced_batch, replaced_quality)
SELECT n.key, to_timestamp(n.second), r.value, CASE WHEN c.meter_key IS NULL THEN r.value ELSE c.value END,
       nullif(n.new, 'NaN'), n.quality, n.method, b.author, n.reason, b.id, c.batch_id, c.quality
FROM unnest(%(keys)s::integer[], %(seconds)s::bigint[], %(new)s::float8[], %(quality)s::smallint[],
            %(methods)s::text[], %(reasons)s::text[]) AS n (key, second, new, quality, method, reason)
JOIN edit_batches b ON b.id = %(batch)s AND b.organisation_id = %(organisation)s
LEFT JOIN reading_corrections c ON c.meter_key = n.key AND c.time = to_timestamp(n.second)
LEFT JOIN meter_readings r ON r.meter_key = n.key AND r.time = to_timestamp(n.second)
    AND r.meter_key = %(meter)s AND r.time >= to_timestamp(%(first)s) AND r.time <= to_timestamp(%(last)s);

-- name: merge_corrections
INSERT INTO reading_corrections (meter_key, time, value, quality, batch_id)
SELECT n.key, to_timestamp(n.second), nullif(n.new, 'NaN'), n.quality, %(batch)s
FROM unnest(%(keys)s::integer[], %(seconds)s::bigint[], %(new)s::float8[], %(quality)s::smallint[])
    AS n (key, second, new, quality)
ON CONFLICT (meter_key, time) DO UPDATE SET
    value = excluded.value, quality = excluded.quality, batch_id = excluded.batch_id;

-- name: edits_above
SELECT DISTINCT c.batch_id
FROM reading_edits e
JOIN energy_meters m ON m.key = e.meter_key
JOIN reading_corrections c ON c.meter_key = e.meter_key AND c.time = e.time
WHERE m.organisation_id = %(organisation)s AND e.batch_id = %(batch)s AND e.undoes IS NULL
  AND (%(edit)s::bigint IS NULL OR e.id = %(edit)s) AND c.batch_id <> e.batch_id
  AND NOT EXISTS (SELECT FROM reading_edits u WHERE u.undoes = e.id);

-- name: undo_corrections
WITH undone AS (
    SELECT e.*, r.value AS present
    FROM reading_edits e
    JOIN energy_meters m ON m.key = e.meter_key
    JOIN reading_corrections c ON c.meter_key = e.meter_key AND c.time = e.time AND c.batch_id = e.batch_id
    LEFT JOIN meter_readings r ON r.meter_key = e.meter_key AND r.time = e.time
    WHERE m.organisation_id = %(organisation)s AND e.batch_id = %(batch)s AND e.undoes IS NULL
      AND (%(edit)s::bigint IS NULL OR e.id = %(edit)s)
      AND NOT EXISTS (SELECT FROM reading_edits u WHERE u.undoes = e.id)
), logged AS (
    INSERT INTO reading_edits (meter_key, time, raw_value, old_value, new_value, quality, method, author, reason,
                               batch_id, undoes)
    SELECT meter_key, time, present, new_value, CASE WHEN replaced_batch IS NULL THEN present ELSE old_value END,
           coalesce(replaced_quality, 0), 'undo', %(author)s, %(reason)s, batch_id, id
    FROM undone
), removed AS (
    DELETE FROM reading_corrections c USING undone u
    WHERE c.meter_key = u.meter_key AND c.time = u.time AND u.replaced_batch IS NULL
), restored AS (
    UPDATE reading_corrections c SET value = u.old_value, quality = u.replaced_quality, batch_id = u.replaced_batch
    FROM undone u
    WHERE c.meter_key = u.meter_key AND c.time = u.time AND u.replaced_batch IS NOT NULL
)
SELECT m.id, array_agg(u.time ORDER BY u.time) AS times
FROM undone u JOIN energy_meters m ON m.key = u.meter_key
GROUP BY m.id;

-- name: close_batch
UPDATE edit_batches b SET undone_at = clock_timestamp(), undone_by = %(author)s
WHERE b.organisation_id = %(organisation)s AND b.id = %(batch)s AND b.undone_at IS NULL
  AND NOT EXISTS (
      SELECT FROM reading_edits e
      WHERE e.batch_id = b.id AND e.undoes IS NULL AND NOT EXISTS (SELECT FROM reading_edits u WHERE u.undoes = e.id));

-- name: edit_batches
SELECT b.id, b.author, b.method, b.reason, b.at, b.undone_at, b.undone_by, e.readings, e.active, e.meters
FROM edit_batches b
CROSS JOIN LATERAL (
    SELECT count(*) AS readings, count(DISTINCT e.meter_key) AS meters,
           count(*) FILTER (WHERE NOT EXISTS (SELECT FROM reading_edits u WHERE u.undoes = e.id)) AS active
    FROM reading_edits e
    WHERE e.batch_id = b.id AND e.undoes IS NULL
) e
WHERE b.organisation_id = %(organisation)s
  AND (%(batch)s::uuid IS NULL OR b.id = %(batch)s)
  AND (%(meter)s::uuid IS NULL OR EXISTS (
      SELECT FROM reading_edits e JOIN energy_meters m ON m.key = e.meter_key
      WHERE e.batch_id = b.id AND m.id = %(meter)s))
ORDER BY b.at DESC, b.id
LIMIT %(limit)s;

-- name: ledger
SELECT e.id, m.id AS meter_id, bu.name AS building, m.name AS meter, m.carrier, m.unit, e.time, e.raw_value AS raw,
       e.old_value AS old, e.new_value AS new, e.quality, e.method, e.author, e.reason, e.at, e.batch_id AS batch,
       e.undoes, EXISTS (SELECT FROM reading_edits u WHERE u.undoes = e.id) AS undone
FROM reading_edits e
JOIN energy_meters m ON m.key = e.meter_key
JOIN buildings bu ON bu.id = m.building_id
WHERE m.organisation_id = %(organisation)s
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(batch)s::uuid IS NULL OR e.batch_id = %(batch)s)
  AND (%(edit)s::bigint IS NULL OR e.id = %(edit)s)
ORDER BY e.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: log_changes
INSERT INTO reading_edits (meter_key, time, old_value, new_value, method, author, reason, import_id)
SELECT c.key, to_timestamp(c.second), c.old, c.new, %(method)s, %(author)s, %(reason)s, %(import_id)s::uuid
FROM unnest(%(keys)s::integer[], %(seconds)s::bigint[], %(old)s::float8[], %(new)s::float8[])
    AS c (key, second, old, new);

-- name: apply_changes
UPDATE meter_readings r SET value = c.new, quality = c.quality
FROM unnest(%(keys)s::integer[], %(seconds)s::bigint[], %(new)s::float8[], %(quality)s::smallint[])
    AS c (key, second, new, quality)
WHERE r.meter_key = c.key AND r.time = to_timestamp(c.second)
  AND r.meter_key = ANY(%(meters)s::integer[])
  AND r.time >= to_timestamp(%(first)s) AND r.time <= to_timestamp(%(last)s);

-- name: merge_daily
INSERT INTO meter_readings_daily (meter_key, day, readings, expected, estimated, total, minimum, maximum)
SELECT d.key, date '1970-01-01' + d.day::integer, d.readings, d.expected, d.estimated, d.total, d.minimum, d.maximum
FROM unnest(%(keys)s::integer[], %(periods)s::bigint[], %(readings)s::smallint[], %(expected)s::smallint[],
            %(estimated)s::smallint[], %(total)s::float8[], %(minimum)s::float8[], %(maximum)s::float8[])
    AS d (key, day, readings, expected, estimated, total, minimum, maximum)
ON CONFLICT (meter_key, day) DO UPDATE SET
    readings = excluded.readings, expected = excluded.expected, estimated = excluded.estimated,
    total = excluded.total, minimum = excluded.minimum, maximum = excluded.maximum;

-- name: forget_days
DELETE FROM meter_readings_daily d
USING unnest(%(keys)s::integer[], %(periods)s::bigint[]) AS g (key, day)
WHERE d.meter_key = g.key AND d.day = date '1970-01-01' + g.day::integer;

-- name: merge_hours
INSERT INTO meter_hours (meter_key, hour, readings, estimated, total, minimum, maximum)
SELECT h.key, to_timestamp(h.second), h.readings, h.estimated, h.total, h.minimum, h.maximum
FROM unnest(%(keys)s::integer[], %(periods)s::bigint[], %(readings)s::smallint[], %(estimated)s::smallint[],
            %(total)s::float8[], %(minimum)s::float8[], %(maximum)s::float8[])
    AS h (key, second, readings, estimated, total, minimum, maximum)
ON CONFLICT (meter_key, hour) DO UPDATE SET
    readings = excluded.readings, estimated = excluded.estimated,
    total = excluded.total, minimum = excluded.minimum, maximum = excluded.maximum;

-- name: extend_meters
UPDATE energy_meters m
SET first_reading = least(m.first_reading, to_timestamp(e.first)),
    last_reading = greatest(m.last_reading, to_timestamp(e.last))
FROM unnest(%(keys)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS e (key, first, last)
WHERE m.organisation_id = %(organisation)s AND m.key = e.key
  AND (m.first_reading IS NULL OR m.first_reading > to_timestamp(e.first) OR m.last_reading < to_timestamp(e.last));

-- name: forget_site_totals
DELETE FROM site_totals_daily d USING sites s
WHERE s.id = d.site_id AND s.organisation_id = %(organisation)s AND s.id = ANY(%(sites)s)
  AND d.day >= %(start)s AND d.day < %(end)s;

-- name: refresh_site_totals
INSERT INTO site_totals_daily (site_id, carrier, day, readings, estimated, total)
SELECT b.site_id, m.carrier, d.day, sum(d.readings), sum(d.estimated), sum(d.total)
FROM meter_readings_daily d
JOIN energy_meters m ON m.key = d.meter_key
JOIN buildings b ON b.id = m.building_id
WHERE m.organisation_id = %(organisation)s AND b.site_id = ANY(%(sites)s)
  AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY b.site_id, m.carrier, d.day;

-- name: forget_building_totals
DELETE FROM building_totals_monthly t USING buildings b
WHERE b.id = t.building_id AND b.organisation_id = %(organisation)s AND b.id = ANY(%(buildings)s)
  AND t.month >= date_trunc('month', %(start)s::date) AND t.month < %(end)s;

-- name: refresh_building_totals
INSERT INTO building_totals_monthly (building_id, carrier, month, readings, estimated, total)
SELECT m.building_id, m.carrier, date_trunc('month', d.day)::date, sum(d.readings), sum(d.estimated), sum(d.total)
FROM meter_readings_daily d
JOIN energy_meters m ON m.key = d.meter_key
WHERE m.organisation_id = %(organisation)s AND m.building_id = ANY(%(buildings)s) AND m.archived_at IS NULL
  AND d.day >= date_trunc('month', %(start)s::date)
  AND d.day < date_trunc('month', %(end)s::date - 1) + interval '1 month'
GROUP BY 1, 2, 3;

-- name: raise_data_version
UPDATE organisations SET data_version = data_version + 1 WHERE id = %(organisation)s;

-- name: meter_states
SELECT m.key, m.id, m.building_id, b.site_id, s.time_zone, m.interval_minutes,
       extract(epoch FROM m.first_reading)::bigint AS first, extract(epoch FROM m.last_reading)::bigint AS last
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.id = ANY(%(meters)s);

-- name: lock_imports
SELECT pg_advisory_xact_lock(hashtextextended('import ' || %(organisation)s, 0));

-- name: merge_weather
INSERT INTO weather_readings (site_key, time, air_temperature, dew_temperature, cloud_coverage, precipitation_1h,
                              sea_level_pressure, wind_direction, wind_speed)
SELECT s.key, to_timestamp(w.second), nullif(w.air, 'NaN'), nullif(w.dew, 'NaN'), nullif(w.cloud, 'NaN'),
       nullif(w.rain, 'NaN'), nullif(w.pressure, 'NaN'), nullif(w.direction, 'NaN'), nullif(w.speed, 'NaN')
FROM sites s
CROSS JOIN unnest(%(seconds)s::bigint[], %(temperature)s::float8[], %(dew_temperature)s::float8[],
                  %(cloud_coverage)s::float8[], %(precipitation)s::float8[], %(pressure)s::float8[],
                  %(wind_direction)s::float8[], %(wind_speed)s::float8[])
    AS w (second, air, dew, cloud, rain, pressure, direction, speed)
WHERE s.organisation_id = %(organisation)s AND s.id = %(site)s
ON CONFLICT (site_key, time) DO UPDATE SET
    air_temperature = coalesce(excluded.air_temperature, weather_readings.air_temperature),
    dew_temperature = coalesce(excluded.dew_temperature, weather_readings.dew_temperature),
    cloud_coverage = coalesce(excluded.cloud_coverage, weather_readings.cloud_coverage),
    precipitation_1h = coalesce(excluded.precipitation_1h, weather_readings.precipitation_1h),
    sea_level_pressure = coalesce(excluded.sea_level_pressure, weather_readings.sea_level_pressure),
    wind_direction = coalesce(excluded.wind_direction, weather_readings.wind_direction),
    wind_speed = coalesce(excluded.wind_speed, weather_readings.wind_speed)
WHERE (weather_readings.air_temperature, weather_readings.dew_temperature, weather_readings.cloud_coverage,
       weather_readings.precipitation_1h, weather_readings.sea_level_pressure, weather_readings.wind_direction,
       weather_readings.wind_speed)
    IS DISTINCT FROM
      (coalesce(excluded.air_temperature, weather_readings.air_temperature),
       coalesce(excluded.dew_temperature, weather_readings.dew_temperature),
       coalesce(excluded.cloud_coverage, weather_readings.cloud_coverage),
       coalesce(excluded.precipitation_1h, weather_readings.precipitation_1h),
       coalesce(excluded.sea_level_pressure, weather_readings.sea_level_pressure),
       coalesce(excluded.wind_direction, weather_readings.wind_direction),
       coalesce(excluded.wind_speed, weather_readings.wind_speed));

-- name: refresh_weather_daily
INSERT INTO weather_daily (site_id, day, mean, minimum, maximum, readings)
SELECT s.id, (w.time AT TIME ZONE s.time_zone)::date, avg(w.air_temperature), min(w.air_temperature),
       max(w.air_temperature), count(*)
FROM weather_readings w JOIN sites s ON s.key = w.site_key
WHERE s.organisation_id = %(organisation)s AND s.id = %(site)s AND w.air_temperature IS NOT NULL
  AND w.time >= to_timestamp(%(first)s) - interval '2 days' AND w.time <= to_timestamp(%(last)s) + interval '2 days'
  AND (w.time AT TIME ZONE s.time_zone)::date
      BETWEEN (to_timestamp(%(first)s) AT TIME ZONE s.time_zone)::date
          AND (to_timestamp(%(last)s) AT TIME ZONE s.time_zone)::date
GROUP BY 1, 2
ON CONFLICT (site_id, day) DO UPDATE SET
    mean = excluded.mean, minimum = excluded.minimum, maximum = excluded.maximum, readings = excluded.readings;

-- name: start_import
INSERT INTO imports (organisation_id, source, format, status, author, options)
VALUES (%(organisation)s, %(source)s, %(format)s, %(status)s, %(author)s, %(options)s::jsonb)
RETURNING id;

-- name: run_import
UPDATE imports SET status = 'running', started_at = now()
WHERE organisation_id = %(organisation)s AND id = %(import_id)s AND status IN ('waiting', 'running');

-- name: note_progress
UPDATE imports SET progress = %(progress)s::jsonb
WHERE organisation_id = %(organisation)s AND id = %(import_id)s AND status IN ('running', 'waiting');

-- name: check_again
UPDATE imports SET options = %(options)s::jsonb, status = 'waiting', report = NULL, error = NULL, progress = '{}'
WHERE organisation_id = %(organisation)s AND id = %(import_id)s AND status IN ('waiting', 'failed');

-- name: mark_started
UPDATE imports SET report = NULL, progress = '{}'
WHERE organisation_id = %(organisation)s AND id = %(import_id)s AND status = 'waiting';

-- name: keep_check
UPDATE imports SET status = 'waiting', format = %(format)s, report = %(report)s::jsonb, error = NULL
WHERE organisation_id = %(organisation)s AND id = %(import_id)s AND status = 'waiting';

-- name: finish_import
UPDATE imports SET status = %(status)s, format = %(format)s, finished_at = now(), report = %(report)s::jsonb,
    error = %(error)s
WHERE organisation_id = %(organisation)s AND id = %(import_id)s;

-- name: fail_interrupted
UPDATE imports SET status = 'failed', finished_at = now(),
    error = 'The import was interrupted; nothing was kept. Run it again.'
WHERE organisation_id = %(organisation)s AND id <> %(import_id)s AND status = 'running';

-- name: imports
SELECT id, source, format, status, author, options, started_at, finished_at, progress, NULL AS report, error,
       (report->>'readings_kept')::bigint AS kept, (report->>'readings_dropped')::bigint AS dropped
FROM imports
WHERE organisation_id = %(organisation)s
ORDER BY started_at DESC
LIMIT %(limit)s;

-- name: import_record
SELECT id, source, format, status, author, options, started_at, finished_at, progress, report, error,
       (report->>'readings_kept')::bigint AS kept, (report->>'readings_dropped')::bigint AS dropped
FROM imports
WHERE organisation_id = %(organisation)s AND id = %(import_id)s;

-- name: coverage
SELECT m.id AS meter_id, m.building_id, b.name AS building, m.name AS meter, m.carrier, m.unit, m.interval_minutes,
       (m.first_reading AT TIME ZONE s.time_zone)::date AS first, (m.last_reading AT TIME ZONE s.time_zone)::date AS last,
       coalesce(d.readings, 0) AS readings, coalesce(d.estimated, 0) AS estimated,
       coalesce(d.zero_days, 0) AS zero_days,
       round(coalesce(extract(epoch FROM m.last_reading - m.first_reading) / 60 / m.interval_minutes, -1))::bigint + 1
           AS expected,
       (SELECT count(*) FROM reading_edits e WHERE e.meter_key = m.key) AS edits
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN LATERAL (
    SELECT sum(d.readings) AS readings, sum(d.estimated) AS estimated,
           count(*) FILTER (WHERE d.minimum = 0 AND d.maximum = 0) AS zero_days
    FROM meter_readings_daily d
    WHERE d.meter_key = m.key
) d ON true
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(building)s::uuid IS NULL OR b.id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
ORDER BY b.name, m.carrier, m.name;

-- name: lift_time_limit
SELECT set_config('statement_timeout', '0', true);

-- name: note_unchecked
INSERT INTO meters_unchecked AS u (meter_key, readings)
SELECT n.key, n.readings FROM unnest(%(keys)s::integer[], %(readings)s::bigint[]) AS n (key, readings)
ON CONFLICT (meter_key) DO UPDATE SET readings = u.readings + excluded.readings;

-- name: meters_to_check
SELECT m.id
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
LEFT JOIN meter_quality q ON q.meter_key = m.key
LEFT JOIN meters_unchecked u ON u.meter_key = m.key
WHERE m.organisation_id = %(organisation)s AND m.first_reading IS NOT NULL
  AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (q.meter_key IS NULL OR u.readings * m.interval_minutes >= 1440)
ORDER BY q.checked_at NULLS FIRST, m.key;

-- name: meters_with_readings
SELECT m.id
FROM energy_meters m JOIN buildings b ON b.id = m.building_id
WHERE m.organisation_id = %(organisation)s AND m.first_reading IS NOT NULL
  AND m.archived_at IS NULL AND b.archived_at IS NULL
ORDER BY m.key;

-- name: quality_target
SELECT m.key, m.id, m.building_id, b.site_id, s.time_zone, m.interval_minutes, m.carrier, b.name AS building, m.name,
       extract(epoch FROM m.first_reading)::bigint AS first, extract(epoch FROM m.last_reading)::bigint AS last
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s;

-- name: forget_unchecked
DELETE FROM meters_unchecked u USING energy_meters m
WHERE m.key = u.meter_key AND m.organisation_id = %(organisation)s AND m.id = %(meter)s;

-- name: duplicates
SELECT c.building, c.carrier, c.meter,
       sum((i.report #>> ARRAY['dropped_by_meter', c."column", 'duplicate-time'])::bigint)::bigint AS readings
FROM imports i
CROSS JOIN LATERAL jsonb_to_recordset(i.report -> 'mapping') AS c ("column" text, building text, carrier text, meter text)
WHERE i.organisation_id = %(organisation)s AND i.status = 'done' AND i.report -> 'reasons' ? 'duplicate-time'
  AND i.report -> 'dropped_by_meter' ? c."column" AND c.building IS NOT NULL
GROUP BY 1, 2, 3
HAVING sum((i.report #>> ARRAY['dropped_by_meter', c."column", 'duplicate-time'])::bigint) > 0;

-- name: save_quality
INSERT INTO meter_quality (meter_key, checked_at, score, expected, present, estimated, wrong, ingredients, issue_count,
                           issues)
SELECT m.key, clock_timestamp(), %(score)s, %(expected)s, %(present)s, %(estimated)s, %(wrong)s, %(ingredients)s::jsonb,
       %(issue_count)s, %(issues)s::jsonb
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s
ON CONFLICT (meter_key) DO UPDATE SET
    checked_at = excluded.checked_at, score = excluded.score, expected = excluded.expected, present = excluded.present,
    estimated = excluded.estimated, wrong = excluded.wrong, ingredients = excluded.ingredients,
    issue_count = excluded.issue_count, issues = excluded.issues;

-- name: meters_by_quality
SELECT page.meter_id, page.building_id, page.building, page.site, page.meter, page.carrier, page.unit,
       page.interval_minutes, page.time_zone, page.first, page.last, page.checked_at, page.unchecked, page.score,
       page.expected, page.present, page.estimated, page.wrong, page.ingredients, page.issues, page.proposals,
       (SELECT count(*) FROM reading_corrections c WHERE c.meter_key = page.key) AS edits
FROM (
    SELECT m.key, m.id AS meter_id, b.id AS building_id, b.name AS building, s.name AS site, m.name AS meter, m.carrier, m.unit,
           m.interval_minutes, s.time_zone, m.first_reading AS first, m.last_reading AS last, q.checked_at,
           coalesce(u.readings, 0) AS unchecked, q.score, coalesce(q.expected, 0) AS expected,
           coalesce(q.present, 0) AS present, coalesce(q.estimated, 0) AS estimated, coalesce(q.wrong, 0) AS wrong,
           coalesce(q.ingredients, '[]') AS ingredients, coalesce(q.issue_count, 0) AS issues,
           coalesce(p.proposals, 0) AS proposals
    FROM energy_meters m
    JOIN buildings b ON b.id = m.building_id
    JOIN sites s ON s.id = b.site_id
    LEFT JOIN meter_quality q ON q.meter_key = m.key
    LEFT JOIN meters_unchecked u ON u.meter_key = m.key
    LEFT JOIN (
        SELECT p.meter_key, count(*) AS proposals
        FROM quality_proposals p
        WHERE p.organisation_id = %(organisation)s AND p.status = 'open'
        GROUP BY 1
    ) p ON p.meter_key = m.key
    WHERE m.organisation_id = %(organisation)s
      AND (%(meter)s::uuid IS NULL AND m.archived_at IS NULL AND b.archived_at IS NULL OR m.id = %(meter)s)
      AND (%(building)s::uuid IS NULL OR b.id = %(building)s)
      AND (%(site)s::uuid IS NULL OR s.id = %(site)s)
      AND (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s)
    ORDER BY CASE WHEN %(by)s = 'building' THEN b.name END,
             %(sign)s * CASE %(by)s WHEN 'score' THEN q.score
                                    WHEN 'present' THEN q.present::float8 / nullif(q.expected, 0)
                                    WHEN 'wrong' THEN q.wrong::float8 / nullif(q.expected, 0)
                                    WHEN 'estimated' THEN q.estimated::float8 / nullif(q.expected, 0)
                                    WHEN 'issues' THEN q.issue_count
                                    WHEN 'proposals' THEN p.proposals END NULLS LAST,
             q.score NULLS FIRST, b.name, m.carrier, m.name
    LIMIT %(limit)s OFFSET %(offset)s
) page;

-- name: quality_summary
SELECT count(*) AS meters, count(q.score) AS checked, avg(q.score) AS mean,
       count(*) FILTER (WHERE q.score < 90) AS below, coalesce(sum(q.expected), 0)::bigint AS expected,
       coalesce(sum(q.present), 0)::bigint AS present, coalesce(sum(q.estimated), 0)::bigint AS estimated,
       coalesce(sum(q.wrong), 0)::bigint AS wrong,
       (SELECT count(*) FROM quality_proposals p WHERE p.organisation_id = %(organisation)s AND p.status = 'open')
           AS proposals
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
LEFT JOIN meter_quality q ON q.meter_key = m.key
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND m.first_reading IS NOT NULL
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s);

-- name: quality_issues
SELECT q.issues
FROM meter_quality q JOIN energy_meters m ON m.key = q.meter_key
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s;

-- name: replace_proposals
UPDATE quality_proposals p SET status = 'replaced', decided_at = clock_timestamp(), decided_by = %(author)s
FROM energy_meters m
WHERE m.key = p.meter_key AND m.organisation_id = %(organisation)s AND p.organisation_id = %(organisation)s
  AND m.id = %(meter)s AND p.status = 'open';

-- name: keep_proposal
INSERT INTO quality_proposals (organisation_id, meter_key, kind, method, reason, author, readings, seconds, before,
                               after, estimated)
SELECT %(organisation)s, m.key, %(kind)s, %(method)s, %(reason)s, %(author)s, cardinality(%(seconds)s::bigint[]),
       %(seconds)s::bigint[], %(before)s::float8[], %(after)s::float8[], %(estimated)s
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s;

-- name: proposals
SELECT p.id, m.id AS meter_id, b.name AS building, m.name AS meter, m.carrier, m.unit, p.kind, p.method, p.reason,
       p.author, p.made_at, p.readings, to_timestamp(p.seconds[1]) AS first, to_timestamp(p.seconds[p.readings]) AS last,
       p.estimated, p.status, p.decided_at, p.decided_by, p.batch_id AS batch
FROM quality_proposals p
JOIN energy_meters m ON m.key = p.meter_key
JOIN buildings b ON b.id = m.building_id
WHERE p.organisation_id = %(organisation)s
  AND (%(proposal)s::uuid IS NULL OR p.id = %(proposal)s)
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(status)s::text IS NULL OR p.status = %(status)s)
ORDER BY p.made_at DESC, p.readings DESC, p.id
LIMIT %(limit)s;

-- name: proposed_values
SELECT p.seconds, p.before, p.after
FROM quality_proposals p
WHERE p.organisation_id = %(organisation)s AND p.id = %(proposal)s;

-- name: lock_proposal
SELECT p.id FROM quality_proposals p
WHERE p.organisation_id = %(organisation)s AND p.id = %(proposal)s
FOR UPDATE;

-- name: decide_proposal
UPDATE quality_proposals p
SET status = %(status)s, decided_at = clock_timestamp(), decided_by = %(author)s, batch_id = %(batch)s::uuid
WHERE p.organisation_id = %(organisation)s AND p.id = %(proposal)s AND p.status = 'open';

-- name: raw_differences
SELECT CASE %(level)s WHEN 'meter' THEN m.id WHEN 'building' THEN m.building_id WHEN 'site' THEN b.site_id
       ELSE m.organisation_id END::text AS id,
       m.carrier, (c.time AT TIME ZONE s.time_zone)::date AS day,
       sum(coalesce(r.value, 0) - coalesce(c.value, 0)) AS total,
       sum((r.meter_key IS NOT NULL)::int - (c.value IS NOT NULL)::int) AS readings,
       sum((coalesce(r.quality, 0) <> 0)::int - (c.value IS NOT NULL)::int) AS estimated
FROM reading_corrections c
JOIN energy_meters m ON m.key = c.meter_key
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN meter_readings r ON r.meter_key = c.meter_key AND r.time = c.time
    AND r.time >= %(start)s::date - interval '1 day' AND r.time < %(end)s::date + interval '1 day'
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL
  AND (b.archived_at IS NULL OR m.id = %(meter)s::uuid OR b.id = %(building)s::uuid)
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
  AND c.time >= %(start)s::date - interval '1 day' AND c.time < %(end)s::date + interval '1 day'
  AND (c.time AT TIME ZONE s.time_zone)::date >= %(start)s AND (c.time AT TIME ZONE s.time_zone)::date < %(end)s
GROUP BY 1, 2, 3;
