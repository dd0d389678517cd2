"""Output: sentences, tables, plots, report and annotated video."""
