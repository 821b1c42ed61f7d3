"""The embedded index and the brute force find the same, on random passages, in any scope, after any moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.in_memory import CANDIDATES, InMemoryIndex
from index.models import EVERYWHERE, IndexEntry, ScoredPassage, SearchScope
from tests.support.brute_force_index import BruteIndex, assert_as_near, assert_same
from tests.support.random_passages import DIMENSION, LANGUAGES, World


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), moves=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), max_size=14))
def test_the_two_agree_after_any_moves_in_any_scope(seed: int, moves: list[tuple[int, int]]) -> None:
    world = World(seed)
    ours, theirs = InMemoryIndex(DIMENSION, world.calibration), BruteIndex(DIMENSION, world.calibration)
    for at, (number, count) in enumerate(moves):
        group = f"g{number}"
        entries = [world.entry(f"{group}-{at}-{i}", group, LANGUAGES[(number + i) % 2]) for i in range(count)]
        ours.replace(group, entries)
        theirs.replace(group, entries)
    assert ours.ids() == theirs.ids()
    assert len(ours) == len(theirs)
    assert ours.inconsistencies() == []
    names = [f"g{number}" for number in range(8)]
    some = SearchScope(("en", "th")[seed % 2 : seed % 2 + 1], frozenset(world.pick(names, 8)))
    for scope in (EVERYWHERE, some, SearchScope(excluded=frozenset(world.pick(names, 4)))):
        for language in LANGUAGES:
            question = world.translated(world.renamed(world.question(language)))
            entry = world.entry("x", "x", language)
            assert_same(ours.search(question, scope), theirs.search(question, scope))
            assert ours.missing(question) == theirs.missing(question)
            near = [entry, world.entry("y", "y", "th")]
            assert_as_near(ours.near(near, scope), theirs.near(near, scope))
    asked = [*world.question("en").terms, *world.question("th").terms, "no such word"]
    assert [ours.knows(term) for term in asked] == [theirs.knows(term) for term in asked]
    centres, same = ours.centres(), theirs.centres()
    assert centres.keys() == same.keys()
    for group, centre in centres.items():
        np.testing.assert_allclose(centre, same[group], atol=1e-5)


@pytest.mark.parametrize(
    "scope", [EVERYWHERE, SearchScope(groups=[f"g{at}" for at in range(0, 300, 3)])], ids=["all", "a third"]
)
def test_among_many_it_weighs_the_best_by_meaning_and_by_words(scope: SearchScope) -> None:
    world = World(7)
    ours, theirs = InMemoryIndex(DIMENSION, world.calibration), BruteIndex(DIMENSION, world.calibration)
    entries = {f"g{at}": world.entry(f"p{at}", f"g{at}", LANGUAGES[at % 2]) for at in range(300)}
    for group, entry in entries.items():
        ours.replace(group, [entry])
        theirs.replace(group, [entry])
    question = world.renamed(world.question("en"), 8)
    found = ours.search(question, scope)
    exact = {one.id: one for one in theirs.search(question, scope, ours.background(question, scope))}
    assert_same(found, [exact[one.id] for one in found])
    held = {one.id for one in found}
    for language in LANGUAGES:
        those = [
            entry
            for group, entry in entries.items()
            if entry.language == language and (scope.groups is None or group in scope.groups)
        ]
        closest = sorted(those, key=lambda entry: -theirs.cosine(question, entry))[:CANDIDATES]
        assert {entry.id for entry in closest} <= held
        wordy = [entry for entry in those if exact[entry.id].signals.words > 0]
        wordiest = sorted(wordy, key=lambda entry: -exact[entry.id].signals.words)
        clear = [one for one in wordiest if _rank(exact[one.id].signals.words, wordiest, exact) < CANDIDATES]
        assert {entry.id for entry in clear} <= held


def _rank(words: float, entries: list[IndexEntry], exact: dict[str, ScoredPassage]) -> int:
    """How many cover as much of the question or more: the place of the last of those that tie."""
    return sum(exact[one.id].signals.words >= words - 1e-6 for one in entries) - 1
