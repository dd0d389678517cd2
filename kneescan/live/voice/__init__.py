"""What the live view says aloud, and how.

In: the state of the session. Out: speech, or a beep where the computer cannot speak. Open
`announcements` first.
"""
