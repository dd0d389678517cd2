"""Find, check, and on request download the file of the pose model.

In: a name or a path. Out: the path of a model file with the expected hash. Open `model_file` first.
"""
