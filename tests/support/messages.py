"""Telling errors apart by their class, or by words of their message."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ingest.errors import IngestError
from kb.errors import KbError

Told = type[Exception] | str


def says(error: object, told: Told) -> bool:
    """Whether something is an error of that class, or one whose message has those words."""
    if isinstance(told, type):
        return isinstance(error, told)
    return isinstance(error, KbError | IngestError) and told in error.template


def raising(told: Told) -> Any:
    """As `pytest.raises`, for an error of that class, or one whose message has those words."""
    if isinstance(told, type):
        return pytest.raises(told)
    return pytest.raises((KbError, IngestError), match=re.escape(told))
