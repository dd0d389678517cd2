"""Comparing: two sessions of a person, with what has changed and whether that can be said."""
