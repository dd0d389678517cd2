"""The file of the pose model: found, checked, and downloaded on request.

In: a name or a path. Out: the path of a model file whose hash is right. Open `model_file` first.
"""
