"""Jobs in Postgres (procrastinate): deferred in the caller's transaction, run in or beside the web process.

A package lists its jobs in ``jobs.py``::

    blueprint = Blueprint()

    @blueprint.task(name="analyze", pass_context=True, queue="analysis")
    async def analyze(context: JobContext, organisation: str) -> None:
        async with database(context).transaction() as conn:
            ...

``create_app`` registers the blueprint under the package's name, so that the job above is called ``analysis:analyze``.
"""

import json
from typing import Any, cast

from procrastinate import App, Blueprint, JobContext, PsycopgConnector
from psycopg.errors import UniqueViolation

from eaio.infra.db import Connection, Database

__all__ = ["Blueprint", "JobContext", "database", "defer", "job_app"]

_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
    %(queue)s, %(task)s, %(priority)s, %(lock)s, %(queueing_lock)s, %(args)s::jsonb, NULL
)::procrastinate_job_to_defer_v1])
"""


def job_app(blueprints: dict[str, Blueprint]) -> App:
    """Every package's jobs under its name; made once a process, for registering renames a blueprint's jobs."""
    app = App(connector=PsycopgConnector())
    for namespace, blueprint in blueprints.items():
        app.add_tasks_from(blueprint, namespace=namespace)
    return app


def connected(app: App, url: str) -> App:
    """The jobs of ``app`` on the queue of a database; open it with ``open_async``."""
    return app.with_connector(PsycopgConnector(conninfo=url, min_size=1, max_size=4))


def database(context: JobContext) -> Database:
    """The pool that the worker runs with."""
    return cast("Database", context.additional_context["database"])


async def defer(
    conn: Connection, task: str, queue: str, once: str | None = None, lock: str | None = None, **args: Any
) -> None:
    """Put a job on its queue as part of the caller's transaction: it exists if and only if that commits.

    ``task`` is the full name, ``package:job``. Of jobs with the same ``once`` only one waits: a second one is dropped
    while the first has not begun, and starts after it otherwise. Jobs with the same ``lock`` (``once`` by default) run
    one after the other.
    """
    params = {
        "queue": queue,
        "task": task,
        "priority": 0,
        "lock": lock or once,
        "queueing_lock": once,
        "args": json.dumps(args),
    }
    try:
        async with conn.transaction():
            await conn.execute(_DEFER, params)
    except UniqueViolation:
        return
