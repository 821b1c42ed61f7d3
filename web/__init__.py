"""The site: pages and JSON API over a `KnowledgeBase`."""

from web.app import create_app
from web.security.request_limits import MOST_BYTES

__all__ = ["MOST_BYTES", "create_app"]
