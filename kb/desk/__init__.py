"""The ingest desk: what editors and admins do with a knowledge base."""
