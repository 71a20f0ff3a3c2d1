-- name: save_faults
INSERT INTO planted_faults (organisation_id, building_id, carrier, kind, started_at, ended_at, excess, sentence)
SELECT %(organisation)s::uuid, b.id, f.carrier, f.kind, f.start, f."end", f.excess, f.sentence
FROM jsonb_to_recordset(%(faults)s::jsonb)
    AS f(building text, carrier text, kind text, start timestamptz, "end" timestamptz, excess float8, sentence text)
JOIN buildings b ON b.name = f.building AND b.organisation_id = %(organisation)s::uuid;

-- name: faults
SELECT f.kind, b.name AS building, f.carrier, f.started_at AS start, f.ended_at AS "end", f.excess, f.sentence
FROM planted_faults f JOIN buildings b ON b.id = f.building_id
WHERE f.organisation_id = %(organisation)s
ORDER BY f.started_at, f.id;
