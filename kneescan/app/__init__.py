"""The browser app: videos are dropped on a page, measured one after the other, and their results shown.

In: a folder for everything the app keeps. Out: a page, served to this computer alone. Open `serving`
first.
"""
