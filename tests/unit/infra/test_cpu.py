"""Work off the event loop."""

import threading
import time

import anyio

from eaio.infra.cpu import run_cpu


async def test_cancelling_does_not_wait_for_the_computation() -> None:
    finished = threading.Event()
    start = time.monotonic()
    with anyio.move_on_after(0.05) as scope:
        await run_cpu(finished.wait, 20)
    assert scope.cancelled_caught
    assert time.monotonic() - start < 10
    finished.set()
