"""Texts to vectors, and queries to ranked ids with evidence. Knows neither `kb` nor `ingest`."""
