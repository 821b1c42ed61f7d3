"""The one place in `kb` that knows the site: it starts it, under waitress."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from kb.admin import AdminServices
from kb.cli.ingest import bring_in
from kb.i18n import N_, translate
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings

THREADS = 4
SAMPLES = Path(__file__).parents[2] / "samples"


def run(base: KnowledgeBase, host: str, port: int, *, samples: bool) -> None:
    """Serve `base` until interrupted, after loading the model, and `samples/` into an empty knowledge base."""
    import waitress

    from web import MOST_BYTES, create_app

    language = base.settings.language
    bound = _bind(host, port, language)
    click.echo(
        translate(N_("Loading the model; the first time it is unpacked, which may take half a minute…"), language)
    )
    base.model.require()
    if samples and not base.catalogue.documents():
        click.echo(translate(N_("Loading the sample documents…"), language))
        bring_in(base, [str(SAMPLES)])
    base.warm_up()
    desk = AdminServices(base)
    app = create_app(base, desk)
    shown = f"[{host}]" if ":" in host else host
    address = base.settings.address or f"http://{shown}:{port}"
    click.echo(translate(N_("Saphan is at {address} — press Ctrl+C to stop."), language, address=f"{address}/"))
    if not desk.people.has_admin():
        click.echo(
            translate(
                N_("There is no administrator yet. `python -m kb user add NAME --role admin` creates the first one."),
                language,
            )
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends in order as Ctrl+C does
    with _working(desk), suppress(KeyboardInterrupt):
        waitress.serve(
            app,
            sockets=[bound],
            threads=THREADS,
            ident="saphan",
            max_request_body_size=2 * MOST_BYTES,  # taken before it is known who asks; the site itself tells limits
            **proxy(base.settings),
        )
    click.echo(translate(N_("Stopped."), language))


@contextmanager
def _working(desk: AdminServices) -> Iterator[None]:
    """Work on what is sent in meanwhile."""
    from kb.uploads.worker import Worker

    worker = Worker(desk.batches, desk.duties)
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        desk.gaps.keep()


def proxy(settings: Settings) -> dict[str, Any]:
    """What waitress is told of a reverse proxy: whose headers on who asks it takes, and to drop all others'.

    The name that a proxy says was asked for is taken only where it is checked against the site's address.
    """
    told: dict[str, Any] = {"clear_untrusted_proxy_headers": True}
    if settings.proxy:
        headers = {"x-forwarded-for", "x-forwarded-proto"}
        told["trusted_proxy"] = settings.proxy
        told["trusted_proxy_headers"] = headers | ({"x-forwarded-host"} if settings.address else set())
    return told


def _bind(host: str, port: int, language: str) -> socket.socket:
    """The socket to serve on, asked for first: a taken port is said at once, not after loading the model."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        click.echo(
            translate(
                N_("Port {port} of {host} cannot be used ({reason}). Choose another with --port."),
                language,
                port=port,
                host=host,
                reason=error.strerror,
            ),
            err=True,
        )
        sys.exit(1)
