"""What a study of agreement leaves on the disk.

In: a `Study`. Out: a folder with tables, a page and Bland-Altman plots. Open `folder` first.
"""
