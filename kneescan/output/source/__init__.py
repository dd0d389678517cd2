"""Frames of the analysed video, read again.

In: the video, or the frames stored while it was measured. Out: frames at given times, after a check
that the video belongs to the landmarks. Open `frame_search` first.
"""
