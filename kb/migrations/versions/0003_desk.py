"""The ingest desk: drafts and removed documents, corrections, people, keys, audit log, batches, events, gaps."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("state", sa.Text, nullable=False, server_default="published"))
    op.add_column("documents", sa.Column("removed_at", sa.DateTime))
    op.add_column("documents", sa.Column("public_from", sa.Integer, nullable=False, server_default="1"))
    op.add_column("versions", sa.Column("corrected", sa.JSON, nullable=False, server_default="{}"))
    op.create_table(
        "signatures",
        sa.Column(
            "document_id", sa.Text, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("used_on", sa.Text),
        sa.Column("revoked_at", sa.DateTime),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_subject", "audit", ["subject"])
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("publish", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("size", sa.Integer),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("passages", sa.Integer),
        sa.Column("to_encode", sa.Integer),
        sa.Column("encoded", sa.Integer),
        sa.Column("problem", sa.JSON),
        sa.Column("near", sa.JSON, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", sa.DateTime, nullable=False),
        sa.Column("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("items_by_batch", "items", ["batch"])
    op.create_index("items_by_state", "items", ["state"])
    op.create_table(
        "incoming",
        sa.Column("item", sa.Integer, sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("thai", sa.Text),
        sa.Column("date", sa.Text),
        sa.Column("economy", sa.Text),
        sa.Column("former", sa.JSON, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_on", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("question", "language", "kind"),
    )


def downgrade() -> None:
    hidden = (
        "SELECT count(*) FROM documents "
        "WHERE state != 'published' OR removed_at IS NOT NULL OR public_from > 1"
    )
    if op.get_bind().scalar(sa.text(hidden)):
        raise RuntimeError(
            "Before this step everybody could read all documents: publish or purge the hidden ones."
        )
    for name in (
        "gaps",
        "events",
        "incoming",
        "items",
        "batches",
        "audit",
        "api_keys",
        "users",
        "signatures",
    ):
        op.drop_table(name)
    # Not as a batch, which makes the table anew: dropping the old one would delete all versions by their keys.
    op.drop_column("versions", "corrected")
    for column in ("state", "removed_at", "public_from"):
        op.drop_column("documents", column)
