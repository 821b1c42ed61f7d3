"""Who may do what: one table of all endpoints, held before every request.

People come with the cookie of their session, programs with an API key (`Authorization: Bearer …`). Keys open
what is made for programs only, and there a cookie is enough to read but never to change anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from kb.accounts.models import ApiKey, User
from web.admin_context import has_services, services
from web.security import sessions

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing


class Permission(StrEnum):
    """What somebody must be allowed to open an endpoint."""

    ANYONE = "anyone"  # also who may not read a closed site
    PERSON = "person"  # anybody with an account, but no key
    READ = "read"  # where the site is open everybody may
    INGEST = "ingest"
    ADMIN = "admin"


PERMISSIONS: dict[str, Permission] = {
    "static": Permission.ANYONE,
    "api.health": Permission.ANYONE,
    # ---- reading
    "search.home": Permission.READ,
    "search.results": Permission.READ,
    "documents.document": Permission.READ,
    "documents.original": Permission.READ,
    "documents.versions": Permission.READ,
    "documents.version": Permission.READ,
    "documents.changes": Permission.READ,
    "documents.beside": Permission.READ,
    "documents.cite": Permission.READ,
    "documents.cite_file": Permission.READ,
    "collection.documents": Permission.READ,
    "collection.events": Permission.READ,
    "collection.event": Permission.READ,
    "collection.feed": Permission.READ,
    "collection.event_feed": Permission.READ,
    "collection.about": Permission.READ,
    "atlas.show": Permission.READ,
    "takeaway.reading_list": Permission.READ,
    "takeaway.brief": Permission.READ,
    "takeaway.compare": Permission.READ,
    "takeaway.export_search": Permission.READ,
    "takeaway.export_list": Permission.READ,
    "api.search": Permission.READ,
    "api.by_language": Permission.READ,
    "api.documents": Permission.READ,
    "api.document": Permission.READ,
    "api.related": Permission.READ,
    "api.versions": Permission.READ,
    "api.version": Permission.READ,
    "api.changes": Permission.READ,
    "api.original": Permission.READ,
    "api.aligned": Permission.READ,
    "api.citation": Permission.READ,
    "api.events": Permission.READ,
    "api.event": Permission.READ,
    "api.collection_map": Permission.READ,
    "api.openapi": Permission.READ,
    "api.metrics_json": Permission.ADMIN,
    "api.metrics_text": Permission.ADMIN,
    # ---- knowing
    "dashboard.show": Permission.INGEST,
    "dashboard.gaps": Permission.INGEST,
    "dashboard.forget_gap": Permission.ADMIN,
    "dashboard.clear_gaps": Permission.ADMIN,
    # ---- bringing in
    "bring_in.show": Permission.INGEST,
    "bring_in.receive": Permission.INGEST,
    "bring_in.batches": Permission.INGEST,
    "bring_in.batch": Permission.INGEST,
    "bring_in.progress": Permission.INGEST,
    "bring_in.decide": Permission.INGEST,
    "bring_in.cancel": Permission.INGEST,
    "bring_in.item": Permission.INGEST,
    "bring_in.mend": Permission.INGEST,
    "api_batches.receive": Permission.INGEST,
    "api_batches.batches": Permission.INGEST,
    "api_batches.batch": Permission.INGEST,
    "api_batches.items": Permission.INGEST,
    "api_batches.cancel": Permission.INGEST,
    "api_batches.item": Permission.INGEST,
    "api_batches.retry": Permission.INGEST,
    "api_batches.accept": Permission.INGEST,
    "api_batches.leave_out": Permission.INGEST,
    # ---- accounts
    "account.log_in": Permission.ANYONE,
    "account.log_out": Permission.PERSON,
    "account.show": Permission.PERSON,
    "account.change_password": Permission.PERSON,
    "people.show": Permission.ADMIN,
    "people.add": Permission.ADMIN,
    "people.person": Permission.ADMIN,
    "people.change_role": Permission.ADMIN,
    "people.change_password": Permission.ADMIN,
    "people.deactivate": Permission.ADMIN,
    "people.activate": Permission.ADMIN,
    "keys.show": Permission.ADMIN,
    "keys.make": Permission.ADMIN,
    "keys.revoke": Permission.ADMIN,
    "log.show": Permission.ADMIN,
    # ---- words
    "words.glossary": Permission.INGEST,
    "words.new_row": Permission.INGEST,
    "words.add_row": Permission.INGEST,
    "words.row": Permission.INGEST,
    "words.change_row": Permission.INGEST,
    "words.delete_row": Permission.INGEST,
    "words.download": Permission.INGEST,
    "words.replace": Permission.INGEST,
    "words.thai": Permission.INGEST,
    "words.try_or_save": Permission.INGEST,
    # ---- review, events, removal
    "review.documents": Permission.INGEST,
    "review.act": Permission.INGEST,
    "review.correct_many": Permission.INGEST,
    "review.save_many": Permission.INGEST,
    "review.sheet": Permission.INGEST,
    "review.save": Permission.INGEST,
    "review.publish": Permission.INGEST,
    "review.remove": Permission.INGEST,
    "review.original": Permission.INGEST,
    "review.text": Permission.INGEST,
    "review.save_text": Permission.INGEST,
    "review.versions": Permission.INGEST,
    "review.version": Permission.INGEST,
    "review.go_back": Permission.INGEST,
    "review.changes": Permission.INGEST,
    "gatherings.events": Permission.INGEST,
    "gatherings.add": Permission.INGEST,
    "gatherings.event": Permission.INGEST,
    "gatherings.change": Permission.INGEST,
    "gatherings.merge": Permission.INGEST,
    "gatherings.merge_now": Permission.INGEST,
    "gatherings.delete": Permission.INGEST,
    "removal.removed": Permission.INGEST,
    "removal.act": Permission.INGEST,
    "removal.purge": Permission.ADMIN,
    "removal.purge_for_good": Permission.ADMIN,
    "api_documents.correct": Permission.INGEST,
    "api_documents.publish": Permission.INGEST,
    "api_documents.remove": Permission.INGEST,
    "api_documents.undo": Permission.INGEST,
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person, a key, or nobody that is known; and what they may."""

    may: frozenset[Permission]
    person: User | None = None
    key: ApiKey | None = None


def install(app: Flask) -> None:
    """Hold the table before every request."""
    app.before_request(_require)
    app.jinja_env.globals.update(may=may, signed_in=lambda: principal().person, has_desk=has_services)


def actor() -> str:
    """How the audit log names who asks: a person's name or "key ID"."""
    found = principal()
    if found.person is not None:
        return found.person.name
    if found.key is not None:
        return found.key.actor
    abort(401)


def may(need: Permission | str) -> bool:
    """Whether who asks may open what has this need."""
    return Permission(need) in principal().may


def principal() -> Principal:
    """Who asks. Raises 401 for a key that is none, or revoked, where programs ask."""
    if "asker" not in g:
        g.asker = _asker()
    found: Principal = g.asker
    return found


def is_closed() -> bool:
    """Whether only people with an account, and their programs, may read."""
    return has_services() and services().base.settings.closed


def is_private() -> bool:
    """Whether an answer may be kept nowhere: what not everybody with a right to read may see, and forms to log in."""
    need = PERMISSIONS.get(request.endpoint or "", Permission.READ)
    return need in (Permission.PERSON, Permission.INGEST, Permission.ADMIN) or request.endpoint == "account.log_in"


def for_programs() -> bool:
    """Whether what is asked for is made for programs: keys open it, and errors are told in an envelope."""
    path = request.url_rule.rule if request.url_rule else request.path
    return path.startswith("/api/") or path in ("/healthz", "/metrics") or path.endswith("/feed.atom")


def _asker() -> Principal:
    everybody = {Permission.ANYONE} if is_closed() else {Permission.ANYONE, Permission.READ}
    if not has_services():
        return Principal(frozenset(everybody))
    if for_programs() and "Authorization" in request.headers:
        key = _key()
        return Principal(frozenset(everybody.union(map(Permission, key.scopes))), key=key)
    if for_programs() and request.method not in SAFE:
        return Principal(frozenset(everybody))
    person = sessions.person()
    if person is None:
        return Principal(frozenset(everybody))
    return Principal(
        frozenset(everybody.union({Permission.PERSON}, map(Permission, person.role.scopes))), person=person
    )


def _key() -> ApiKey:
    sent = request.authorization
    key = services().keys.check(sent.token or "") if sent and sent.type == "bearer" else None
    if key is None:
        raise _who_asks()
    return key


def _who_asks() -> Unauthorized:
    return Unauthorized(www_authenticate=WWWAuthenticate("bearer") if for_programs() else None)


def _require() -> ResponseReturnValue | None:
    """Let pass, send to the log-in page, or refuse."""
    if request.endpoint is None:
        return None  # there is nothing at this address, or not by this method: Flask says so
    need = PERMISSIONS.get(request.endpoint)
    if need is None:
        current_app.logger.error("%s is not in the table of needs", request.endpoint)
        abort(403)
    if not _is_everybodys(need) and not may(need):
        return _refuse()
    if has_services() and request.method not in SAFE and not for_programs():
        sessions.csrf.protect()
    return None


def _is_everybodys(need: Permission) -> bool:
    """Whether it need not be known who asks.

    The session is looked at only where it matters, so that other answers do not vary by the cookie; a key is looked
    at wherever it may count, so that a wrong one is told at once.
    """
    with_key = for_programs() and "Authorization" in request.headers
    return need is Permission.ANYONE or (
        need is Permission.READ and not is_closed() and not (with_key and has_services())
    )


def _refuse() -> ResponseReturnValue:
    known = principal().person or principal().key
    if known:
        abort(403)
    if for_programs() or request.method not in SAFE:
        raise _who_asks()
    return redirect(url_for("account.log_in", next=request.full_path.removesuffix("?")))
