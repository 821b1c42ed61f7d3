"""How much of two texts is the same: near-duplicates, told by small signatures without the texts at hand.

A text is taken as the set of its shingles, runs of three words in search form; two texts are alike by the
share of shingles that both have (Jaccard). A signature keeps for each of 256 orders of all shingles which one
of the text's comes first; the share of orders in which two texts agree estimates their likeness, with a
standard error of .03 at most (MinHash: A. Broder, "On the resemblance and containment of documents", 1997).

The numbers, and what they were chosen by: docs/decisions/0019-near-duplicates.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.models import Word

NEAR = 0.5  # from this likeness on, two texts are taken for two states of one
_SHINGLE = 3  # words
_ORDERS = 256
_BYTES = 4 * _ORDERS  # of a signature
_NOBODYS = 0xFFFFFFFF  # in every place of the signature of a text without words

Signatures = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A signature of many, by its row, and how like it is to the one that was asked for: 0 to 1."""

    row: int
    likeness: float


def signature(said: Sequence[Word]) -> bytes:
    """The signature of a text that has the words `said`: 1024 bytes, the same on every machine and at any time.

    Words are those of `ingest.text.language.words`; where Thai has its spaces, and how a line is wrapped, mostly
    makes no difference to them. A change of how words are cut or stemmed asks for new signatures.
    """
    terms = [word.term for word in said]
    last = max(1, len(terms) - _SHINGLE + 1) if terms else 0
    shingles = {" ".join(terms[at : at + _SHINGLE]) for at in range(last)}
    if not shingles:
        return np.full(_ORDERS, _NOBODYS, "<u4").tobytes()
    factors, shifts = _ORDER_NUMBERS
    numbers = np.array([_number(shingle) for shingle in shingles], np.uint64)
    first = np.full(_ORDERS, np.iinfo(np.uint64).max, np.uint64)
    for part in np.array_split(numbers, -(-len(numbers) // 4096)):  # a book needs no more memory than a page
        # Multiply and shift: the upper half of a product modulo 2**64 is a number at random.
        first = np.minimum(first, (np.outer(factors, part) + shifts[:, None]).min(axis=1))
    return (first >> np.uint64(32)).astype("<u4").tobytes()


def gathered(signatures: Iterable[bytes]) -> Signatures:
    """Many signatures as `likest` takes them, a row each, in the order given: (count, 256).

    Raises `ValueError` when one has not 1024 bytes.
    """
    rows = [_read(one) for one in signatures]
    return np.stack(rows) if rows else np.empty((0, _ORDERS), np.uint32)


def likeness(one: bytes, other: bytes) -> float:
    """How much of two texts is the same, by their signatures: 1 for the same words, 0 for no three in a row.

    A text without words is like none. Raises `ValueError` when one has not 1024 bytes.
    """
    return float(_likenesses(one, gathered([other]))[0])


def likest(one: bytes, many: Signatures, least: float = NEAR) -> tuple[SimilarDocument, ...]:
    """Those of `many` that are like the text with signature `one`, at least by `least`; the likest first.

    Equal ones keep their order. Raises `ValueError` when `one` has not 1024 bytes.
    """
    found = _likenesses(one, many)
    rows = np.flatnonzero(found >= least)
    return tuple(SimilarDocument(int(row), float(found[row])) for row in rows[np.argsort(-found[rows], kind="stable")])


def _likenesses(one: bytes, many: Signatures) -> npt.NDArray[np.float64]:
    asked = _read(one)
    same = (many == asked) & (asked != _NOBODYS)
    share: npt.NDArray[np.float64] = np.count_nonzero(same, axis=1) / _ORDERS
    return share


def _read(one: bytes) -> Signatures:
    if len(one) != _BYTES:
        raise ValueError(f"a signature has {_BYTES} bytes, not {len(one)}")
    return np.frombuffer(one, "<u4").astype(np.uint32)


def _number(text: str) -> int:
    """64 bits at random, but always the same for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


# What each order multiplies with, odd, and adds.
_ORDER_NUMBERS = (
    np.array([_number(f"factor {order}") | 1 for order in range(_ORDERS)], np.uint64),
    np.array([_number(f"shift {order}") for order in range(_ORDERS)], np.uint64),
)
