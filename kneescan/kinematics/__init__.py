"""Signals from landmarks: pure functions on arrays that know nothing of files, cameras or squats."""
