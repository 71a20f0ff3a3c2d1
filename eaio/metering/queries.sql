-- name: hourly_series
SELECT m.id, s.id AS site_id, s.time_zone,
       coalesce(r.times, h.times) AS times, coalesce(r.amounts, h.amounts) AS amounts
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
    WHERE m.interval_minutes < 60 AND h.meter_key = m.key AND h.readings * m.interval_minutes >= 60
      AND h.hour >= coalesce(%(start)s::timestamptz, m.first_reading - interval '1 hour')
      AND h.hour < coalesce(%(end)s::timestamptz, 'infinity')
) h ON true
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
FROM energy_meters m JOIN buildings b ON b.id = m.building_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s);

-- name: local_extent
SELECT min(m.first_reading AT TIME ZONE s.time_zone) AS first, max(m.last_reading AT TIME ZONE s.time_zone) AS last
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s);

-- name: meter_groups
SELECT CASE %(level)s WHEN 'meter' THEN m.id WHEN 'building' THEN m.building_id WHEN 'site' THEN b.site_id
       ELSE m.organisation_id END AS id,
       m.carrier, s.time_zone, m.interval_minutes, count(*) AS meters
FROM energy_meters m JOIN buildings b ON b.id = m.building_id JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
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
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY d.carrier, d.day;

-- name: totals_of_meters
SELECT m.id::text AS id, m.carrier, sum(d.total) AS total, sum(d.readings) AS readings, sum(d.estimated) AS estimated
FROM meter_readings_daily d JOIN energy_meters m ON m.key = d.meter_key JOIN buildings b ON b.id = m.building_id
WHERE m.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
  AND (%(meter)s::uuid IS NULL OR m.id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
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
) t JOIN buildings b ON b.id = t.building_id
WHERE b.organisation_id = %(organisation)s
  AND (%(building)s::uuid IS NULL OR b.id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
GROUP BY 1, 2;

-- name: totals_of_sites
SELECT d.site_id::text AS id, d.carrier, sum(d.total) AS total, sum(d.readings) AS readings,
       sum(d.estimated) AS estimated
FROM site_totals_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s AND (%(site)s::uuid IS NULL OR s.id = %(site)s)
  AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY 1, 2;

-- name: totals_of_portfolio
SELECT s.organisation_id::text AS id, d.carrier, sum(d.total) AS total, sum(d.readings) AS readings,
       sum(d.estimated) AS estimated
FROM site_totals_daily d JOIN sites s ON s.id = d.site_id
WHERE s.organisation_id = %(organisation)s AND d.day >= %(start)s AND d.day < %(end)s
GROUP BY 1, 2;
