"""The files of a comparison with a reference.

In: a `ReferenceStudy`. Out: its tables and page, and the table to fill in beforehand. Open `page` first.
"""
