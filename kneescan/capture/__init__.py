"""Frames with their true times, from a video or a camera."""
