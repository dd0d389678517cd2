"""What the readers of all formats share: cells, clocks, names of points, people.

In: text, JSON and tables from elsewhere. Out: checked numbers, and `Points` that become landmarks.
Open `points` first.
"""
