"""The encoder with its calibration, and the vectors of passages."""
