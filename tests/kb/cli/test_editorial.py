"""The commands of editors, on a home whose documents were brought in without the model."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.models import StatedMetadata
from kb.cli.main import main
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support import documents
from tests.support.encoder import WordEncoder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A published document and a draft."""
    with closing(KnowledgeBase(Settings(home=tmp_path / "home"), WordEncoder())) as base:
        base.ingestor.add(
            b"Crab bank\n\nFishers bring back the crab.", name="crab.txt", stated=StatedMetadata(event="Fair")
        )
        list(documents.write(base, [base.ingestor.read("ปูม้ากลับมาแล้ว".encode(), name="thai.txt")], state="draft"))
    return tmp_path / "home"


def kb(home: Path, *words: str, stdin: str = "", language: str = "en") -> Result:
    result = CliRunner(env={"KB_LANGUAGE": language}).invoke(main, ["--home", str(home), *words], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed(home: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kb(home, *words, "--json").stdout.splitlines()]


def test_from_a_draft_to_nothing(home: Path) -> None:
    (draft,) = listed(home, "drafts")
    one = draft["document_id"]
    assert [found["document_id"] for found in listed(home, "list")] != [one]
    done = kb(home, "describe", one, "--date", "2 ส.ค. 2562", "--economy", "ไทย", "--economy", "VN", "--title", "Crab")
    assert (done.exit_code, done.stdout) == (0, f"Edited the details of {one}.\n")
    assert kb(home, "describe", one, "--title", "Crab").stdout.startswith("Nothing was changed")
    assert kb(home, "publish", one).stdout == f"Published {one}.\n"
    assert "no drafts" in kb(home, "drafts").stdout
    shown = next(found for found in listed(home, "list") if found["document_id"] == one)
    assert (shown["title"], shown["date"], shown["economies"]) == ("Crab", "2019-08-02", ["Thailand", "Viet Nam"])
    kb(home, "describe", one, "--clear", "date", "--release", "economies")
    assert "version 2 was restored as version" in kb(home, "revert", one, "2").stdout
    assert "undo" in kb(home, "remove", one).stdout
    assert [(found["document_id"], found["days_left"]) for found in listed(home, "removed")] == [(one, 30)]
    assert "30" in kb(home, "removed", language="th").stdout
    assert kb(home, "undo", one).stdout == f"Restored {one}.\n"
    assert kb(home, "remove", one).exit_code == 0
    assert kb(home, "purge", one, stdin="n\n").exit_code == 1
    assert "Documents deleted permanently: 0" in kb(home, "purge", "--due").stdout
    assert "Documents deleted permanently: 1" in kb(home, "purge", one, stdin="y\n").stdout
    assert "trash is empty" in kb(home, "removed").stdout
    assert kb(home, "purge", one, "--yes").exit_code == 1


def test_what_is_wrong_is_said(home: Path) -> None:
    (one,) = (found["document_id"] for found in listed(home, "list"))
    for words, said in (
        (("describe", one, "--date", "some day"), "some day"),
        (("describe", "nothing", "--title", "x"), "nothing"),
        (("publish", one), "not a draft"),
        (("undo", one), "is not in the trash"),
        (("revert", one, "9"), "9"),
        (("event", "rename", "nothing", "x"), "nothing"),
    ):
        done = kb(home, *words)
        assert (done.exit_code, said in done.stderr) == (1, True)
    for words in (("describe", one), ("purge",), ("purge", one, "--due"), ("remove",)):
        assert kb(home, *words).exit_code == 2
    assert [found["version"] for found in listed(home, "list")] == [1]


def test_events(home: Path) -> None:
    assert "market-of-hanoi" in kb(home, "event", "add", "Market of Hanoi", "--thai", "ตลาด", "--date", "2563").stdout
    assert [(one["slug"], one["documents"]) for one in listed(home, "event", "list")] == [
        ("market-of-hanoi", 0),
        ("fair", 1),
    ]
    assert "hanoi-market" in kb(home, "event", "rename", "market-of-hanoi", "Hanoi market").stdout
    assert "documents (1)" in kb(home, "event", "merge", "fair", "hanoi-market").stdout
    (one,) = listed(home, "event", "list")
    assert (one["name"], one["thai"], one["date"]) == ("Hanoi market", "ตลาด", "2020")
    assert kb(home, "event", "delete", "hanoi-market").exit_code == 1
    kb(home, "event", "add", "Another")
    assert kb(home, "event", "delete", "another").stdout == "Deleted the event another.\n"
