"""Programs that learn the weights that ship with `ingest`."""
