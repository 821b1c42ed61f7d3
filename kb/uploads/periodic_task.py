"""`PeriodicTask`: something that is to be done from time to time, by whoever works on the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """Something to do every `seconds`, and once when the worker starts.

    `do` is called by one thread at a time, beside the work on items. What it raises goes to the log.
    """

    name: str
    seconds: float
    do: Callable[[], object]
