"""File formats: bytes to blocks of text, one module a format."""
