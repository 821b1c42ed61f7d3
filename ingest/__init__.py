"""Bytes in, described and split text out. Knows neither `kb` nor `index`, and can be used without them."""
