"""Review of a measured video: what a reader changed, noted and measured, and what follows from it.

In: the measured video and its edits. Out: corrected results, and what the page shows. Open `edits` first.
"""
