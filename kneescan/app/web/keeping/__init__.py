"""Addresses of settings, of what is kept of whose videos, and of backups.

In: orders from the pages. Out: the settings page, questions before anything is deleted, and what was done.
"""
