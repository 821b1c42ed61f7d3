"""Texts to vectors: one forward pass gives the sentence vector and the token vectors."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

from index import bundled_model
from index.errors import ModelUnavailable
from index.quiet_logging import quiet

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Side = Literal["query", "passage"]

BATCH_TOKENS = 1024  # padded tokens of a forward pass; more is slower on a CPU (docs/decisions/0002)
WINDOW = 512  # texts that are sorted by length together, so that a batch has little padding


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as vectors: n tokens of dimension d, without the prompt and the special tokens.

    `sentence` (d,) has unit length; `tokens` (n, d) have unit length each; `ids` (n,) are vocabulary ids;
    `spans` (n, 2) say which characters of the text a token stands for, end excluded.
    """

    sentence: FloatArray
    tokens: FloatArray
    ids: IntArray
    spans: IntArray


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """The name under which this model's vectors are kept; another name, other vectors."""

    @property
    def dimension(self) -> int:
        """The length of its vectors."""

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        """The vectors of `texts`, in their order, as queries or as passages."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the prompt and the special tokens."""


# Prompts of models whose own configuration names none, or names them otherwise.
PROMPTS: dict[str, dict[Side, str]] = {
    "intfloat/multilingual-e5-large": {"query": "query: ", "passage": "passage: "},
    "BAAI/bge-m3": {"query": "", "passage": ""},
    "google/embeddinggemma-300m": {"query": "task: search result | query: ", "passage": "title: none | text: "},
}


def name_of(model: str) -> str:
    """The name under which the vectors of setting `model` are kept, without loading it."""
    if model == "bundled":
        return bundled_model.name()
    return str(Path(model).resolve()) if Path(model).is_dir() else model


def load_encoder(model: str, cache: Path) -> Encoder:
    """The encoder that setting `model` names: "bundled", a local folder, or a hub name.

    `cache` is where the bundled model is unpacked. Raises `ModelUnavailable`.
    """
    if model == "bundled":
        folder = bundled_model.prepare(cache)
        return SentenceEncoder(name_of(model), _load(model, str(folder), local=True), {})
    name = name_of(model)
    return SentenceEncoder(name, _load(model, name, local=Path(name).is_dir()), PROMPTS.get(model, {}))


def _load(model: str, path: str, *, local: bool) -> SentenceTransformer:
    if local:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model asks nothing of a network
    try:
        from sentence_transformers import SentenceTransformer

        with quiet():
            return SentenceTransformer(path, device="cpu", local_files_only=local)
    except Exception as error:  # whatever the libraries raise, the reader needs one clear line
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(model=model, reason=reason) from error


class SentenceEncoder:
    """An encoder over a sentence-transformers model whose first module has a fast tokenizer.

    `prompts` overrides the model's own ("query", and "document" or "passage").
    """

    def __init__(self, name: str, model: SentenceTransformer, prompts: dict[Side, str]) -> None:
        if not getattr(model.tokenizer, "is_fast", False):
            raise ModelUnavailable(model=name, reason="its tokenizer gives no character positions")
        self._name, self._model = name, model.eval()
        own = model.prompts
        self._prompts: dict[Side, str] = {
            "query": prompts.get("query", own.get("query") or ""),
            "passage": prompts.get("passage", own.get("document") or own.get("passage") or ""),
        }
        self._tokenizing = threading.Lock()  # the tokenizer keeps settings between calls
        self._dimension = int(model.get_embedding_dimension() or 0)
        self._longest = int(model.max_seq_length or 512)

    @property
    def name(self) -> str:
        """The name under which this model's vectors are kept."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        return self._dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the prompt and the special tokens."""
        if not texts:
            return []
        with self._tokenizing:
            ids = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        return [len(one) for one in ids]

    def encode(self, texts: Iterable[str], side: Side) -> Iterator[Encoded]:
        """The vectors of `texts`, in their order. A text over the model's limit counts up to the limit."""
        window: list[str] = []
        for text in texts:
            window.append(text)
            if len(window) == WINDOW:
                yield from self._encode_window(window, side)
                window = []
        yield from self._encode_window(window, side)

    def _encode_window(self, texts: list[str], side: Side) -> list[Encoded]:
        found: dict[int, Encoded] = {}
        for batch in _batches(self.count_tokens(texts)):
            vectors = self._forward([texts[i] for i in batch], self._prompts[side])
            found.update(zip(batch, vectors, strict=True))
        return [found[i] for i in range(len(texts))]

    def _forward(self, texts: list[str], prompt: str) -> list[Encoded]:
        import torch

        with self._tokenizing:
            features = self._model.tokenizer(
                [prompt + text.strip() for text in texts],
                padding=True,
                truncation=True,
                max_length=self._longest,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
                return_tensors="pt",
            )
        spans = features.pop("offset_mapping").numpy().astype(np.int32)
        special = features.pop("special_tokens_mask").numpy().astype(bool)
        with torch.inference_mode():
            out = self._model(dict(features))
        sentences = _unit(out["sentence_embedding"].float().numpy())
        tokens = out["token_embeddings"].float().numpy()
        ids = features["input_ids"].numpy().astype(np.int32)
        encoded = []
        for row, text in enumerate(texts):
            kept = ~special[row] & (spans[row, :, 1] > len(prompt))
            within = np.maximum(spans[row, kept], len(prompt))  # the first token takes in the prompt's space
            shift = len(text) - len(text.lstrip()) - len(prompt)  # stripped and prompted text to the caller's
            encoded.append(Encoded(sentences[row], _unit(tokens[row, kept]), ids[row, kept], within + shift))
        return encoded


def _batches(counts: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts, those with fewest tokens first, in batches of about BATCH_TOKENS padded tokens."""
    batch: list[int] = []
    for i in sorted(range(len(counts)), key=lambda i: (counts[i], i)):
        if batch and (len(batch) + 1) * counts[i] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _unit(vectors: FloatArray) -> FloatArray:
    """Each row at length 1; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: FloatArray = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
