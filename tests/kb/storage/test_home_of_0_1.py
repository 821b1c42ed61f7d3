"""A home, a backup and an export that version 0.1 wrote are read, and nothing of them is lost."""

from __future__ import annotations

import json
import lzma
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.models import BlockRole, Description, Kind, Manuscript, PlacedBlock, StatedMetadata
from kb.admin import AdminServices
from kb.errors import HomeUnusable
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage.database import NAME, Database
from kb.storage.json_forms import content_key, from_facts, input_key, to_facts
from kb.transfer.backup import restore
from kb.transfer.export_import import bring_back, checked
from tests.support.encoder import WordEncoder

GOLDEN = Path(__file__).parents[2] / "golden"
WRITTEN = GOLDEN / "homes" / "0.1"
MARKET = b"Women of the town opened a market.\n\nThe women's group shares one shop.\n\nSales doubled."
STATED = StatedMetadata(
    title="Women lead the market",
    kind=Kind.CASE,
    date="2019-08",
    event="Our day",
    economies=("Thailand",),
    organisations=("Town council",),
    themes=("Women's empowerment",),
    source="https://example.org/market",
    sample=True,
)
FILES = ("release.th.html", "panel.en.vtt", "panel.th.srt", "cases.en.csv", "cases.jsonl", "minutes.en.pdf")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((WRITTEN / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["home", "backup"])
def services(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[AdminServices]:
    home = tmp_path / "home"
    if request.param == "home":
        shutil.unpack_archive(WRITTEN / "home.zip", home)
    else:
        (tmp_path / "backup.zip").write_bytes(lzma.decompress((WRITTEN / "backup.zip.xz").read_bytes()))
        restore(tmp_path / "backup.zip", home)
    base = KnowledgeBase(Settings(home=home), WordEncoder())
    yield AdminServices(base)
    base.close()


def documents_of(base: KnowledgeBase) -> list[list[Any]]:
    found = []
    for one in base.catalogue.documents():
        lists = [list(values) for values in (one.economies, one.organisations, one.themes)]
        found.append([one.id, one.version, one.title, one.kind.value, one.date, one.event, *lists, one.source])
    return found


def test_nothing_is_lost(services: AdminServices, expected: dict[str, Any]) -> None:
    base = services.base
    assert base.verify() == ()
    assert documents_of(base) == expected["documents"]
    assert {one: len(base.reader.versions(one)) for one in expected["versions"]} == expected["versions"]
    assert [one.id for one in services.review.drafts()] == expected["drafts"]
    assert [one.document.id for one in services.removal.removed()] == expected["removed"]
    found = {result.document.id for result in base.searcher.search(SearchQuery("women market", limit=100)).results}
    assert found >= {*expected["search"]}
    log = [[e.number, e.actor, e.action, e.subject, e.details] for e in services.audit.entries(limit=1000)]
    assert log == expected["log"]
    facts = {
        one: [[f.name, [v.value for v in f.values], f.corrected] for f in services.review.sheet(one).facts]
        for one in expected["facts"]
    }
    assert facts == expected["facts"]
    events = [
        [e.name, e.slug, e.thai, e.date, e.economy, list(e.former), len(e.documents)]
        for e in services.gatherings.events()
    ]
    assert events == expected["events"]


def test_items_say_what_they_said(services: AdminServices, expected: dict[str, Any]) -> None:
    items = [item for batch in (1, 2) for item in services.batches.items(batch)]
    assert [
        [
            one.name,
            one.state,
            one.stage,
            [[given.document_id, given.status] for given in one.documents],
            [one.problem.code, one.problem.message("en"), one.problem.message("th")] if one.problem else None,
            [[near.document_id, round(near.likeness, 3), near.why] for near in one.near],
        ]
        for one in items
    ] == expected["items"]


def test_the_same_files_again_are_known(services: AdminServices, expected: dict[str, Any]) -> None:
    base = services.base
    encoder = base.model.encoder
    assert isinstance(encoder, WordEncoder)
    files = [(name, (GOLDEN / "formats" / name).read_bytes(), None) for name in FILES]
    for name, data, stated in [("market.txt", MARKET, STATED), *files]:
        assert base.ingestor.read(data, name=name, stated=stated).known, name
        outcomes = base.ingestor.add(data, name=name, stated=stated)
        assert {one.status for one in outcomes} == {"unchanged"}, name
    assert encoder.encoded == 0
    assert documents_of(base) == expected["documents"]
    assert services.review.text_of("449b4ad8b77c").endswith("An added line by an editor.")


def test_a_changed_file_is_a_new_version(services: AdminServices) -> None:
    (outcome,) = services.base.ingestor.add(MARKET + b" Again.", name="market.txt", stated=STATED)
    assert outcome.status == "updated"
    assert services.base.reader.document(outcome.document_id).summary.version == 5


def test_its_export_is_imported(tmp_path: Path, expected: dict[str, Any]) -> None:
    shutil.unpack_archive(WRITTEN / "export.zip", tmp_path / "export")
    base = KnowledgeBase(Settings(home=tmp_path / "home"), WordEncoder())
    imported = list(bring_back(base, checked(tmp_path / "export")))
    assert {getattr(one, "status", one) for one in imported} == {"added"}
    assert {one[0]: one[1:] for one in documents_of(base)} == {one[0]: one[1:] for one in expected["documents"]}
    assert base.verify() == ()
    (same,) = base.ingestor.add(MARKET, name="market.txt", stated=STATED)
    assert same.status == "unchanged"
    again = list(bring_back(base, checked(tmp_path / "export")))
    assert {getattr(one, "status", one) for one in again} == {"unchanged"}
    base.close()


def test_the_tables_are_those_of_a_new_home(services: AdminServices, tmp_path: Path) -> None:
    def columns(home: Path) -> dict[str, set[tuple[Any, ...]]]:
        with closing(sqlite3.connect(home / NAME)) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: {row[1:4] for row in connection.execute(f"PRAGMA table_info({name})")}
                for name in names
                if name != "sqlite_sequence"
            }

    Database(tmp_path / "new").close()
    assert columns(services.base.settings.home) == columns(tmp_path / "new")


@pytest.mark.parametrize("step", ["0002", "9999"])
def test_a_home_of_a_version_that_is_not_known_is_refused(tmp_path: Path, step: str) -> None:
    Database(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / NAME)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (step,))
        connection.commit()
    with pytest.raises(HomeUnusable, match=step):
        Database(tmp_path)


def test_keys_do_not_depend_on_names_in_the_code() -> None:
    """Renaming a class or a field must change none of these."""
    assert input_key("ab" * 32, StatedMetadata()) == (
        "53f747b4c2f3510b5bc0be21953d9b656daf4353027cc208f7bddbf7eada0e05"
    )
    assert input_key("ab" * 32, STATED) == ("690e8196c951234a48a8737274d21e404f7fd5074d337ed4b6dd50ba8a077bff")
    blocks = (
        PlacedBlock(0, 5, BlockRole.HEADING),
        PlacedBlock(6, 11, BlockRole.TURN, speaker="Malee", starts_at_ms=0, ends_at_ms=900),
    )
    description = Description("Title", Kind.CASE, ("en", "th"), "2019", None, ("Thailand",), (), (), None)
    assert content_key(Manuscript("Title\nHello", blocks), description, False) == (
        "46f0ebce1b9dd6bc85c4ae5da15a918f32c736faa3ffd8adac243dfda60abb72"
    )
    stored = {
        "title": "Women lead the market",
        "kind": "case",
        "date": "2019-08",
        "event": "Our day",
        "economies": ["Thailand"],
        "organisations": ["Town council"],
        "themes": ["Women's empowerment"],
        "source": "https://example.org/market",
        "sample": True,
    }
    assert from_facts(STATED) == stored
    assert to_facts(stored) == STATED
