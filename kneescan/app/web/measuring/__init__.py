"""Measuring: how a video was filmed, and measuring it again with that."""
