"""Frames with their true times, from a film or a camera."""
