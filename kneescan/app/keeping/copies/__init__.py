"""Copies: back up everything that the app keeps, and bring it back.

In: a data folder, also while the app runs. Out: a folder with a list of all files and their hashes. Open
`backup` first.
"""
