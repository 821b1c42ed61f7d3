"""Waiting for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

SOON = 60.0  # seconds; for a machine that has much else to do


def until(done: Callable[[], bool]) -> None:
    """Wait until `done`."""
    end = time.monotonic() + SOON
    while not done():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.02)
