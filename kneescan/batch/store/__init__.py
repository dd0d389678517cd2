"""What a batch stores on disk, so that it can be stopped and continued.

In: the outcome of each video. Out: which videos are done, and which remain. Open `outcomes` first.
"""
