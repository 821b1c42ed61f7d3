"""The one place that turns errors into HTTP: an envelope for programs, a page for people.

{"error": {"code": "no_such_document", "message": "…", "message_th": "…"}}
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kb.errors import KbError
from web.i18n import interface_language
from web.security.permissions import for_programs


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do next, in both languages."""

    status: int
    code: str
    message: str
    message_th: str

    def text(self, language: str) -> str:
        """The message in the interface language."""
        return self.message_th if language == "th" else self.message


_HTTP = (
    ErrorPage(
        400,
        "bad_request",
        "The request could not be understood. Check the address, or start again from the search page.",
        "ไม่เข้าใจคำขอนี้ โปรดตรวจสอบที่อยู่เว็บ หรือเริ่มใหม่จากหน้าค้นหา",
    ),
    ErrorPage(
        401,
        "not_logged_in",
        "You are not logged in, or have been away for long. Log in, go back to the page and send it again.",
        "คุณยังไม่ได้เข้าสู่ระบบ หรือไม่ได้ใช้งานนานเกินไป โปรดเข้าสู่ระบบ กลับไปที่หน้าเดิม แล้วส่งอีกครั้ง",
    ),
    ErrorPage(
        403,
        "not_allowed",
        "Your account may not do this. Ask an administrator of this site if you need it.",
        "บัญชีของคุณไม่มีสิทธิ์ทำรายการนี้ หากจำเป็นต้องใช้ โปรดติดต่อผู้ดูแลระบบของเว็บไซต์",
    ),
    ErrorPage(
        404,
        "not_found",
        "There is nothing at this address. Check it for typing errors, or search for what you need.",
        "ไม่พบหน้าที่ต้องการ โปรดตรวจสอบว่าพิมพ์ที่อยู่เว็บถูกต้อง หรือค้นหาสิ่งที่ต้องการ",
    ),
    ErrorPage(
        405,
        "method_not_allowed",
        "This address can only be read. Use GET, or start again from the search page.",
        "ที่อยู่นี้ใช้อ่านข้อมูลได้เท่านั้น โปรดใช้คำสั่ง GET หรือเริ่มใหม่จากหน้าค้นหา",
    ),
    ErrorPage(
        413,
        "too_much_at_once",
        "More was sent at once than is taken here, and nothing of it was kept. Send fewer or smaller files at a time, "
        "or paste a long text as a file.",
        "ส่งข้อมูลมาครั้งเดียวมากเกินกว่าที่รับได้ และยังไม่มีสิ่งใดถูกเก็บไว้ โปรดแบ่งส่งทีละน้อย ใช้ไฟล์ที่เล็กลง "
        "หรือส่งข้อความที่ยาวเป็นไฟล์แทน",
    ),
    ErrorPage(
        429,
        "too_many_tries",
        "There were too many wrong tries. Wait ten minutes, then try again; an administrator can give you a new "
        "password.",
        "ลองผิดหลายครั้งเกินไป โปรดรอสิบนาทีแล้วลองใหม่ หากลืมรหัสผ่าน ผู้ดูแลระบบตั้งให้ใหม่ได้",
    ),
)
# What programs are told instead of the same status for people.
_HTTP_FOR_PROGRAMS = (
    ErrorPage(
        401,
        "no_key",
        "This needs an API key that is in use. Send one as `Authorization: Bearer saphan_…`; an administrator of "
        "this site makes them.",
        "คำขอนี้ต้องใช้คีย์ API ที่ยังใช้งานได้ โปรดส่งด้วย `Authorization: Bearer saphan_…` โดยผู้ดูแลระบบเป็นผู้สร้างคีย์ให้",
    ),
    ErrorPage(
        403,
        "not_allowed",
        "This key may not do that. Ask an administrator of this site for a key with another scope.",
        "คีย์นี้ไม่มีสิทธิ์ทำรายการนี้ โปรดขอคีย์ที่มีสิทธิ์ตามต้องการจากผู้ดูแลระบบของเว็บไซต์",
    ),
)
_FORGED = ErrorPage(
    400,
    "form_expired",
    "This form was not sent from a page of this site, or you have logged in or out since it was opened. Go back, "
    "load the page anew and send it again.",
    "แบบฟอร์มนี้ไม่ได้ส่งจากหน้าของเว็บไซต์นี้ หรือคุณเข้าหรือออกจากระบบหลังจากเปิดหน้า โปรดย้อนกลับ โหลดหน้าใหม่ แล้วส่งอีกครั้ง",
)
# The knowledge base names commands of its own as remedy, which a reader of the site does not have.
_NO_SUCH_DOCUMENT = ErrorPage(
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
    "file_withheld": HTTPStatus.NOT_FOUND,
    "no_such_person": HTTPStatus.NOT_FOUND,
    "no_such_key": HTTPStatus.NOT_FOUND,
    "bad_body": HTTPStatus.BAD_REQUEST,
    "nothing_sent": HTTPStatus.BAD_REQUEST,
    "text_too_long": HTTPStatus.BAD_REQUEST,
    "not_added": HTTPStatus.BAD_REQUEST,  # facts or a file that somebody sent
    "too_much_sent": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "no_such_batch": HTTPStatus.NOT_FOUND,
    "no_such_item": HTTPStatus.NOT_FOUND,
    "not_in_state": HTTPStatus.CONFLICT,
    "nothing_kept": HTTPStatus.CONFLICT,
    "known_by_address": HTTPStatus.CONFLICT,
    "bad_correction": HTTPStatus.BAD_REQUEST,
    "bad_text": HTTPStatus.BAD_REQUEST,
    "bad_event": HTTPStatus.BAD_REQUEST,
    "same_event": HTTPStatus.BAD_REQUEST,
    "event_there": HTTPStatus.CONFLICT,
    "event_has_papers": HTTPStatus.CONFLICT,
    "not_a_draft": HTTPStatus.CONFLICT,
    "not_removed": HTTPStatus.CONFLICT,
    "saved_meanwhile": HTTPStatus.CONFLICT,
    "queue_unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "bad_glossary": HTTPStatus.SERVICE_UNAVAILABLE,
    "bad_words": HTTPStatus.SERVICE_UNAVAILABLE,
    "model_mismatch": HTTPStatus.SERVICE_UNAVAILABLE,
    "model_unusable": HTTPStatus.SERVICE_UNAVAILABLE,
}
_HTTP_BY_STATUS = {problem.status: problem for problem in _HTTP}
_PROGRAMS_BY_STATUS = _HTTP_BY_STATUS | {problem.status: problem for problem in _HTTP_FOR_PROGRAMS}
_KEPT_HEADERS = ("Allow", "WWW-Authenticate")
_INTERNAL = ErrorPage(
    500,
    "internal_error",
    "Something went wrong on our side. Try again in a moment; if it happens again, tell the administrator.",
    "เกิดข้อผิดพลาดในระบบ โปรดลองอีกครั้งในอีกสักครู่ หากยังพบปัญหา โปรดแจ้งผู้ดูแลระบบ",
)


def install(app: Flask) -> None:
    """Let every error of the application end in an envelope or a page."""
    app.register_error_handler(KbError, _library_error)
    app.register_error_handler(CSRFError, lambda _error: _answer(_FORGED))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: KbError) -> int | None:
    """The status under which readers are told of an error; None for a fault of the server."""
    return _STATUS_OF_CODE.get(error.code)


def _library_error(error: KbError) -> ResponseReturnValue:
    if error.code == _NO_SUCH_DOCUMENT.code:
        return _answer(_NO_SUCH_DOCUMENT)
    status = status_of(error)
    if status is None:
        return _unexpected(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s: %s", error.code, error)
    return _answer(ErrorPage(status, error.code, error.message("en"), error.message("th")))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect
    told = _PROGRAMS_BY_STATUS if for_programs() else _HTTP_BY_STATUS
    known = told[400] if error.code < HTTPStatus.INTERNAL_SERVER_ERROR else _INTERNAL
    known = told.get(error.code, known)
    response = current_app.make_response(
        _answer(ErrorPage(error.code, known.code, known.message, known.message_th))
    )
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(_INTERNAL)


def _answer(problem: ErrorPage) -> ResponseReturnValue:
    if for_programs():
        envelope = {"code": problem.code, "message": problem.message, "message_th": problem.message_th}
        return jsonify(error=envelope), problem.status
    page = render_template("error.html", problem=problem, message=problem.text(interface_language()))
    return page, problem.status
