"""Corrected squats: what a reader's corrections change in an analysis, and nothing else.

In: the squats as they were found, and `Corrections`. Out: the same squats, of which only the corrected
ones are measured again. Open `placing` first, then `measuring_again`.
"""
