"""Pose: find the landmarks of one person in every frame of a video."""
