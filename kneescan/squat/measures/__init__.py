"""The values of each repetition, and of each leg with its 80% interval.

In: tracks of the landmarks and the repetitions found in them. Out: signals over the video, FPPA, knee
over foot, wobble, depth and the rest. Open `signals` first, then `repetition_values`.
"""
