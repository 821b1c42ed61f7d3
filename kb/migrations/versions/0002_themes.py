"""Themes of documents: versions that are there get those found in their text, as a new one would."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from ingest.metadata.themes import find_themes
from ingest.text.language import words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EACH = sa.text("SELECT document_id, number FROM versions")
ONE = sa.text("SELECT title, text, content FROM versions WHERE document_id = :id AND number = :number")
DESCRIBED = sa.text(
    "UPDATE versions SET themes = :themes, content = :content WHERE document_id = :id AND number = :number"
)


def upgrade() -> None:
    op.add_column("versions", sa.Column("themes", sa.JSON, nullable=False, server_default="[]"))
    connection = op.get_bind()
    for id_, number in connection.execute(EACH).all():  # one text at a time: together they may not fit
        title, text, content = connection.execute(ONE, {"id": id_, "number": number}).one()
        themes = list(find_themes(words(f"{title}\n{text}")))
        if themes:
            # The content key as `kb.storage.records` makes it, so that the same document coming in again is known.
            content = hashlib.sha256(f"{content} {themes!r}".encode()).hexdigest()
            stored = json.dumps(themes)
            connection.execute(DESCRIBED, {"id": id_, "number": number, "themes": stored, "content": content})


def downgrade() -> None:
    with op.batch_alter_table("versions") as table:
        table.drop_column("themes")
