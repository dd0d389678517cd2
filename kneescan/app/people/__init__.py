"""People: code names, sessions over weeks, which video belongs to whom, and the course of a measure.

In: the database. Out: rows and values for lists and pages. Every function works in the transaction of its
caller, so that whatever belongs together is stored together. Open `sittings` first.
"""
