"""What the app keeps: a database of people, sessions, videos and jobs, and a folder for each video.

In: what happened. Out: what is known, also after the computer was switched off at any moment. Open
`database` first.
"""
