"""Which calibration a knowledge base uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import bundled_model
from index.calibration import Calibration, load, neutral
from kb.models import LANGUAGES
from kb.settings import Settings

SHIPPED = Path(__file__).with_name("calibration-bundled.npz")
OWN = "calibration.npz"  # in the home, written by `kb calibrate`


def calibration_for(model: str, dimension: Callable[[], int], settings: Settings) -> Calibration:
    """The calibration of `model`: the one that the settings name, else the home's, else the one that ships.

    A model without any gets one that changes nothing, for which its vectors' `dimension` is asked. Raises
    `CalibrationUnusable`.
    """
    path = file_for(settings)
    if path is not None:
        return load(path, model)
    if model == bundled_model.name():
        return load(SHIPPED, model)
    return neutral(model, dimension(), LANGUAGES)


def file_for(settings: Settings) -> Path | None:
    """The calibration file that the settings name, else the home's; None when there is neither."""
    if settings.calibration:
        return Path(settings.calibration).expanduser()
    own = settings.home / OWN
    return own if own.exists() else None
