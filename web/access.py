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

from kb.desk.model import Key, Person
from web import session
from web.desk import desk, has_desk

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing


class Need(StrEnum):
    """What somebody must be allowed to open an endpoint."""

    ANYONE = "anyone"  # also who may not read a closed site
    PERSON = "person"  # anybody with an account, but no key
    READ = "read"  # where the site is open everybody may
    INGEST = "ingest"
    ADMIN = "admin"


NEEDS: dict[str, Need] = {
    "static": Need.ANYONE,
    "api.health": Need.ANYONE,
    # ---- reading
    "search.home": Need.READ,
    "search.results": Need.READ,
    "documents.document": Need.READ,
    "documents.original": Need.READ,
    "documents.versions": Need.READ,
    "documents.version": Need.READ,
    "documents.changes": Need.READ,
    "documents.beside": Need.READ,
    "documents.cite": Need.READ,
    "documents.cite_file": Need.READ,
    "collection.documents": Need.READ,
    "collection.events": Need.READ,
    "collection.event": Need.READ,
    "collection.feed": Need.READ,
    "collection.event_feed": Need.READ,
    "collection.about": Need.READ,
    "atlas.show": Need.READ,
    "takeaway.reading_list": Need.READ,
    "takeaway.brief": Need.READ,
    "takeaway.compare": Need.READ,
    "takeaway.export_search": Need.READ,
    "takeaway.export_list": Need.READ,
    "api.search": Need.READ,
    "api.by_language": Need.READ,
    "api.documents": Need.READ,
    "api.document": Need.READ,
    "api.related": Need.READ,
    "api.versions": Need.READ,
    "api.version": Need.READ,
    "api.changes": Need.READ,
    "api.original": Need.READ,
    "api.aligned": Need.READ,
    "api.citation": Need.READ,
    "api.events": Need.READ,
    "api.event": Need.READ,
    "api.collection_map": Need.READ,
    "api.openapi": Need.READ,
    "api.metrics_json": Need.ADMIN,
    "api.metrics_text": Need.ADMIN,
    # ---- knowing
    "dashboard.show": Need.INGEST,
    "dashboard.gaps": Need.INGEST,
    "dashboard.forget_gap": Need.ADMIN,
    "dashboard.clear_gaps": Need.ADMIN,
    # ---- bringing in
    "bring_in.show": Need.INGEST,
    "bring_in.receive": Need.INGEST,
    "bring_in.batches": Need.INGEST,
    "bring_in.batch": Need.INGEST,
    "bring_in.progress": Need.INGEST,
    "bring_in.decide": Need.INGEST,
    "bring_in.cancel": Need.INGEST,
    "bring_in.item": Need.INGEST,
    "bring_in.mend": Need.INGEST,
    "api_batches.receive": Need.INGEST,
    "api_batches.batches": Need.INGEST,
    "api_batches.batch": Need.INGEST,
    "api_batches.items": Need.INGEST,
    "api_batches.cancel": Need.INGEST,
    "api_batches.item": Need.INGEST,
    "api_batches.retry": Need.INGEST,
    "api_batches.accept": Need.INGEST,
    "api_batches.leave_out": Need.INGEST,
    # ---- accounts
    "account.log_in": Need.ANYONE,
    "account.log_out": Need.PERSON,
    "account.show": Need.PERSON,
    "account.change_password": Need.PERSON,
    "people.show": Need.ADMIN,
    "people.add": Need.ADMIN,
    "people.person": Need.ADMIN,
    "people.change_role": Need.ADMIN,
    "people.change_password": Need.ADMIN,
    "people.deactivate": Need.ADMIN,
    "people.activate": Need.ADMIN,
    "keys.show": Need.ADMIN,
    "keys.make": Need.ADMIN,
    "keys.revoke": Need.ADMIN,
    "log.show": Need.ADMIN,
    # ---- words
    "words.glossary": Need.INGEST,
    "words.new_row": Need.INGEST,
    "words.add_row": Need.INGEST,
    "words.row": Need.INGEST,
    "words.change_row": Need.INGEST,
    "words.delete_row": Need.INGEST,
    "words.download": Need.INGEST,
    "words.replace": Need.INGEST,
    "words.thai": Need.INGEST,
    "words.try_or_save": Need.INGEST,
    # ---- review, events, removal
    "review.documents": Need.INGEST,
    "review.act": Need.INGEST,
    "review.correct_many": Need.INGEST,
    "review.save_many": Need.INGEST,
    "review.sheet": Need.INGEST,
    "review.save": Need.INGEST,
    "review.publish": Need.INGEST,
    "review.remove": Need.INGEST,
    "review.original": Need.INGEST,
    "review.text": Need.INGEST,
    "review.save_text": Need.INGEST,
    "review.versions": Need.INGEST,
    "review.version": Need.INGEST,
    "review.go_back": Need.INGEST,
    "review.changes": Need.INGEST,
    "gatherings.events": Need.INGEST,
    "gatherings.add": Need.INGEST,
    "gatherings.event": Need.INGEST,
    "gatherings.change": Need.INGEST,
    "gatherings.merge": Need.INGEST,
    "gatherings.merge_now": Need.INGEST,
    "gatherings.delete": Need.INGEST,
    "removal.removed": Need.INGEST,
    "removal.act": Need.INGEST,
    "removal.purge": Need.ADMIN,
    "removal.purge_for_good": Need.ADMIN,
    "api_documents.correct": Need.INGEST,
    "api_documents.publish": Need.INGEST,
    "api_documents.remove": Need.INGEST,
    "api_documents.undo": Need.INGEST,
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a person, a key, or nobody that is known; and what they may."""

    may: frozenset[Need]
    person: Person | None = None
    key: Key | None = None


def install(app: Flask) -> None:
    """Hold the table before every request."""
    app.before_request(_require)
    app.jinja_env.globals.update(may=may, signed_in=lambda: asker().person, has_desk=has_desk)


def actor() -> str:
    """How the audit log names who asks: a person's name or "key ID"."""
    found = asker()
    if found.person is not None:
        return found.person.name
    if found.key is not None:
        return found.key.actor
    abort(401)


def may(need: Need | str) -> bool:
    """Whether who asks may open what has this need."""
    return Need(need) in asker().may


def asker() -> Asker:
    """Who asks. Raises 401 for a key that is none, or revoked, where programs ask."""
    if "asker" not in g:
        g.asker = _asker()
    found: Asker = g.asker
    return found


def is_closed() -> bool:
    """Whether only people with an account, and their programs, may read."""
    return has_desk() and desk().base.settings.closed


def is_private() -> bool:
    """Whether an answer may be kept nowhere: what not everybody with a right to read may see, and forms to log in."""
    need = NEEDS.get(request.endpoint or "", Need.READ)
    return need in (Need.PERSON, Need.INGEST, Need.ADMIN) or request.endpoint == "account.log_in"


def for_programs() -> bool:
    """Whether what is asked for is made for programs: keys open it, and errors are told in an envelope."""
    path = request.url_rule.rule if request.url_rule else request.path
    return path.startswith("/api/") or path in ("/healthz", "/metrics") or path.endswith("/feed.atom")


def _asker() -> Asker:
    everybody = {Need.ANYONE} if is_closed() else {Need.ANYONE, Need.READ}
    if not has_desk():
        return Asker(frozenset(everybody))
    if for_programs() and "Authorization" in request.headers:
        key = _key()
        return Asker(frozenset(everybody.union(map(Need, key.scopes))), key=key)
    if for_programs() and request.method not in SAFE:
        return Asker(frozenset(everybody))
    person = session.person()
    if person is None:
        return Asker(frozenset(everybody))
    return Asker(frozenset(everybody.union({Need.PERSON}, map(Need, person.role.scopes))), person=person)


def _key() -> Key:
    sent = request.authorization
    key = desk().keys.check(sent.token or "") if sent and sent.type == "bearer" else None
    if key is None:
        raise _who_asks()
    return key


def _who_asks() -> Unauthorized:
    return Unauthorized(www_authenticate=WWWAuthenticate("bearer") if for_programs() else None)


def _require() -> ResponseReturnValue | None:
    """Let pass, send to the log-in page, or refuse."""
    if request.endpoint is None:
        return None  # there is nothing at this address, or not by this method: Flask says so
    need = NEEDS.get(request.endpoint)
    if need is None:
        current_app.logger.error("%s is not in the table of needs", request.endpoint)
        abort(403)
    if not _is_everybodys(need) and not may(need):
        return _refuse()
    if has_desk() and request.method not in SAFE and not for_programs():
        session.csrf.protect()
    return None


def _is_everybodys(need: Need) -> bool:
    """Whether it need not be known who asks.

    The session is looked at only where it matters, so that other answers do not vary by the cookie; a key is looked
    at wherever it may count, so that a wrong one is told at once.
    """
    with_key = for_programs() and "Authorization" in request.headers
    return need is Need.ANYONE or (need is Need.READ and not is_closed() and not (with_key and has_desk()))


def _refuse() -> ResponseReturnValue:
    known = asker().person or asker().key
    if known:
        abort(403)
    if for_programs() or request.method not in SAFE:
        raise _who_asks()
    return redirect(url_for("account.log_in", next=request.full_path.removesuffix("?")))
