"""The commands: `python -m kb COMMAND`."""
