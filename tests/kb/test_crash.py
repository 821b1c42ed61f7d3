"""Killed or out of disk at any point of bringing documents in: each document is whole or not there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kb.errors import HomeUnusable
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from tests.support import killing
from tests.support.encoder import WordEncoder

ROOT = Path(__file__).resolve().parents[2]

# Brings in three documents, one of them a second version, and dies without a word before statement number N.
KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support import killing
from tests.support.encoder import WordEncoder

left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

base = KnowledgeBase(Settings(home=Path(sys.argv[1])), WordEncoder())
for number, name in ((1, "a"), (2, "b"), (3, "a")):
    text = "\\n\\n".join(f"Paragraph {i} of document {name}, version {number}. " * 9 for i in range(6))
    base.ingestor.add(text.encode(), name=f"{name}.txt")
print(count.__name__, left)
"""


def run(home: Path, statement: int) -> subprocess.CompletedProcess[str]:
    return killing.run(KILLED, home, statement)


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many statements the whole takes."""
    done = run(tmp_path_factory.mktemp("whole"), 10_000)
    assert done.returncode == 0, done.stderr
    return 10_000 - int(done.stdout.split()[-1])


@pytest.mark.parametrize("part", [k / 14 for k in range(1, 15)])
def test_killed_anywhere(tmp_path: Path, statements: int, part: float) -> None:
    assert run(tmp_path, max(1, round(statements * part) - 1)).returncode == -9
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    assert base.verify() == ()
    for summary in base.catalogue.documents():
        document = base.reader.document(summary.id)
        assert document.passages
        assert document.passages[-1].end == len(document.text)
        found = base.searcher.search(SearchQuery(f"document {document.text[25]}"))
        assert summary.id in {result.document.id for result in found.results}
    base.close()
    assert run(tmp_path, 10_000).returncode == 0
    again = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    assert len(again.catalogue.documents()) == 2
    assert again.verify() == ()
    again.close()


FULL = """
import resource, sys
from pathlib import Path
from kb.knowledge_base import KnowledgeBase
from kb.errors import HomeUnusable
from kb.settings import Settings
from tests.support import killing
from tests.support.encoder import WordEncoder

base = KnowledgeBase(Settings(home=Path(sys.argv[1])), WordEncoder())
base.ingestor.add(b"The first document fits.", name="first.txt")
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
failed = 0
for number in range(40):
    text = "\\n\\n".join(f"Paragraph {i} of document {number}. " * 12 for i in range(30))
    try:
        base.ingestor.add(text.encode(), name=f"{number}.txt")
    except HomeUnusable as error:
        failed += 1
        print(error)
assert failed > 0
"""


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    done = killing.run(FULL, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "free space" in done.stdout
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    assert base.verify() == ()
    assert (
        base.searcher.search(SearchQuery("the first document fits")).results[0].document.title
        == "The first document fits."
    )
    assert base.ingestor.add(b"Now there is room again.", name="room.txt")[0].status == "added"
    base.close()


def test_a_damaged_database_is_said(tmp_path: Path) -> None:
    base = KnowledgeBase(Settings(home=tmp_path), WordEncoder())
    base.ingestor.add(b"Some words to keep.", name="a.txt")
    base.close()
    path = tmp_path / "saphan.sqlite"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(HomeUnusable, match="cannot be used"):
        KnowledgeBase(Settings(home=tmp_path), WordEncoder()).catalogue.documents()
