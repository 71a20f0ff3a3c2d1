"""Migrating as somebody who may not."""

import os

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from eaio.infra.errors import Unavailable
from eaio.infra.migrate import migrate


def test_a_role_without_privileges_is_told_what_to_ask_for(server_url: str, database_url: str, worker_id: str) -> None:
    name = f"eaio_weak_{worker_id}_{os.getpid()}"
    role, database = sql.Identifier(name), sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'weak'").format(role))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    own = conninfo_to_dict(database_url)["dbname"]
    url = database_url.replace(f"/{own}", f"/{name}").replace("//postgres", f"//{name}", 1)
    try:
        with pytest.raises(Unavailable, match="CREATE EXTENSION vector"):
            migrate(url)
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))
