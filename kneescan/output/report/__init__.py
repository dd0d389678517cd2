"""Report: one page with the verdict, its evidence and a plan."""
