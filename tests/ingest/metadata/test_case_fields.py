from __future__ import annotations

import doctest

import pytest

from ingest.metadata import case_fields
from ingest.metadata.case_fields import FIELDS, field_named


@pytest.mark.parametrize(("field", "names"), FIELDS.items())
def test_every_name_of_a_part_names_it_as_a_heading(field: str, names: tuple[str, ...]) -> None:
    for name in (field, *names):
        assert field_named(name.capitalize()) == field
        assert field_named(f"๒. {name}:") == field


@pytest.mark.parametrize(
    "heading", ["", "2.", "Background", "Results of the vote", "ผลลัพธ์ของการประชุม", "(", "/ results"]
)
def test_other_headings_name_none(heading: str) -> None:
    assert field_named(heading) is None


def test_examples() -> None:
    assert doctest.testmod(case_fields).failed == 0
