"""Addresses of the page on own readings, and of its tables."""
