"""What there is to know: the collection in numbers, what is to be done, and what readers did not find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, format_decimal, gettext, lazy_gettext, ngettext

from ingest.models import Kind
from kb.events import Event
from kb.models import LANGUAGES, SearchQuery
from kb.monitoring.metrics import BUCKETS, Counted, Figures
from kb.monitoring.unanswered_queries import FORGOTTEN_AFTER, GAP_KINDS, OFTEN, GapKind
from web.admin_context import services
from web.context import knowledge_base
from web.forms import urls
from web.forms.query_params import list_window
from web.i18n import interface_language
from web.presenters.pagination import paging
from web.security.permissions import Permission, actor, may
from web.views.admin.audit_log import ACTIONS

blueprint = Blueprint("dashboard", __name__, url_prefix="/desk")

EVENTS, GAPS, LOGGED = 5, 5, 8  # shown on the overview
PER_PAGE = 50
QUICK = 0.25  # seconds, one of `BUCKETS`
GAP_NAMES: dict[GapKind, LazyString] = {
    "unanswered": lazy_gettext("No good answer"),
    "only_en": lazy_gettext("Answered in English only"),
    "only_th": lazy_gettext("Answered in Thai only"),
}
_UNITS = ("KB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class UnansweredRow:
    """How many published documents of a kind, or of all kinds (None), have mostly text of each of `LANGUAGES`."""

    kind: Kind | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Of all languages."""
        return sum(self.counts)


@blueprint.get("")
def show() -> str:
    """The overview."""
    figures = services().metrics.figures()
    rows = table(figures.documents)
    gaps = services().gaps
    return render_template(
        "admin/dashboard.html",
        figures=figures,
        warnings=_warnings(figures),
        rows=rows,
        languages=LANGUAGES,
        events=_largest(knowledge_base().catalogue.events()),
        size=size_text,
        decimal=format_decimal,
        quick=_quick(figures),
        gaps_on=gaps.on,
        gaps=gaps.gaps(limit=GAPS),
        gap_names=GAP_NAMES,
        gap_url=_gap_url,
        logged=services().audit.entries(limit=LOGGED) if may(Permission.ADMIN) else [],
        actions=ACTIONS,
    )


@blueprint.get("/gaps")
def gaps() -> str:
    """Questions without a good answer, or with good answers in one language only."""
    kind = next((one for one in GAP_KINDS if one == request.args.get("kind")), None)
    all_of_them = may(Permission.ADMIN) and request.args.get("all") == "1"
    least, window, book = 1 if all_of_them else OFTEN, list_window(request.args, PER_PAGE), services().gaps
    counts, seldom = book.counts(least), sum(book.counts().values()) - sum(book.counts(OFTEN).values())
    total = counts[kind] if kind else sum(counts.values())

    def address(kind: GapKind | None = kind, offset: int = 0, seldom: bool = all_of_them) -> str:
        return url_for(".gaps", kind=kind, offset=offset or None, all=1 if seldom else None)

    return render_template(
        "admin/gaps.html",
        on=book.on,
        shown=book.gaps(least, kind, window.offset, window.limit),
        total=total,
        kind=kind,
        counts=counts,
        gap_names=GAP_NAMES,
        gap_url=_gap_url,
        address=address,
        seldom=seldom,
        all_of_them=all_of_them,
        days=FORGOTTEN_AFTER.days,
        paging=paging(total, window.limit, window.offset, lambda offset: address(offset=offset)),
    )


@blueprint.post("/gaps/forget")
def forget_gap() -> ResponseReturnValue:
    """Delete one gap."""
    services().gaps.forget(actor(), request.form.get("question", ""), request.form.get("language", ""))
    flash(gettext("The question was deleted."))
    return redirect(url_for(".gaps", all=request.form.get("all") or None), HTTPStatus.SEE_OTHER)


@blueprint.post("/gaps/clear")
def clear_gaps() -> ResponseReturnValue:
    """Delete all gaps."""
    number = services().gaps.clear(actor())
    flash(ngettext("%(num)s question deleted.", "%(num)s questions deleted.", number))
    return redirect(url_for(".gaps"), HTTPStatus.SEE_OTHER)


def table(documents: Iterable[Counted]) -> list[UnansweredRow]:
    """Published documents by kind and language; kinds that there are, in their order, and all of them last."""
    counts = dict.fromkeys(((kind, language) for kind in Kind for language in LANGUAGES), 0)
    for one in documents:
        if one.state == "published":
            counts[Kind(one.kind), one.language] += one.documents
    rows = [UnansweredRow(kind, tuple(counts[kind, language] for language in LANGUAGES)) for kind in Kind]
    whole = UnansweredRow(None, tuple(sum(row.counts[at] for row in rows) for at in range(len(LANGUAGES))))
    return [*(row for row in rows if row.total), whole]


def size_text(size: int) -> str:
    """Bytes in the largest fitting unit, with at most one digit after the point: "1.2 GB"."""
    value, unit = size / 1000, _UNITS[0]
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            break
        value /= 1000
    return f"{format_decimal(round(value, 1 if value < 10 else 0))} {unit}"


def _largest(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (-len(event.documents), event.slug))[:EVENTS]


def _gap_url(question: str) -> str:
    return urls.search_url(SearchQuery(question))


def _quick(figures: Figures) -> int | None:
    """How many of a hundred searches took no longer than `QUICK`; None before the first."""
    times = figures.searches
    return times.within[BUCKETS.index(QUICK)] * 100 // times.count if times.count else None


def _warnings(figures: Figures) -> list[str]:
    """What somebody should look after, and what to do."""
    found = []
    if figures.model.problem is not None:
        found.append(figures.model.problem.message(interface_language()))
    if figures.level.differs:
        found.append(
            gettext(
                "The index does not match the database. Run “kb verify” to see what is wrong. “kb reindex” adds "
                "what is missing, and restarting the site rebuilds the index."
            )
        )
    if figures.disk.is_low:
        found.append(
            gettext(
                "Only %(free)s of disk space is free. Backups and permanent deletion need as much space as the "
                "database (%(database)s). Free up space, or move the data folder to a larger disk.",
                free=size_text(figures.disk.free),
                database=size_text(figures.disk.database),
            )
        )
    if figures.queue.waiting and not figures.working:
        found.append(
            gettext("Files are waiting, but nothing is processing them. Restart the site to resume the import.")
        )
    return found
