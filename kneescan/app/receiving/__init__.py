"""How videos come in by themselves: from a phone for a quarter of an hour, and from a watched folder.

In: files and bytes from elsewhere. Out: videos of the app. Open `drop_box` and `watching` first.
"""
