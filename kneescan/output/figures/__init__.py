"""Plots, drawings and still pictures of an analysis.

In: a `SquatAnalysis` and, for stills, frames of the video. Out: matplotlib figures and pictures. Open
`plots` first.
"""
