"""The commands as a person and as a script use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kb.cli.main import main

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("loaded_once")]

ROOT = Path(__file__).resolve().parents[3]


def kb(home: Path, *words: str, stdin: str | None = None, **environment: str) -> Result:
    """Run `kb` on a home; a crash of the command is a crash of the test."""
    runner = CliRunner(env={"LANG": "en_US.UTF-8", **environment})
    result = runner.invoke(main, ["--home", str(home), *words], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def filled(loaded_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two samples in it."""
    home = tmp_path_factory.mktemp("cli")
    cases = ROOT / "samples" / "cases"
    paths = [str(cases / f"village-coffee-roaster.{language}.md") for language in ("en", "th")]
    assert kb(home, "ingest", *paths).exit_code == 0
    return home


def test_ingest_tells_of_each_document(tmp_path: Path) -> None:
    good, bad, missing = tmp_path / "good.txt", tmp_path / "bad.pdf", tmp_path / "missing.txt"
    good.write_text("A cooperative sells honey.\n\nIt has sold honey since 2019.")
    bad.write_bytes(b"")
    home = tmp_path / "home"
    result = kb(home, "ingest", str(bad), str(good), str(missing), "--json", "--kind", "case")
    assert result.exit_code == 1
    empty, added, nowhere = lines(result)
    assert set(empty) == {"path", "status", "document_id", "passages", "error"}
    assert (empty["status"], empty["document_id"]) == ("failed", None)
    assert "empty" in empty["error"]["message"]
    assert "ว่าง" in empty["error"]["message_th"]
    assert (added["status"], added["passages"], added["error"]) == ("added", 1, None)
    assert nowhere["error"]["code"] == "nothing_there"
    (shown,) = lines(kb(home, "list", "--json"))
    assert (shown["document_id"], shown["kind"]) == (added["document_id"], "case")


def test_ingest_for_people_says_one_line_a_bad_file_in_their_language(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    result = kb(tmp_path / "home", "ingest", str(tmp_path / "bad.txt"), KB_LANGUAGE="th")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "bad.txt" in line
    assert "ว่างเปล่า" in line


def test_ingest_from_standard_input(tmp_path: Path) -> None:
    row = json.dumps({"id": "7", "title": "Pepper", "challenge": "Wet storage.", "results": "Dry pepper."})
    result = kb(tmp_path, "ingest", "-", "--json", stdin=row)
    assert [line["status"] for line in lines(result)] == ["added"]


@pytest.mark.parametrize("flag", [["--date", "someday"], ["--economy", "Atlantis"]])
def test_flags_are_checked(tmp_path: Path, flag: list[str]) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    result = kb(tmp_path / "home", "ingest", str(tmp_path / "a.txt"), *flag)
    assert result.exit_code == 1
    assert flag[1] in result.stderr


def test_search_both_ways(filled: Path) -> None:
    for text in ("a village that roasts its own coffee", "หมู่บ้านคั่วกาแฟเอง"):
        page = json.loads(kb(filled, "search", text, "--json").stdout)
        assert {result["language"] for result in page["results"]} == {"en", "th"}
        for result in page["results"]:
            for passage in result["passages"]:
                start, end = passage["start"], passage["end"]
                assert len(passage["text"]) == end - start
                assert start <= passage["sentence"][0] < passage["sentence"][1] <= end
                assert all(start <= a < b <= end for a, b in passage["highlights"])
    only = json.loads(kb(filled, "search", "coffee", "--lang", "th", "--json").stdout)
    assert [result["language"] for result in only["results"]] == ["th"]
    assert kb(filled, "search", "coffee", "--economy", "ไทย", "--json").exit_code == 0
    themes = ("--theme", "ระบบนิเวศการท่องเที่ยวและอาหาร", "--theme", "Social innovation")
    of_food = json.loads(kb(filled, "search", "coffee", *themes, "--json").stdout)
    assert of_food["query"]["theme"] == ["Tourism and food ecosystems", "Social innovation"]
    assert of_food["facets"]["theme"] == {"Tourism and food ecosystems": 2}
    assert json.loads(kb(filled, "search", "coffee", *themes[2:], "--json").stdout)["total"] == 0


def test_search_for_people(filled: Path) -> None:
    shown = kb(filled, "search", "roasts its own coffee", "--explain").stdout
    assert "[coffee]" in shown or "[Coffee]" in shown
    assert "coffee ~ " in shown
    assert kb(filled, "search", "coffee", "--economy", "Atlantis").exit_code == 1


def test_list_show_status_verify(filled: Path) -> None:
    documents = lines(kb(filled, "list", "--json"))
    assert [one["sample"] for one in documents] == [True, True]
    shown = json.loads(kb(filled, "show", documents[0]["document_id"], "--json").stdout)
    for passage in shown["passages"]:
        assert passage["text"] == shown["text"][passage["start"] : passage["end"]]
    assert documents[0]["title"] in kb(filled, "show", documents[0]["document_id"]).stdout
    status = json.loads(kb(filled, "status", "--json").stdout)
    assert (status["documents"], status["samples"]) == (2, 2)
    assert status["vectors"] == status["passages"] > 0
    assert kb(filled, "verify").exit_code == 0


def test_what_is_not_there(filled: Path) -> None:
    for command in ("show", "remove"):
        result = kb(filled, command, "nothing")
        assert result.exit_code == 1
        assert "nothing" in result.stderr


def test_removing_the_samples(tmp_path: Path) -> None:
    kb(tmp_path / "home", "ingest", str(ROOT / "samples" / "mentoring"))
    (tmp_path / "own.txt").write_text("Our own document about honey.")
    kb(tmp_path / "home", "ingest", str(tmp_path / "own.txt"))
    assert kb(tmp_path / "home", "remove", "--samples").exit_code == 0
    assert [one["title"] for one in lines(kb(tmp_path / "home", "list", "--json"))] == ["Our own document about honey."]
    assert kb(tmp_path / "home", "verify").exit_code == 0
    assert kb(tmp_path / "home", "remove").exit_code == 2


def test_as_a_module_from_another_folder(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KB_HOME": str(tmp_path / "kb home")}
    done = subprocess.run(
        [sys.executable, "-m", "kb", "list"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "The knowledge base is empty.")
    assert (tmp_path / "kb home").is_dir()


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = kb(tmp_path / "file", "list")
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
