"""The two paths through a `KnowledgeBase`, with an encoder that takes no time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.models import Kind, StatedMetadata
from kb.errors import BadQuery, ModelMismatch, NoSuchDocument, NotAdded
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from tests.support import documents
from tests.support.encoder import WordEncoder
from tests.support.waiting import until

FOOD = "Tourism and food ecosystems"
ICE = b"Solar ice keeps fish cold\n\nFishers on the island cool their catch with ice made by sunlight."
CRAB = "ธนาคารปูม้า\n\nชาวประมงพื้นบ้านคืนแม่ปูไข่สู่ทะเล แล้วขายตรงให้โรงแรม SMEA ร่วมสนับสนุน".encode()
CASES = "\n".join(
    json.dumps({"id": key, "title": f"Case {key}", "challenge": f"Too few {key}.", "results": f"More {key} sold."})
    for key in ("baskets", "balms", "berries")
).encode()


def test_a_document_goes_in_and_is_found(base: KnowledgeBase) -> None:
    (added,) = base.ingestor.add(ICE, name="ice.txt")
    assert (added.status, added.title) == ("added", "Solar ice keeps fish cold")
    page = base.searcher.search(SearchQuery("fish cold ice"))
    assert [result.document.id for result in page.results] == [added.document_id]
    hit = page.results[0].passages[0]
    text = base.reader.document(added.document_id).text
    assert hit.passage.text == text[hit.passage.start : hit.passage.end]
    marked = {text[span.start : span.end] for span in hit.evidence.highlights}
    assert {"fish", "cold", "ice"} <= {word for mark in marked for word in mark.lower().split()}


def test_the_same_again_is_unchanged_and_encodes_nothing(base: KnowledgeBase) -> None:
    first = base.ingestor.add(ICE, name="ice.txt")
    encoder = base.model.encoder
    assert isinstance(encoder, WordEncoder)
    before, change = encoder.encoded, base.status().change
    again = base.ingestor.add(ICE, name="ice.txt")
    elsewhere = base.ingestor.add(ICE, name="copy.txt", origin="/another/place/copy.txt")
    assert [one.status for one in again + elsewhere] == ["unchanged", "unchanged"]
    assert {one.document_id for one in again + elsewhere} == {first[0].document_id}
    assert (encoder.encoded, base.status().change) == (before, change)


def test_changed_content_at_the_same_source_is_a_new_version(base: KnowledgeBase) -> None:
    (old,) = base.ingestor.add(ICE, name="ice.txt")
    (new,) = base.ingestor.add(ICE.replace(b"sunlight", b"wind"), name="ice.txt")
    assert (new.status, new.document_id) == ("updated", old.document_id)
    document = base.reader.document(new.document_id)
    assert document.summary.version == 2
    assert "wind" in document.text
    assert base.searcher.search(SearchQuery("sunlight")).results[0].passages[0].evidence.highlights == ()
    (back,) = base.ingestor.add(ICE, name="ice.txt")
    assert back.status == "updated"
    assert base.reader.document(old.document_id).summary.version == 3
    assert base.verify() == ()


def test_vectors_are_kept_by_text(base: KnowledgeBase) -> None:
    base.ingestor.add(ICE, name="ice.txt", stated=StatedMetadata(kind=Kind.CASE))
    encoder = base.model.encoder
    assert isinstance(encoder, WordEncoder)
    before = encoder.encoded
    (changed,) = base.ingestor.add(ICE, name="ice.txt", stated=StatedMetadata(kind=Kind.REPORT))
    assert changed.status == "updated"
    assert encoder.encoded == before


def test_vectors_that_a_purge_took_meanwhile_are_made_anew(base: KnowledgeBase) -> None:
    (old,) = base.ingestor.add(ICE, name="old.txt", stated=StatedMetadata(kind=Kind.CASE))
    first, second = (
        base.ingestor.read(b"Something else.", name="a"),
        base.ingestor.read(ICE, name="b", stated=StatedMetadata(kind=Kind.REPORT)),
    )
    made = base.ingestor.encode([*first.drafts, *second.drafts])
    assert len(made) == 1  # what the second one needs is there, and is not encoded
    documents.purge(base, [old.document_id])
    for parsed in (first, second):
        with base.database.writing() as connection:
            assert [one.status for one in base.ingestor.write(connection, parsed, made)] == ["added"]
    assert base.verify() == ()


def test_a_web_address_is_the_identity_wherever_the_page_was_saved(base: KnowledgeBase) -> None:
    stated = StatedMetadata(source="https://example.org/releases/1")
    (old,) = base.ingestor.add(ICE, name="a.txt", stated=stated)
    (new,) = base.ingestor.add(ICE + b"\n\nUpdated.", name="b.txt", stated=stated)
    assert (new.status, new.document_id) == ("updated", old.document_id)


def test_a_table_gives_a_document_for_each_row(base: KnowledgeBase) -> None:
    added = base.ingestor.add(CASES, name="cases.jsonl")
    assert [one.title for one in added] == ["Case baskets", "Case balms", "Case berries"]
    assert [one.status for one in base.ingestor.add(CASES, name="cases.jsonl")] == ["unchanged"] * 3
    documents.remove(base, [added[1].document_id])
    assert sorted(one.status for one in base.ingestor.add(CASES, name="cases.jsonl")) == [
        "added",
        "unchanged",
        "unchanged",
    ]
    assert base.searcher.search(SearchQuery("balms")).results[0].document.title == "Case balms"


def test_two_sources_may_become_the_same_text(base: KnowledgeBase) -> None:
    base.ingestor.add(ICE, name="a.txt")
    (other,) = base.ingestor.add(CRAB, name="b.txt")
    (same,) = base.ingestor.add(ICE, name="b.txt")
    assert (same.status, same.document_id) == ("updated", other.document_id)
    assert base.status().documents == 2


def test_removed_is_gone(base: KnowledgeBase) -> None:
    (ice,), (crab,) = base.ingestor.add(ICE, name="ice.txt"), base.ingestor.add(CRAB, name="crab.txt")
    assert base.searcher.search(SearchQuery("fish")).total == 2
    documents.remove(base, [ice.document_id])
    assert [result.document.id for result in base.searcher.search(SearchQuery("fish")).results] == [crab.document_id]
    assert base.status().vectors == base.status().passages
    with pytest.raises(NoSuchDocument):
        base.reader.document(ice.document_id)
    with pytest.raises(NoSuchDocument):
        documents.remove(base, [ice.document_id])


def test_bad_input_leaves_no_trace(base: KnowledgeBase) -> None:
    base.ingestor.add(ICE, name="ice.txt")
    before = base.status()
    for data in (b"", b"\x89PNG\r\n\x1a\n" + bytes(64), b"%PDF-1.7\n%cut off"):
        with pytest.raises(NotAdded) as caught:
            base.ingestor.add(data, name="bad.pdf")
        assert caught.value.message("en") != caught.value.message("th")
    after = base.status()
    assert replace(after, indexed_change=0, bytes_on_disk=0) == replace(before, indexed_change=0, bytes_on_disk=0)


def test_filters_and_facets(base: KnowledgeBase) -> None:
    base.ingestor.add(
        ICE, name="ice.txt", stated=StatedMetadata(kind=Kind.CASE, date="2019-10", economies=("The Philippines",))
    )
    both = ("Night markets", "นวัตกรรมทางสังคม")
    stated = StatedMetadata(kind=Kind.RELEASE, date="2020", economies=("Thailand",), themes=both)
    base.ingestor.add(CRAB, name="crab.txt", stated=stated)
    page = base.searcher.search(SearchQuery("ชาวประมง fish ice"))
    assert page.facets.language == {"en": 1, "th": 1}
    assert page.facets.year == {"2019": 1, "2020": 1}
    assert page.facets.theme == {"Night markets": 1, "Social innovation": 1, FOOD: 1}

    def found(**filters: object) -> list[str]:
        return [
            one.document.language for one in base.searcher.search(SearchQuery("ชาวประมง fish ice", **filters)).results
        ]  # type: ignore[arg-type]

    assert found(languages=("th",)) == ["th"]
    assert found(kinds=("case",)) == ["en"]
    assert found(economies=("Thailand",)) == ["th"]
    assert found(events=("no such event",)) == []
    assert found(themes=("Social innovation", "no such theme")) == ["th"]
    assert found(themes=(FOOD,)) == ["en"]
    assert found(year_from=2020) == ["th"]
    assert found(year_to=2019) == ["en"]
    assert found(kinds=("case",), economies=("Thailand",)) == []


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery("x", languages=("fr",)),
        SearchQuery("x", kinds=("novel",)),
        SearchQuery("x", economies=("Atlantis",)),
        SearchQuery("x", limit=0),
        SearchQuery("x", limit=101),
        SearchQuery("x", offset=-1),
        SearchQuery("x", year_from=2021, year_to=2019),
    ],
)
def test_impossible_queries_say_what_is_possible(base: KnowledgeBase, query: SearchQuery) -> None:
    with pytest.raises(BadQuery):
        base.searcher.search(query)


@pytest.mark.parametrize("text", ["", "   ", "…!?", "\u200b"])
def test_an_empty_query_finds_nothing(base: KnowledgeBase, text: str) -> None:
    base.ingestor.add(ICE, name="ice.txt")
    page = base.searcher.search(SearchQuery(text))
    assert (page.total, page.results) == (0, ())


def test_paging_gives_each_document_once(base: KnowledgeBase) -> None:
    base.ingestor.add(CASES, name="cases.jsonl")
    pages = [base.searcher.search(SearchQuery("case sold", limit=1, offset=offset)) for offset in range(4)]
    ids = [result.document.id for page in pages for result in page.results]
    assert len(ids) == len(set(ids)) == 3
    assert {page.total for page in pages} == {3}


def test_another_model_is_said_and_reindex_mends_it(tmp_path: Path) -> None:
    where = Settings(home=tmp_path)
    first = KnowledgeBase(where, WordEncoder("one"))
    first.ingestor.add(ICE, name="ice.txt")
    first.ingestor.add(CRAB, name="crab.txt")
    first.close()
    second = KnowledgeBase(where, WordEncoder("two"))
    with pytest.raises(ModelMismatch, match="reindex"):
        second.searcher.search(SearchQuery("fish"))
    with pytest.raises(ModelMismatch):
        second.ingestor.add(CASES, name="cases.jsonl")
    assert len(second.catalogue.documents()) == 2
    assert second.reindex() == second.status().passages
    assert second.searcher.search(SearchQuery("fish")).total == 2
    assert second.verify() == ()
    assert second.reindex() == 0
    second.close()


def test_two_open_at_once_follow_each_other(tmp_path: Path) -> None:
    reader = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    writer = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    assert reader.searcher.search(SearchQuery("fish")).total == 0
    (ice,) = writer.ingestor.add(ICE, name="ice.txt")
    until(lambda: reader.searcher.search(SearchQuery("fish")).total == 1)
    writer.ingestor.add(ICE + b"\n\nMore.", name="ice.txt")
    assert reader.reader.document(ice.document_id).summary.version == 2
    until(lambda: reader.searcher.search(SearchQuery("more")).results[0].document.version == 2)
    found = reader.searcher.search(SearchQuery("more")).results[0]
    assert "More" in found.passages[-1].passage.text
    documents.remove(writer, [ice.document_id])
    until(lambda: reader.searcher.search(SearchQuery("fish")).total == 0)
    reader.close()
    writer.close()


def test_the_index_follows_without_a_search(tmp_path: Path) -> None:
    reader = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    writer = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    reader.ingestor.add(ICE, name="ice.txt")
    assert reader.index.glance() == (0, 0)  # nobody has searched: it is not filled
    reader.warm_up()
    (before, _) = reader.index.glance()
    reader.ingestor.add(CRAB, name="crab.txt")
    assert reader.index.glance() == (before + 1, 2)
    writer.ingestor.add(CASES, name="cases.jsonl")
    until(lambda: reader.index.glance() == (before + 4, 5))
    reader.close()
    writer.close()


def test_a_fault_of_the_index_is_none_of_what_was_written(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    base.warm_up()
    with monkeypatch.context() as patched:
        patched.setattr(base.index._reader, "changed_since", lambda number: 1 / 0)
        (added,) = base.ingestor.add(ICE, name="ice.txt")
    assert "ZeroDivisionError" in caplog.text
    assert base.searcher.search(SearchQuery("fish")).results[0].document.id == added.document_id
    assert base.verify() == ()


def test_verify_finds_what_was_damaged(tmp_path: Path) -> None:
    import sqlite3

    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    base.ingestor.add(ICE, name="ice.txt")
    base.ingestor.add(CRAB, name="crab.txt")
    assert base.verify() == ()
    with sqlite3.connect(tmp_path / "saphan.sqlite") as damaged:
        keys = [key for (key,) in damaged.execute("SELECT text_key FROM vectors ORDER BY text_key")]
        damaged.execute("DELETE FROM vectors WHERE text_key = ?", (keys[0],))
        damaged.execute("UPDATE vectors SET sentence = zeroblob(1536) WHERE text_key = ?", (keys[1],))
        damaged.execute("UPDATE versions SET text = replace(text, 'island', 'ISLAND')")
    assert {problem.code for problem in base.verify()} == {"no_vectors", "changed_vectors", "changed_text"}
    base.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(["ice", "crab", "cases"]), query=st.sampled_from(["fish", "ขาย", "case sold ice"]))
def test_ranking_ignores_the_order_of_insertion(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], query: str
) -> None:
    files = {"ice": (ICE, "ice.txt"), "crab": (CRAB, "crab.txt"), "cases": (CASES, "cases.jsonl")}

    def ranking(names: list[str]) -> list[tuple[str, float]]:
        base = KnowledgeBase(Settings(home=tmp_path_factory.mktemp("order")), WordEncoder())
        for name in names:
            base.ingestor.add(files[name][0], name=files[name][1])
        found = [(one.document.id, round(one.score, 5)) for one in base.searcher.search(SearchQuery(query)).results]
        base.close()
        return found

    assert ranking(order) == ranking(sorted(files))


def test_related_documents(base: KnowledgeBase) -> None:
    added = base.ingestor.add(CASES, name="cases.jsonl")
    base.ingestor.add(CRAB, name="crab.txt")
    related = base.searcher.related(added[0].document_id)
    assert {one.document.language for one in related[:2]} == {"en", "th"}  # both languages in turn
    english = [one.document.id for one in related if one.document.language == "en"]
    assert set(english) == {added[1].document_id, added[2].document_id}
    assert not any(one.same_story for one in related)
    with pytest.raises(NoSuchDocument):
        base.searcher.related("nothing")
