"""From landmarks to the verdict on each leg.

In: a `PoseSequence` and `Settings`. Out: a `SquatAnalysis` (see `results`). Open `analysis` first: it
calls `repetitions`, `measures` and `verdict` in this order.
"""
