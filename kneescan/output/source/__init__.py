"""Frames fetched again from the analysed video.

In: the video or the frames put aside while it was measured. Out: frames at given times, once it is
certain that it is the video of the landmarks. Open `frame_search` first.
"""
