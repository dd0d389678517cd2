"""Words of results: a catalogue of sentences per language, and how it writes numbers and plurals."""
