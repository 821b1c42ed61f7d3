"""What the check for vulnerable dependencies makes of each answer."""

from __future__ import annotations

import json

from tests.tools.vulnerabilities import told

FOUND = {"id": "PYSEC-2019-1", "fix_versions": ["1.2"], "aliases": [], "description": ""}


def answer(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_without_an_answer_nothing_fails_but_it_is_said() -> None:
    (line,), status = told(None)
    assert (status, "Not checked" in line) == (0, True)


def test_an_index_that_knows_nothing_is_no_all_clear() -> None:
    (line,), status = told(answer({"name": "flask", "skip_reason": "not found"}))
    assert (status, "0 of 1" in line) == (0, True)


def test_a_vulnerable_one_fails_and_says_what_to_pin() -> None:
    clean = {"name": "click", "version": "8", "vulns": []}
    lines, status = told(answer(clean, {"name": "flask", "version": "1.1", "vulns": [FOUND]}))
    assert status == 1
    assert "2 of 2" in lines[0]
    assert "flask 1.1: PYSEC-2019-1, mended in 1.2" in lines[1]
