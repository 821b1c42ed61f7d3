"""The API of the desk, a module for each subject; `BLUEPRINTS` are all of them. Keys with the scope open it."""

from __future__ import annotations

from flask import Blueprint

from web.api import batches, documents

BLUEPRINTS: tuple[Blueprint, ...] = (batches.blueprint, documents.blueprint)
