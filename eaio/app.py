"""The whole application: the only module that knows every other one."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.static_files import (
    create_static_files_router,  # pyright: ignore[reportUnknownVariableType]  # litestar leaves a default untyped
)
from procrastinate import App
from psycopg import DataError

from eaio import __version__
from eaio.accounts import pages as accounts_pages
from eaio.accounts import routes as accounts_routes
from eaio.accounts.authentication import authentication, callers_only
from eaio.analysis import jobs as analysis_jobs
from eaio.analysis import pages as analysis_pages
from eaio.analysis import routes as analysis_routes
from eaio.buildings import pages as buildings_pages
from eaio.buildings import routes as buildings_routes
from eaio.chat import pages as chat_pages
from eaio.chat import routes as chat_routes
from eaio.chat import service as chat
from eaio.dashboards import pages as dashboards_pages
from eaio.forecasting import jobs as forecasting_jobs
from eaio.forecasting import pages as forecasting_pages
from eaio.forecasting import routes as forecasting_routes
from eaio.infra import vectors
from eaio.infra.assets import asset_folder
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Database
from eaio.infra.embedded import join_server, server_running
from eaio.infra.errors import EaioError, Unavailable
from eaio.infra.jobs import connected, job_app
from eaio.infra.security import installation_secret
from eaio.infra.server import database_url
from eaio.infra.telemetry import watch_pool
from eaio.infra.web import health
from eaio.infra.web.handlers import dependencies
from eaio.infra.web.problems import on_eaio_error, on_http_error, on_too_deep, on_unexpected, on_unstorable
from eaio.infra.web.protection import csrf_middleware, security_headers
from eaio.infra.web.rendering import template_config
from eaio.metering import jobs as metering_jobs
from eaio.metering import pages as metering_pages
from eaio.metering import routes as metering_routes
from eaio.recommendations import jobs as recommendations_jobs
from eaio.recommendations import pages as recommendations_pages
from eaio.recommendations import routes as recommendations_routes
from eaio.reports import pages as reports_pages
from eaio.reports import routes as reports_routes
from eaio.settings import Settings

log = structlog.get_logger()

ROOMS = (
    health,
    accounts_routes,
    accounts_pages,
    buildings_routes,
    buildings_pages,
    metering_routes,
    metering_pages,
    analysis_routes,
    analysis_pages,
    forecasting_routes,
    forecasting_pages,
    recommendations_routes,
    recommendations_pages,
    dashboards_pages,
    reports_routes,
    reports_pages,
    chat_routes,
    chat_pages,
)
"""Everything that answers requests, each with its ``HANDLERS``."""

JOBS = job_app(
    {
        "metering": metering_jobs.blueprint,
        "analysis": analysis_jobs.blueprint,
        "forecasting": forecasting_jobs.blueprint,
        "recommendations": recommendations_jobs.blueprint,
    }
)
"""Every package's jobs by the package's name."""

PROBLEMS = {
    EaioError: on_eaio_error,
    HTTPException: on_http_error,
    DataError: on_unstorable,
    RecursionError: on_too_deep,
    Exception: on_unexpected,
}
"""Which kind of error is answered how."""

WATCH_SECONDS = 3.0
LINES: tuple[tuple[int, tuple[str, ...]], ...] = ((2, ()), (1, ("import",)))
"""Two jobs at once of any queue, and one more for uploads, which are looked at even while long analyses run."""


def create_app(settings: Settings) -> Litestar:
    """The application for these settings; nothing is opened before it starts."""
    secret = installation_secret(settings.home, settings.secret_key)
    handlers: list[Any] = [PrometheusController, *(handler for room in ROOMS for handler in room.HANDLERS)]
    static = create_static_files_router(
        path="/static",
        directories=[asset_folder("static")],
        cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
        include_in_schema=False,
    )
    return Litestar(
        route_handlers=[*handlers, static],
        dependencies=dependencies(),
        guards=[callers_only],
        middleware=[
            PrometheusConfig(app_name="eaio", prefix="eaio", group_path=True).middleware,
            security_headers(settings.secure_cookies),
            authentication,
            csrf_middleware(secret, settings.secure_cookies),
        ],
        exception_handlers=PROBLEMS,  # pyright: ignore[reportArgumentType]  # each handler takes its own kind
        template_config=template_config(),
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=4, minimum_size=2000),
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="EAIO",
            version=__version__,
            use_handler_docstrings=True,
            path="/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        lifespan=[_running(settings)],
        state=State({"settings": settings, "secret": secret}),
        request_max_body_size=10_000_000,
    )


def _running(settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        url = await asyncio.to_thread(database_url, settings)
        database = Database(url, settings.pool_min, settings.pool_max)
        await database.open()
        app.state.database = database
        vectors.choose(settings, url)
        watch_pool(database)
        tasks = [] if settings.database_url else [asyncio.create_task(_keep_server(settings))]
        tasks.append(asyncio.create_task(_warm_up()))
        if settings.worker:
            tasks.append(asyncio.create_task(run_worker(url, database, settings)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await vectors.close()
            await database.close()

    return lifespan


async def _keep_server(settings: Settings) -> None:
    """Start the embedded server again when it was killed; Postgres recovers from its log."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if await asyncio.to_thread(server_running, settings.home / "postgres"):
            continue
        log.warning("the embedded database is gone, starting it again")
        try:
            await asyncio.to_thread(join_server, settings.home)
        except Unavailable as error:
            log.warning("the embedded database does not start", reason=error.detail)


async def _warm_up() -> None:
    """Load what the first question would wait for, once the first page is served."""
    await asyncio.sleep(WATCH_SECONDS)
    await run_cpu(chat.warm_up)


async def run_worker(url: str, database: Database, settings: Settings) -> None:
    """Run jobs until cancelled; begins again after a lost connection, and a job whose worker died is tried anew."""
    context = {"database": database, "settings": settings}
    while True:
        try:
            jobs = connected(JOBS, url)
            async with jobs.open_async():
                await _rescue(jobs)
                async with asyncio.TaskGroup() as workers:
                    for at_once, queues in LINES:
                        workers.create_task(_work(jobs, at_once, queues, context))
                return
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.warning("the job worker stopped and begins again", error=str(error))
            await asyncio.sleep(WATCH_SECONDS)


async def _work(jobs: App, at_once: int, queues: Sequence[str], context: dict[str, Any]) -> None:
    chosen: dict[str, Any] = {"queues": list(queues)} if queues else {}
    await jobs.run_worker_async(
        concurrency=at_once,
        install_signal_handlers=False,
        shutdown_graceful_timeout=5,
        delete_jobs="successful",
        additional_context=context,
        **chosen,
    )


async def _rescue(jobs: Any) -> None:
    """Put jobs of dead workers back on their queue."""
    for job in await jobs.job_manager.get_stalled_jobs():
        await jobs.job_manager.retry_job(job)
