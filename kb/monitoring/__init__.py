"""Metrics, and questions that the collection did not answer."""
