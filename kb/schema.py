"""The tables of a knowledge base. `kb.store` reads and writes them, `kb.migrations` makes them.

originals 1 ── n versions n ── 1 documents 1 ── n passages n ── n vectors (by text and model)
changes: one row for each document added, updated or removed; indexes follow it
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData()

# The bytes that came in, kept for download and for a better parser's second reading.
originals = Table(
    "originals",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("documents", Integer, nullable=False),  # how many documents the file gave
)

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "identity", Text, nullable=False, unique=True
    ),  # where it came from: a second version has the same
    Column("version", Integer, nullable=False),  # the current one
    Column("added_at", DateTime, nullable=False),  # UTC, of its first version
)

versions = Table(
    "versions",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("date", Text),
    Column("event", Text),
    Column("economies", JSON, nullable=False),
    Column("organisations", JSON, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("content", Text, nullable=False),  # SHA-256 of text, blocks and description
    Column("input", Text, nullable=False),  # SHA-256 of the file's bytes and the facts stated of it
    Column("original", Text, ForeignKey("originals.sha256"), nullable=False),
    PrimaryKeyConstraint("document_id", "number"),
    Index("versions_by_content", "content"),
    Index("versions_by_input", "input"),
)

# Passages of the current version only; those of older versions can be cut from their text again.
passages = Table(
    "passages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("speaker", Text),
    Column("starts_at_ms", Integer),
    Column("ends_at_ms", Integer),
    Column("sentences", JSON, nullable=False),  # [[start, end], …] in the document's text
    Column("terms", JSON, nullable=False),  # its words in search form, in order
    Column("places", LargeBinary, nullable=False),  # int32 pairs: where they stand in the document's text
    Column("text_key", Text, nullable=False),  # SHA-256 of the passage's text
    Index("passages_by_document", "document_id", "ordinal"),
    Index("passages_by_text", "text_key"),
)

# Keyed by text and model, so that nothing is encoded twice. Layouts: `index.tokens`.
vectors = Table(
    "vectors",
    metadata,
    Column("text_key", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("sentence", LargeBinary, nullable=False),  # float32
    Column("tokens", LargeBinary, nullable=False),  # one packed vector a token
    Column("spans", LargeBinary, nullable=False),  # int32 pairs: characters of the passage
    Column("checksum", Text, nullable=False),  # SHA-256 of the three
    PrimaryKeyConstraint("text_key", "model"),
)

changes = Table(
    "changes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("document_id", Text, nullable=False),
    sqlite_autoincrement=True,
)

facts = Table(
    "facts",
    metadata,
    # "model": the name of the model whose vectors are searched; "map": the places of documents (kb.atlas)
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
