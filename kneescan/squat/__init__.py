"""What happened: which leg squatted when, how the knee moved, and what may be concluded from it."""
