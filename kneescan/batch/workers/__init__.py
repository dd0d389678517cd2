"""The processes that measure the videos of a batch, on this computer or on a cluster.

In: one clip at a time. Out: its landmarks and values, or why there are none; a worker may hang, grow
or crash without harm to the others. Open `work` first, then `isolation`.
"""
