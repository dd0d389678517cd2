"""What comes out: sentences, tables, plots, report and annotated video."""
