"""Keys made of JSON instead of the `repr` of dataclasses; whether a source was stated is kept, not inferred."""

import json

import sqlalchemy as sa
from alembic import op

from ingest.models import Description, Kind, Manuscript
from kb.storage.json_forms import content_key, to_blocks
from kb.storage.keys_of_0_1 import PREFIX, without_inferred_source

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LISTS = ("languages", "economies", "organisations", "themes")
EACH = sa.text("SELECT document_id, number FROM versions")
ONE = sa.text("SELECT * FROM versions WHERE document_id = :id AND number = :number")
KEYS = sa.text(
    "UPDATE versions SET content = :content, input = :input, source_stated = :stated "
    "WHERE document_id = :id AND number = :number"
)


def upgrade() -> None:
    op.add_column("versions", sa.Column("source_stated", sa.Boolean, nullable=False, server_default="0"))
    connection = op.get_bind()
    for id_, number in connection.execute(EACH).all():  # one text at a time: together they may not fit
        row = connection.execute(ONE, {"id": id_, "number": number}).one()
        manuscript = Manuscript(row.text, to_blocks(json.loads(row.blocks)))
        lists = {name: tuple(json.loads(row._mapping[name])) for name in LISTS}
        description = Description(
            title=row.title, kind=Kind(row.kind), date=row.date, event=row.event, source=row.source, **lists
        )
        sample = bool(row.sample)
        description = without_inferred_source(row.content, manuscript, description, sample)
        values = {
            "content": content_key(manuscript, description, sample),
            "input": PREFIX + row.input,
            "stated": description.source is not None,
        }
        connection.execute(KEYS, {"id": id_, "number": number, **values})
