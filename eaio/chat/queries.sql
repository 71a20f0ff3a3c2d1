-- name: lock_thread
SELECT pg_advisory_xact_lock(hashtextextended(%(thread)s, 0));

-- name: create_thread
INSERT INTO chat_threads (organisation_id, user_id, title)
VALUES (%(organisation)s, %(user)s, %(title)s)
RETURNING id, title, created_at, last_at;

-- name: thread
SELECT id, title, created_at, last_at
FROM chat_threads
WHERE id = %(thread)s AND organisation_id = %(organisation)s AND user_id IS NOT DISTINCT FROM %(user)s::uuid;

-- name: threads
SELECT id, title, created_at, last_at
FROM chat_threads
WHERE organisation_id = %(organisation)s AND user_id IS NOT DISTINCT FROM %(user)s::uuid
ORDER BY last_at DESC
LIMIT %(limit)s::int;

-- name: touch_thread
UPDATE chat_threads SET last_at = now()
WHERE id = %(thread)s AND organisation_id = %(organisation)s;

-- name: delete_thread
DELETE FROM chat_threads
WHERE id = %(thread)s AND organisation_id = %(organisation)s AND user_id IS NOT DISTINCT FROM %(user)s::uuid;

-- name: add_message
INSERT INTO chat_messages (thread_id, organisation_id, author, role, text, reply)
VALUES (%(thread)s, %(organisation)s, %(author)s, %(role)s, %(text)s, %(reply)s::jsonb)
RETURNING id;

-- name: messages
SELECT id, at, author, text, reply
FROM (
    SELECT id, at, author, text, reply
    FROM chat_messages
    WHERE thread_id = %(thread)s AND organisation_id = %(organisation)s
    ORDER BY id DESC
    LIMIT %(limit)s::int
) newest
ORDER BY id;

-- name: message
SELECT m.id, m.at, m.author, m.text, m.reply
FROM chat_messages m JOIN chat_threads t ON t.id = m.thread_id
WHERE m.id = %(message)s AND m.organisation_id = %(organisation)s AND t.user_id IS NOT DISTINCT FROM %(user)s::uuid;

-- name: last_reply
SELECT id, at, author, text, reply
FROM chat_messages
WHERE thread_id = %(thread)s AND organisation_id = %(organisation)s AND author = 'eaio'
ORDER BY id DESC
LIMIT 1;
