"""The parts of a best-practice case, and the names that tables and headings give them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.text.normalise import normalise

# In the order in which they are read.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "challenge": ("challenges", "problem", "problems", "ความท้าทาย", "ปัญหา", "โจทย์"),
    "approach": ("approaches", "solution", "solutions", "แนวทาง", "แนวทางแก้ไข", "วิธีการ", "วิธีดำเนินการ"),
    "actors": ("actor", "stakeholders", "partners", "ผู้เกี่ยวข้อง", "ผู้มีส่วนร่วม", "ผู้มีส่วนเกี่ยวข้อง", "ผู้ดำเนินการ"),
    "results": ("result", "outcome", "outcomes", "impact", "ผลลัพธ์", "ผล", "ผลการดำเนินงาน", "ผลที่ได้รับ"),
    "evidence": ("proof", "sources of evidence", "หลักฐาน", "หลักฐานอ้างอิง"),
}

_BY_NAME = {name: field for field, names in FIELDS.items() for name in (field, *names)}
_NUMBERING = re.compile(r"(?:\(?[\d๐-๙]{1,2}[.)]|[-–•])\s*")


def fold(name: str) -> str:
    """A name as it is compared: in one case, without what stands around it."""
    return normalise(name).casefold().replace("_", " ").strip(" :")


def field_named(heading: str) -> str | None:
    """The part of a case that a heading names, numbered or not, in one language or both; None if it names none.

    >>> field_named("2. Results:"), field_named("ผลลัพธ์ (Results)"), field_named("Results of the vote")
    ('results', 'results', None)
    """
    words = fold(_NUMBERING.sub("", heading.strip(), count=1))
    both = re.fullmatch(r"(.+?)\s*(?:/|\(|\|)\s*(.+?)\)?", words)
    names = (words, *map(fold, both.groups())) if both else (words,)
    return next((_BY_NAME[name] for name in names if name in _BY_NAME), None)
