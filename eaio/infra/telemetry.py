"""Logs: one line per event, console for people and JSON for machines."""

import logging
import sys
from functools import partial

import structlog
from prometheus_client import Gauge

from eaio.infra.db import Database

POOL = Gauge("eaio_database_pool", "What the connection pool counts", ["statistic"])
_STATISTICS = ("pool_size", "pool_available", "requests_num", "requests_waiting", "requests_errors", "connections_lost")


def configure_logging(log_format: str = "auto", level: int = logging.INFO) -> None:
    """Set up structlog and route the standard library's loggers through it; logs go to stderr."""
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def watch_pool(database: Database) -> None:
    """Let /metrics show the pool of this process; the newest one wins."""
    for name in _STATISTICS:
        POOL.labels(name).set_function(partial(_statistic, database, name))


def _statistic(database: Database, name: str) -> float:
    return float(database.metrics().get(name, 0))
