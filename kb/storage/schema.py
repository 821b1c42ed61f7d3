"""The tables of a knowledge base. `kb.storage.repository` reads and writes them, `kb.migrations` makes them.

originals 1 ── n versions n ── 1 documents 1 ── n passages n ── n vectors (by text and model)
changes: one row for each document added, updated, published, removed or brought back; indexes follow it
users, api_keys, audit, batches 1 ── n items 1 ── 1 incoming, events, gaps: the ingest desk (`kb.desk`)
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
    Column("documents", Integer, nullable=False),  # how many the file gave; 0: text in its place
)

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("identity", Text, nullable=False, unique=True),  # where it came from: a second version has the same
    Column("version", Integer, nullable=False),  # the current one
    Column("added_at", DateTime, nullable=False),  # UTC, of its first version
    Column("state", Text, nullable=False, server_default="published"),  # or "draft"
    Column("removed_at", DateTime),  # UTC; what is removed stays until it is purged
    # The first version that readers see: what was put right in a draft is not shown with it.
    Column("public_from", Integer, nullable=False, server_default="1"),
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
    Column("source", Text, nullable=False),  # the name of the file, where none is stated
    Column("source_stated", Boolean, nullable=False, server_default="0"),
    Column("format", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("content", Text, nullable=False),  # `kb.storage.json_forms.content_key`
    Column("input", Text, nullable=False),  # `kb.storage.json_forms.input_key`
    Column("original", Text, ForeignKey("originals.sha256"), nullable=False),
    # What editors had settled by then (`kb.storage.records.Corrections`): facts by name, null or [] if not known; and
    # "text": true. That of the current version wins over what versions to come say.
    Column("corrected", JSON, nullable=False, server_default="{}"),
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

# Keyed by text and model, so that nothing is encoded twice. Layouts: `index.late_interaction`.
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
    # "model": the name of the model whose vectors are searched; "map": the places of documents (kb.search.document_map)
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# What tells near-duplicates (`ingest.minhash`), of the current version.
signatures = Table(
    "signatures",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# ---- the ingest desk

users = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),  # in small letters
    Column("role", Text, nullable=False),  # kb.accounts.models.UserRole
    Column("password", Text, nullable=False),  # Argon2id in PHC form
    Column("session", Text, nullable=False),  # changes with the password: sessions of before end
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),  # the part that may be shown
    Column("name", Text, nullable=False),  # what it is for
    Column("scopes", JSON, nullable=False),
    Column("secret", Text, nullable=False),  # SHA-256 of 256 random bits
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("used_on", Text),  # a day
    Column("revoked_at", DateTime),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # an id
    Column("details", JSON, nullable=False),
    Index("audit_by_subject", "subject"),
    sqlite_autoincrement=True,
)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created_at", DateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("facts", JSON, nullable=False),  # stated of all its items
    Column("publish", Boolean, nullable=False),  # or keep as drafts
    sqlite_autoincrement=True,
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch", Integer, ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("address", Text),  # of the web, to be fetched
    Column("facts", JSON, nullable=False),  # stated of this one
    Column("size", Integer),  # bytes
    Column("stage", Text, nullable=False),  # kb.uploads.models.Stage: the last one reached
    Column("state", Text, nullable=False),  # kb.uploads.models.ItemState
    Column("documents", JSON, nullable=False),  # [{"id": …, "status": …}, …]
    Column("passages", Integer),
    Column("to_encode", Integer),
    Column("encoded", Integer),
    Column("problem", JSON),  # {"code": …, "en": …, "th": …}
    Column("near", JSON, nullable=False),  # [{"id": …, "likeness": …, "why": …}, …]
    Column("accepted", Boolean, nullable=False),  # an editor said: bring it in all the same
    Column("attempts", Integer, nullable=False),
    Column("queued_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
    Index("items_by_batch", "batch"),
    Index("items_by_state", "state"),
    sqlite_autoincrement=True,
)

# The bytes of items that are not brought in yet.
incoming = Table(
    "incoming",
    metadata,
    Column("item", Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("thai", Text),
    Column("date", Text),  # partial ISO 8601
    Column("economy", Text),
    Column("former", JSON, nullable=False),  # slugs of names that it had, or that were merged into it
)

# Questions without a good answer, or answered in one language only; nothing of who asked.
gaps = Table(
    "gaps",
    metadata,
    Column("question", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("last_on", Text, nullable=False),  # a day
    PrimaryKeyConstraint("question", "language", "kind"),
)
