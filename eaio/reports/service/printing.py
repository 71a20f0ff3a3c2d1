"""Sends a report to the press and waits for its PDF, without holding up anything else."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping

import msgspec
import structlog
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from eaio.infra.doctor import PANGO
from eaio.infra.errors import Unavailable
from eaio.reports.models import NO_PANGO, Report
from eaio.reports.models.audit import AuditPack

log = structlog.get_logger()

PRESSES = 2
"""Reports that are printed at the same time; the others wait."""
PATIENCE = 120.0
"""Seconds after which a report is given up."""

_limiter: RunVar[CapacityLimiter] = RunVar("presses")


async def paper_of(report: Report | AuditPack, environ: Mapping[str, str] | None = None) -> bytes:
    """A report or an audit pack as PDF; two to five seconds in a process of its own.

    Args:
        report: what to print.
        environ: the press's environment; this process's own when None.

    Raises:
        Unavailable: Pango is missing, or the press failed or took too long; the message says what to do.
    """
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(PRESSES)
        _limiter.set(limiter)
    return await to_thread.run_sync(printed, report, environ, limiter=limiter)


def printed(report: Report | AuditPack, environ: Mapping[str, str] | None = None) -> bytes:
    """As :func:`paper_of`, waiting."""
    command = [sys.executable, "-m", "eaio.reports.compute.press", type(report).__name__]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a module of ours, the report on standard input
            command,
            input=msgspec.json.encode(report),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=dict(os.environ if environ is None else environ),
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("The report took too long to print; try a shorter period") from error
    if done.returncode == NO_PANGO:
        remedy = PANGO.get(platform.system(), "install Pango")
        raise Unavailable(f"PDF reports need the Pango library, which is missing here: {remedy}. CSV works without it")
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        log.error("the press failed", code=done.returncode, trace=done.stderr.decode(errors="replace")[-4000:])
        raise Unavailable("The report could not be printed; the log says why. CSV works without printing")
    return done.stdout
