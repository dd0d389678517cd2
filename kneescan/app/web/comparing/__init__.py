"""Addresses of the page that compares two sessions, and of its downloads."""
