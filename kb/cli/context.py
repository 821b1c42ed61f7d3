"""How a command runs: with the knowledge base open, and ended by an error of ours with its message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from kb.errors import KbError
from kb.i18n import translate
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[KnowledgeBase]:
    """The knowledge base; an error of ours ends the command with its message and status 1."""
    with ending(settings):
        base = KnowledgeBase(settings)
        try:
            yield base
        finally:
            base.close()


@contextmanager
def ending(settings: Settings) -> Iterator[None]:
    """An error of ours ends the command with its message and status 1."""
    try:
        yield
    except KbError as error:
        fail(settings, error)


def fail(settings: Settings, error: KbError) -> NoReturn:
    """End the command with the error's message and status 1."""
    click.echo(error.message(settings.language), err=True)
    sys.exit(1)


def say(settings: Settings, message: str, /, *, err: bool = False, **values: object) -> None:
    """Print a message in the language of the settings, its fields filled; `err`: to standard error."""
    click.echo(translate(message, settings.language, **values), err=err)
