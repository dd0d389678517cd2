"""Where the repetitions are, and on which leg each was done.

In: a `PoseSequence`. Out: `Tracks` on evenly spaced times, and a list of `DetectedRepetition`. Open
`detection` first.
"""
