"""How often a password may be guessed (Flask-Limiter, in memory: a restart forgets it).

Only wrong tries count, so that a room full of people behind one address can log in. A name is held for ten
minutes at most after the last wrong try, since whoever tries it may not be its owner.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

from flask import Flask, Response, request
from flask_limiter import Limiter

from web.security import sessions

BY_NETWORK = "10 per minute; 30 per hour"
BY_NAME = "10 per minute; 30 per 10 minutes"
LOG_IN, CHANGE = "account.log_in", "account.change_password"


def install(app: Flask) -> None:
    """Hold the two forms that check a password to these limits; to be called when the views are registered."""
    limiter = Limiter(sessions.network, app=app, storage_uri="memory://", strategy="moving-window")
    by_network = limiter.limit(BY_NETWORK, methods=["POST"], deduct_when=_was_wrong)
    by_name = limiter.limit(BY_NAME, key_func=_name, methods=["POST"], deduct_when=_was_wrong)
    views = cast(dict[str, Any], app.view_functions)
    views[LOG_IN] = by_name(by_network(views[LOG_IN]))
    by_person = limiter.limit(BY_NAME, key_func=_person, methods=["POST"], deduct_when=_was_wrong)
    views[CHANGE] = by_person(views[CHANGE])


def _was_wrong(response: Response) -> bool:
    return response.status_code in (400, 401)


def _name() -> str:
    """The name typed in; a sum of it, since limits are logged and people type passwords into wrong boxes."""
    typed = request.form.get("name", "").strip().lower()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()


def _person() -> str:
    person = sessions.person()
    return person.name if person else "nobody"
