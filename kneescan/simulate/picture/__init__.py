"""Landmarks in the picture, as a camera and a pose model see points in space.

In: points in space. Out: landmarks in the picture, with the errors of a pose model. Open `camera` first.
"""
