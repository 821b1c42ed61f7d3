"""The knowledge base: storage, ingestion, search, services for editors and admins, and commands."""

__version__ = "0.2.0"
