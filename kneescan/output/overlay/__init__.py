"""Overlay: what is drawn into the frames of the annotated video."""
