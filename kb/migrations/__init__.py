"""The steps that bring an older database up to `kb.storage.schema` (Alembic)."""
