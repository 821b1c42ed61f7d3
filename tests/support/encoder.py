"""A second encoder, without a model: fast, the same everywhere, and blind to all but equal words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.encoder import Encoded, FloatArray, Side

_TOKEN = re.compile(r"\w+|[^\w\s]")


class WordEncoder:
    """Each token's vector is a random one that its letters choose; a text's vector is the mean of its tokens'."""

    dimension = 384

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.encoded = 0  # texts encoded so far

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        for text in texts:
            self.encoded += 1
            found = list(_TOKEN.finditer(text))
            vectors = np.stack([self._vector(one.group()) for one in found] or [self._vector("")])
            mean = vectors.mean(axis=0)
            ids = [int.from_bytes(hashlib.sha256(one.group().encode()).digest()[:2]) for one in found]
            yield Encoded(
                (mean / np.linalg.norm(mean)).astype(np.float32),
                vectors,
                np.array(ids or [0], np.int32),
                np.array([one.span() for one in found] or [(0, len(text))], np.int32),
            )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 4 + 1 for text in texts]

    def _vector(self, token: str) -> FloatArray:
        seed = int.from_bytes(hashlib.sha256(f"{self.name} {token.lower()}".encode()).digest()[:8])
        vector = np.random.default_rng(seed).normal(size=self.dimension)
        return (vector / np.linalg.norm(vector)).astype(np.float32)
