"""How a long task tells of its progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Stage = Literal["read", "described", "split", "encoded"]
ProgressCallback = Callable[[Stage, int, int], None]  # told of what is done of how many; it may raise, to stop it


def no_progress(stage: Stage, done: int, total: int) -> None:
    """Tell nobody."""
