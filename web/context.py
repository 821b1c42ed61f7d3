"""The knowledge base of the running application."""

from __future__ import annotations

from typing import cast

from flask import current_app

from kb.knowledge_base import KnowledgeBase

EXTENSION = "saphan"


def knowledge_base() -> KnowledgeBase:
    """The knowledge base that the running application serves."""
    return cast(KnowledgeBase, current_app.extensions[EXTENSION])
