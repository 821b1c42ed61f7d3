"""What comes in from the shell is in the log too."""

from __future__ import annotations

from pathlib import Path

from kb.accounts.audit_log import AuditLog
from kb.cli.ingest import bring_in
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.transfer import export_import
from tests.support.encoder import WordEncoder

Line = tuple[str, str, str]


def logged(base: KnowledgeBase) -> list[Line]:
    """Who did what to which document, in order."""
    entries = AuditLog(base.database).entries()
    return [(one.actor, one.action, one.subject) for one in reversed(entries)]


def test_what_is_brought_in_or_imported_is_logged(tmp_path: Path) -> None:
    base = KnowledgeBase(Settings(home=tmp_path / "home"), WordEncoder())
    note = tmp_path / "note.txt"
    note.write_text("A bridge over the river was opened.")
    bring_in(base, [str(note)])
    (document,) = (one.id for one in base.catalogue.documents())
    bring_in(base, [str(note)])  # the same again changes nothing
    note.write_text("A bridge over the river was opened by the town.")
    bring_in(base, [str(note)])
    assert logged(base) == [("shell", "document.add", document), ("shell", "document.update", document)]
    base.close()
    export_import.export(tmp_path / "home", tmp_path / "export")
    other = KnowledgeBase(Settings(home=tmp_path / "other"), WordEncoder())
    for _ in range(2):
        list(export_import.bring_back(other, export_import.checked(tmp_path / "export")))
    assert logged(other) == [("shell", "document.add", document)]
    other.close()
