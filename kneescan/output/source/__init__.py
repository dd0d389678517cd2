"""Source: frames of the measured video, and the check that it is the right video."""
