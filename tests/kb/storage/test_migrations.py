"""A home that an earlier Saphan wrote is brought up to date, and nothing of it is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from ingest.models import Kind, StatedMetadata
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage.database import HEAD, NAME, open_database
from tests.support.encoder import WordEncoder

ROOT = Path(__file__).parents[3]
WOMEN, DIGITAL = "Women's empowerment", "Digital tools for small producers"
STATED = StatedMetadata(
    title="Women lead the market",
    kind=Kind.CASE,
    date="2019-08",
    event="Our day",
    economies=("Thailand",),
    organisations=("Town council",),
    source="a file",
    sample=True,
)
BRIDGE = replace(STATED, title="A bridge", kind=Kind.REPORT, date="2020", economies=("Russia",), sample=None)
MARKET = b"Women of the town opened a market.\n\nThe women's group shares one shop."
LATER = MARKET + b" It pays its rent."
SPAN = "สะพานเปิดใช้แล้ว".encode()
# Content and input as Saphan wrote them before documents had themes, for the three above, as versions 1, 2 and 1.
KEYS = {
    ("888df086d0bb", 1): (
        "e96bb3890b10fb0551a4a3deda755366295132279186941608fc35bf01964269",
        "451c76c1f4728cfbbdfba912e5e28c1c05412ebccf0a1bada1a8d6ced2b0de5b",
    ),
    ("888df086d0bb", 2): (
        "85f8e68d3d970ce0c11cd1b296b3ca40e8f19181fd0150e0ce9b51dc6d2742ad",
        "665de75d61d0914b599ebdc2894de85396d75b2f835ba08599f9f08316eca329",
    ),
    ("f55d9796932a", 1): (
        "7b7497b83ad7d42cfe6f0fe458b1ea3dd5c66362aa3e48fb89533ceeccc897fa",
        "151519aabc99f5287e9973cd03f2adbfd144a31c30ff68f5397d02ca415d5843",
    ),
}
Rows = dict[str, list[dict[str, Any]]]


def tables(home: Path) -> Rows:
    """All that is stored, by table."""
    with closing(sqlite3.connect(home / NAME)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2')]
            for (name,) in found.fetchall()
            if name not in ("alembic_version", "sqlite_sequence")
        }


def made_at(revision: str, home: Path) -> None:
    """An empty database as it was at one step."""
    home.mkdir()
    config = Config()
    config.set_main_option("script_location", str(ROOT / "kb" / "migrations"))
    engine = create_engine(f"sqlite:///{home / NAME}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    """A home of step 0001 with two documents, one of them in two versions."""
    base = KnowledgeBase(Settings(home=tmp_path / "new"), WordEncoder())
    base.add(MARKET, name="market.txt", stated=STATED)
    base.add(LATER, name="market.txt", stated=STATED)
    base.add(SPAN, name="bridge.txt", stated=BRIDGE)
    base.close()
    home = tmp_path / "old"
    made_at("0001", home)
    with closing(sqlite3.connect(home / NAME)) as connection:
        known = tables(home).keys()
        for table, stored in tables(tmp_path / "new").items():
            for row in stored if table in known else []:
                if table == "documents":
                    for column in ("state", "removed_at", "public_from"):
                        del row[column]
                if table == "versions":
                    content, read = KEYS[row["document_id"], row["number"]]
                    row |= {"content": content, "input": read}
                    del row["themes"], row["corrected"]
                columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
        connection.commit()
    return home


@pytest.fixture
def migrated(old_home: Path) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase(Settings(home=old_home), WordEncoder())
    yield base
    base.close()


def test_nothing_is_lost(old_home: Path) -> None:
    before = tables(old_home)
    KnowledgeBase(Settings(home=old_home), WordEncoder()).close()
    after = tables(old_home)
    themes = [json.loads(row.pop("themes")) for row in after["versions"]]
    assert themes == [[WOMEN], [WOMEN], []]
    for row in (*before["versions"], *after["versions"]):
        del row["content"]
    for row in after["documents"]:
        assert (row.pop("state"), row.pop("removed_at"), row.pop("public_from")) == ("published", None, 1)
    for row in after["versions"]:
        assert row.pop("corrected") == "{}"
    assert after == before | {name: [] for name in after.keys() - before.keys()}
    with closing(sqlite3.connect(old_home / NAME)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_it_is_searched_and_whole(migrated: KnowledgeBase) -> None:
    assert migrated.verify() == ()
    page = migrated.search(SearchQuery("market สะพาน", themes=(WOMEN,)))
    assert [result.document.title for result in page.results] == ["Women lead the market"]
    assert page.facets.theme == {WOMEN: 1}
    assert migrated.search(SearchQuery("market สะพาน", themes=(DIGITAL,))).total == 0


@pytest.mark.parametrize(
    "data",
    [LATER, LATER.replace(b"\n", b"\r\n") + b"\n"],
    ids=["the same bytes", "other bytes with the same text"],
)
def test_the_same_again_is_no_new_version(migrated: KnowledgeBase, data: bytes) -> None:
    for name, bytes_, stated in (("market.txt", data, STATED), ("bridge.txt", SPAN, BRIDGE)):
        (added,) = migrated.add(bytes_, name=name, stated=stated)
        assert added.status == "unchanged"


def test_only_themes_that_are_others_make_a_new_version(migrated: KnowledgeBase) -> None:
    def status(*themes: str) -> str:
        (added,) = migrated.add(LATER, name="market.txt", stated=replace(STATED, themes=themes))
        return added.status

    assert status("การเสริมพลังสตรี") == "unchanged"  # what was found is now stated
    assert status(DIGITAL) == "updated"
    assert migrated.document("888df086d0bb").summary.themes == (DIGITAL,)
    assert status(DIGITAL) == "unchanged"
    assert status() == "updated"  # no longer stated: what the text says counts again
    assert migrated.document("888df086d0bb").summary.themes == (WOMEN,)


def downgraded(home: Path, revision: str) -> None:
    """As somebody does who goes back to an earlier Saphan: with the settings that Saphan gives each connection."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "kb" / "migrations"))
    engine = open_database(home)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def test_going_back_before_the_desk_loses_no_document(old_home: Path) -> None:
    KnowledgeBase(Settings(home=old_home), WordEncoder()).close()
    before = tables(old_home)
    downgraded(old_home, "0002")
    KnowledgeBase(Settings(home=old_home), WordEncoder()).close()
    assert tables(old_home) == before


def test_going_back_shows_nobody_what_is_hidden(old_home: Path) -> None:
    base = KnowledgeBase(Settings(home=old_home), WordEncoder())
    base.remove(["888df086d0bb"])
    base.close()
    before = tables(old_home)
    with pytest.raises(RuntimeError, match="hidden"):
        downgraded(old_home, "0002")
    assert tables(old_home) == before
