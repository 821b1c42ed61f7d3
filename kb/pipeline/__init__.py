"""The path in: files found, parsed, described, cut and encoded."""
