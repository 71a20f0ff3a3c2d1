"""What a revision needs: run plain SQL, and know the server."""

from alembic import op


def run(sql: str) -> None:
    """Run one or more statements as they stand: no bind parameters, no escaping of % or colons."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("Revisions run against a live database, not offline")
    connection.execute(sql)


def timescale() -> bool:
    """Whether this database has TimescaleDB; installs the extension where the server offers it."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("Revisions run against a live database, not offline")
    offered = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'").fetchone()
    if offered:
        connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    return offered is not None
