"""The site: pages and JSON API over a `KnowledgeBase`."""

from web.app import create_app

__all__ = ["create_app"]
