"""The one place that turns errors into HTTP: an envelope for programs, a page for people.

{"error": {"code": "no_such_document", "message": "…", "message_th": "…"}}
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ingest.errors import Phrase
from kb.errors import Conflict, Invalid, KbError, NotFound, TooMuch, Unavailable
from kb.i18n import N_, Message, render
from web.i18n import interface_language
from web.security.permissions import for_programs


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do next."""

    status: int
    code: str
    message: Message


_HTTP = (
    ErrorPage(
        400,
        "bad_request",
        Phrase(N_("The request could not be understood. Check the address, or start again from the search page.")),
    ),
    ErrorPage(
        401,
        "not_logged_in",
        Phrase(
            N_("You are not logged in, or your session has expired. Log in, go back to the page and send it again.")
        ),
    ),
    ErrorPage(
        403,
        "not_allowed",
        Phrase(N_("Your account does not have this permission. Ask an administrator of this site if you need it.")),
    ),
    ErrorPage(
        404,
        "not_found",
        Phrase(N_("There is no page at this address. Check it for typing errors, or search for what you need.")),
    ),
    ErrorPage(
        405,
        "method_not_allowed",
        Phrase(N_("This address can only be read. Use GET, or start again from the search page.")),
    ),
    ErrorPage(
        413,
        "too_much_at_once",
        Phrase(
            N_(
                "The request is too large, and nothing was saved. Send fewer or smaller files at a time, "
                "or import a long text as a file."
            )
        ),
    ),
    ErrorPage(
        429,
        "too_many_tries",
        Phrase(
            N_("Too many failed attempts. Wait ten minutes, then try again; an administrator can reset your password.")
        ),
    ),
)
# What programs are told instead of the same status for people.
_HTTP_FOR_PROGRAMS = (
    ErrorPage(
        401,
        "no_key",
        Phrase(
            N_(
                "This needs an active API key. Send one as `Authorization: Bearer saphan_…`; an "
                "administrator of this site can create it."
            )
        ),
    ),
    ErrorPage(
        403,
        "not_allowed",
        Phrase(
            N_("This key does not have the permission needed. Ask an administrator of this site for a key with it.")
        ),
    ),
)
_FORGED = ErrorPage(
    400,
    "form_expired",
    Phrase(
        N_(
            "This form was not sent from a page of this site, or you have logged in or out since it "
            "was opened. Go back, reload the page and send it again."
        )
    ),
)
# The knowledge base names commands of its own as remedy, which a reader of the site does not have.
_NO_SUCH_DOCUMENT = ErrorPage(
    404,
    "no_such_document",
    Phrase(N_("There is no such document. It may have been removed. Browse the documents, or search for it.")),
)
# Readers are told of these in the words of the knowledge base; any other error is a fault of the server, for the log.
_STATUS = {
    Invalid: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooMuch: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_HTTP_BY_STATUS = {problem.status: problem for problem in _HTTP}
_PROGRAMS_BY_STATUS = _HTTP_BY_STATUS | {problem.status: problem for problem in _HTTP_FOR_PROGRAMS}
_KEPT_HEADERS = ("Allow", "WWW-Authenticate")
_INTERNAL = ErrorPage(
    500,
    "internal_error",
    Phrase(N_("Something went wrong. Try again in a moment; if it happens again, contact the administrator.")),
)


def install(app: Flask) -> None:
    """Let every error of the application end in an envelope or a page."""
    app.register_error_handler(KbError, _library_error)
    app.register_error_handler(CSRFError, lambda _error: _answer(_FORGED))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: KbError) -> int | None:
    """The status under which readers are told of an error; None for a fault of the server."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), None)


def _library_error(error: KbError) -> ResponseReturnValue:
    if error.code == _NO_SUCH_DOCUMENT.code:
        return _answer(_NO_SUCH_DOCUMENT)
    status = status_of(error)
    if status is None:
        return _unexpected(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s: %s", error.code, error)
    return _answer(ErrorPage(status, error.code, error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect
    told = _PROGRAMS_BY_STATUS if for_programs() else _HTTP_BY_STATUS
    known = told[400] if error.code < HTTPStatus.INTERNAL_SERVER_ERROR else _INTERNAL
    known = told.get(error.code, known)
    response = current_app.make_response(_answer(replace(known, status=error.code)))
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(_INTERNAL)


def _answer(problem: ErrorPage) -> ResponseReturnValue:
    if for_programs():
        envelope = {
            "code": problem.code,
            "message": render(problem.message, "en"),
            "message_th": render(problem.message, "th"),
        }
        return jsonify(error=envelope), problem.status
    page = render_template("error.html", problem=problem, message=render(problem.message, interface_language()))
    return page, problem.status
