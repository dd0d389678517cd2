"""Own validation: how far kneescan is from readers on this computer, and how well both repeat.

In: readings, sessions and measured videos. Out: limits of agreement, the readers' own error, the minimal
detectable change, and what is still missing. Open `study` first.
"""
