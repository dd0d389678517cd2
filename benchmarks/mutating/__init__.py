"""Mutating: good files go bad, and what kneescan makes of them."""
