"""Users, passwords, API keys and the audit log."""
