"""Hints for mistyped questions."""
