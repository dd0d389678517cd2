"""Mutating: damage good files, and see how kneescan handles them."""
