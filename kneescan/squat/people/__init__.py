"""People: whose landmarks these are, if somebody else is in the picture.

In: landmarks of one pass over the video, and the squats in them. Out: whether it has to be tracked again, and
in which frames. Open `subject` first.
"""
