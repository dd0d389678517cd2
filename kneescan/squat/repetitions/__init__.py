"""Repetitions: where the squats are, and on which leg."""
