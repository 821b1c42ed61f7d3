"""Errors of `index`: each says what is wrong and what to do.

Messages are English and the ids of a gettext catalogue; whoever shows them to people translates them.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the usual name of gettext's marker
    """Mark a message for translation."""
    return message


class IndexingError(Exception):
    """Something keeps texts from being encoded or found. `values` fill the fields of the class's `template`."""

    template: str

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.template.format(**values))


class ModelUnavailable(IndexingError):
    """The model cannot be loaded."""

    template = N_(
        "The model {model!r} cannot be loaded: {reason}. Set `model` to `bundled`, to the folder of "
        "a sentence-transformers model, or to a hub name while this machine is online."
    )


class CalibrationUnusable(IndexingError):
    """A calibration file is damaged or was made for another model."""

    template = N_(
        "The calibration {path} cannot be used: {reason}. Create it again with `python -m kb calibrate TEXTS`."
    )
