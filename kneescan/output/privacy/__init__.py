"""Privacy: faces are hidden, and results remember it."""
