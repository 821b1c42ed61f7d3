"""What is counted of a search, on the site and by the API alike."""

from __future__ import annotations

from kb.models import ResultPage
from web.admin_context import has_services, services
from web.security.permissions import Permission, may


def log_search(page: ResultPage) -> None:
    """Count a search that was asked for, and remember its question if it found a gap ."""
    if has_services():
        services().metrics.searches.took(page.took_ms / 1000)
        services().gaps.note(page, by_reader=not may(Permission.INGEST))
