"""Addresses of pages of people and sessions, and of the lists on the home page."""
