"""Which videos a batch is to measure, and how each one reaches this computer.

In: folders, patterns, addresses and manifests, as the user typed them. Out: a list of clips, and a
local copy of each. Open `listing` first.
"""
