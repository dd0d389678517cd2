"""What the app does with videos: receives them, measures them, removes them.

In: pieces of files from the page. Out: results in the folder of each video. Open `queue` first.
"""
