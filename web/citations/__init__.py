"""References, exports, reading lists and briefs."""
