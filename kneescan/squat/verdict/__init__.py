"""What may be concluded: which repetitions count, how good the video is, the verdict.

In: values with their intervals, and the tracks they come from. Out: a `Verdict` with its reasons, or
"can't tell". Open `decision` first.
"""
