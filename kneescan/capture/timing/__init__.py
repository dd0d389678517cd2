"""When each frame was really taken.

In: the timestamps that a container stores, and tags of slow motion. Out: times that rise from 0 in
seconds of the recording. Open `timestamps` first.
"""
