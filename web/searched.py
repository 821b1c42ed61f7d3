"""What is counted of a search, on the site and by the API alike."""

from __future__ import annotations

from kb.model import Page
from web.access import Need, may
from web.desk import desk, has_desk


def searched(page: Page) -> None:
    """Count a search that was asked for, and remember its question if it found a gap (`kb.desk.gaps`)."""
    if has_desk():
        desk().metrics.searches.took(page.took_ms / 1000)
        desk().gaps.note(page, by_reader=not may(Need.INGEST))
