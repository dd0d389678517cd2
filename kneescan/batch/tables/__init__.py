"""The tables that a batch writes, and the page with all its videos.

In: results of every video as plain records. Out: `clips`, `repetitions` and `errors` as CSV and
Parquet, their data dictionary and an overview page. Open `columns` first.
"""
