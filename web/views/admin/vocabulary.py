"""The pages of words: the glossary, row by row or as a file, and the home's own Thai words with a preview."""

from __future__ import annotations

import hashlib
import io
from dataclasses import astuple, dataclass
from http import HTTPStatus
from itertools import accumulate
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from ingest.text.normalise import normalise
from kb.editorial.vocabulary import LONGEST, GlossarySheet, SegmentationPreview, VocabularyService
from kb.errors import N_, BadGlossary, BadGlossaryRow, BadWords, KbError, SavedMeanwhile, TooMuch
from kb.vocabulary.glossary import COLUMNS, OWN, GlossaryRow
from web.admin_context import services
from web.forms.query_params import list_window
from web.i18n import interface_language
from web.presenters.pagination import paging
from web.security.permissions import actor

blueprint = Blueprint("words", __name__, url_prefix="/desk/words")

ON_PAGE = 50  # rows
MOST_CONCEPTS = 20  # of the thesaurus that a search shows
LARGEST_FILE = 500_000  # bytes of a glossary sent as a file


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the glossary; `key` is that of its content, by which its page finds it again."""

    key: str
    row: GlossaryRow


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A word of a sentence as it is cut; `changed` when the other way to cut does not have it here."""

    text: str
    changed: bool


@blueprint.get("")
def glossary() -> ResponseReturnValue:
    """The rows of the glossary, all or those that a search in them finds, a page at a time."""
    return _list_page(_words().glossary())


def _list_page(
    sheet: GlossarySheet, error: KbError | None = None, status: HTTPStatus = HTTPStatus.OK
) -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()
    window = list_window(request.args, ON_PAGE)
    found = [row for row in sheet.rows if _has(row, asked)]
    shown = [ShownRow(key_of(row), row) for row in found[window.offset : window.offset + window.limit]]
    page = paging(
        len(found), window.limit, window.offset, lambda offset: url_for(".glossary", q=asked or None, offset=offset)
    )
    error = error or sheet.wrong
    tried = request.args.get("try", "").strip()
    return render_template(
        "admin/words.html",
        concepts=_words().concepts(asked, MOST_CONCEPTS) if asked and not sheet.wrong else (),
        tried=tried,
        preview=_words().preview_question(tried) if tried and not sheet.wrong else None,
        shown=shown,
        total=len(found),
        asked=asked,
        paging=page,
        seen=sheet.seen,
        usable=sheet.wrong is None,
        error=_said(error),
    ), status


def _has(row: GlossaryRow, asked: str) -> bool:
    wanted = normalise(asked).casefold()
    return any(wanted in cell.casefold() for cell in row.cells)


@blueprint.get("/new")
def new_row() -> str:
    """An empty row to fill in; what the address says of it stands there already."""
    return _row_page(GlossaryRow(**{column: request.args.get(column, "") for column in COLUMNS}), None)


@blueprint.get("/rows/<key>")
def row(key: str) -> ResponseReturnValue:
    """One row to change or to take out."""
    found = _with_key(_words().glossary(), key)
    if found is None:
        return _gone()
    return _row_page(found, key)


def _gone() -> ResponseReturnValue:
    flash(gettext("Someone else has just changed the glossary. Find the current row here."))
    return redirect(url_for(".glossary"), HTTPStatus.SEE_OTHER)


def _row_page(row: GlossaryRow, key: str | None, error: str | None = None) -> str:
    return render_template("admin/words_row.html", row=row, key=key, error=error, columns=COLUMNS)


@blueprint.post("/new")
def add_row() -> ResponseReturnValue:
    """Add a row at the end of the glossary."""
    return _save_row(None)


@blueprint.post("/rows/<key>")
def change_row(key: str) -> ResponseReturnValue:
    """Put what was filled in in the place of a row."""
    return _save_row(key)


def _save_row(key: str | None) -> ResponseReturnValue:
    typed = GlossaryRow(**{column: request.form.get(column, "") for column in COLUMNS}).clean()
    sheet = _words().glossary()
    before = _with_key(sheet, key) if key else None
    if key and before is None:  # what was typed is kept, to be added as a row of its own
        return _row_page(typed, None, _said(SavedMeanwhile())), HTTPStatus.CONFLICT
    rows = [typed if one == before else one for one in sheet.rows] if before else [*sheet.rows, typed]
    try:
        _words().save_glossary(actor(), rows, sheet.seen)
    except SavedMeanwhile as error:
        return _row_page(typed, key, _said(error)), HTTPStatus.CONFLICT
    except BadGlossaryRow as error:
        cause = error.values["cause"]
        assert isinstance(cause, KbError)
        return _row_page(typed, key, _said(cause)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("“%(name)s” was saved. It takes effect from the next search.", name=typed.name))
    return redirect(url_for(".glossary", q=typed.name), HTTPStatus.SEE_OTHER)


@blueprint.post("/rows/<key>/delete")
def delete_row(key: str) -> ResponseReturnValue:
    """Take a row out; its address of `new_row` brings it back."""
    sheet = _words().glossary()
    gone = _with_key(sheet, key)
    if gone is None:
        return _gone()
    try:
        _words().save_glossary(actor(), [one for one in sheet.rows if one != gone], sheet.seen)
    except SavedMeanwhile:
        return _gone()
    flash(gettext("“%(name)s” was deleted. To undo this, save it again here.", name=gone.name))
    again = {name: cell for name, cell in zip(COLUMNS, gone.cells, strict=True) if cell}
    return redirect(f"{url_for('.new_row')}?{urlencode(again)}", HTTPStatus.SEE_OTHER)


@blueprint.get("/glossary.csv")
def download() -> Response:
    """The whole glossary as a file, for a spreadsheet."""
    data = _words().glossary_file()
    data = data if data.startswith(b"\xef\xbb\xbf") else b"\xef\xbb\xbf" + data  # Excel knows UTF-8 by this mark
    return send_file(io.BytesIO(data), mimetype="text/csv", as_attachment=True, download_name=OWN)


@blueprint.post("/replace")
def replace() -> ResponseReturnValue:
    """Put the rows of a file in the place of the whole glossary."""
    sent = request.files.get("file")
    data = sent.stream.read(LARGEST_FILE + 1) if sent else b""
    try:
        if len(data) > LARGEST_FILE:
            raise TooMuch(
                N_("The file has more than {kilobytes} KB, too much for a glossary. Upload the CSV file only."),
                code="glossary_too_large",
                kilobytes=LARGEST_FILE // 1000,
            )
        rows = _words().rows_in(data, sent.filename if sent and sent.filename else OWN)
        _words().save_glossary(actor(), rows, request.form.get("seen", ""))
    except SavedMeanwhile as error:
        return _list_page(_words().glossary(), error, HTTPStatus.CONFLICT)
    except (BadGlossary, BadGlossaryRow, TooMuch) as error:
        return _list_page(_words().glossary(), error, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(ngettext("The glossary now has %(num)s row.", "The glossary now has %(num)s rows.", len(rows)))
    return redirect(url_for(".glossary"), HTTPStatus.SEE_OTHER)


# ---- the own Thai words


@blueprint.get("/thai")
def thai() -> str:
    """The home's own list of Thai words, and a sentence to try it on."""
    listed = _words().word_list()
    return _thai_page(listed.text, listed.seen, error=_said(listed.wrong))


@blueprint.post("/thai")
def try_or_save() -> ResponseReturnValue:
    """Show how the sentence would be cut, or save the list."""
    text, seen = request.form.get("list", ""), request.form.get("seen", "")
    sentence = request.form.get("sentence", "")
    try:
        if request.form.get("do") != "save":
            return _thai_page(text, seen, sentence, _words().preview(sentence, text))
        found = _words().save_words(actor(), text, seen)
    except BadWords as error:
        return _thai_page(text, seen, sentence, error=_said(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    except SavedMeanwhile as error:
        now = _words().word_list()
        page = _thai_page(text, now.seen, sentence, error=_said(error), theirs=now.text)
        return page, HTTPStatus.CONFLICT
    if found:
        flash(
            ngettext(
                "The list was saved. %(num)s document contains changed words and is being updated.",
                "The list was saved. %(num)s documents contain changed words and are being updated.",
                found,
            )
        )
    else:
        flash(gettext("The list was saved. No document contains a changed word."))
    return redirect(url_for(".thai"), HTTPStatus.SEE_OTHER)


def _thai_page(
    text: str,
    seen: str,
    sentence: str = "",
    preview: SegmentationPreview | None = None,
    *,
    error: str | None = None,
    theirs: str | None = None,
) -> str:
    return render_template(
        "admin/words_thai.html",
        text=text,
        seen=seen,
        sentence=sentence,
        longest=LONGEST,
        cut=compared(preview) if preview and sentence.strip() else None,
        idle=preview.idle if preview else (),
        tried=preview is not None,
        error=error,
        theirs=theirs,
        left=_words().left(),
    )


def compared(preview: SegmentationPreview) -> tuple[tuple[ShownToken, ...], tuple[ShownToken, ...]]:
    """The tokens of both ways to cut a sentence, without those of space, and which of them only one has."""
    before, after = set(_placed(preview.before)), set(_placed(preview.after))
    return _shown(preview.before, after), _shown(preview.after, before)


def _placed(tokens: tuple[str, ...]) -> list[tuple[int, str]]:
    return list(zip(accumulate(map(len, tokens), initial=0), tokens, strict=False))


def _shown(tokens: tuple[str, ...], others: set[tuple[int, str]]) -> tuple[ShownToken, ...]:
    return tuple(ShownToken(one[1], one not in others) for one in _placed(tokens) if one[1].strip())


def key_of(row: GlossaryRow) -> str:
    """The key of a row: of all its cells, in hex."""
    return hashlib.sha256("\x1f".join(astuple(row)).encode()).hexdigest()[:16]


def _with_key(sheet: GlossarySheet, key: str) -> GlossaryRow | None:
    return next((row for row in sheet.rows if key_of(row) == key), None)


def _said(error: KbError | None) -> str | None:
    return error.message(interface_language()) if error else None


def _words() -> VocabularyService:
    return services().words
