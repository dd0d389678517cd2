"""Tables: results as JSON, CSV and Parquet, and settings as text."""
