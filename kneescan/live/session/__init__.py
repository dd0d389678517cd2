"""The stages of a session, from stepping in front of the camera to the last squat.

In: landmarks as they are found. Out: the stage of the session and the squats counted so far. Open
`phases` first.
"""
