"""Characters, canonical text, languages, words and sentences."""
