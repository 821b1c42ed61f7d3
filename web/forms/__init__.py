"""Addresses and forms to queries and changes, and back."""
