"""Video: the annotated video, from frames to file."""
