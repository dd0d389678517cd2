"""Turn codes and figures of a result into sentences.

In: a `Reason`, or a whole `SquatAnalysis`. Out: text in the requested language; the sentences are in
`texts`. Open `sentences` first.
"""
