-- name: stored_events
SELECT e.id, e.kind, e.started_at, e.ended_at, e.status,
       EXISTS (SELECT FROM anomaly_feedback f WHERE f.event_id = e.id AND f.undone_at IS NULL) AS judged
FROM anomaly_events e
WHERE e.organisation_id = %(organisation)s AND e.meter_id = %(meter)s
ORDER BY e.started_at;

-- name: insert_events
INSERT INTO anomaly_events (organisation_id, building_id, meter_id, carrier, kind, fingerprint, started_at, ended_at,
                            hours, spells, kwh, normal_kwh, money, co2_kg, confidence, explanation, strength, week,
                            found_confidence)
SELECT m.organisation_id, m.building_id, m.id, m.carrier, r.kind, r.fingerprint, r.start, r."end",
       r.hours, r.spells, r.kwh, r.normal_kwh, r.money, r.co2_kg, r.confidence, r.explanation,
       r.strength, r.week, r.found_confidence
FROM energy_meters m, jsonb_to_recordset(%(rows)s) AS r (
    kind text, fingerprint text, start timestamptz, "end" timestamptz, hours integer, spells integer,
    kwh double precision, normal_kwh double precision, money double precision, co2_kg double precision,
    confidence double precision, explanation text, strength double precision, week text,
    found_confidence double precision
)
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s
ON CONFLICT (meter_id, fingerprint) DO NOTHING;

-- name: update_events
UPDATE anomaly_events e
SET started_at = r.start, ended_at = r."end", hours = r.hours, spells = r.spells, kwh = r.kwh,
    normal_kwh = r.normal_kwh, money = r.money, co2_kg = r.co2_kg, confidence = r.confidence,
    explanation = r.explanation, strength = r.strength, week = r.week, found_confidence = r.found_confidence
FROM jsonb_to_recordset(%(rows)s) AS r (
    id uuid, start timestamptz, "end" timestamptz, hours integer, spells integer, kwh double precision,
    normal_kwh double precision, money double precision, co2_kg double precision, confidence double precision,
    explanation text, strength double precision, week text, found_confidence double precision
)
WHERE e.id = r.id AND e.organisation_id = %(organisation)s;

-- name: delete_events
DELETE FROM anomaly_events WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s::uuid[]);

-- name: events_newest
SELECT e.id, e.building_id, b.name AS building, s.name AS site, e.meter_id, m.name AS meter, e.carrier, m.unit,
       s.time_zone, e.kind, e.started_at, e.ended_at, e.hours, e.spells, e.kwh, e.normal_kwh, e.money, e.co2_kg,
       e.confidence, e.explanation, e.status, e.status_by, e.status_at, e.note, e.detected_at, e.found_confidence,
       e.silenced_by, e.shown_by, v.verdict
FROM (
    SELECT * FROM anomaly_events
    WHERE organisation_id = %(organisation)s
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
      AND (%(carrier)s::text IS NULL OR carrier = %(carrier)s)
      AND (%(building)s::uuid IS NULL OR building_id = %(building)s)
      AND (%(meter)s::uuid IS NULL OR meter_id = %(meter)s)
      AND (%(site)s::uuid IS NULL OR building_id IN (SELECT id FROM buildings WHERE site_id = %(site)s))
      AND (%(building)s::uuid IS NOT NULL OR %(meter)s::uuid IS NOT NULL OR building_id NOT IN (
          SELECT id FROM buildings WHERE organisation_id = %(organisation)s AND archived_at IS NOT NULL))
      AND (%(start)s::timestamptz IS NULL OR ended_at > %(start)s)
      AND (%(end)s::timestamptz IS NULL OR started_at < %(end)s)
      AND confidence >= %(least_confidence)s::double precision
      AND (%(silenced)s::boolean IS NULL OR %(silenced)s AND silenced_by IS NOT NULL OR NOT %(silenced)s AND silenced_by IS NULL)
    ORDER BY started_at DESC, id
    LIMIT %(limit)s OFFSET %(offset)s
) e
JOIN energy_meters m ON m.id = e.meter_id
JOIN buildings b ON b.id = e.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN anomaly_feedback v ON v.event_id = e.id AND v.undone_at IS NULL
ORDER BY e.started_at DESC, e.id;

-- name: events_money
SELECT e.id, e.building_id, b.name AS building, s.name AS site, e.meter_id, m.name AS meter, e.carrier, m.unit,
       s.time_zone, e.kind, e.started_at, e.ended_at, e.hours, e.spells, e.kwh, e.normal_kwh, e.money, e.co2_kg,
       e.confidence, e.explanation, e.status, e.status_by, e.status_at, e.note, e.detected_at, e.found_confidence,
       e.silenced_by, e.shown_by, v.verdict
FROM (
    SELECT * FROM anomaly_events
    WHERE organisation_id = %(organisation)s
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
      AND (%(carrier)s::text IS NULL OR carrier = %(carrier)s)
      AND (%(building)s::uuid IS NULL OR building_id = %(building)s)
      AND (%(meter)s::uuid IS NULL OR meter_id = %(meter)s)
      AND (%(site)s::uuid IS NULL OR building_id IN (SELECT id FROM buildings WHERE site_id = %(site)s))
      AND (%(building)s::uuid IS NOT NULL OR %(meter)s::uuid IS NOT NULL OR building_id NOT IN (
          SELECT id FROM buildings WHERE organisation_id = %(organisation)s AND archived_at IS NOT NULL))
      AND (%(start)s::timestamptz IS NULL OR ended_at > %(start)s)
      AND (%(end)s::timestamptz IS NULL OR started_at < %(end)s)
      AND confidence >= %(least_confidence)s::double precision
      AND (%(silenced)s::boolean IS NULL OR %(silenced)s AND silenced_by IS NOT NULL OR NOT %(silenced)s AND silenced_by IS NULL)
    ORDER BY money DESC NULLS LAST, id
    LIMIT %(limit)s OFFSET %(offset)s
) e
JOIN energy_meters m ON m.id = e.meter_id
JOIN buildings b ON b.id = e.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN anomaly_feedback v ON v.event_id = e.id AND v.undone_at IS NULL
ORDER BY e.money DESC NULLS LAST, e.id;

-- name: count_events
SELECT count(*) FROM (
    SELECT 1 FROM anomaly_events
    WHERE organisation_id = %(organisation)s
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
      AND (%(carrier)s::text IS NULL OR carrier = %(carrier)s)
      AND (%(building)s::uuid IS NULL OR building_id = %(building)s)
      AND (%(meter)s::uuid IS NULL OR meter_id = %(meter)s)
      AND (%(site)s::uuid IS NULL OR building_id IN (SELECT id FROM buildings WHERE site_id = %(site)s))
      AND (%(building)s::uuid IS NOT NULL OR %(meter)s::uuid IS NOT NULL OR building_id NOT IN (
          SELECT id FROM buildings WHERE organisation_id = %(organisation)s AND archived_at IS NOT NULL))
      AND (%(start)s::timestamptz IS NULL OR ended_at > %(start)s)
      AND (%(end)s::timestamptz IS NULL OR started_at < %(end)s)
      AND confidence >= %(least_confidence)s::double precision
      AND (%(silenced)s::boolean IS NULL OR %(silenced)s AND silenced_by IS NOT NULL OR NOT %(silenced)s AND silenced_by IS NULL)
    LIMIT %(count_limit)s
) counted;

-- name: event
SELECT e.id, e.building_id, b.name AS building, s.name AS site, e.meter_id, m.name AS meter, e.carrier, m.unit,
       s.time_zone, e.kind, e.started_at, e.ended_at, e.hours, e.spells, e.kwh, e.normal_kwh, e.money, e.co2_kg,
       e.confidence, e.explanation, e.status, e.status_by, e.status_at, e.note, e.detected_at, e.found_confidence,
       e.silenced_by, e.shown_by, v.verdict
FROM anomaly_events e
JOIN energy_meters m ON m.id = e.meter_id
JOIN buildings b ON b.id = e.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN anomaly_feedback v ON v.event_id = e.id AND v.undone_at IS NULL
WHERE e.organisation_id = %(organisation)s AND e.id = %(event)s;

-- name: set_status
UPDATE anomaly_events
SET status = %(status)s, status_by = %(actor)s, status_at = now(), note = coalesce(%(note)s::text, note)
WHERE organisation_id = %(organisation)s AND id = %(event)s;

-- name: event_totals
SELECT coalesce(sum(f.open_anomalies), 0) AS open, coalesce(sum(f.open_faults), 0) AS faults,
       coalesce(sum(f.open_money), 0) AS money, coalesce(sum(f.open_co2_kg), 0) AS co2_kg,
       max(f.newest_open) AS newest
FROM building_figures f
JOIN buildings b ON b.id = f.building_id
WHERE f.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(building)s::uuid IS NULL OR f.building_id = %(building)s);

-- name: count_open
UPDATE building_figures f
SET open_anomalies = o.events, open_faults = o.faults, open_money = o.money, open_co2_kg = o.co2_kg,
    newest_open = o.newest
FROM (
    SELECT count(*) AS events, count(*) FILTER (WHERE kind = ANY(%(faults)s::text[])) AS faults,
           coalesce(sum(money) FILTER (WHERE money > 0), 0) AS money,
           coalesce(sum(co2_kg) FILTER (WHERE co2_kg > 0), 0) AS co2_kg, max(started_at) AS newest
    FROM anomaly_events
    WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND status = 'open'
      AND silenced_by IS NULL
) o
WHERE f.organisation_id = %(organisation)s AND f.building_id = %(building)s;

-- name: save_meter_figures
INSERT INTO meter_figures (meter_id, organisation_id, building_id, carrier, period_start, period_end, coverage, annual,
                           money, co2_kg, near_base, near_peak, mean, peak, load_factor, unoccupied_ratio,
                           occupied_hours, model, refusals, parameters, threshold)
SELECT m.id, m.organisation_id, m.building_id, m.carrier, %(period_start)s, %(period_end)s, %(coverage)s, %(annual)s,
       %(money)s, %(co2_kg)s, %(near_base)s, %(near_peak)s, %(mean)s, %(peak)s, %(load_factor)s, %(unoccupied_ratio)s,
       %(occupied_hours)s, %(model)s::jsonb, %(refusals)s::text[], %(parameters)s, %(threshold)s
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter_id)s
ON CONFLICT (meter_id) DO UPDATE SET
    period_start = excluded.period_start, period_end = excluded.period_end, coverage = excluded.coverage,
    annual = excluded.annual, money = excluded.money, co2_kg = excluded.co2_kg, near_base = excluded.near_base,
    near_peak = excluded.near_peak, mean = excluded.mean, peak = excluded.peak, load_factor = excluded.load_factor,
    unoccupied_ratio = excluded.unoccupied_ratio, occupied_hours = excluded.occupied_hours, model = excluded.model,
    refusals = excluded.refusals, parameters = excluded.parameters, threshold = excluded.threshold,
    analysed_at = now();

-- name: save_building_figures
INSERT INTO building_figures (building_id, organisation_id, period_start, period_end, use_type, carriers, area_m2,
                              annual_kwh, eui, money, co2_kg, coverage, load_factor, near_base, near_peak,
                              unoccupied_ratio, cvrmse, heating_sensitivity, cooling_sensitivity, excess_kwh,
                              excess_money, peak, normalised_kwh, normalised_reason, heating_degree_days,
                              cooling_degree_days)
SELECT b.id, b.organisation_id, %(period_start)s, %(period_end)s, %(use_type)s, %(carriers)s::text[], %(area_m2)s,
       %(annual_kwh)s, %(eui)s, %(money)s, %(co2_kg)s, %(coverage)s, %(load_factor)s, %(near_base)s, %(near_peak)s,
       %(unoccupied_ratio)s, %(cvrmse)s, %(heating_sensitivity)s, %(cooling_sensitivity)s, %(excess_kwh)s,
       %(excess_money)s, %(peak)s, %(normalised_kwh)s, %(normalised_reason)s, %(heating_degree_days)s,
       %(cooling_degree_days)s
FROM buildings b
WHERE b.organisation_id = %(organisation)s AND b.id = %(building_id)s
ON CONFLICT (building_id) DO UPDATE SET
    period_start = excluded.period_start, period_end = excluded.period_end, use_type = excluded.use_type,
    carriers = excluded.carriers, area_m2 = excluded.area_m2, annual_kwh = excluded.annual_kwh, eui = excluded.eui,
    money = excluded.money, co2_kg = excluded.co2_kg, coverage = excluded.coverage, load_factor = excluded.load_factor,
    near_base = excluded.near_base, near_peak = excluded.near_peak, unoccupied_ratio = excluded.unoccupied_ratio,
    cvrmse = excluded.cvrmse, heating_sensitivity = excluded.heating_sensitivity,
    cooling_sensitivity = excluded.cooling_sensitivity, excess_kwh = excluded.excess_kwh,
    excess_money = excluded.excess_money, peak = excluded.peak, normalised_kwh = excluded.normalised_kwh,
    normalised_reason = excluded.normalised_reason, heating_degree_days = excluded.heating_degree_days,
    cooling_degree_days = excluded.cooling_degree_days, analysed_at = now();

-- name: meter_figures
SELECT f.meter_id, f.building_id, f.carrier, f.period_start, f.period_end, f.coverage, f.annual, f.money, f.co2_kg,
       f.near_base, f.near_peak, f.mean, f.peak, f.load_factor, f.unoccupied_ratio, f.occupied_hours, f.model,
       f.refusals, f.parameters, f.threshold
FROM meter_figures f
JOIN energy_meters m ON m.id = f.meter_id
WHERE f.organisation_id = %(organisation)s AND (%(building)s::uuid IS NULL OR f.building_id = %(building)s)
  AND m.archived_at IS NULL
ORDER BY f.building_id, f.carrier, m.name;

-- name: building_figures
SELECT building_id, period_start, period_end, use_type, carriers, area_m2, annual_kwh, eui, money, co2_kg, coverage,
       load_factor, near_base, near_peak, unoccupied_ratio, cvrmse, heating_sensitivity, cooling_sensitivity,
       excess_kwh, excess_money, peak, normalised_kwh, normalised_reason, heating_degree_days, cooling_degree_days
FROM building_figures
WHERE organisation_id = %(organisation)s AND building_id = %(building)s;

-- name: has_figures
SELECT EXISTS (SELECT 1 FROM building_figures WHERE organisation_id = %(organisation)s);

-- name: candidates
SELECT f.building_id, b.name, s.name AS site, f.use_type, f.carriers, f.area_m2, f.eui, f.normalised_kwh,
       f.heating_degree_days, f.cooling_degree_days, f.peak, f.near_base, f.load_factor, f.unoccupied_ratio, f.money,
       f.co2_kg, f.coverage
FROM building_figures f
JOIN buildings b ON b.id = f.building_id
JOIN sites s ON s.id = b.site_id
WHERE f.organisation_id = %(organisation)s AND f.eui IS NOT NULL AND b.archived_at IS NULL
  AND (%(use_type)s::text IS NULL OR f.use_type = %(use_type)s OR f.building_id = ANY(%(included)s::uuid[]));

-- name: peer_choices
SELECT c.id, c.peer_id, b.name AS peer, c.include, c.reason, c.author, c.made_at
FROM peer_choices c
JOIN buildings b ON b.id = c.peer_id
WHERE c.organisation_id = %(organisation)s AND c.building_id = %(building)s AND c.undone_at IS NULL
ORDER BY c.made_at;

-- name: standing_choices
SELECT building_id, peer_id, include FROM peer_choices
WHERE organisation_id = %(organisation)s AND undone_at IS NULL;

-- name: choose_peer
INSERT INTO peer_choices (organisation_id, building_id, peer_id, include, reason, author)
SELECT b.organisation_id, b.id, p.id, %(include)s, %(reason)s, %(author)s
FROM buildings b
JOIN buildings p ON p.organisation_id = b.organisation_id
WHERE b.organisation_id = %(organisation)s AND b.id = %(building)s AND p.id = %(peer)s
RETURNING id;

-- name: undo_choice
UPDATE peer_choices SET undone_by = %(author)s, undone_at = now()
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND undone_at IS NULL
  AND (id = %(choice)s::uuid OR peer_id = %(peer)s::uuid);

-- name: save_load
INSERT INTO building_loads (building_id, organisation_id, first_hour, load)
SELECT b.id, b.organisation_id, %(first_hour)s, %(load)s
FROM buildings b WHERE b.organisation_id = %(organisation)s AND b.id = %(building)s
ON CONFLICT (building_id) DO UPDATE SET first_hour = excluded.first_hour, load = excluded.load;

-- name: forget_load
DELETE FROM building_loads WHERE organisation_id = %(organisation)s AND building_id = %(building)s;

-- name: loads
SELECT l.building_id, b.name AS building, s.name AS site, l.first_hour, l.load
FROM building_loads l
JOIN buildings b ON b.id = l.building_id
JOIN sites s ON s.id = b.site_id
WHERE l.organisation_id = %(organisation)s AND b.archived_at IS NULL
ORDER BY b.name, l.building_id;

-- name: portfolio
SELECT f.building_id, b.name AS building, b.site_id, s.name AS site, f.use_type, f.area_m2, f.annual_kwh, f.eui,
       CASE WHEN f.eui IS NOT NULL AND peer.n > 5 THEN peer.share END AS percentile,
       CASE WHEN f.eui IS NOT NULL THEN peer.n - 1 ELSE 0 END AS peers,
       f.money, f.co2_kg, f.coverage, f.load_factor, f.unoccupied_ratio, f.cvrmse, f.cooling_sensitivity,
       f.heating_sensitivity, f.excess_kwh, f.excess_money, f.open_anomalies,
       f.period_start, f.period_end
FROM building_figures f
JOIN buildings b ON b.id = f.building_id
JOIN sites s ON s.id = b.site_id
LEFT JOIN (
    SELECT f2.building_id, percent_rank() OVER w AS share, count(*) OVER (PARTITION BY f2.use_type, f2.carriers) AS n
    FROM building_figures f2 JOIN buildings b2 ON b2.id = f2.building_id
    WHERE f2.organisation_id = %(organisation)s AND f2.eui IS NOT NULL AND b2.archived_at IS NULL
    WINDOW w AS (PARTITION BY f2.use_type, f2.carriers ORDER BY f2.eui)
) peer ON peer.building_id = f.building_id
WHERE f.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(use_type)s::text IS NULL OR f.use_type = %(use_type)s);

-- name: count_buildings
SELECT count(*) FROM buildings b
WHERE b.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s);

-- name: buildings_to_analyse
SELECT b.id FROM buildings b
WHERE b.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND EXISTS (SELECT 1 FROM energy_meters m WHERE m.building_id = b.id AND m.last_reading IS NOT NULL)
ORDER BY b.name;

-- name: start_run
INSERT INTO analysis_runs (organisation_id, author) VALUES (%(organisation)s, %(author)s) RETURNING id;

-- name: running
SELECT id FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id IS NULL AND status IN ('waiting', 'running') AND started_at > now() - interval '6 hours'
ORDER BY started_at DESC LIMIT 1;

-- name: run_progress
UPDATE analysis_runs
SET status = %(status)s, total = %(total)s, done = %(done)s, failed = %(failed)s, events = %(events)s,
    error = %(error)s, parameters = %(parameters)s, finished_at = CASE WHEN %(status)s IN ('done', 'failed') THEN now() END
WHERE organisation_id = %(organisation)s AND id = %(run)s;

-- name: run
SELECT id, status, total, done, failed, events, author, started_at, finished_at, error, building_id, parameters
FROM analysis_runs
WHERE organisation_id = %(organisation)s AND id = %(run)s;

-- name: latest_run
SELECT id, status, total, done, failed, events, author, started_at, finished_at, error, building_id, parameters
FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id IS NULL
ORDER BY started_at DESC LIMIT 1;

-- name: save_shape
INSERT INTO meter_shapes (meter_id, organisation_id, building_id, carrier, week, traits, first_day, last_day, turned_at,
                          turned_until, turned_amount, turned_usual)
SELECT m.id, m.organisation_id, m.building_id, m.carrier, %(week)s::double precision[], %(traits)s::jsonb,
       %(first_day)s, %(last_day)s, %(turned_at)s, %(turned_until)s, %(turned_amount)s, %(turned_usual)s
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter_id)s
ON CONFLICT (meter_id) DO UPDATE SET
    week = excluded.week, traits = excluded.traits, first_day = excluded.first_day, last_day = excluded.last_day,
    turned_at = excluded.turned_at, turned_until = excluded.turned_until, turned_amount = excluded.turned_amount,
    turned_usual = excluded.turned_usual;

-- name: delete_shapes
DELETE FROM meter_shapes WHERE organisation_id = %(organisation)s AND meter_id = ANY(%(meters)s::uuid[]);

-- name: shapes
SELECT s.meter_id, s.building_id, s.carrier, s.week, s.traits, s.first_day, s.last_day, s.turned_at, s.turned_until,
       s.turned_amount, s.turned_usual
FROM meter_shapes s
JOIN energy_meters m ON m.id = s.meter_id
JOIN buildings b ON b.id = s.building_id
WHERE s.organisation_id = %(organisation)s AND (%(carrier)s::text IS NULL OR s.carrier = %(carrier)s)
  AND (%(building)s::uuid IS NULL OR s.building_id = %(building)s)
  AND m.archived_at IS NULL AND b.archived_at IS NULL
ORDER BY s.meter_id;

-- name: shape_carriers
SELECT s.carrier FROM meter_shapes s
JOIN energy_meters m ON m.id = s.meter_id
JOIN buildings b ON b.id = s.building_id
WHERE s.organisation_id = %(organisation)s AND m.archived_at IS NULL AND b.archived_at IS NULL
GROUP BY s.carrier ORDER BY count(*) DESC, s.carrier;

-- name: pattern_members
SELECT s.meter_id, m.name AS meter, s.building_id, b.name AS building, t.name AS site, b.primary_use AS use,
       s.pattern_id, s.likeness, s.first_day, s.last_day
FROM meter_shapes s
JOIN energy_meters m ON m.id = s.meter_id
JOIN buildings b ON b.id = s.building_id
JOIN sites t ON t.id = b.site_id
WHERE s.organisation_id = %(organisation)s AND s.carrier = %(carrier)s
  AND m.archived_at IS NULL AND b.archived_at IS NULL
ORDER BY s.likeness DESC NULLS LAST, b.name, m.name;

-- name: patterns
SELECT id, carrier, name, centre, week, traits, rank, reason, found_at
FROM load_patterns
WHERE organisation_id = %(organisation)s AND (%(carrier)s::text IS NULL OR carrier = %(carrier)s)
ORDER BY carrier, rank;

-- name: pattern
SELECT id, carrier, name, centre, week, traits, rank, reason, found_at
FROM load_patterns
WHERE organisation_id = %(organisation)s AND id = %(pattern)s;

-- name: drop_patterns
DELETE FROM load_patterns
WHERE organisation_id = %(organisation)s AND carrier = %(carrier)s AND NOT id = ANY(%(kept)s::uuid[]);

-- name: unname_patterns
UPDATE load_patterns SET name = id::text WHERE organisation_id = %(organisation)s AND carrier = %(carrier)s;

-- name: save_pattern
INSERT INTO load_patterns (id, organisation_id, carrier, name, centre, week, traits, rank, reason)
VALUES (%(id)s, %(organisation)s, %(carrier)s, %(name)s, %(centre)s::double precision[],
        %(week)s::double precision[], %(traits)s::jsonb, %(rank)s, %(reason)s)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, centre = excluded.centre, week = excluded.week, traits = excluded.traits,
    rank = excluded.rank, reason = excluded.reason, found_at = now();

-- name: assign_patterns
UPDATE meter_shapes s
SET pattern_id = r.pattern_id, likeness = r.likeness
FROM unnest(%(meters)s::uuid[], %(patterns)s::uuid[], %(likeness)s::double precision[]) AS r (meter, pattern_id, likeness)
WHERE s.organisation_id = %(organisation)s AND s.meter_id = r.meter;

-- name: start_building_run
INSERT INTO analysis_runs (organisation_id, building_id, author)
SELECT b.organisation_id, b.id, %(author)s FROM buildings b
WHERE b.organisation_id = %(organisation)s AND b.id = %(building)s
RETURNING id;

-- name: running_building
SELECT id FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND status IN ('waiting', 'running')
  AND started_at > now() - interval '10 minutes'
ORDER BY started_at DESC LIMIT 1;

-- name: add_step
INSERT INTO analysis_steps (run_id, number, done, total, text)
SELECT r.id, coalesce((SELECT max(s.number) FROM analysis_steps s WHERE s.run_id = r.id), 0) + 1,
       %(done)s, %(total)s, %(text)s
FROM analysis_runs r
WHERE r.organisation_id = %(organisation)s AND r.id = %(run)s;

-- name: steps_after
SELECT s.number, s.done, s.total, s.text, s.at
FROM analysis_steps s
JOIN analysis_runs r ON r.id = s.run_id
WHERE r.organisation_id = %(organisation)s AND r.id = %(run)s AND s.number > %(after)s
ORDER BY s.number;

-- name: save_result
UPDATE analysis_runs SET result = %(result)s WHERE organisation_id = %(organisation)s AND id = %(run)s;

-- name: result
SELECT result FROM analysis_runs
WHERE organisation_id = %(organisation)s AND id = %(run)s AND result IS NOT NULL;

-- name: latest_result
SELECT result FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND result IS NOT NULL
ORDER BY started_at DESC LIMIT 1;

-- name: keep_building_result
INSERT INTO analysis_runs (organisation_id, building_id, author, status, total, done, finished_at, result)
SELECT b.organisation_id, b.id, %(author)s, 'done', 1, 1, now(), %(result)s FROM buildings b
WHERE b.organisation_id = %(organisation)s AND b.id = %(building)s;

-- name: building_insights
SELECT b.id, b.name, r.analysed_at, r.result
FROM buildings b
LEFT JOIN LATERAL (
    SELECT coalesce(a.finished_at, a.started_at) AS analysed_at, a.result FROM analysis_runs a
    WHERE a.organisation_id = b.organisation_id AND a.building_id = b.id AND a.result IS NOT NULL
    ORDER BY a.started_at DESC LIMIT 1
) r ON true
WHERE b.organisation_id = %(organisation)s AND b.id = ANY(%(buildings)s::uuid[])
ORDER BY b.name;

-- name: portfolio_insights
SELECT id, coalesce(finished_at, started_at) AS analysed_at, result FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id IS NULL AND result IS NOT NULL
ORDER BY started_at DESC LIMIT 1;

-- name: forget_building_runs
DELETE FROM analysis_runs
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND status IN ('done', 'failed')
  AND id NOT IN (
      SELECT id FROM analysis_runs WHERE organisation_id = %(organisation)s AND building_id = %(building)s
      ORDER BY started_at DESC LIMIT %(kept)s
  );

-- name: studies
SELECT v.id, v.meter_id, m.name AS meter, m.carrier, m.unit, m.building_id, b.name AS building, b.site_id,
       s.name AS site, s.time_zone, v.name, v.baseline_first, v.baseline_last, v.reporting_first, v.reporting_last,
       v.method, v."interval", v.confidence, v.revision, v.created_by, v.created_at, v.changed_by, v.changed_at,
       v.archived_at
FROM verification_studies v
JOIN energy_meters m ON m.id = v.meter_id
JOIN buildings b ON b.id = m.building_id
JOIN sites s ON s.id = b.site_id
WHERE v.organisation_id = %(organisation)s
  AND (%(study)s::uuid IS NULL OR v.id = %(study)s)
  AND (%(meter)s::uuid IS NULL OR v.meter_id = %(meter)s)
  AND (%(building)s::uuid IS NULL OR m.building_id = %(building)s)
  AND (%(archived)s OR v.archived_at IS NULL)
ORDER BY v.created_at DESC, v.id
LIMIT 1000;

-- name: insert_study
INSERT INTO verification_studies (organisation_id, meter_id, name, baseline_first, baseline_last, reporting_first,
                                  reporting_last, method, "interval", confidence, created_by, changed_by)
SELECT m.organisation_id, m.id, %(name)s, %(baseline_first)s::date, %(baseline_last)s::date, %(reporting_first)s::date,
       %(reporting_last)s::date, %(method)s, %(interval)s, %(confidence)s, %(author)s, %(author)s
FROM energy_meters m
WHERE m.organisation_id = %(organisation)s AND m.id = %(meter)s
RETURNING id;

-- name: update_study
UPDATE verification_studies
SET name = %(name)s, baseline_first = %(baseline_first)s, baseline_last = %(baseline_last)s,
    reporting_first = %(reporting_first)s, reporting_last = %(reporting_last)s, method = %(method)s,
    "interval" = %(interval)s, confidence = %(confidence)s, changed_by = %(author)s, changed_at = now(),
    revision = revision + 1
WHERE organisation_id = %(organisation)s AND id = %(study)s;

-- name: touch_study
UPDATE verification_studies SET changed_by = %(author)s, changed_at = now(), revision = revision + 1
WHERE organisation_id = %(organisation)s AND id = %(study)s;

-- name: archive_study
UPDATE verification_studies
SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END, changed_by = %(author)s,
    changed_at = now()
WHERE organisation_id = %(organisation)s AND id = %(study)s;

-- name: study_events
SELECT e.id, e.first_day, e.last_day, e.treatment, e.amount, e.reason, e.declared_by, e.declared_at, e.undone_by,
       e.undone_at
FROM verification_events e
JOIN verification_studies v ON v.id = e.study_id
WHERE v.organisation_id = %(organisation)s AND e.study_id = %(study)s
ORDER BY e.first_day, e.declared_at;

-- name: insert_study_event
INSERT INTO verification_events (study_id, first_day, last_day, treatment, amount, reason, declared_by)
SELECT v.id, %(first)s::date, %(last)s::date, %(treatment)s, %(amount)s::double precision, %(reason)s, %(author)s
FROM verification_studies v
WHERE v.organisation_id = %(organisation)s AND v.id = %(study)s
RETURNING id;

-- name: undo_study_event
UPDATE verification_events e
SET undone_by = %(author)s, undone_at = now()
FROM verification_studies v
WHERE v.id = e.study_id AND v.organisation_id = %(organisation)s AND e.study_id = %(study)s AND e.id = %(event)s
  AND e.undone_at IS NULL;

-- name: study_baseline
SELECT f.fitted, f.fitted_at
FROM verification_baselines f
JOIN verification_studies v ON v.id = f.study_id
WHERE v.organisation_id = %(organisation)s AND f.study_id = %(study)s;

-- name: save_study_baseline
INSERT INTO verification_baselines (study_id, fitted)
SELECT v.id, %(fitted)s FROM verification_studies v WHERE v.organisation_id = %(organisation)s AND v.id = %(study)s
ON CONFLICT (study_id) DO UPDATE SET fitted = excluded.fitted, fitted_at = now();

-- name: delete_study_baseline
DELETE FROM verification_baselines f USING verification_studies v
WHERE v.id = f.study_id AND v.organisation_id = %(organisation)s AND f.study_id = %(study)s;

-- name: study_result
SELECT r.data_version, r.revision, r.computed_at, r.result, r.refusal
FROM verification_results r
JOIN verification_studies v ON v.id = r.study_id
WHERE v.organisation_id = %(organisation)s AND r.study_id = %(study)s;

-- name: study_results
SELECT r.study_id, r.data_version, r.revision, r.refusal,
       (r.result #>> '{savings,avoided}')::double precision AS avoided,
       (r.result #>> '{savings,fraction}')::double precision AS fraction,
       (r.result #>> '{savings,band}')::double precision AS band,
       (r.result #>> '{savings,significant}')::boolean AS significant
FROM verification_results r
JOIN verification_studies v ON v.id = r.study_id
WHERE v.organisation_id = %(organisation)s;

-- name: save_study_result
INSERT INTO verification_results (study_id, data_version, revision, result, refusal)
SELECT v.id, %(data_version)s, %(revision)s, %(result)s::jsonb, %(refusal)s
FROM verification_studies v
WHERE v.organisation_id = %(organisation)s AND v.id = %(study)s
ON CONFLICT (study_id) DO UPDATE SET data_version = excluded.data_version, revision = excluded.revision,
    result = excluded.result, refusal = excluded.refusal, computed_at = now();

-- name: delete_study_result
DELETE FROM verification_results r USING verification_studies v
WHERE v.id = r.study_id AND v.organisation_id = %(organisation)s AND r.study_id = %(study)s;

-- name: parameter_sets
SELECT p.version, p."values", p.note, p.author, p.created_at, false AS active, a.activated_by, a.activated_at
FROM parameter_sets p
LEFT JOIN LATERAL (
    SELECT activated_by, activated_at FROM parameter_activations
    WHERE organisation_id = p.organisation_id AND version = p.version ORDER BY id DESC LIMIT 1
) a ON true
WHERE p.organisation_id = %(organisation)s
ORDER BY p.version DESC;

-- name: active_version
SELECT version FROM parameter_activations WHERE organisation_id = %(organisation)s ORDER BY id DESC LIMIT 1;

-- name: lock_parameters
SELECT pg_advisory_xact_lock(hashtextextended('parameters ' || %(organisation)s, 0));

-- name: save_parameters
INSERT INTO parameter_sets (organisation_id, version, "values", note, author)
SELECT %(organisation)s, coalesce(max(version), 0) + 1, %(values)s, %(note)s, %(author)s
FROM parameter_sets WHERE organisation_id = %(organisation)s
RETURNING version;

-- name: activate_parameters
INSERT INTO parameter_activations (organisation_id, version, activated_by)
VALUES (%(organisation)s, %(version)s, %(actor)s);

-- name: give_feedback
INSERT INTO anomaly_feedback (organisation_id, building_id, meter_id, event_id, verdict, kind, started_at, ended_at,
                              hours, kwh, strength, week, note, author)
SELECT organisation_id, building_id, meter_id, id, %(verdict)s, kind, started_at, ended_at, hours, kwh, strength, week,
       %(note)s, %(author)s
FROM anomaly_events
WHERE organisation_id = %(organisation)s AND id = %(event)s;

-- name: withdraw_feedback
UPDATE anomaly_feedback SET undone_by = %(actor)s, undone_at = now()
WHERE organisation_id = %(organisation)s AND event_id = %(event)s AND undone_at IS NULL;

-- name: withdraw_one
UPDATE anomaly_feedback SET undone_by = %(actor)s, undone_at = now()
WHERE organisation_id = %(organisation)s AND id = %(feedback)s AND undone_at IS NULL
RETURNING meter_id;

-- name: feedback
SELECT f.id, f.event_id, f.meter_id, f.building_id, b.name AS building, f.kind, f.verdict, f.started_at, f.ended_at,
       f.note, f.author, f.given_at
FROM anomaly_feedback f
JOIN buildings b ON b.id = f.building_id
WHERE f.organisation_id = %(organisation)s AND f.undone_at IS NULL
  AND (%(feedback)s::uuid IS NULL OR f.id = %(feedback)s)
  AND (%(event)s::uuid IS NULL OR f.event_id = %(event)s)
ORDER BY f.given_at DESC
LIMIT %(limit)s;

-- name: judged
SELECT f.meter_id, coalesce(e.kind, f.kind) AS kind, f.verdict, coalesce(e.strength, f.strength) AS strength
FROM anomaly_feedback f
LEFT JOIN anomaly_events e ON e.id = f.event_id
WHERE f.organisation_id = %(organisation)s AND f.undone_at IS NULL;

-- name: silencing
SELECT f.id, f.event_id, coalesce(e.kind, f.kind) AS kind, f.verdict, coalesce(e.started_at, f.started_at) AS started_at,
       coalesce(e.hours, f.hours) AS hours, coalesce(e.kwh, f.kwh) AS kwh, coalesce(e.week, f.week) AS week
FROM anomaly_feedback f
LEFT JOIN anomaly_events e ON e.id = f.event_id
WHERE f.organisation_id = %(organisation)s AND f.meter_id = %(meter)s AND f.undone_at IS NULL
  AND f.verdict IN ('false', 'known')
ORDER BY f.given_at;

-- name: occurrences
SELECT id, kind, started_at, hours, kwh, week, shown_by IS NOT NULL AS shown
FROM anomaly_events
WHERE organisation_id = %(organisation)s AND meter_id = %(meter)s;

-- name: silence
UPDATE anomaly_events e SET silenced_by = s.silenced_by
FROM (
    SELECT o.id, r.feedback AS silenced_by
    FROM anomaly_events o
    LEFT JOIN jsonb_to_recordset(%(rows)s) AS r (event uuid, feedback uuid) ON r.event = o.id
    WHERE o.organisation_id = %(organisation)s AND o.meter_id = %(meter)s
) s
WHERE e.id = s.id AND e.silenced_by IS DISTINCT FROM s.silenced_by;

-- name: show_event
UPDATE anomaly_events
SET shown_by = CASE WHEN %(shown)s THEN %(actor)s END, shown_at = CASE WHEN %(shown)s THEN now() END
WHERE organisation_id = %(organisation)s AND id = %(event)s;
