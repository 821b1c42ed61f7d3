"""The commands that keep a knowledge base safe: backup, restore, export, import. No logic, as in `kb.cli.main`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from kb.atomic_files import shown
from kb.cli.context import ending, opened, say
from kb.cli.ingest import progress, tell
from kb.errors import OtherHistory
from kb.i18n import N_
from kb.settings import Settings
from kb.transfer import backup as backups
from kb.transfer import export_import

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=PATH)
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write the knowledge base to FILE, also while the site runs."""
    with ending(settings):
        made = backups.backup(settings.home, file)
        for path in made.left_out:
            say(
                settings,
                N_("{path} is a link or not a regular file, so it is not in the backup. Keep a copy of it yourself."),
                err=True,
                path=shown(path),
            )
        megabytes = f"{made.bytes / 1_000_000:.1f}"
        say(settings, N_("Wrote {path} ({megabytes} MB) and verified it."), path=shown(file), megabytes=megabytes)


@click.command()
@click.argument("file", type=PATH)
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Restore a backup into an empty folder (--home)."""
    with ending(settings):
        found = backups.restore(file, settings.home)
        say(
            settings,
            N_("Restored the backup of {made_at} to {home}."),
            home=shown(settings.home),
            made_at=found.made_at,
        )


@click.command()
@click.argument("folder", type=PATH)
@click.pass_obj
def export(settings: Settings, folder: Path) -> None:
    """Export all documents to a new FOLDER as open files: JSON Lines and originals."""
    with ending(settings):
        made = export_import.export(settings.home, folder)
        written = N_("Wrote {documents} documents and {originals} original files to {path}.")
        say(settings, written, documents=made.documents, originals=made.originals, path=shown(folder))


@click.command(name="import")
@click.argument("folder", type=PATH)
@click.pass_obj
def import_(settings: Settings, folder: Path) -> None:
    """Import the documents of a FOLDER written by `export`, with ids, versions and dates."""
    counts: Counter[str] = Counter()
    with ending(settings):
        found = export_import.checked(folder)
    with opened(settings) as base:
        outcomes = export_import.bring_back(base, found)
        for one in progress(outcomes, unit="document", total=found.header.documents):
            if isinstance(one, OtherHistory):
                tell(one.message(settings.language), err=True)
            counts["other" if isinstance(one, OtherHistory) else one.status] += 1
        say(
            settings,
            N_("{added} added, {updated} updated, {unchanged} unchanged, {other} kept as they are."),
            **_told(counts),
        )
    if counts["other"]:
        sys.exit(1)


def _told(counts: Counter[str]) -> dict[str, Any]:
    return {name: counts[name] for name in ("added", "updated", "unchanged", "other")}
