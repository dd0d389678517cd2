"""Figures: plots, leg drawings and stills of the squats."""
