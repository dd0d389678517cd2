"""Pictures out of a video stream: decoded, turned upright and brought to one size.

In: packets of an open video. Out: RGB pictures with square pixels. Open `decoding` first.
"""
