"""The report: one HTML page, or PDF, for runners and physiotherapists.

In: a `SquatAnalysis` and still pictures. Out: the page, with verdict, values, advice, plots and
method. Open `page` first; each `*_section` module fills one part of it.
"""
