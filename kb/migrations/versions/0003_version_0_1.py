"""What version 0.1 left behind. New databases are made from `kb.storage.schema`, without any step."""

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    raise NotImplementedError("a new database is made from the tables in kb.storage.schema")
