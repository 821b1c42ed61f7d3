"""The commands: `python -m kb COMMAND`. No logic here, only asking and telling."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, get_args

import click
from tqdm import tqdm

from ingest.errors import IngestError
from ingest.metadata.economies import find_economy
from ingest.metadata.sidecar import facts_of
from ingest.metadata.themes import find_theme
from ingest.models import Kind
from kb import __version__, serialise
from kb.cli import accounts, editorial, jobs, transfer
from kb.cli import output as show
from kb.cli.context import ending, fail, opened, say
from kb.cli.ingest import bring_in, progress, tell
from kb.errors import KbError, NotAdded
from kb.i18n import N_, translate
from kb.models import LANGUAGES, SearchQuery, Sort
from kb.settings import Settings, from_environment

if TYPE_CHECKING:
    from kb.evaluation.training_texts import TrainingTexts

JSON = click.option("--json", "as_json", is_flag=True, help="print JSON, or JSON Lines for lists")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), help="folder of the knowledge base (KB_HOME, else ./var)")
@click.version_option(__version__, message="Saphan %(version)s")
@click.pass_context
def main(context: click.Context, home: Path | None) -> None:
    """Saphan: a knowledge base in English and Thai, searched as one."""
    with ending(Settings()):
        settings = from_environment(os.environ)
    context.obj = replace(settings, home=home) if home else settings


for _command in (
    transfer.backup,
    transfer.restore,
    transfer.export,
    transfer.import_,
    accounts.user,
    accounts.key,
    accounts.log,
    *editorial.COMMANDS,
):
    main.add_command(_command)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="kind of the documents")
@click.option("--event", help="event of the documents")
@click.option("--economy", "economies", multiple=True, help="APEC economy: name in English or Thai, or code")
@click.option("--date", help="date of the documents: 2019, 2019-08, 2 สิงหาคม 2562, …")
@JSON
@click.pass_obj
def ingest(
    settings: Settings,
    paths: tuple[str, ...],
    kind: str | None,
    event: str | None,
    economies: tuple[str, ...],
    date: str | None,
    as_json: bool,
) -> None:
    """Import files and folders; `-` reads best-practice cases as JSON Lines from standard input."""
    given = {"kind": kind, "event": event, "economies": list(economies), "date": date}
    with opened(settings) as base:
        try:
            flags = facts_of({key: value for key, value in given.items() if value})
        except IngestError as error:
            raise NotAdded(cause=error) from error
        counts = bring_in(base, paths, flags, as_json=as_json)
    if counts["failed"]:
        sys.exit(1)


@main.command()
@click.argument("text")
@click.option("--lang", type=click.Choice(["en", "th", "any"]), default="any", help="language of the passages")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind]))
@click.option("--economy", "economies", multiple=True, help="name in English or Thai, or code")
@click.option("--theme", "themes", multiple=True, help="name in English or Thai")
@click.option("--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True)
@click.option("--limit", type=int, default=10, show_default=True)
@click.option("--explain", is_flag=True, help="also show which words match")
@JSON
@click.pass_obj
def search(
    settings: Settings,
    text: str,
    lang: str,
    kinds: tuple[str, ...],
    economies: tuple[str, ...],
    themes: tuple[str, ...],
    sort: Sort,
    limit: int,
    explain: bool,
    as_json: bool,
) -> None:
    """Search in English or Thai; documents of both languages are found."""
    query = SearchQuery(
        text,
        languages=() if lang == "any" else (lang,),
        kinds=kinds,
        economies=tuple(find_economy(economy) or economy for economy in economies),
        themes=tuple(map(find_theme, themes)),
        sort=sort,
        limit=limit,
        explain=explain,
    )
    with opened(settings) as base:
        page, hint = base.searcher.search(query), base.searcher.hint(text)
        if as_json:
            click.echo(show.as_json(serialise.search_page(page, hint)))
        else:
            click.echo(show.page_text(page, hint, settings.language))


@main.command(name="list")
@JSON
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """List the documents, newest first."""
    with opened(settings) as base:
        documents = base.catalogue.documents()
        for one in documents:
            click.echo(show.as_json(serialise.summary(one)) if as_json else show.summary_text(one))
        if not documents and not as_json:
            say(settings, N_("The knowledge base is empty."))


@main.command(name="show")
@click.argument("id")
@JSON
@click.pass_obj
def show_(settings: Settings, id: str, as_json: bool) -> None:
    """Show a document."""
    with opened(settings) as base:
        document = base.reader.document(id)
        click.echo(show.as_json(serialise.document(document)) if as_json else show.document_text(document))


@main.command()
@JSON
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Show the status of the knowledge base."""
    with opened(settings) as base:
        found: dict[str, Any] = {"home": str(settings.home), **asdict(base.status())}
        click.echo(show.as_json(found) if as_json else show.fields_text(found))


@main.command()
@click.pass_obj
def reindex(settings: Settings) -> None:
    """Encode the passages that the current model has not encoded yet."""
    with opened(settings) as base, tqdm(unit="text", disable=None, leave=False) as bar:

        def follow(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        count = base.reindex(follow)
        tell(translate(N_("Encoded {count} texts with {model}."), settings.language, count=count, model=base.model))


@main.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Check the data and the index; list the problems and exit 1 if there are any."""
    with opened(settings) as base:
        problems = base.verify()
        for one in problems:
            say(settings, show.PROBLEMS[one.code], where=one.where)
        if problems:
            say(
                settings,
                N_(
                    "Problems found: {count}. `python -m kb reindex` recreates missing and changed vectors; "
                    "for a damaged database, restore a backup."
                ),
                err=True,
                count=len(problems),
            )
            sys.exit(1)
        say(settings, N_("No problems found: {passages} passages checked."), passages=base.status().passages)


@main.command(name="eval")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--ablate", "by_step", is_flag=True, help="one row for each step of the search")
@JSON
@click.pass_obj
def eval_(settings: Settings, folder: Path, by_step: bool, as_json: bool) -> None:
    """Measure search on a BEIR folder, in a temporary knowledge base."""
    from kb.evaluation import beir
    from kb.evaluation.evaluate import ablate, evaluate

    def told(queries: Iterable[str]) -> Iterable[str]:
        return progress(list(queries), unit="query")

    found: Any
    try:
        data = beir.load(folder)
        if by_step:
            steps = ablate(data, settings, progress=told)
            found, text = {one.name: one.as_json() for one in steps}, show.steps_text(steps)
        else:
            report = evaluate(data, settings, progress=told)
            found, text = report.as_json(), show.report_text(report)
    except KbError as error:
        fail(settings, error)
    click.echo(show.as_json(found) if as_json else text)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="TEXTS…", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="default: calibration.npz in the home")
@click.option("--source", default="", help="name of the texts in the file; default: their file names")
@click.option("--ranking-only", is_flag=True, help="learn ranking and strength only; stored vectors stay valid")
@click.pass_obj
def calibrate(
    settings: Settings, paths: tuple[Path, ...], output: Path | None, source: str, ranking_only: bool
) -> None:
    """Create the calibration of the model from TEXTS: files and folders in both languages, or a BEIR folder."""
    from kb.embedding.calibration import OWN
    from kb.evaluation.calibrate import calibrate_on, write

    path, started = output or settings.home / OWN, monotonic()
    try:
        follow = partial(_tell_texts, told_in=settings.language)
        made = calibrate_on(paths, settings, source, follow=follow, ranking_only=ranking_only)
        write(made, path)
    except KbError as error:
        fail(settings, error)
    say(settings, N_("Wrote {path} after {seconds} seconds."), path=path, seconds=round(monotonic() - started))
    if path == settings.home / OWN and not ranking_only:
        say(settings, N_("Next, run `python -m kb reindex`: stored vectors depend on the calibration."))


def _tell_texts(texts: TrainingTexts, told_in: str) -> None:
    """Tell what a calibration is made from."""
    for path, error in texts.skipped:
        click.echo(
            translate(N_("Skipped {path}: {reason}"), told_in, path=path, reason=error.message(told_in)), err=True
        )
    for one in LANGUAGES:
        counts = {
            "documents": len(texts.documents(one)),
            "passages": sum(passage.language == one for each in texts.sets for passage in each.passages),
            "queries": sum(query.language == one for each in texts.sets for query in each.queries),
        }
        click.echo(
            translate(
                N_("{code}: {documents} documents, {passages} passages, {queries} questions"),
                told_in,
                code=one,
                **counts,
            )
        )
    click.echo(
        translate(
            N_("Documents known in both languages: {pairs}. Learning takes some minutes."),
            told_in,
            pairs=texts.pairs(*LANGUAGES),
        )
    )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--samples", is_flag=True, help="import samples/ first when the knowledge base is empty")
@click.pass_obj
def serve(settings: Settings, host: str, port: int, samples: bool) -> None:
    """Serve the site."""
    from kb.cli.serve import run

    with opened(settings) as base:
        run(base, host, port, samples=samples)


main.add_command(jobs.queue)
main.add_command(jobs.work)
