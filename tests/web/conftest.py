from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.library import Shelf
from web import create_app


@pytest.fixture
def app() -> Flask:
    return create_app(Shelf())


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    """A visitor who has not been here before and whose browser states no language."""
    return app.test_client()
