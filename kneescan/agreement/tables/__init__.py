"""Repeated sessions, read from tables and from folders of results.

In: CSV and Parquet files from kneescan or other programs. Out: `Sessions`, the values of every subject
in every session. Open `sessions` first; `table_files` rejects files that are not tables.
"""
