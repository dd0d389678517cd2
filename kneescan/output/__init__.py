"""Everything that people and programs get from an analysis.

In: a `SquatAnalysis`, its landmarks and, for pictures, the video. Out: sentences, tables, plots,
report and annotated video. Open `folder` first, which writes them all.
"""
