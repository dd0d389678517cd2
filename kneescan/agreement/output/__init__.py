"""The files of an agreement study.

In: a `Study`. Out: a folder with tables, a page and Bland-Altman plots. Open `folder` first.
"""
