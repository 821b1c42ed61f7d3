"""The API of the desk, a module for each subject; `BLUEPRINTS` are all of them. Keys with the scope open it."""

from __future__ import annotations

from flask import Blueprint

from web import api_batches, api_documents

BLUEPRINTS: tuple[Blueprint, ...] = (api_batches.blueprint, api_documents.blueprint)
