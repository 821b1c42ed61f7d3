"""Which calibration a knowledge base uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import bundled
from index.calibration import Calibration, load, neutral
from kb.settings import Settings

SHIPPED = Path(__file__).with_name("calibration-bundled.npz")
OWN = "calibration.npz"  # in the home, written by `kb calibrate`
LANGUAGES = ("en", "th")


def calibration_for(model: str, dimension: Callable[[], int], settings: Settings) -> Calibration:
    """The calibration of `model`: the one that the settings name, else the home's, else the one that ships.

    A model without any gets one that changes nothing, for which its vectors' `dimension` is asked. Raises
    `CalibrationUnusable`.
    """
    if settings.calibration:
        return load(Path(settings.calibration).expanduser(), model)
    own = settings.home / OWN
    if own.exists():
        return load(own, model)
    if model == bundled.name():
        return load(SHIPPED, model)
    return neutral(model, dimension(), LANGUAGES)
