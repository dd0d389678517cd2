"""Signals from landmarks: pure functions on arrays.

In: landmarks and times as arrays. Out: angles, distances, filtered signals and wobble; NaN where a
landmark is missing. Nothing here knows files, cameras or squats. Open `angles` first.
"""
