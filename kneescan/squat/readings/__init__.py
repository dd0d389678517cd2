"""Readings: what several networks read of the same leg, and how far each is believed.

In: places of the joints by each network. Out: one place for each joint. Open `leg_readings` first.
"""
