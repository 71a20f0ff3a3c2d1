"""Alembic's entry: plain SQL revisions under a lock, each in its own transaction."""

import sys
from pathlib import Path

import psycopg
from alembic import context
from sqlalchemy import create_engine, pool, text

sys.path.insert(0, str(Path(__file__).parent))

LOCK = 4_145_494_031
"""Any constant: two migrators of one database must wait for one another."""

url = context.get_x_argument(as_dictionary=True).get("url") or context.config.attributes["url"]
engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=pool.NullPool)
with engine.connect() as connection:
    if not connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK})")).scalar():
        sys.stderr.write("Another process migrates this database: waiting for it\n")
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
    patience = context.config.attributes.get("lock_timeout", "15s")
    connection.execute(text(f"SET lock_timeout = '{patience}'"))
    connection.execute(text("SET TIME ZONE 'UTC'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
    connection.commit()
engine.dispose()
