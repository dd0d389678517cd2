"""Keeping: how much of a video is kept and how long, deletion of a person, backup and restore."""
