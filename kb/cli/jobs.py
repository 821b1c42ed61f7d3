"""`kb queue` and `kb work`: what was sent in to the desk, seen and worked on without the site."""

from __future__ import annotations

import signal
from dataclasses import asdict
from typing import Any

import click

from kb.cli import output
from kb.cli.context import opened, say
from kb.i18n import N_, StoredMessage, translate
from kb.settings import Settings
from kb.uploads.models import UploadBatch, UploadItem

_SHOWN = 20  # items that wait for somebody, of one batch


@click.command()
@click.option("--all", "everything", is_flag=True, help="also batches with nothing left to do")
@click.option("--json", "as_json", is_flag=True, help="print JSON Lines")
@click.pass_obj
def queue(settings: Settings, everything: bool, as_json: bool) -> None:
    """Show imports that wait for processing, for a decision or for a corrected file."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        batches = AdminServices(base).batches
        found = [one for one in batches.batches(limit=1000) if everything or _open(one)]
        if not found and not as_json:
            say(settings, N_("Nothing is waiting. `python -m kb queue --all` shows all imports."))
        for one in found:
            items = batches.items(one.id, ("held", "failed"), limit=_SHOWN)
            if as_json:
                click.echo(output.as_json({**asdict(one), "items": [_as_json(item) for item in items]}))
                continue
            created = f"{one.created_at:%Y-%m-%d %H:%M} UTC"
            counts = {str(state): number for state, number in one.counts.items()}
            told: dict[str, Any] = {"id": one.id, "actor": one.actor, "created": created, **counts}
            say(
                settings,
                N_(
                    "Batch {id} of {created}, by {actor}: waiting ({waiting}), in progress ({working}), "
                    "needs a decision ({held}), failed ({failed}), done ({done}), skipped ({cancelled})"
                ),
                **told,
            )
            for item in items:
                click.echo(_line(item, settings.language))


@click.command()
@click.option("--once", is_flag=True, help="process what waits now, then stop")
@click.pass_obj
def work(settings: Settings, once: bool) -> None:
    """Process imports without the site."""
    from kb.admin import AdminServices
    from kb.uploads.worker import Worker

    with opened(settings) as base:
        desk = AdminServices(base)
        worker = Worker(desk.batches, desk.duties)
        if once:
            worker.once()
            left = desk.batches.waiting()
            say(
                settings,
                N_(
                    "Processed all waiting imports. Needs a decision ({held}), failed ({failed}); see "
                    "`python -m kb queue`."
                ),
                held=left.held,
                failed=left.failed,
            )
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends in order as Ctrl+C does
        say(settings, N_("Processing imports — press Ctrl+C to stop."))
        worker.run()
        say(settings, N_("Stopped."))


def _open(batch: UploadBatch) -> bool:
    return not batch.finished or bool(batch.counts["held"] or batch.counts["failed"])


def _line(item: UploadItem, language: str) -> str:
    """An item that waits for somebody, and why."""
    if item.problem:
        return f"  {item.id} {item.name}: {item.problem.message(language)}"
    near = ", ".join(dict.fromkeys(one.document_id for one in item.near))
    return "  " + translate(
        N_("{id} {name}: similar to, or a new version of, {near}; decide on the page Import."),
        language,
        id=item.id,
        name=item.name,
        near=near,
    )


def _as_json(item: UploadItem) -> dict[str, Any]:
    told = {"id": item.id, "name": item.name, "state": item.state}
    return {
        **told,
        "problem": _problem(item.problem) if item.problem else None,
        "near": [asdict(one) for one in item.near],
    }


def _problem(problem: StoredMessage) -> dict[str, str]:
    return {"code": problem.code, "en": problem.message("en"), "th": problem.message("th")}
