"""The true values of the simulated movement.

In: the exact landmarks in space and in the picture. Out: the true values of every repetition. Open `truth`
first.
"""
