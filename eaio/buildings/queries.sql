-- name: default_portfolio
SELECT id FROM portfolios WHERE organisation_id = %(organisation)s ORDER BY created_at, name LIMIT 1;

-- name: portfolios
SELECT p.id, p.name, count(DISTINCT s.id) AS sites, count(b.id) AS buildings
FROM portfolios p
LEFT JOIN sites s ON s.portfolio_id = p.id AND s.archived_at IS NULL
LEFT JOIN buildings b ON b.site_id = s.id AND b.archived_at IS NULL
WHERE p.organisation_id = %(organisation)s
GROUP BY p.id
ORDER BY p.name;

-- name: create_portfolio
INSERT INTO portfolios (organisation_id, name) VALUES (%(organisation)s, %(name)s) RETURNING id;

-- name: rename_portfolio
UPDATE portfolios SET name = %(name)s WHERE organisation_id = %(organisation)s AND id = %(portfolio)s;

-- name: delete_portfolio
DELETE FROM portfolios WHERE organisation_id = %(organisation)s AND id = %(portfolio)s;

-- name: sites_in_portfolio
SELECT count(*) FROM sites WHERE organisation_id = %(organisation)s AND portfolio_id = %(portfolio)s;

-- name: await_imports
SELECT set_config('lock_timeout', '3s', true),
       pg_advisory_xact_lock(hashtextextended('import ' || %(organisation)s, 0));

-- name: site_has_readings
SELECT count(*) FROM energy_meters m JOIN buildings b ON b.id = m.building_id
WHERE m.organisation_id = %(organisation)s AND b.site_id = %(site)s AND m.first_reading IS NOT NULL;

-- name: upsert_sites
INSERT INTO sites (organisation_id, portfolio_id, name, time_zone, country, subdivision, grid_region, latitude,
                   longitude)
SELECT %(organisation)s, coalesce(p.id, %(portfolio)s), r.name, r.time_zone, r.country, r.subdivision, r.grid_region,
       r.latitude, r.longitude
FROM jsonb_to_recordset(%(rows)s) AS r (
    name text, portfolio text, time_zone text, country text, subdivision text, grid_region text, latitude double precision,
    longitude double precision
)
LEFT JOIN portfolios p ON p.organisation_id = %(organisation)s AND p.name = r.portfolio
ON CONFLICT (organisation_id, name) DO UPDATE SET
    time_zone = CASE WHEN EXISTS (
        SELECT FROM energy_meters m JOIN buildings b ON b.id = m.building_id
        WHERE b.site_id = sites.id AND m.first_reading IS NOT NULL) THEN sites.time_zone ELSE excluded.time_zone END,
    country = coalesce(excluded.country, sites.country),
    subdivision = coalesce(excluded.subdivision, sites.subdivision),
    grid_region = coalesce(excluded.grid_region, sites.grid_region),
    latitude = coalesce(excluded.latitude, sites.latitude),
    longitude = coalesce(excluded.longitude, sites.longitude);

-- name: sites
SELECT s.id, s.key, s.name, s.portfolio_id, p.name AS portfolio, s.time_zone, s.country, s.subdivision, s.grid_region, s.latitude,
       s.longitude, s.archived_at,
       (SELECT count(*) FROM buildings b WHERE b.site_id = s.id AND b.archived_at IS NULL) AS buildings
FROM sites s
JOIN portfolios p ON p.id = s.portfolio_id
WHERE s.organisation_id = %(organisation)s AND (%(archived)s OR s.archived_at IS NULL)
ORDER BY s.name;

-- name: sites_found
SELECT s.id, s.key, s.name, s.portfolio_id, p.name AS portfolio, s.time_zone, s.country, s.subdivision, s.grid_region, s.latitude,
       s.longitude, s.archived_at,
       (SELECT count(*) FROM buildings b WHERE b.site_id = s.id AND b.archived_at IS NULL) AS buildings
FROM sites s
JOIN portfolios p ON p.id = s.portfolio_id
WHERE s.organisation_id = %(organisation)s
  AND (s.archived_at IS NOT NULL) = %(archived)s
  AND (%(search)s::text IS NULL OR s.name ILIKE '%%' || %(search)s || '%%')
  AND (%(portfolio)s::uuid IS NULL OR s.portfolio_id = %(portfolio)s)
ORDER BY s.name;

-- name: site
SELECT s.id, s.key, s.name, s.portfolio_id, p.name AS portfolio, s.time_zone, s.country, s.subdivision, s.grid_region, s.latitude,
       s.longitude, s.archived_at,
       (SELECT count(*) FROM buildings b WHERE b.site_id = s.id AND b.archived_at IS NULL) AS buildings
FROM sites s
JOIN portfolios p ON p.id = s.portfolio_id
WHERE s.organisation_id = %(organisation)s AND s.id = %(site)s;

-- name: update_site
UPDATE sites
SET name = %(name)s, portfolio_id = coalesce(%(portfolio)s, portfolio_id), time_zone = %(time_zone)s, country = %(country)s, subdivision = %(subdivision)s,
    grid_region = %(grid_region)s,
    latitude = %(latitude)s, longitude = %(longitude)s
WHERE organisation_id = %(organisation)s AND id = %(site)s;

-- name: archive_site
UPDATE sites SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
WHERE organisation_id = %(organisation)s AND id = %(site)s;

-- name: upsert_buildings
INSERT INTO buildings (
    organisation_id, site_id, name, primary_use, sub_use, industry, sub_industry, area_m2, latitude, longitude, address,
    year_built, year_renovated, date_opened, floors, occupants, heating_type, energy_sources, has_renewable,
    operating_hours, occupancy_type, energy_star_score, published_eui, published_site_eui, published_source_eui,
    leed_level, rating, bdg2_kaggle_id
)
SELECT %(organisation)s, s.id, r.name, r.primary_use, r.sub_use, r.industry, r.sub_industry, r.area_m2, r.latitude,
       r.longitude, r.address, r.year_built, r.year_renovated, r.date_opened, r.floors, r.occupants, r.heating_type,
       coalesce(r.energy_sources, '{}'), r.has_renewable, r.operating_hours, r.occupancy_type, r.energy_star_score,
       r.published_eui, r.published_site_eui, r.published_source_eui, r.leed_level, r.rating, r.bdg2_kaggle_id
FROM jsonb_to_recordset(%(rows)s) AS r (
    name text, site text, primary_use text, sub_use text, industry text, sub_industry text, area_m2 double precision,
    latitude double precision, longitude double precision, address text, year_built integer, year_renovated integer,
    date_opened date, floors integer, occupants integer, heating_type text, energy_sources text[],
    has_renewable boolean, operating_hours text, occupancy_type text, energy_star_score double precision,
    published_eui double precision, published_site_eui double precision, published_source_eui double precision,
    leed_level text, rating text, bdg2_kaggle_id integer
)
JOIN sites s ON s.organisation_id = %(organisation)s AND s.name = r.site
ON CONFLICT (organisation_id, name) DO UPDATE SET
    site_id = excluded.site_id,
    primary_use = coalesce(excluded.primary_use, buildings.primary_use),
    sub_use = coalesce(excluded.sub_use, buildings.sub_use),
    industry = coalesce(excluded.industry, buildings.industry),
    sub_industry = coalesce(excluded.sub_industry, buildings.sub_industry),
    area_m2 = coalesce(excluded.area_m2, buildings.area_m2),
    latitude = coalesce(excluded.latitude, buildings.latitude),
    longitude = coalesce(excluded.longitude, buildings.longitude),
    address = coalesce(excluded.address, buildings.address),
    year_built = coalesce(excluded.year_built, buildings.year_built),
    year_renovated = coalesce(excluded.year_renovated, buildings.year_renovated),
    date_opened = coalesce(excluded.date_opened, buildings.date_opened),
    floors = coalesce(excluded.floors, buildings.floors),
    occupants = coalesce(excluded.occupants, buildings.occupants),
    heating_type = coalesce(excluded.heating_type, buildings.heating_type),
    energy_sources = CASE WHEN excluded.energy_sources = '{}' THEN buildings.energy_sources
                          ELSE excluded.energy_sources END,
    has_renewable = coalesce(excluded.has_renewable, buildings.has_renewable),
    operating_hours = coalesce(excluded.operating_hours, buildings.operating_hours),
    occupancy_type = coalesce(excluded.occupancy_type, buildings.occupancy_type),
    energy_star_score = coalesce(excluded.energy_star_score, buildings.energy_star_score),
    published_eui = coalesce(excluded.published_eui, buildings.published_eui),
    published_site_eui = coalesce(excluded.published_site_eui, buildings.published_site_eui),
    published_source_eui = coalesce(excluded.published_source_eui, buildings.published_source_eui),
    leed_level = coalesce(excluded.leed_level, buildings.leed_level),
    rating = coalesce(excluded.rating, buildings.rating),
    bdg2_kaggle_id = coalesce(excluded.bdg2_kaggle_id, buildings.bdg2_kaggle_id);

-- name: building_names
SELECT id, name FROM buildings WHERE organisation_id = %(organisation)s ORDER BY name;

-- name: buildings
SELECT b.id, b.site_id, s.name AS site, s.time_zone, b.name, b.primary_use, b.sub_use, b.industry, b.sub_industry,
       b.area_m2, b.latitude, b.longitude, b.address, b.year_built, b.year_renovated, b.date_opened, b.floors,
       b.occupants, b.heating_type, b.energy_sources, b.has_renewable, b.operating_hours, b.occupancy_type,
       b.energy_star_score, b.published_eui, b.published_site_eui, b.published_source_eui, b.leed_level, b.rating,
       b.bdg2_kaggle_id, b.archived_at, round(b.area_m2 * 10.763910417)::float8 AS area_ft2,
       ARRAY(SELECT DISTINCT m.carrier FROM energy_meters m
             WHERE m.building_id = b.id AND m.archived_at IS NULL ORDER BY m.carrier) AS carriers
FROM buildings b
JOIN sites s ON s.id = b.site_id
WHERE b.organisation_id = %(organisation)s
  AND (b.archived_at IS NOT NULL) = %(archived)s
  AND (%(search)s::text IS NULL OR b.name ILIKE '%%' || %(search)s || '%%' OR b.address ILIKE '%%' || %(search)s || '%%')
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR b.site_id IN (SELECT id FROM sites WHERE portfolio_id = %(portfolio)s))
  AND (%(primary_use)s::text IS NULL OR b.primary_use = %(primary_use)s)
  AND (%(minimum_area_m2)s::float8 IS NULL OR b.area_m2 >= %(minimum_area_m2)s)
  AND (%(maximum_area_m2)s::float8 IS NULL OR b.area_m2 <= %(maximum_area_m2)s)
  AND (%(carrier)s::text IS NULL OR EXISTS (
        SELECT FROM energy_meters m
        WHERE m.building_id = b.id AND m.carrier = %(carrier)s AND m.archived_at IS NULL))
ORDER BY
    CASE WHEN NOT %(descending)s THEN
        CASE %(sort)s WHEN 'site' THEN s.name WHEN 'primary_use' THEN b.primary_use END END,
    CASE WHEN %(descending)s THEN
        CASE %(sort)s WHEN 'name' THEN b.name WHEN 'site' THEN s.name WHEN 'primary_use' THEN b.primary_use END
    END DESC NULLS LAST,
    CASE WHEN NOT %(descending)s THEN
        CASE %(sort)s WHEN 'area_m2' THEN b.area_m2 WHEN 'year_built' THEN b.year_built::float8 END END,
    CASE WHEN %(descending)s THEN
        CASE %(sort)s WHEN 'area_m2' THEN b.area_m2 WHEN 'year_built' THEN b.year_built::float8 END
    END DESC NULLS LAST,
    b.name
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_buildings
SELECT count(*)
FROM buildings b
WHERE b.organisation_id = %(organisation)s
  AND (b.archived_at IS NOT NULL) = %(archived)s
  AND (%(search)s::text IS NULL OR b.name ILIKE '%%' || %(search)s || '%%' OR b.address ILIKE '%%' || %(search)s || '%%')
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(portfolio)s::uuid IS NULL OR b.site_id IN (SELECT id FROM sites WHERE portfolio_id = %(portfolio)s))
  AND (%(primary_use)s::text IS NULL OR b.primary_use = %(primary_use)s)
  AND (%(minimum_area_m2)s::float8 IS NULL OR b.area_m2 >= %(minimum_area_m2)s)
  AND (%(maximum_area_m2)s::float8 IS NULL OR b.area_m2 <= %(maximum_area_m2)s)
  AND (%(carrier)s::text IS NULL OR EXISTS (
        SELECT FROM energy_meters m
        WHERE m.building_id = b.id AND m.carrier = %(carrier)s AND m.archived_at IS NULL));

-- name: building
SELECT b.id, b.site_id, s.name AS site, s.time_zone, b.name, b.primary_use, b.sub_use, b.industry, b.sub_industry,
       b.area_m2, b.latitude, b.longitude, b.address, b.year_built, b.year_renovated, b.date_opened, b.floors,
       b.occupants, b.heating_type, b.energy_sources, b.has_renewable, b.operating_hours, b.occupancy_type,
       b.energy_star_score, b.published_eui, b.published_site_eui, b.published_source_eui, b.leed_level, b.rating,
       b.bdg2_kaggle_id, b.archived_at, round(b.area_m2 * 10.763910417)::float8 AS area_ft2,
       ARRAY(SELECT DISTINCT m.carrier FROM energy_meters m
             WHERE m.building_id = b.id AND m.archived_at IS NULL ORDER BY m.carrier) AS carriers
FROM buildings b
JOIN sites s ON s.id = b.site_id
WHERE b.organisation_id = %(organisation)s AND b.id = %(building)s;

-- name: update_building
UPDATE buildings SET
    name = %(name)s, site_id = %(site_id)s, primary_use = %(primary_use)s, sub_use = %(sub_use)s,
    industry = %(industry)s, sub_industry = %(sub_industry)s, area_m2 = %(area_m2)s, latitude = %(latitude)s,
    longitude = %(longitude)s, address = %(address)s, year_built = %(year_built)s, year_renovated = %(year_renovated)s,
    date_opened = %(date_opened)s, floors = %(floors)s, occupants = %(occupants)s, heating_type = %(heating_type)s,
    energy_sources = %(energy_sources)s, has_renewable = %(has_renewable)s, operating_hours = %(operating_hours)s,
    occupancy_type = %(occupancy_type)s, energy_star_score = %(energy_star_score)s, published_eui = %(published_eui)s,
    published_site_eui = %(published_site_eui)s, published_source_eui = %(published_source_eui)s,
    leed_level = %(leed_level)s, rating = %(rating)s, bdg2_kaggle_id = %(bdg2_kaggle_id)s
WHERE organisation_id = %(organisation)s AND id = %(building)s;

-- name: archive_building
UPDATE buildings SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
WHERE organisation_id = %(organisation)s AND id = %(building)s;

-- name: primary_uses
SELECT DISTINCT primary_use FROM buildings
WHERE organisation_id = %(organisation)s AND primary_use IS NOT NULL AND archived_at IS NULL
ORDER BY primary_use;

-- name: upsert_meters
INSERT INTO energy_meters (organisation_id, building_id, name, carrier, unit, interval_minutes)
SELECT %(organisation)s, b.id, r.name, r.carrier, r.unit, r.interval_minutes
FROM jsonb_to_recordset(%(rows)s) AS r (building text, carrier text, name text, unit text, interval_minutes integer)
JOIN buildings b ON b.organisation_id = %(organisation)s AND b.name = r.building
ON CONFLICT (building_id, carrier, name) DO UPDATE SET
    interval_minutes = least(energy_meters.interval_minutes, excluded.interval_minutes);

-- name: meters
SELECT m.id, m.key, m.organisation_id, m.building_id, b.name AS building, b.site_id, s.key AS site_key, m.name,
       m.carrier, m.unit, m.interval_minutes, s.time_zone, s.country, s.subdivision, s.latitude, s.longitude, m.first_reading,
       m.last_reading, m.archived_at
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s)
  AND (%(archived)s OR (m.archived_at IS NULL AND b.archived_at IS NULL))
ORDER BY b.name, m.carrier, m.name;

-- name: meters_found
SELECT m.id, m.key, m.organisation_id, m.building_id, b.name AS building, b.site_id, s.key AS site_key, m.name,
       m.carrier, m.unit, m.interval_minutes, s.time_zone, s.country, s.subdivision, s.latitude, s.longitude, m.first_reading,
       m.last_reading, m.archived_at
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s
  AND (m.archived_at IS NOT NULL OR b.archived_at IS NOT NULL) = %(archived)s
  AND (%(search)s::text IS NULL OR m.name ILIKE '%%' || %(search)s || '%%' OR b.name ILIKE '%%' || %(search)s || '%%')
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(carrier)s::text IS NULL OR m.carrier = %(carrier)s)
ORDER BY b.name, m.carrier, m.name;

-- name: meter
SELECT m.id, m.key, m.organisation_id, m.building_id, b.name AS building, b.site_id, s.key AS site_key, m.name,
       m.carrier, m.unit, m.interval_minutes, s.time_zone, s.country, s.subdivision, s.latitude, s.longitude, m.first_reading,
       m.last_reading, m.archived_at
FROM energy_meters m
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s;

-- name: edit_meter
UPDATE energy_meters SET name = %(name)s, interval_minutes = coalesce(%(interval_minutes)s, interval_minutes)
WHERE organisation_id = %(organisation)s AND id = %(meter)s;

-- name: archive_meter
UPDATE energy_meters SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
WHERE organisation_id = %(organisation)s AND id = %(meter)s;

-- name: tree
SELECT p.id, p.name, coalesce(jsonb_agg(s.node ORDER BY s.name) FILTER (WHERE s.name IS NOT NULL), '[]') AS sites
FROM portfolios p
LEFT JOIN LATERAL (
    SELECT s.name, jsonb_build_object('id', s.id, 'name', s.name, 'buildings', coalesce(
        (SELECT jsonb_agg(jsonb_build_object('id', b.id, 'name', b.name, 'meters', coalesce(
            (SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'carrier', m.carrier)
                              ORDER BY m.carrier, m.name)
             FROM energy_meters m WHERE m.building_id = b.id AND m.archived_at IS NULL), '[]')) ORDER BY b.name)
         FROM buildings b WHERE b.site_id = s.id AND b.archived_at IS NULL), '[]')) AS node
    FROM sites s
    WHERE s.portfolio_id = p.id AND s.archived_at IS NULL
) s ON true
WHERE p.organisation_id = %(organisation)s
GROUP BY p.id
ORDER BY p.name;

-- name: raise_data_version
UPDATE organisations SET data_version = data_version + 1 WHERE id = %(organisation)s;
