"""The one place that turns errors into HTTP: an envelope for programs, a page for people.

{"error": {"code": "no_such_document", "message": "…", "message_th": "…"}}
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kb.errors import KbError
from web.i18n import interface_language


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong and what to do next, in both languages."""

    status: int
    code: str
    message: str
    message_th: str

    def text(self, language: str) -> str:
        """The message in the interface language."""
        return self.message_th if language == "th" else self.message


_HTTP = (
    Problem(
        400,
        "bad_request",
        "The request could not be understood. Check the address, or start again from the search page.",
        "ไม่เข้าใจคำขอนี้ โปรดตรวจสอบที่อยู่เว็บ หรือเริ่มใหม่จากหน้าค้นหา",
    ),
    Problem(
        404,
        "not_found",
        "There is nothing at this address. Check it for typing errors, or search for what you need.",
        "ไม่พบหน้าที่ต้องการ โปรดตรวจสอบว่าพิมพ์ที่อยู่เว็บถูกต้อง หรือค้นหาสิ่งที่ต้องการ",
    ),
    Problem(
        405,
        "method_not_allowed",
        "This address can only be read. Use GET, or start again from the search page.",
        "ที่อยู่นี้ใช้อ่านข้อมูลได้เท่านั้น โปรดใช้คำสั่ง GET หรือเริ่มใหม่จากหน้าค้นหา",
    ),
)
# The knowledge base names commands of its own as remedy, which a reader of the site does not have.
_NO_SUCH_DOCUMENT = Problem(
    404,
    "no_such_document",
    "There is no such document. It may have been removed; look through the documents, or search for it.",
    "ไม่พบเอกสารนี้ อาจถูกนำออกไปแล้ว โปรดดูจากรายการเอกสาร หรือค้นหาอีกครั้ง",
)
# Readers are told these in the words of the knowledge base; any other is a fault of the server, for the log.
_STATUS_OF_CODE = {
    "bad_query": HTTPStatus.BAD_REQUEST,
    "too_long": HTTPStatus.BAD_REQUEST,
    "no_such_event": HTTPStatus.NOT_FOUND,
    "no_such_version": HTTPStatus.NOT_FOUND,
    "bad_glossary": HTTPStatus.SERVICE_UNAVAILABLE,
    "model_mismatch": HTTPStatus.SERVICE_UNAVAILABLE,
    "model_unusable": HTTPStatus.SERVICE_UNAVAILABLE,
}
_HTTP_BY_STATUS = {problem.status: problem for problem in _HTTP}
_INTERNAL = Problem(
    500,
    "internal_error",
    "Something went wrong on our side. Try again in a moment; if it happens again, tell the administrator.",
    "เกิดข้อผิดพลาดในระบบ โปรดลองอีกครั้งในอีกสักครู่ หากยังพบปัญหา โปรดแจ้งผู้ดูแลระบบ",
)


def install(app: Flask) -> None:
    """Let every error of the application end in an envelope or a page."""
    app.register_error_handler(KbError, _library_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _library_error(error: KbError) -> ResponseReturnValue:
    if error.code == _NO_SUCH_DOCUMENT.code:
        return _answer(_NO_SUCH_DOCUMENT)
    status = _STATUS_OF_CODE.get(error.code)
    if status is None:
        return _unexpected(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s: %s", error.code, error)
    return _answer(Problem(status, error.code, error.message("en"), error.message("th")))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect
    known = _HTTP_BY_STATUS[400] if error.code < HTTPStatus.INTERNAL_SERVER_ERROR else _INTERNAL
    known = _HTTP_BY_STATUS.get(error.code, known)
    response = current_app.make_response(
        _answer(Problem(error.code, known.code, known.message, known.message_th))
    )
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(_INTERNAL)


def _answer(problem: Problem) -> ResponseReturnValue:
    if request.path.startswith("/api/") or request.path == "/healthz":
        envelope = {"code": problem.code, "message": problem.message, "message_th": problem.message_th}
        return jsonify(error=envelope), problem.status
    page = render_template("error.html", problem=problem, message=problem.text(interface_language()))
    return page, problem.status
