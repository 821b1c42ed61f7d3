"""The glossary of names and the custom Thai dictionary of a home."""
