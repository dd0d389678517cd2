"""Landmarks of people from frames.

In: frames with their times. Out: a `PoseSequence`, with close-ups of the legs. Open `estimator` first,
which says what a pose estimator has to do.
"""
