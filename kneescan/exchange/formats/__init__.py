"""One module for each file format of another program.

In: a file of that format, or landmarks and angles to write. Out: `Points` of one person, or the
text or bytes of a file. Open `trc` first, the shortest that goes both ways.
"""
