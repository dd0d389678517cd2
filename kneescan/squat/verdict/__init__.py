"""Verdict: which squats count, whether the video can be judged, and the conclusion for each leg."""
