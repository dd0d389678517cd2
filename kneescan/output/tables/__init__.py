"""An analysis as JSON, CSV and Parquet, and the settings as TOML.

In: a `SquatAnalysis`. Out: plain records, and files written whole or not at all. Open `records`
first.
"""
