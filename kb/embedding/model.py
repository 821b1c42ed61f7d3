"""The encoder of a knowledge base and its calibration, loaded on first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from index.calibration import Calibration
from index.encoder import Encoder, load_encoder, name_of
from index.errors import IndexingError
from kb.embedding.calibration import calibration_for
from kb.errors import ModelMismatch, Unusable
from kb.settings import Settings
from kb.storage import writer
from kb.storage.database import Database
from kb.storage.reader import DocumentReader

T = TypeVar("T")


class EmbeddingModel:
    """The model that the settings name. Threads may share it."""

    def __init__(self, settings: Settings, database: Database, encoder: Encoder | None = None) -> None:
        """`encoder` stands in for the model that the settings name."""
        self._settings, self._database, self._given = settings, database, encoder
        self._reader = DocumentReader(database)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder. Raises `Unusable`."""
        return self._given or _usable(lambda: load_encoder(self._settings.model, self._settings.cache.expanduser()))

    @cached_property
    def calibration(self) -> Calibration:
        """What makes the languages comparable for this encoder. Raises `Unusable`."""
        name = self._given.name if self._given else name_of(self._settings.model)
        return _usable(lambda: calibration_for(name, lambda: self.encoder.dimension, self._settings))

    @cached_property
    def name(self) -> str:
        """The name under which vectors are kept: that of the encoder and of its calibration."""
        return f"{self.calibration.model}+{self.calibration.name}"

    def require(self) -> None:
        """Make sure that the stored vectors are those of this model. Raises `ModelMismatch`, `Unusable`."""
        stored = self._reader.model()
        if stored is None:
            with self._database.writing() as connection:
                writer.adopt_model(connection, self.name)
        elif stored != self.name:
            raise ModelMismatch(stored=stored, current=self.name)


def _usable(load: Callable[[], T]) -> T:
    try:
        return load()
    except IndexingError as error:
        raise Unusable(cause=error) from error
