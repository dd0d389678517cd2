"""What the window of the live view shows.

In: the state of the session and the newest picture. Out: a picture to be read from 3 m away, and the
keys pressed. Open `scene` first, then `picture`.
"""
