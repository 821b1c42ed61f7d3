"""Files, texts and web addresses sent in, and the worker that brings them into the collection."""
