"""Codes and figures of a result, put into sentences.

In: a `Reason`, or a whole `SquatAnalysis`. Out: text in the language that was asked for; the
sentences themselves are in `texts`. Open `sentences` first.
"""
