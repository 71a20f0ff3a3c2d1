-- name: save_signals
INSERT INTO building_signals (building_id, organisation_id, use, as_of, signals, figures, skipped, annual_money, annual_co2)
VALUES (%(building)s, %(organisation)s, %(use)s, %(as_of)s, %(signals)s, %(figures)s, %(skipped)s, %(money)s, %(co2)s)
ON CONFLICT (building_id) DO UPDATE SET
    use = excluded.use, as_of = excluded.as_of, signals = excluded.signals, figures = excluded.figures,
    skipped = excluded.skipped, annual_money = excluded.annual_money, annual_co2 = excluded.annual_co2,
    computed_at = now()
WHERE building_signals.organisation_id = %(organisation)s;

-- name: signals_of
SELECT building_id, as_of, signals::text AS signals
FROM building_signals
WHERE organisation_id = %(organisation)s AND building_id = ANY(%(buildings)s);

-- name: peer_figures
SELECT g.use, coalesce(g.signals -> 'facts' ->> 'sub_use', '') AS sub_use, g.figures
FROM building_signals g
JOIN buildings b ON b.id = g.building_id
WHERE g.organisation_id = %(organisation)s AND b.archived_at IS NULL AND g.figures <> '{}';

-- name: baseline
SELECT count(*)::integer AS buildings, coalesce(sum(g.annual_money), 0) AS money, coalesce(sum(g.annual_co2), 0) AS co2,
       (count(*) FILTER (WHERE g.annual_money IS NULL))::integer AS without_signals
FROM buildings b
LEFT JOIN building_signals g ON g.building_id = b.id
WHERE b.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(building)s::uuid IS NULL OR b.id = %(building)s)
  AND (%(use)s::text IS NULL OR b.primary_use = %(use)s);

-- name: save_recommendations
INSERT INTO recommendations (
    organisation_id, building_id, measure, name, end_use, effort, disruption, rank, sentence, money, money_low, money_high,
    cost, npv, payback, co2, energy_kwh, value, confidence, net_money, net_co2, net_kwh, net_npv, as_of, detail
)
SELECT %(organisation)s, %(building)s, r.measure, r.name, r.end_use, r.effort, r.disruption, r.rank, r.sentence, r.money,
       r.money_low, r.money_high, r.cost, r.npv, r.payback, r.co2, r.energy_kwh, r.value, r.confidence, r.net_money,
       r.net_co2, r.net_kwh, r.net_npv, %(as_of)s, r.detail
FROM jsonb_to_recordset(%(rows)s) AS r (
    measure text, name text, end_use text, effort text, disruption text, rank smallint, sentence text,
    money double precision, money_low double precision, money_high double precision, cost double precision,
    npv double precision, payback double precision, co2 double precision, energy_kwh double precision,
    value double precision, confidence double precision, net_money double precision, net_co2 double precision,
    net_kwh double precision, net_npv double precision, detail jsonb
)
ON CONFLICT (building_id, measure) DO UPDATE SET
    name = excluded.name, end_use = excluded.end_use, effort = excluded.effort, disruption = excluded.disruption,
    rank = excluded.rank, sentence = excluded.sentence, money = excluded.money, money_low = excluded.money_low,
    money_high = excluded.money_high, cost = excluded.cost, npv = excluded.npv, payback = excluded.payback,
    co2 = excluded.co2, energy_kwh = excluded.energy_kwh, value = excluded.value, confidence = excluded.confidence,
    net_money = excluded.net_money, net_co2 = excluded.net_co2, net_kwh = excluded.net_kwh, net_npv = excluded.net_npv,
    as_of = excluded.as_of, detail = excluded.detail, is_current = true, generated_at = now()
WHERE recommendations.organisation_id = %(organisation)s;

-- name: withdraw
UPDATE recommendations SET is_current = false, net_money = NULL, net_co2 = NULL, net_kwh = NULL, net_npv = NULL
WHERE organisation_id = %(organisation)s AND building_id = %(building)s AND is_current
  AND NOT measure = ANY(%(found)s);

-- name: recommendations
SELECT r.id, r.building_id, b.name AS building, b.site_id, s.name AS site, b.primary_use AS use, r.measure, r.name,
       r.end_use, r.effort, r.disruption, r.status, r.owner, r.due, r.is_current AS current, r.rank, r.sentence, r.money,
       r.money_low, r.money_high, r.cost, r.npv, r.payback, r.co2, r.energy_kwh, r.value, r.confidence,
       r.net_money IS NOT NULL AS counted, r.net_money AS added
FROM recommendations r
JOIN buildings b ON b.id = r.building_id
JOIN sites s ON s.id = b.site_id
WHERE r.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(withdrawn)s OR r.is_current)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(building)s::uuid IS NULL OR r.building_id = %(building)s)
  AND (%(use)s::text IS NULL OR b.primary_use = %(use)s)
  AND (%(measure)s::text IS NULL OR r.measure = %(measure)s)
  AND (r.status = %(status)s OR (%(status)s::text IS NULL AND r.status <> 'rejected'))
  AND (%(effort)s::text IS NULL OR r.effort = %(effort)s)
  AND (%(payback)s::float8 IS NULL OR r.payback <= %(payback)s)
  AND (%(budget)s::float8 IS NULL OR r.cost <= %(budget)s)
  AND (%(search)s::text IS NULL OR b.name ILIKE '%%' || %(search)s || '%%' OR r.name ILIKE '%%' || %(search)s || '%%')
ORDER BY %(sign)s * CASE %(sort)s
             WHEN 'value' THEN -r.value WHEN 'money' THEN -r.money WHEN 'npv' THEN -r.npv WHEN 'payback' THEN r.payback
             WHEN 'cost' THEN r.cost WHEN 'co2' THEN -r.co2 WHEN 'confidence' THEN -r.confidence END NULLS LAST,
         b.name, r.rank, r.id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: totals
SELECT count(*)::integer AS count, count(r.net_money)::integer AS counted,
       count(DISTINCT r.building_id)::integer AS buildings,
       coalesce(sum(r.net_money), 0) AS money,
       coalesce(sum(r.cost) FILTER (WHERE r.net_money IS NOT NULL), 0) AS cost,
       coalesce(sum(r.net_npv), 0) AS npv, coalesce(sum(r.net_co2), 0) AS co2, coalesce(sum(r.net_kwh), 0) AS energy_kwh
FROM recommendations r
JOIN buildings b ON b.id = r.building_id
WHERE r.organisation_id = %(organisation)s AND b.archived_at IS NULL
  AND (%(withdrawn)s OR r.is_current)
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(building)s::uuid IS NULL OR r.building_id = %(building)s)
  AND (%(use)s::text IS NULL OR b.primary_use = %(use)s)
  AND (%(measure)s::text IS NULL OR r.measure = %(measure)s)
  AND (r.status = %(status)s OR (%(status)s::text IS NULL AND r.status <> 'rejected'))
  AND (%(effort)s::text IS NULL OR r.effort = %(effort)s)
  AND (%(payback)s::float8 IS NULL OR r.payback <= %(payback)s)
  AND (%(budget)s::float8 IS NULL OR r.cost <= %(budget)s)
  AND (%(search)s::text IS NULL OR b.name ILIKE '%%' || %(search)s || '%%' OR r.name ILIKE '%%' || %(search)s || '%%');

-- name: sums_by_measure
SELECT r.measure, min(r.name) AS name, count(*)::integer AS count, sum(r.net_money) AS money,
       coalesce(sum(r.cost), 0) AS cost, coalesce(sum(r.net_npv), 0) AS npv, coalesce(sum(r.value), 0) AS value,
       (array_agg(b.name ORDER BY r.net_money DESC, b.name))[1] AS largest
FROM recommendations r
JOIN buildings b ON b.id = r.building_id
WHERE r.organisation_id = %(organisation)s AND b.archived_at IS NULL AND r.is_current AND r.net_money IS NOT NULL
  AND (r.status = %(status)s OR (%(status)s::text IS NULL AND r.status <> 'rejected'))
  AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
  AND (%(building)s::uuid IS NULL OR r.building_id = %(building)s)
  AND (%(use)s::text IS NULL OR b.primary_use = %(use)s)
GROUP BY r.measure
ORDER BY sum(r.net_money) DESC, r.measure;

-- name: recommendation
SELECT r.id, r.building_id, b.name AS building, b.site_id, s.name AS site, b.primary_use AS use, r.measure, r.name,
       r.end_use, r.effort, r.disruption, r.status, r.reason, r.owner, r.due, r.notes, r.is_current AS current, r.rank,
       r.sentence, r.money, r.money_low, r.money_high, r.cost, r.npv, r.payback, r.co2, r.energy_kwh, r.value,
       r.confidence, r.net_money IS NOT NULL AS counted, r.net_money AS added, s.time_zone, r.as_of, r.generated_at, r.detail
FROM recommendations r
JOIN buildings b ON b.id = r.building_id
JOIN sites s ON s.id = b.site_id
WHERE r.organisation_id = %(organisation)s AND r.id = %(id)s;

-- name: decide
UPDATE recommendations
SET status = %(status)s, reason = %(reason)s, owner = %(owner)s, due = %(due)s, notes = %(notes)s
WHERE organisation_id = %(organisation)s AND id = %(id)s;

-- name: record_event
INSERT INTO recommendation_events (recommendation_id, actor, action, old, new, note)
SELECT r.id, %(actor)s, %(action)s, %(old)s, %(new)s, %(note)s
FROM recommendations r WHERE r.organisation_id = %(organisation)s AND r.id = %(id)s;

-- name: history
SELECT e.at, e.actor, e.action, e.old, e.new, e.note
FROM recommendation_events e
JOIN recommendations r ON r.id = e.recommendation_id
WHERE r.organisation_id = %(organisation)s AND r.id = %(id)s
ORDER BY e.id DESC;

-- name: assumptions
SELECT a.id, a.key, a.site_id, s.name AS site, a.low, a.likely, a.high, a.unit, a.source, a.dated, a.author, a.changed_at
FROM assumptions a
LEFT JOIN sites s ON s.id = a.site_id
WHERE a.organisation_id = %(organisation)s
ORDER BY a.key, s.name NULLS FIRST;

-- name: save_assumption
INSERT INTO assumptions (organisation_id, site_id, key, low, likely, high, unit, source, dated, author)
VALUES (%(organisation)s, %(site)s, %(key)s, %(low)s, %(likely)s, %(high)s, %(unit)s, %(source)s, %(dated)s, %(author)s)
ON CONFLICT (organisation_id, site_id, key) DO UPDATE SET
    low = excluded.low, likely = excluded.likely, high = excluded.high, unit = excluded.unit, source = excluded.source,
    dated = excluded.dated, author = excluded.author, changed_at = now()
RETURNING id;

-- name: remove_assumption
DELETE FROM assumptions WHERE organisation_id = %(organisation)s AND id = %(id)s;

-- name: start_run
INSERT INTO recommendation_runs (organisation_id, author, total) VALUES (%(organisation)s, %(author)s, %(total)s)
RETURNING id, status, total, done, proposed, withdrawn, skipped, author, started_at, finished_at, error;

-- name: progress_run
UPDATE recommendation_runs
SET status = %(status)s, total = %(total)s, done = %(done)s, proposed = %(proposed)s, withdrawn = %(withdrawn)s,
    skipped = %(skipped)s, error = %(error)s, finished_at = CASE WHEN %(status)s IN ('done', 'failed') THEN now() END
WHERE organisation_id = %(organisation)s AND id = %(id)s;

-- name: run
SELECT id, status, total, done, proposed, withdrawn, skipped, author, started_at, finished_at, error
FROM recommendation_runs
WHERE organisation_id = %(organisation)s AND id = %(id)s;

-- name: run_under_way
SELECT id, status, total, done, proposed, withdrawn, skipped, author, started_at, finished_at, error
FROM recommendation_runs
WHERE organisation_id = %(organisation)s AND finished_at IS NULL AND total >= %(least)s
  AND started_at > now() - interval '1 hour'
ORDER BY started_at DESC, id
LIMIT 1;

-- name: latest_run
SELECT id, status, total, done, proposed, withdrawn, skipped, author, started_at, finished_at, error
FROM recommendation_runs
WHERE organisation_id = %(organisation)s
ORDER BY started_at DESC, id
LIMIT 1;

-- name: rejected_measures
SELECT building_id, measure FROM recommendations
WHERE organisation_id = %(organisation)s AND building_id = ANY(%(buildings)s) AND status = 'rejected';

-- name: buildings_with_signals
SELECT g.building_id
FROM building_signals g
JOIN buildings b ON b.id = g.building_id
WHERE g.organisation_id = %(organisation)s AND b.archived_at IS NULL AND (%(site)s::uuid IS NULL OR b.site_id = %(site)s)
ORDER BY b.name;
