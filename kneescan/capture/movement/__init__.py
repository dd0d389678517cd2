"""How the camera moved, from what stays in place behind the subject.

In: the frames on their way to the pose model. Out: the camera's movement in every frame, in pixels. Open
`background` first.
"""
