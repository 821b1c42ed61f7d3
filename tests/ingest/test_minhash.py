"""Near-duplicates: what is told of edited texts, and not of different ones.

`test_what_the_measurement_says` prints the figures of docs/decisions/0019-near-duplicates.md:

    .venv/bin/python -m pytest tests/ingest/test_minhash.py -rP
"""

from __future__ import annotations

import hashlib
import html
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.minhash import NEAR, Signatures, gathered, likeness, likest, signature
from ingest.models import Word
from ingest.parsers.registry import read
from ingest.text.language import tokens, words
from ingest.text.normalise import compose, normalise

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
THAI = re.compile("[ก-๎]")
SHORT = 60  # words
TRANSLATIONS = (
    ("cacao-innovation-centre.en.html", "cacao-innovation-centre.th.txt"),
    ("village-coffee-roaster.en.md", "village-coffee-roaster.th.md"),
    ("bangkok-forum.en.html", "bangkok-forum.th.html"),
    ("makati-forum.en.md", "makati-forum.th.html"),
    ("best-practices-2020-summary.en.md", "best-practices-2020-summary.th.docx"),
)
Edit = Callable[[str, random.Random], str]


@cache
def texts() -> Mapping[str, str]:
    """The samples, and the seeds where they are, by file and row."""
    found = {}
    for path in [*sorted((ROOT / "samples").rglob("*")), *sorted(SEEDS.glob("*.txt"))]:
        if path.is_file() and path.suffix != ".yaml" and path.name != "README.md":
            for one in read(path.read_bytes(), path.name):
                name = f"{path.name}#{one.key}" if one.key else path.name
                found[name] = compose(one.blocks).text
    return found


@cache
def short_texts() -> Mapping[str, str]:
    """The first sixty words of each."""
    return {name: text[: words(text)[SHORT - 1].end] for name, text in texts().items()}


@cache
def said(text: str) -> tuple[Word, ...]:
    return words(text)


@cache
def signed(text: str) -> bytes:
    return signature(said(text))


@cache
def shingles(text: str, size: int) -> frozenset[tuple[str, ...]]:
    terms = [word.term for word in said(text)]
    return frozenset(tuple(terms[at : at + size]) for at in range(max(1, len(terms) - size + 1)))


def jaccard(one: str, other: str, size: int = 3) -> float:
    first, second = shingles(one, size), shingles(other, size)
    return len(first & second) / len(first | second)


# ---- edits


def another_site(text: str, _: random.Random) -> str:
    """Saved from another site, with its header and footer, and read again."""
    title, *paragraphs = text.split("\n\n")
    body = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    page = (
        "<!doctype html><html><head><title>News | Portal</title></head><body><header><nav><ul>"
        "<li><a href='/'>Home</a></li><li><a href='/news'>News</a></li><li><a href='/about'>About us</a></li>"
        f"</ul></nav></header><main><article><h1>{html.escape(title)}</h1>{body}</article></main><aside>"
        "<h2>Read also</h2><ul><li><a href='/1'>A fair of the harvest</a></li></ul></aside>"
        "<footer><p>© 2020 The Portal. All rights reserved. Terms of use. Contact.</p></footer></body></html>"
    )
    (parsed,) = read(page.encode(), "page.html")
    return compose(parsed.blocks).text


def left_over_frame(text: str, _: random.Random) -> str:
    """The words of a page's frame went into the text."""
    return f"Home > News\nShare this page\nPrint\n{text}\n© 2020 The Portal. All rights reserved. Contact us. Sitemap"


def corrected_line(text: str, _: random.Random) -> str:
    """Four tokens of the longest line became others."""
    lines = text.split("\n")
    longest = max(range(len(lines)), key=lambda at: len(lines[at]))
    cut = tokens(lines[longest])
    middle = len(cut) // 2
    lines[longest] = f"{''.join(cut[:middle])} a corrected figure of 31 {''.join(cut[middle + 4 :])}"
    return "\n".join(lines)


def added_paragraph(text: str, chance: random.Random) -> str:
    """A paragraph of another document was put in the middle."""
    others = [one for other in texts().values() if other != text for one in other.split("\n\n") if len(one) > 150]
    paragraphs = text.split("\n\n")
    paragraphs.insert(len(paragraphs) // 2, chance.choice(others))
    return "\n\n".join(paragraphs)


def typos(share: float) -> Edit:
    """A sign in this share of the words was read wrongly."""

    def edit(text: str, chance: random.Random) -> str:
        read_as = []
        for token in tokens(text):
            if len(token) > 2 and chance.random() < share:
                at = chance.randrange(len(token))
                wrong = chance.choice("ถกดคนภ" if THAI.match(token) else "ilrnec")
                token = token[:at] + wrong + token[at + 1 :]
            read_as.append(token)
        return normalise("".join(read_as))

    return edit


def other_spacing(text: str, chance: random.Random) -> str:
    """Half of the spaces between Thai words went, and after a tenth of the words there are new ones."""
    cut, spaced = tokens(text), []
    for at, token in enumerate(cut):
        between = 0 < at < len(cut) - 1 and THAI.match(cut[at - 1][-1]) and THAI.match(cut[at + 1])
        if not (token == " " and between and chance.random() < 0.5):
            spaced.append(token)
        if THAI.match(token) and chance.random() < 0.1:
            spaced.append(" ")
    return normalise("".join(spaced))


EDITS: Mapping[str, Edit] = {
    "another site": another_site,
    "left-over frame": left_over_frame,
    "a line corrected": corrected_line,
    "a paragraph added": added_paragraph,
    "typos, 2 % of words": typos(0.02),
    "typos, 5 % of words": typos(0.05),
    "typos, 10 % of words": typos(0.1),
    "Thai, other spacing": other_spacing,
}

# Shares told, whole texts and short ones; all of what is not here. Of sixty words an added paragraph can be the
# larger half, and few three in a row are left by a typo in every tenth.
LEAST_TOLD: Mapping[bool, Mapping[str, float]] = {
    False: {"typos, 10 % of words": 0.9},
    True: {"a paragraph added": 0.4, "typos, 5 % of words": 0.97, "typos, 10 % of words": 0.7},
}


@cache
def edited(name: str, short: bool) -> tuple[tuple[str, str], ...]:
    """Texts before and after an edit that they can have."""
    pairs = []
    for key, text in (short_texts() if short else texts()).items():
        if name.startswith("Thai") and 3 * len(THAI.findall(text)) < len(text):
            continue
        pairs.append((text, EDITS[name](text, random.Random(f"{key} {name}"))))
    return tuple(pairs)


@cache
def different(short: bool) -> tuple[tuple[str, str], ...]:
    return tuple(combinations((short_texts() if short else texts()).values(), 2))


def row(name: str, values: Sequence[float]) -> str:
    ordered = sorted(values)
    told = sum(value >= NEAR for value in ordered) / len(ordered)
    figures = (ordered[0], ordered[len(ordered) // 10], statistics.median(ordered), ordered[-1])
    return f"| {name} | {len(ordered)} | {' | '.join(f'{one:.2f}' for one in figures)} | {told:.1%} |"


def test_what_the_measurement_says() -> None:
    print("Words of a short text: 60. Told: share with a likeness of at least", NEAR)
    for short in (False, True):
        print(f"\n{'First 60 words' if short else 'Whole texts'}, by signatures")
        print("| | pairs | least | 10 of 100 | median | most | told |\n|---|---|---|---|---|---|---|")
        for name in EDITS:
            found = [likeness(signed(one), signed(other)) for one, other in edited(name, short)]
            print(row(name, found))
            assert statistics.mean(one >= NEAR for one in found) >= LEAST_TOLD[short].get(name, 1)
        apart = [likeness(signed(one), signed(other)) for one, other in different(short)]
        print(row("different documents", apart))
        assert max(apart) < NEAR - 0.15
        known = short_texts() if short else texts()
        translated = [likeness(signed(known[one]), signed(known[other])) for one, other in TRANSLATIONS]
        print(row("translations", translated))
        assert max(translated) < 0.1


def test_the_choice_of_shingles() -> None:
    print("Jaccard of shingles by their size: typos in 5 % and 10 % of words, different documents")
    print("| words | 5 %: least, median | 10 %: least, median | different: most |\n|---|---|---|---|")
    for short in (False, True):
        for size in (1, 2, 3, 4):
            cells = []
            for name in ("typos, 5 % of words", "typos, 10 % of words"):
                found = [jaccard(one, other, size) for one, other in edited(name, short)]
                cells.append(f"{min(found):.2f}, {statistics.median(found):.2f}")
            apart = max(jaccard(one, other, size) for one, other in different(short))
            print(f"| {size}{', first 60 words' if short else ''} | {' | '.join(cells)} | {apart:.2f} |")
            if size == 3:
                assert apart < 0.25


def test_a_signature_estimates_the_likeness() -> None:
    """Every edited pair: the error falls with the number of orders as theory says, 1 / (2 √k) at most."""
    pairs = [pair for name in EDITS for short in (False, True) for pair in edited(name, short)]
    exact = np.array([jaccard(*pair) for pair in pairs])
    one, other = (gathered([signed(pair[side]) for pair in pairs]) for side in (0, 1))
    for orders in (64, 128, 256):
        error = (one[:, :orders] == other[:, :orders]).mean(axis=1) - exact
        root = float(np.sqrt((error**2).mean()))
        print(f"{orders} orders, {4 * orders} bytes: error {root:.3f}, mean {error.mean():+.3f}")
        assert root <= 0.5 / np.sqrt(orders)
        assert abs(error.mean()) < 0.01


@pytest.mark.shared
def test_news_of_the_world_are_all_different(shared: Path) -> None:
    lines = (shared / "eval" / "ntrex" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    many = gathered([signature(words(json.loads(line)["text"])) for line in lines])
    most = max(found.likeness for at, one in enumerate(many) for found in likest(one.tobytes(), many[:at], least=0.01))
    print(f"{len(many)} texts: the most alike {most:.2f}")
    assert most < 0.3


# ---- what a signature is


def test_a_signature_is_the_same_everywhere_and_always() -> None:
    """Signatures are stored. If this fails on purpose, all of them must be made anew."""
    terms = ("growers", "share", "one", "cold", "room", "ห้อง", "เย็น", "2562")
    made = signature(tuple(Word(0, 1, term) for term in terms))
    assert hashlib.sha256(made).hexdigest() == "2c7517c631463b4c31dd8f6bd75757492c1db022607dfa4ed6582ad0eeb16bbd"


@pytest.mark.parametrize("count", [1, 2, 3, 5000])
def test_the_same_words_are_alike_and_others_are_not(count: int) -> None:
    one = tuple(Word(at, at + 1, f"a{at}") for at in range(count))
    other = tuple(Word(at, at + 1, f"b{at}") for at in range(count))
    assert likeness(signature(one), signature(tuple(one))) == 1
    assert likeness(signature(one), signature(other)) == 0


def test_a_text_without_words_is_like_none() -> None:
    empty = signature(words("— … ๆ"))
    assert len(empty) == len(signature(words("ice"))) == 1024
    assert likeness(empty, empty) == likeness(empty, signature(words("ice"))) == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=8), st.lists(st.lists(st.integers(0, 5), max_size=8), max_size=6))
def test_one_against_many_is_one_against_each(asked: list[int], many: list[list[int]]) -> None:
    one, *others = (signature(tuple(Word(0, 1, str(term)) for term in terms)) for terms in (asked, *many))
    alone = {at: likeness(one, other) for at, other in enumerate(others)}
    found = likest(one, gathered(others))
    assert {like.row: like.likeness for like in found} == {at: x for at, x in alone.items() if x >= NEAR}
    assert [(like.likeness, -like.row) for like in found] == sorted(
        ((like.likeness, -like.row) for like in found), reverse=True
    )
    assert all(likeness(other, one) == alone[at] for at, other in enumerate(others))


def test_what_is_no_signature_is_refused() -> None:
    for wrong in (b"", b"\0" * 1023):
        with pytest.raises(ValueError, match="1024 bytes"):
            likeness(wrong, signature(words("ice")))
        with pytest.raises(ValueError, match="1024 bytes"):
            gathered([wrong])


def test_ten_thousand_are_compared_in_a_few_milliseconds() -> None:
    many: Signatures = np.random.default_rng(1).integers(0, 2**32, (10_000, 256), np.uint32)
    one = many[4321].tobytes()
    took = timed(lambda: likest(one, many))
    assert [like.row for like in likest(one, many)] == [4321]
    text = said("\n".join(texts().values())[:10_000])
    signing = timed(lambda: signature(text))
    print(f"one against 10 000: {took:.1f} ms; signature of {len(text)} words: {signing:.1f} ms")
    assert took < 50
    assert signing < 100


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor, the median of seven."""
    found = []
    for _ in range(7):
        before = time.process_time()
        work()
        found.append(1000 * (time.process_time() - before))
    return statistics.median(found)
