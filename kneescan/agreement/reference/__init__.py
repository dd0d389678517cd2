"""Agreement with a reference: motion capture, another program, or a person who reads angles.

In: folders of results and a table with the reference's values. Out: a `ReferenceStudy`, with the rows
that found no squat and why. Open `study` first.
"""
