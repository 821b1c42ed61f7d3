"""The docs name what is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGES = "kb|ingest|index|web"


def imported(dotted: str) -> object:
    """A module, or what stands in one."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name)
        return found
    raise AssertionError(dotted)


def test_what_the_architecture_names_exists() -> None:
    paths = set(re.findall(rf"(?<![\w/])(?:{PACKAGES})/[\w/]+(?:\.\w+)?", ARCHITECTURE))
    tests = {path for path in paths if "/test_" in path}
    assert len(paths - tests) > 20
    assert [path for path in sorted(paths - tests) if not (ROOT / path).exists()] == []
    dotted = set(re.findall(rf"(?<![\w/.])(?:{PACKAGES})(?:\.\w+)+", ARCHITECTURE))
    assert len(dotted) > 20
    for one in dotted:
        imported(one)


def test_the_tests_that_hold_the_invariants_exist() -> None:
    table = ARCHITECTURE[ARCHITECTURE.index("| always | held by |") :]
    named = re.findall(r"([\w/]+/test_\w+\.py|test_\w+\.py)((?: :: )?(?:test_\w+(?:, )?)*)", table)
    assert len(named) > 40
    for path, functions in named:
        text = (ROOT / "tests" / path).read_text(encoding="utf-8")
        for function in re.findall(r"test_\w+", functions):
            assert f"def {function}(" in text, (path, function)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        *(f"docs/{one.name}" for one in sorted((ROOT / "docs").glob("*.md"))),
    ],
)
def test_links_lead_somewhere(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text):
        assert ((ROOT / path).parent / link).exists(), link


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 600
    assert len(ARCHITECTURE.splitlines()) <= 150
