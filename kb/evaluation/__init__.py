"""Measures of search quality, and making a calibration."""
