-- name: create_organisation
INSERT INTO organisations (name, slug, is_demo)
VALUES (%(name)s, %(slug)s, %(is_demo)s)
RETURNING id, name, slug, is_demo, currency, data_version;

-- name: organisations
SELECT o.id, o.name, o.slug, o.is_demo, o.currency, o.data_version,
       (SELECT count(*) FROM memberships m WHERE m.organisation_id = o.id) AS members
FROM organisations o
ORDER BY o.created_at, o.id;

-- name: rename_organisation
UPDATE organisations SET name = %(name)s WHERE id = %(organisation)s;

-- name: set_currency
UPDATE organisations SET currency = %(currency)s WHERE id = %(organisation)s;

-- name: set_coverage_threshold
UPDATE organisations SET coverage_threshold = %(threshold)s WHERE id = %(organisation)s;

-- name: data_version
SELECT data_version FROM organisations WHERE id = %(organisation)s;

-- name: raise_data_version
UPDATE organisations SET data_version = data_version + 1 WHERE id = %(organisation)s RETURNING data_version;

-- name: create_user
INSERT INTO users (email, name, password_hash) VALUES (%(email)s, %(name)s, %(password_hash)s) RETURNING id;

-- name: set_membership
INSERT INTO memberships (organisation_id, user_id, role) VALUES (%(organisation)s, %(user)s, %(role)s)
ON CONFLICT (organisation_id, user_id) DO UPDATE SET role = excluded.role;

-- name: members
SELECT u.id, u.email, u.name, m.role, u.created_at, u.disabled_at
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.organisation_id = %(organisation)s
ORDER BY u.name, u.email;

-- name: stored_user
SELECT u.id, u.name, u.password_hash, m.organisation_id, m.role
FROM users u JOIN memberships m ON m.user_id = u.id
WHERE u.email = %(email)s AND u.disabled_at IS NULL
ORDER BY m.organisation_id
LIMIT 1;

-- name: disable_user
UPDATE users u SET disabled_at = CASE WHEN %(disabled)s THEN coalesce(disabled_at, now()) END
FROM memberships m
WHERE m.user_id = u.id AND m.organisation_id = %(organisation)s AND u.id = %(user)s;

-- name: end_sessions_of_user
DELETE FROM sessions WHERE user_id = %(user)s;

-- name: record_failure
INSERT INTO sign_in_failures (email, source) VALUES (%(email)s, %(source)s);

-- name: recent_failures
SELECT count(*) FROM sign_in_failures WHERE email = %(email)s AND at > now() - interval '15 minutes';

-- name: recent_failures_from
SELECT count(*) FROM sign_in_failures WHERE source = %(source)s AND at > now() - interval '15 minutes';

-- name: forget_failures
DELETE FROM sign_in_failures WHERE email = %(email)s OR at < now() - interval '1 day';

-- name: create_session
INSERT INTO sessions (token_hash, organisation_id, user_id, role, expires_at)
VALUES (%(token_hash)s, %(organisation)s, %(user)s, %(role)s, now() + make_interval(hours => %(hours)s));

-- name: session_access
SELECT s.organisation_id, o.name AS organisation_name, o.currency, o.coverage_threshold, o.is_demo, coalesce(m.role, s.role) AS role,
       coalesce(u.name, 'Visitor') AS name, s.user_id
FROM sessions s
JOIN organisations o ON o.id = s.organisation_id
LEFT JOIN users u ON u.id = s.user_id
LEFT JOIN memberships m ON m.user_id = s.user_id AND m.organisation_id = s.organisation_id
WHERE s.token_hash = %(token_hash)s AND s.expires_at > now() AND u.disabled_at IS NULL
  AND (s.user_id IS NULL) = (m.user_id IS NULL);

-- name: end_session
DELETE FROM sessions WHERE token_hash = %(token_hash)s;

-- name: end_expired_sessions
DELETE FROM sessions WHERE expires_at < now();

-- name: member_access
SELECT m.organisation_id, o.name AS organisation_name, o.currency, o.coverage_threshold, o.is_demo, m.role, u.name, u.id AS user_id
FROM memberships m
JOIN organisations o ON o.id = m.organisation_id
JOIN users u ON u.id = m.user_id
WHERE m.user_id = %(user)s AND m.organisation_id = %(organisation)s AND u.disabled_at IS NULL;

-- name: demo_access
SELECT o.id AS organisation_id, o.name AS organisation_name, o.currency, o.coverage_threshold, o.is_demo,
       'facility_manager' AS role, 'Visitor' AS name, NULL::uuid AS user_id
FROM organisations o
WHERE o.is_demo
ORDER BY o.created_at
LIMIT 1;

-- name: create_api_token
INSERT INTO api_tokens (organisation_id, user_id, name, role, token_hash, expires_at)
VALUES (%(organisation)s, %(user)s, %(name)s, %(role)s, %(token_hash)s,
        now() + make_interval(days => %(days)s))
RETURNING id, name, role, created_at, expires_at, revoked_at;

-- name: api_tokens
SELECT id, name, role, created_at, expires_at, revoked_at
FROM api_tokens WHERE organisation_id = %(organisation)s
ORDER BY created_at DESC;

-- name: revoke_api_token
UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now())
WHERE organisation_id = %(organisation)s AND id = %(token)s;

-- name: token_access
SELECT t.organisation_id, o.name AS organisation_name, o.currency, o.coverage_threshold, o.is_demo, t.role,
       t.name || ' (token)' AS name, t.user_id
FROM api_tokens t
JOIN organisations o ON o.id = t.organisation_id
LEFT JOIN users u ON u.id = t.user_id
WHERE t.token_hash = %(token_hash)s AND t.revoked_at IS NULL AND u.disabled_at IS NULL
  AND (t.expires_at IS NULL OR t.expires_at > now());

-- name: create_setup_link
INSERT INTO setup_links (token_hash, expires_at) VALUES (%(token_hash)s, now() + interval '1 day');

-- name: use_setup_link
UPDATE setup_links SET used_at = now()
WHERE token_hash = %(token_hash)s AND used_at IS NULL AND expires_at > now()
RETURNING 1;

-- name: setup_link_is_open
SELECT count(*) FROM setup_links
WHERE token_hash = %(token_hash)s AND used_at IS NULL AND expires_at > now();

-- name: discard_setup_links
DELETE FROM setup_links WHERE used_at IS NULL;

-- name: administrators
SELECT count(*)
FROM memberships m
JOIN organisations o ON o.id = m.organisation_id
JOIN users u ON u.id = m.user_id
WHERE m.role = 'administrator' AND NOT o.is_demo AND u.disabled_at IS NULL;

-- name: audit
INSERT INTO audit_trail (organisation_id, actor, action, subject, detail)
VALUES (%(organisation)s, %(actor)s, %(action)s, %(subject)s, %(detail)s);
