-- name: tune_search
SELECT set_config('hnsw.ef_search', %(ef_search)s, true), set_config('hnsw.iterative_scan', 'strict_order', true);

-- name: upsert
INSERT INTO vectors (collection, organisation_id, id, model, embedding, metadata)
SELECT %(collection)s, %(organisation)s, r.id, %(model)s, r.embedding::vector, r.metadata::jsonb
FROM unnest(%(ids)s::uuid[], %(embeddings)s::text[], %(metadata)s::text[]) AS r (id, embedding, metadata)
ON CONFLICT (collection, organisation_id, id) DO UPDATE
SET model = excluded.model, embedding = excluded.embedding, metadata = excluded.metadata, updated_at = now();

-- name: delete
DELETE FROM vectors
WHERE collection = %(collection)s AND organisation_id = %(organisation)s AND id = ANY(%(ids)s::uuid[]);

-- name: search
SELECT id, 1 - (embedding <=> %(query)s::vector) AS similarity, metadata
FROM vectors
WHERE collection = %(collection)s AND organisation_id = %(organisation)s AND model = %(model)s
  AND metadata @> %(where)s::jsonb
ORDER BY embedding <=> %(query)s::vector
LIMIT %(k)s;

-- name: search_exactly
SELECT id, 1 - (embedding <=> %(query)s::vector) AS similarity, metadata
FROM vectors
WHERE collection = %(collection)s AND organisation_id = %(organisation)s AND model = %(model)s
  AND metadata @> %(where)s::jsonb
ORDER BY (embedding <=> %(query)s::vector) + 0, id
LIMIT %(k)s;

-- name: fetch
SELECT id, embedding::text AS embedding, metadata
FROM vectors
WHERE collection = %(collection)s AND organisation_id = %(organisation)s AND model = %(model)s
  AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))
  AND metadata @> %(where)s::jsonb
ORDER BY id;

-- name: count
SELECT count(*) FROM vectors
WHERE collection = %(collection)s AND organisation_id = %(organisation)s AND model = %(model)s;
