"""Makes a calibration from bilingual texts."""
