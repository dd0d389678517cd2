"""The video file: check that it is a video that can be measured, and read its header.

In: a path. Out: an open video stream with what its header and edit list say, or a `VideoError`. Open
`opening` first.
"""
