"""Words: results as sentences in a language."""
