"""Repeated sessions, read from tables and from folders of results.

In: CSV and Parquet files from kneescan or anybody else. Out: `Sessions`, the values of every subject
in every session. Open `sessions` first; `table_files` refuses what is no table.
"""
