"""Errors of `index`: each says what is wrong and what to do, in English and in Thai.

IndexingError
├── ModelUnavailable     the encoder cannot be loaded
└── CalibrationUnusable  a calibration file is damaged or was made for another model
"""

from __future__ import annotations

from typing import ClassVar


class IndexingError(Exception):
    """Something keeps texts from being encoded or found.

    Subclasses set `en` and `th`, templates for `str.format`; keyword arguments fill them. `str(error)` is
    the English text, `error.message("th")` the Thai one.
    """

    en: ClassVar[str]
    th: ClassVar[str]

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The message in `language`, "en" or "th"."""
        return (self.th if language == "th" else self.en).format(**self.values)


class ModelUnavailable(IndexingError):
    """The model cannot be loaded."""

    en = (
        "The model {model!r} cannot be loaded: {reason}. Set `model` to `bundled`, to the folder of a "
        "sentence-transformers model, or to a hub name while this machine is online."
    )
    th = (
        "โหลดแบบจำลอง {model!r} ไม่ได้: {reason} โปรดตั้งค่า `model` เป็น `bundled` เป็นโฟลเดอร์ของแบบจำลอง "
        "sentence-transformers หรือเป็นชื่อบนฮับขณะที่เครื่องเชื่อมต่ออินเทอร์เน็ต"
    )


class CalibrationUnusable(IndexingError):
    """A calibration file is damaged or was made for another model."""

    en = "The calibration {path} cannot be used: {reason}. Make it anew with `python -m kb calibrate TEXTS`."
    th = "ใช้ไฟล์ปรับเทียบ {path} ไม่ได้: {reason} โปรดสร้างใหม่ด้วย `python -m kb calibrate TEXTS`"
