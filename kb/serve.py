"""The one place in `kb` that knows the site: it starts it, under waitress."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path

import click

from kb.base import KnowledgeBase
from kb.bring import bring_in
from kb.messages import say

THREADS = 4
SAMPLES = Path(__file__).parent.parent / "samples"


def run(base: KnowledgeBase, host: str, port: int, *, samples: bool) -> None:
    """Serve `base` until interrupted, after loading the model, and `samples/` into an empty knowledge base."""
    import waitress

    from web import create_app

    language = base.settings.language
    bound = _bind(host, port, language)
    click.echo(say("loading_model", language))
    base.require_model()
    if samples and not base.documents():
        click.echo(say("loading_samples", language))
        bring_in(base, [str(SAMPLES)])
    base.warm_up()
    app = create_app(base)
    shown = f"[{host}]" if ":" in host else host
    click.echo(say("serving", language, address=f"http://{shown}:{port}/"))
    with suppress(KeyboardInterrupt):
        waitress.serve(app, sockets=[bound], threads=THREADS, ident="saphan")
    click.echo(say("stopped", language))


def _bind(host: str, port: int, language: str) -> socket.socket:
    """The socket to serve on, asked for first: a taken port is said at once, not after loading the model."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        click.echo(say("port_taken", language, port=port, host=host, reason=error.strerror), err=True)
        sys.exit(1)
