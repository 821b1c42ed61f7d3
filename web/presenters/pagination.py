"""Where a page of a list stands among its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """Numbers count from 1; `number` is beyond `last` for a page past the end."""

    number: int
    last: int
    previous_url: str | None
    next_url: str | None


def paging(total: int, limit: int, offset: int, url: Callable[[int], str]) -> Paging:
    """The paging of `total` things, `limit` on a page, from `offset` on; `url` gives an offset's address.

    From a page past the end the previous one is the last.
    """
    last = max(1, -(-total // limit))
    before = max(0, min(offset - limit, (last - 1) * limit))
    return Paging(
        number=offset // limit + 1,
        last=last,
        previous_url=url(before) if offset else None,
        next_url=url(offset + limit) if offset + limit < total else None,
    )
