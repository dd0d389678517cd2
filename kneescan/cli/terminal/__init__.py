"""What is said and asked on the screen, and what happens when a person stops a command.

In: verdicts, files and progress. Out: lines on the screen, answers. Open first: :mod:`screen`.
"""
