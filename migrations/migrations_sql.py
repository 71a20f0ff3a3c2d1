"""What a revision needs: run plain SQL, and know the server."""

from alembic import op

USABLE_TIMESCALE = """
SELECT 1 FROM pg_available_extensions
WHERE name = 'timescaledb'
  AND string_to_array(split_part(coalesce(installed_version, default_version), '-', 1), '.')::int[] >= '{2,28}'
  AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.max_background_workers')
  AND coalesce(current_setting('timescaledb.license', true), '') <> 'apache'
"""


def run(sql: str) -> None:
    """Run one or more statements as they stand: no bind parameters, no escaping of % or colons."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("Revisions run against a live database, not offline")
    connection.execute(sql)


def timescale() -> bool:
    """Whether this database has a TimescaleDB of use; installs the extension where the server has it loaded.

    Packages are often installed but not preloaded, and an Apache-licensed build has neither columnstore nor continuous
    aggregates: such servers count as plain Postgres. The calls in the revisions need 2.28.
    """
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("Revisions run against a live database, not offline")
    offered = connection.execute(USABLE_TIMESCALE).fetchone()
    if offered:
        connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    return offered is not None
