"""Tools of the Makefile: benchmarks, tables, pictures, vulnerabilities."""
