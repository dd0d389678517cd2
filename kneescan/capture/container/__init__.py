"""The video file as a container: is it one, what does it claim, may it be measured?

In: a path. Out: an open video stream with what its header and edit list say, or a `VideoError`. Open
`opening` first.
"""
