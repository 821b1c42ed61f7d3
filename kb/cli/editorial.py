"""The commands of editors: drafts, corrections, versions, removals, events. No logic, as in `kb.cli.main`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ingest.models import Kind
from kb import serialise
from kb.accounts.audit_log import SHELL
from kb.cli import output
from kb.cli.context import opened, say
from kb.editorial.models import CLEARABLE, FACT_NAMES, FactChanges
from kb.events import event_slug
from kb.i18n import N_, translate
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.editorial.models import PurgeResult
    from kb.events import Event

IDS = click.argument("ids", nargs=-1, required=True, metavar="ID…")
JSON = click.option("--json", "as_json", is_flag=True, help="print JSON Lines")


@click.command()
@IDS
@click.option("--title")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--date", help="2019, 2019-08, 2 สิงหาคม 2562, …")
@click.option("--event")
@click.option("--economy", "economies", multiple=True, help="name in English or Thai, or code; may be repeated")
@click.option("--organisation", "organisations", multiple=True, help="may be repeated")
@click.option("--theme", "themes", multiple=True, help="name in English or Thai; may be repeated")
@click.option("--source")
@click.option("--clear", multiple=True, type=click.Choice(CLEARABLE), help="mark a detail as unknown")
@click.option(
    "--release", multiple=True, type=click.Choice(FACT_NAMES), help="revert a detail to the value in the text"
)
@click.pass_obj
def describe(
    settings: Settings,
    /,
    ids: tuple[str, ...],
    clear: tuple[str, ...],
    release: tuple[str, ...],
    **facts: str | tuple[str, ...] | None,
) -> None:
    """Edit details of documents, also of drafts: of all that are given or, if anything is wrong, of none."""
    from kb.admin import AdminServices

    wanted = FactChanges(set={name: told for name, told in facts.items() if told}, clear=clear, release=release)
    if wanted == FactChanges():
        raise click.UsageError("Give a detail to edit, such as --date 2019-08-02.")
    with opened(settings) as base:
        changed = AdminServices(base).review.correct(SHELL, ids, wanted)
        for one in changed:
            say(settings, N_("Edited the details of {id}."), id=one)
        if not changed:
            say(settings, N_("Nothing was changed: the documents already have these details."))


@click.command()
@JSON
@click.pass_obj
def drafts(settings: Settings, as_json: bool) -> None:
    """List the drafts, which readers cannot find yet, newest first."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        found = AdminServices(base).review.drafts()
        for one in found:
            click.echo(output.as_json(serialise.summary(one)) if as_json else output.summary_text(one))
        if not found and not as_json:
            say(settings, N_("There are no drafts."))


@click.command()
@IDS
@click.pass_obj
def publish(settings: Settings, ids: tuple[str, ...]) -> None:
    """Publish drafts."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        AdminServices(base).review.publish(SHELL, ids)
        for one in ids:
            say(settings, N_("Published {id}."), id=one)


@click.command()
@click.argument("id")
@click.argument("number", type=int)
@click.pass_obj
def revert(settings: Settings, id: str, number: int) -> None:
    """Restore version NUMBER of a document as a new version."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        made = AdminServices(base).review.go_back(SHELL, id, number)
        say(
            settings,
            N_("{id}: version {number} was restored as version {version}."),
            id=id,
            number=number,
            version=made,
        )


# ---- taking out


@click.command()
@click.argument("ids", nargs=-1, metavar="ID…")
@click.option("--samples", is_flag=True, help="remove all sample documents")
@click.pass_obj
def remove(settings: Settings, ids: tuple[str, ...], samples: bool) -> None:
    """Move documents to the trash; `undo` restores them within 30 days."""
    from kb.admin import AdminServices
    from kb.editorial.trash import DAYS

    if not ids and not samples:
        raise click.UsageError("Give the ID of a document, or --samples.")
    with opened(settings) as base:
        removal = AdminServices(base).removal
        for one in ids:
            removal.remove(SHELL, [one])
            say(settings, N_("Moved {id} to the trash."), id=one)
        if samples:
            marked = [one.id for one in base.catalogue.documents() if one.sample]
            removal.remove(SHELL, marked)
            say(settings, N_("Moved {count} samples to the trash."), count=len(marked))
        say(settings, N_("`python -m kb undo ID` restores removed documents within {days} days."), days=DAYS)


@click.command()
@IDS
@click.pass_obj
def undo(settings: Settings, ids: tuple[str, ...]) -> None:
    """Restore documents from the trash."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        AdminServices(base).removal.undo(SHELL, ids)
        for one in ids:
            say(settings, N_("Restored {id}."), id=one)


@click.command()
@JSON
@click.pass_obj
def removed(settings: Settings, as_json: bool) -> None:
    """List the documents in the trash with the days left to restore them."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        found = AdminServices(base).removal.removed()
        for one in found:
            if as_json:
                more = {"removed_at": one.removed_at.isoformat(), "days_left": one.days_left}
                click.echo(output.as_json({**serialise.summary(one.document), **more}))
            else:
                click.echo(output.summary_text(one.document))
                click.echo(
                    "   "
                    + translate(
                        N_("will be deleted permanently in {days} days; `python -m kb undo` restores it until then"),
                        settings.language,
                        days=one.days_left,
                    )
                )
        if not found and not as_json:
            say(settings, N_("The trash is empty."))


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--due", is_flag=True, help="all that have been in the trash for 30 days, and what earlier purges left")
@click.option("--yes", is_flag=True, help="do not ask")
@click.pass_obj
def purge(settings: Settings, ids: tuple[str, ...], due: bool, yes: bool) -> None:
    """Delete documents in the trash permanently: text, vectors, original file, versions. Backups keep them."""
    from kb.admin import AdminServices

    if bool(ids) == due:
        raise click.UsageError("Give the IDs of documents in the trash, or --due.")
    with opened(settings) as base:
        removal = AdminServices(base).removal
        count = sum(not one.days_left for one in removal.removed()) if due else len(ids)
        if count and not yes:
            click.confirm(
                translate(
                    N_("Documents to delete permanently: {count}. They cannot be restored. Continue?"),
                    settings.language,
                    count=count,
                ),
                abort=True,
            )
        _tell_purged(settings, removal.purge_due() if due else removal.purge(SHELL, ids))


def _tell_purged(settings: Settings, done: PurgeResult) -> None:
    say(
        settings,
        N_("Documents deleted permanently: {count}. Earlier backups and exports still contain them."),
        count=len(done.documents),
    )
    if not done.clean:
        say(
            settings,
            N_(
                "Another program is reading the database, so traces of the deleted documents may remain "
                "in its files. The site erases them by itself; without the site, run `python -m kb purge "
                "--due` again later."
            ),
            err=True,
        )
        sys.exit(1)


# ---- events


@click.group()
def event() -> None:
    """Manage events."""


@event.command(name="list")
@JSON
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """List the events, also those without documents, latest first."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        for one in AdminServices(base).gatherings.events():
            told = {**asdict(one), "documents": len(one.documents)}
            click.echo(output.as_json(told) if as_json else _line(one, settings.language))


@event.command()
@click.argument("name")
@click.option("--thai", help="its name in Thai")
@click.option("--date", help="2019, 2019-08, 2 สิงหาคม 2562, …")
@click.option("--economy", help="where it is held: name in English or Thai, or code")
@click.pass_obj
def add(settings: Settings, name: str, thai: str | None, date: str | None, economy: str | None) -> None:
    """Create an event."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        click.echo(_line(AdminServices(base).gatherings.add(SHELL, name, thai, date, economy), settings.language))


@event.command()
@click.argument("event_name", metavar="EVENT")
@click.argument("name")
@click.pass_obj
def rename(settings: Settings, event_name: str, name: str) -> None:
    """Rename EVENT, given by name or slug; its documents follow."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        gatherings = AdminServices(base).gatherings
        now = gatherings.event(event_slug(event_name))
        changed = gatherings.change(SHELL, now.slug, name, now.thai, now.date, now.economy)
        click.echo(_line(changed, settings.language))


@event.command()
@click.argument("event_name", metavar="EVENT")
@click.argument("into")
@click.pass_obj
def merge(settings: Settings, event_name: str, into: str) -> None:
    """Merge EVENT into INTO, each given by name or slug."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        click.echo(
            _line(
                AdminServices(base).gatherings.merge(SHELL, event_slug(event_name), event_slug(into)), settings.language
            )
        )


@event.command()
@click.argument("event_name", metavar="EVENT")
@click.pass_obj
def delete(settings: Settings, event_name: str) -> None:
    """Delete EVENT, which must have no documents."""
    from kb.admin import AdminServices

    with opened(settings) as base:
        AdminServices(base).gatherings.delete(SHELL, event_slug(event_name))
        say(settings, N_("Deleted the event {slug}."), slug=event_slug(event_name))


def _line(one: Event, language: str) -> str:
    told = (one.slug, one.name, one.thai, one.date, one.economy)
    papers = translate(N_("documents ({count})"), language, count=len(one.documents))
    return "  ".join(filter(None, (*told, papers)))


COMMANDS = (describe, drafts, publish, revert, remove, undo, removed, purge, event)
