"""Keeping linear algebra on one core.

The matrices here are small: a second thread gains nothing, and on a busy machine the threads' waiting for each other
makes a forecast ten times slower.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    """Looks through the loaded libraries once."""
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Within it, BLAS uses the calling thread alone."""
    return _controller().limit(limits=1, user_api="blas")
