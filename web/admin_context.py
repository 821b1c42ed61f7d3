"""The ingest desk of the running site."""

from __future__ import annotations

from typing import cast

from flask import current_app

from kb.admin import AdminServices

EXTENSION = "saphan-desk"


def services() -> AdminServices:
    """The desk of the running application; only sites made with one have its pages."""
    return cast(AdminServices, current_app.extensions[EXTENSION])


def has_services() -> bool:
    """Whether the running application has a desk, accounts and all."""
    return EXTENSION in current_app.extensions
