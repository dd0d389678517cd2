"""Measures: the values of each squat and leg, with their intervals."""
