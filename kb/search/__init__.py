"""The path out: questions to ranked results with evidence."""
