"""Hide faces in everything that shows the video.

In: frames with their landmarks. Out: the same frames with the head blurred, and a note in the results
so that later commands hide it too. Open `faces` first.
"""
