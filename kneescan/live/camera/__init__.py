"""Pictures from the camera, and the landmarks of the person nearest to it.

In: a camera and a tracker. Out: the newest picture with its landmarks, from threads that never wait
for the screen. Open `watcher` first.
"""
