"""Filming: a page sends what the camera sees, and gets back what the live view shows.

In: pictures as JPEGs, with the times of the page's clock. Out: scenes, words to say, and a recorded
video that is measured as any other. Open `one_session` first.
"""
