"""The ``eaio`` command."""

import logging
import signal
import sys

import typer

from eaio import __version__
from eaio.cli import (
    accounts,
    analyze,
    bench_dashboard,
    bench_ingest,
    bench_vector,
    buildings,
    chat,
    eval_anomaly,
    eval_chat,
    eval_forecast,
    eval_mv,
    forecast,
    importing,
    meters,
    parameters,
    quality,
    recommend,
    report,
    running,
    sites,
    verify,
)
from eaio.infra.errors import EaioError
from eaio.infra.telemetry import configure_logging

app = typer.Typer(
    name="eaio",
    help="Energy AI Optimizer: meter data in, money-ranked and verified energy savings out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for verbs in (
    running,
    accounts,
    sites,
    buildings,
    meters,
    importing,
    quality,
    analyze,
    parameters,
    forecast,
    recommend,
    verify,
    report,
    chat,
    bench_ingest,
    bench_vector,
    bench_dashboard,
    eval_anomaly,
    eval_forecast,
    eval_mv,
    eval_chat,
):
    verbs.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"eaio {__version__}")
        raise typer.Exit


@app.callback()
def main(_: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """See `eaio VERB --help` for each verb."""


def run() -> None:
    """Entry point: errors that a person can act on end with one line and exit code 1, never with a trace.

    A polite request to end (SIGTERM) unwinds like Ctrl-C does, so that the embedded server is stopped too.
    """
    configure_logging(level=logging.WARNING)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        app()
    except EaioError as error:
        sys.stderr.write(f"eaio: {error.detail}\n")
        sys.exit(1)
