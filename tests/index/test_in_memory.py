"""What every `PassageIndex` promises, asked of the embedded one and of a brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from index.in_memory import InMemoryIndex
from index.models import EVERYWHERE, IndexEntry, PassageIndex, QueryAlternative, SearchScope
from tests.support.brute_force_index import BruteIndex, assert_as_near, assert_same
from tests.support.random_passages import DIMENSION, LANGUAGES, World

Make = Callable[[World], PassageIndex]


def local(world: World) -> PassageIndex:
    return InMemoryIndex(DIMENSION, world.calibration)


def brute(world: World) -> PassageIndex:
    return BruteIndex(DIMENSION, world.calibration)


@pytest.fixture(params=[local, brute], ids=["local", "brute"])
def make(request: pytest.FixtureRequest) -> Make:
    chosen: Make = request.param
    return chosen


@pytest.fixture
def world() -> World:
    return World(2019)


def shelf(world: World) -> dict[str, list[IndexEntry]]:
    """Six groups: two English, two Thai, two in both languages."""
    languages = {"a": ["en"], "b": ["en"], "c": ["th"], "d": ["th"], "e": ["en", "th"], "f": ["th", "en", "en"]}
    return {
        group: [world.entry(f"{group}-{at}", group, language) for at, language in enumerate(those)]
        for group, those in languages.items()
    }


def fill(index: PassageIndex, groups: dict[str, list[IndexEntry]]) -> PassageIndex:
    for group, entries in groups.items():
        index.replace(group, entries)
    return index


def test_an_empty_index_finds_nothing(make: Make, world: World) -> None:
    index = make(world)
    assert len(index) == 0
    assert index.ids() == set()
    assert index.search(world.question("en")) == []
    assert index.near([world.entry("x", "x", "th")]) == []


def test_it_holds_what_it_was_given(make: Make, world: World) -> None:
    groups = shelf(world)
    index = fill(make(world), groups)
    wanted = {entry.id for entries in groups.values() for entry in entries}
    assert index.ids() == wanted
    assert len(index) == len(wanted)
    found = index.search(world.question("th"))
    assert {one.id for one in found} == wanted
    of = {entry.id: entry for entries in groups.values() for entry in entries}
    assert all((one.group, one.language) == (of[one.id].group, of[one.id].language) for one in found)


def test_replacing_a_group_takes_out_all_that_it_held(make: Make, world: World) -> None:
    index = fill(make(world), shelf(world))
    before = len(index)
    index.replace("f", [world.entry("f-new", "f", "en")])
    assert len(index) == before - 2
    held = {one.id for one in index.search(world.question("en")) if one.group == "f"}
    assert held == {"f-new"}


def test_an_empty_group_is_gone_and_an_unknown_one_is_no_matter(make: Make, world: World) -> None:
    index = fill(make(world), shelf(world))
    before = index.ids()
    index.replace("no such group", [])
    assert index.ids() == before
    index.replace("e", [])
    assert index.ids() == before - {"e-0", "e-1"}
    assert "e" not in {one.group for one in index.search(world.question("th"))}
    assert "e" not in {one.group for one in index.near([world.entry("x", "x", "th")])}


def test_the_same_again_changes_nothing(make: Make, world: World) -> None:
    groups, question = shelf(world), world.question("en")
    index = fill(make(world), groups)
    before = index.search(question)
    fill(index, groups)
    assert index.search(question) == before


def test_what_came_and_went_leaves_no_trace(make: Make, world: World) -> None:
    groups, question = shelf(world), world.question("th")
    index = fill(make(world), groups)
    before = index.search(question)
    index.replace("passing", [world.entry(f"passing-{at}", "passing", "th") for at in range(4)])
    assert index.search(question) != before  # words became rarer or commoner
    index.replace("passing", [])
    assert index.search(question) == before


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        (EVERYWHERE, "abcdef"),
        (SearchScope(languages=("th",)), "cdef"),
        (SearchScope(languages=("en", "th")), "abcdef"),
        (SearchScope(groups={"a", "d"}), "ad"),
        (SearchScope(groups=["a", "d", "nowhere"]), "ad"),
        (SearchScope(groups=set()), ""),
        (SearchScope(excluded=frozenset("ace")), "bdf"),
        (SearchScope(("en",), {"a", "c", "e", "f"}, frozenset("f")), "ae"),
    ],
)
def test_a_scope_lets_in_its_own_and_nothing_else(make: Make, world: World, scope: SearchScope, wanted: str) -> None:
    groups = shelf(world)
    index = fill(make(world), groups)
    languages = scope.languages or LANGUAGES
    inside = [entry for group in wanted for entry in groups[group] if entry.language in languages]
    found = index.search(world.question("en"), scope)
    assert sorted(one.id for one in found) == sorted(entry.id for entry in inside)
    near = [(one.group, one.language) for one in index.near([world.entry("x", "x", "en")], scope)]
    assert sorted(near) == sorted({(entry.group, entry.language) for entry in inside})


def test_a_scope_changes_no_score(make: Make, world: World) -> None:
    index, question = fill(make(world), shelf(world)), world.question("th")
    everywhere = {one.id: one for one in index.search(question)}
    found = index.search(question, SearchScope(("th",), {"c", "e", "f"}), index.background(question))
    assert len(found) == 3
    assert all(one.score == pytest.approx(everywhere[one.id].score, abs=1e-5) for one in found)


def test_a_question_without_tokens_finds_nothing(make: Make, world: World) -> None:
    assert fill(make(world), shelf(world)).search(world.question("en", 0)) == []


def test_a_question_of_unknown_words_is_answered_by_meaning(make: Make, world: World) -> None:
    question = replace(world.question("en"), terms=("nobody", "said", "this"), content=("nobody", "said", "this"))
    found = fill(make(world), shelf(world)).search(question)
    assert len(found) == 9
    assert {one.signals.words for one in found} == {0.0}


def test_scores_are_best_first(make: Make, world: World) -> None:
    found = fill(make(world), shelf(world)).search(world.question("th"))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_name_counts_in_any_language_as_much_as_it_weighs(make: Make, world: World) -> None:
    index = make(world)
    for group, language, terms in (("a", "en", "crab"), ("b", "th", "ปู"), ("c", "th", "ปูม้า"), ("d", "en", "indigo")):
        index.replace(group, [replace(world.entry(group, group, language), terms=(terms, "x"))])
    others = (QueryAlternative(("crab",), ("ปู",)), QueryAlternative(("crab",), ("ปูม้า",), 0.8))
    question = replace(world.question("en"), terms=("crab",), content=("crab",), alternatives=others)
    found = {one.id: one.signals.concepts for one in index.search(question)}
    assert found == {"a": 1.0, "b": 1.0, "c": pytest.approx(0.8), "d": 0.0}


def test_a_question_in_the_other_language_is_weighed_against_passages_of_that(make: Make, world: World) -> None:
    index, question = fill(make(world), shelf(world)), world.question("en")
    for one in index.search(question):
        assert one.signals.translated_window == one.signals.window
        assert one.signals.translated_meaning == one.signals.meaning
    for one in index.search(world.translated(question)):
        assert (one.signals.translated_meaning == one.signals.meaning) == (one.language == "en")


def test_words_of_another_language_match_only_when_they_are_the_same(make: Make, world: World) -> None:
    found = fill(make(world), shelf(world)).search(world.question("th"))
    assert {one.signals.words for one in found if one.language == "en"} == {0.0}


def test_ties_break_by_id_whatever_came_in_first(make: Make, world: World) -> None:
    twin = world.entry("", "", "en")
    ids = ["m", "z", "a", "k"]
    index = make(world)
    for one in ids:
        index.replace(one, [replace(twin, id=one, group=one)])
    found = index.search(world.question("en"))
    assert [one.id for one in found] == sorted(ids)
    assert len({one.score for one in found}) == 1
    assert [one.group for one in index.near([twin])] == sorted(ids)


def test_order_of_coming_in_does_not_matter(make: Make, world: World) -> None:
    groups, question, entry = shelf(world), world.question("en"), world.entry("x", "x", "th")
    forth = fill(make(world), groups)
    back = fill(make(world), dict(reversed(groups.items())))
    assert_same(forth.search(question), back.search(question))
    assert_as_near(forth.near([entry]), back.near([entry]))


def test_a_passage_is_nearest_to_itself(make: Make, world: World) -> None:
    groups = shelf(world)
    index = fill(make(world), groups)
    for entries in groups.values():
        for entry in entries:
            best = index.near([entry])[0]
            assert (best.group, best.language) == (entry.group, entry.language)
            assert best.score == pytest.approx(1, abs=1e-5)
            assert index.near([entry], SearchScope(excluded=frozenset([entry.group])))[0].score < 0.999


def test_near_many_is_the_mean_of_near_each(make: Make, world: World) -> None:
    index = fill(make(world), shelf(world))
    entries = [world.entry("x", "x", "th"), world.entry("y", "y", "en")]
    alone = [{(one.group, one.language): one.score for one in index.near([entry])} for entry in entries]
    together = index.near(entries)
    assert len(together) == 8  # six groups, two of them in two languages
    for one in together:
        wanted = (alone[0][one.group, one.language] + alone[1][one.group, one.language]) / 2
        assert one.score == pytest.approx(wanted, abs=1e-5)
    assert index.near([]) == []


def test_a_group_is_as_near_as_its_closest_passage(make: Make, world: World) -> None:
    entry, far = world.entry("same", "group", "en"), world.entry("far", "group", "en")
    index = make(world)
    index.replace("group", [far, entry])
    assert [one.score for one in index.near([entry])] == [pytest.approx(1, abs=1e-5)]


def test_parts_that_disagree_are_told(world: World) -> None:
    index = InMemoryIndex(DIMENSION, world.calibration)
    fill(index, shelf(world))
    assert index.inconsistencies() == []
    row = next(row for row, one in index._rows.items() if one.id == "c-0")
    index._dense["th"].remove(np.array([row], np.int64))
    assert index.inconsistencies() == ["c-0"]
    index._words["en"].add(999, ("stray",))
    assert index.inconsistencies() == ["c-0", "row 999"]
