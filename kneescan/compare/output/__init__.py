"""The files of a comparison, and its sentences.

In: a `Comparison`. Out: a folder with a page and tables, or sentences for the screen. Open `folder` first.
"""
